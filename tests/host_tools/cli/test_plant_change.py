"""`pullcord plant apply|undo|history|text`, straight into a database and through a line service."""

import asyncio
import json
import threading
from contextlib import contextmanager

import pytest

from pullcord.line.figures import Figures
from pullcord.line.log_reader import LogReader
from pullcord.line.store import Store
from pullcord.web.app import make_app
from tests.host_tools.plant.conftest import PLANT
from tests.host_tools.web.serving import serving
from tests.host_tools.web.test_tokens import Line

MORE = PLANT.replace("quantity: 20", "quantity: 30")


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "plant.yaml"
    file.write_text(PLANT)
    return file


@pytest.fixture
def database(tmp_path):
    store = Store(tmp_path / "line.db")
    store.open()
    store.close()
    return tmp_path / "line.db"


@contextmanager
def a_service(folder):
    """The address of a line service's API that runs meanwhile."""
    ready, done, found = threading.Event(), threading.Event(), []

    async def serve():
        line, log = Line(folder / "line.db"), LogReader(folder / "line.db")
        app = make_app(line, records=object(), figures=Figures(folder / "line.db"), log=log)
        async with serving(app) as url:
            found.append(url)
            ready.set()
            await asyncio.to_thread(done.wait)
        line.database.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(30)
        yield found[0]
    finally:
        done.set()
        thread.join()


def round_trip(pullcord, file, *door):
    """Applied, changed, taken back."""
    assert pullcord("plant", "apply", file, "--yes", "--wait", 0, *door)[0] == 0
    file.write_text(MORE)
    code, out, _ = pullcord("plant", "apply", file, "--yes", "--wait", 0, *door)
    assert (code, "~ loops.bolt.quantity: 20 -> 30" in out, "In force" in out) == (0, True, True)
    assert "is in force already" in pullcord("plant", "apply", file, "--yes", "--wait", 0, *door)[1]
    assert pullcord("plant", "text", *door)[1] == MORE
    assert pullcord("plant", "undo", "--yes", "--wait", 0, *door)[0] == 0
    assert pullcord("plant", "text", *door)[1] == PLANT
    every = json.loads(pullcord("plant", "history", "--json", *door)[1])
    assert [one["standing"] for one in every] == [False, False, True]
    assert "(taken back)" in pullcord("plant", "history", *door)[1]
    assert pullcord("plant", "text", "--position", every[1]["position"], *door)[1] == MORE
    code, _, err = pullcord("plant", "undo", "--yes", "--wait", 0, *door)
    assert (code, "no version before" in err) == (1, True)
    file.write_text(PLANT.replace("quantity: 20", "quantty: 20"))
    code, _, err = pullcord("plant", "apply", file, "--yes", "--wait", 0, *door)
    assert code == 1
    assert any(line.startswith("plant.yaml:27: loops.bolt.quantity: nothing: is missing") for line in err.splitlines())


def test_straight_into_a_database(pullcord, file, database):
    round_trip(pullcord, file, "--database", database)


def test_through_the_line_service(pullcord, file, tmp_path):
    with a_service(tmp_path) as url:
        round_trip(pullcord, file, "--service", url)


def test_nobody_is_asked_where_nobody_is(pullcord, file, database):
    code, _, err = pullcord("plant", "apply", file, "--database", database)
    assert (code, "add --yes" in err) == (1, True)
    assert "No plant file was put in force yet" in pullcord("plant", "history", "--database", database)[1]


def test_a_service_that_does_not_answer_is_told_with_what_to_do(pullcord, file):
    code, _, err = pullcord("plant", "apply", file, "--service", "http://127.0.0.1:9")
    assert (code, "no line service answers" in err, "--service URL" in err) == (1, True, True)
    code, _, err = pullcord("plant", "apply", file, "--service", "plant")
    assert (code, "is no address" in err) == (1, True)
