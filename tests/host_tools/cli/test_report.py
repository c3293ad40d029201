"""`pullcord report`: shifts, loops and findings in words and in JSON."""

import json

import pytest

from pullcord.line.store import Store
from pullcord.pull.projections import all_of_them
from tests.host_tools.line.events import NOW, PATH, arrival, called, event
from tests.host_tools.pull.a_plant import A, B, loop


@pytest.fixture
def line(tmp_path):
    store = Store(tmp_path / "line.db")
    store.open()
    calendar = {"time_zone": "Europe/Berlin", "shifts": {}, "closed": []}
    plant = {"calendar": calendar, "stations": {PATH: {"takt_ms": 60_000}}, "loops": {"bolt": loop((A, B))}}
    store.declare({"hash": "x", "plant": plant}, NOW)
    data = {"reader": "r", "role": "ship", "card": A, "loop": "bolt", "table": 1, "certain": True}
    store.commit([arrival(one) for one in (called(1), event(2, "kanban.tapped", data))])
    store.commit([arrival(called(3, at=NOW + 5_000), now=NOW)])  # of the future
    projector = store.projector(all_of_them())
    projector.open()
    projector.catch_up()
    store.close()
    return store.place.file


def test_it_tells_shifts_loops_and_findings(pullcord, line):
    code, out, err = pullcord("report", line, "--to", "2026-11-20T18:00Z")
    assert (code, err) == (0, "")
    assert "calls: 2 quality" in out
    assert "bolt" in out
    assert "without_signal" in out
    assert "{" not in out
    assert f"clock is ahead  {PATH}  1 x" in out.replace("\n", "")


def test_of_shifts_before_the_first_entry_nothing_is_said(pullcord, line):
    _, out, _ = pullcord("report", line, "--from", "2026-01-01T00:00Z", "--to", "2026-01-08T00:00Z", "--json")
    assert json.loads(out)["shifts"] == []


def test_it_tells_programs_the_same(pullcord, line):
    _, out, _ = pullcord("report", line, "--from", "2026-11-20T17:00Z", "--to", "2026-11-20T18:00Z", "--json")
    found = json.loads(out)
    assert found["shifts"][0]["calls"]["count"] == 2
    assert found["loops"][0]["states"] == {"full": 1, "in_transit": 1}
    assert [finding["kind"] for finding in found["findings"]] == ["without_signal"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--to", "yesterday"), "--to yesterday: is no moment"),
        (("--from", "2026-11-20T18:00Z", "--to", "2026-11-20T17:00Z"), "turn them round"),
    ],
)
def test_a_span_that_makes_no_sense_is_refused(pullcord, line, options, said):
    code, _, err = pullcord("report", line, *options)
    assert code == 1
    assert said in err
