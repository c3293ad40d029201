"""`pullcord cards`."""

import json
import threading
import time
from pathlib import Path

import pytest

from pullcord.cli.main import run
from pullcord.line.store import Store
from tests.host_tools.line.events import arrival, event

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "plant.yaml"


def _no_space(*_):
    raise OSError(28, "No space left on device")


@pytest.fixture
def plant(tmp_path):
    file = tmp_path / "plant.yaml"
    file.write_text(EXAMPLE.read_text())
    return file


@pytest.fixture
def cards(plant, capsys):
    """`cards("bind", ...)`: exit code, output, complaints; the plant file is put in by itself."""

    def call(name, *arguments):
        code = run(["cards", name, str(plant), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def database(tmp_path):
    store = Store(tmp_path / "line.db")
    store.open()
    yield store
    store.close()


def test_lists_whose_card_is_which(cards):
    code, out, _ = cards("list", "--loop", "housing", "--json")
    assert code == 0
    first, second, *_ = json.loads(out)
    assert [(card["uid"], card["number"]) for card in (first, second)] == [("04a1b2c3d40021", 1), ("04a1b2c3d40022", 2)]
    assert "badge of maria" in cards("list")[1]


def test_a_loop_that_is_not_there_is_told(cards):
    code, _, complaint = cards("list", "--loop", "bolt-m9")
    assert code == 1 and "bolt-m9" in complaint


def test_a_duplicate_is_found_although_the_file_is_refused_for_it(cards, plant):
    plant.write_text(plant.read_text().replace('maria: {badge: "04b0b1b2b30001"}', 'maria: {badge: "04a1b2c3d40002"}'))
    code, out, _ = cards("duplicates")
    assert code == 1
    lines = plant.read_text().splitlines()
    card, badge = (1 + next(n for n, line in enumerate(lines) if words in line) for words in ("cards: [", "maria:"))
    assert f"04a1b2c3d40002: card 2 of 8 of bolt-m8 (line {card}) and badge of maria (line {badge})" in out


def test_short_uids_are_marked_and_no_failure(cards):
    assert cards("bind", "bolt-m8", "04aabbcc")[0] == 0
    code, out, _ = cards("duplicates", "--json")
    assert code == 0
    assert [card["uid"] for card in json.loads(out)["short"]] == ["04aabbcc"]


def test_a_bound_card_changes_one_line_of_the_file(cards, plant):
    code, out, _ = cards("bind", "bolt-m8", "04:A1:B2:C3:D4:00:99")
    assert (code, out.splitlines()[0]) == (0, "04a1b2c3d40099: card 9 of 9 of bolt-m8 now.")
    changed = [line for line in plant.read_text().splitlines() if line not in EXAMPLE.read_text().splitlines()]
    assert len(changed) == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["bolt-m9", "04a1b2c3d40099"], "no loop bolt-m9"),
        (["bolt-m8", "04a1"], "4, 7 or 10 bytes"),
        (["bolt-m8", "04a1b2c3d40099", "04b0b1b2b30001"], "badge of maria already"),
        (["bolt-m8", "04a1b2c3d40099", "04a1b2c3d40099"], "card 9 of 9 of bolt-m8 already"),
    ],
)
def test_what_cannot_be_bound_is_told_and_nothing_changes(cards, plant, arguments, complaint):
    code, _, told = cards("bind", *arguments)
    assert code == 1 and complaint in told
    assert plant.read_text() == EXAMPLE.read_text()


def test_a_lost_card_gives_its_place_to_another_and_the_log_says_so(cards, plant, database):
    plain = ("04a1b2c3d40003", "04a1b2c3d40099", "--db", plant.with_name("line.db"))
    code, out, _ = cards("replace", *plain, "--reason", "crushed", "--empty")
    assert (code, out.splitlines()[0]) == (0, "04a1b2c3d40099: card 3 of 8 of bolt-m8 now.")
    lost, replaced = database.read_log(0, 10)
    assert (lost.kind, lost.data) == ("card.lost", {"card": "04a1b2c3d40003", "reason": "crushed"})
    assert (replaced.kind, replaced.data["replaced_by"]) == ("card.replaced", "04a1b2c3d40099")
    assert replaced.data["full"] is False


def test_a_file_that_could_not_be_written_is_done_again_and_recorded_once(cards, plant, database, monkeypatch):
    arguments = ("04a1b2c3d40003", "04a1b2c3d40099", "--db", plant.with_name("line.db"))
    with monkeypatch.context() as full_disk:
        full_disk.setattr("pullcord.plant.edit.os.fsync", _no_space)
        assert cards("replace", *arguments)[0] == 1
    assert cards("replace", *arguments)[0] == 0
    assert [entry.kind for entry in database.read_log(0, 10)] == ["card.lost", "card.replaced"]


def test_a_worn_card_was_never_lost(cards, plant, database):
    assert cards("replace", "04a1b2c3d40003", "04a1b2c3d40099", "--db", plant.with_name("line.db"), "--worn")[0] == 0
    assert [entry.kind for entry in database.read_log(0, 10)] == ["card.replaced"]


def test_a_lost_badge_is_replaced_too(cards):
    code, out, _ = cards("replace", "04b0b1b2b30001", "04b0b1b2b30009")
    assert (code, out.splitlines()[0]) == (0, "04b0b1b2b30009: badge of maria now.")


def test_a_card_that_is_not_there_or_one_in_use_replaces_nothing(cards, plant, database):
    assert "is not in the plant file" in cards("replace", "04a1b2c3d400ff", "04a1b2c3d40099")[2]
    code, _, told = cards("replace", "04a1b2c3d40003", "04a1b2c3d40004", "--db", plant.with_name("line.db"))
    assert code == 1 and "card 4 of 8 of bolt-m8 already" in told
    assert plant.read_text() == EXAMPLE.read_text()
    assert database.newest() == 0


def test_a_database_that_is_not_there_leaves_the_plant_file_alone(cards, plant, tmp_path):
    code, _, told = cards("replace", "04a1b2c3d40003", "04a1b2c3d40099", "--db", tmp_path / "no.db")
    assert code == 1 and "there is no such database" in told
    assert plant.read_text() == EXAMPLE.read_text()


def test_a_plant_file_that_cannot_be_written_stays_whole(cards, plant, monkeypatch):
    monkeypatch.setattr("pullcord.plant.edit.os.fsync", _no_space)
    code, _, told = cards("bind", "bolt-m8", "04a1b2c3d40099")
    assert code == 1 and "No space left on device" in told
    assert plant.read_text() == EXAMPLE.read_text()


def test_labels_are_written(cards, tmp_path):
    file = tmp_path / "labels.pdf"
    code, out, _ = cards("labels", "--loop", "bolt-m8", "--out", file, "--roll", "--json")
    assert (code, len(json.loads(out)["labels"])) == (0, 8)
    assert file.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["--card", "04a1b2c3d400ff"], 1, "is no loop's card"),
        (["--loop", "bolt-m9"], 1, "no such cards"),
        (["--roll", "--skip", "2"], 2, "--skip"),
        (["--out", "nowhere/labels.pdf"], 1, "cannot be written"),
    ],
)
def test_labels_that_cannot_be_made_are_told(cards, arguments, code, complaint):
    got, _, told = cards("labels", *arguments)
    assert got == code and complaint in told


def refused(sequence, uid):
    data = {"reader": "empty", "role": "signal", "card": uid, "why": "unknown", "table": 1}
    at = time.time_ns() // 1_000_000
    return arrival(event(sequence, "kanban.refused", data, at=at, path="acme/assembly/line-1/st-03"), now=at)


def test_cards_are_enrolled_by_tapping_and_written_one_by_one(cards, plant, database):
    uids = ["04a1b2c3d40099", "04a1b2c3d40001", "04b0b1b2b30001", "04a1b2c3d4009a"]

    def tap():
        for sequence in range(1, 1000):
            if stop.wait(0.05):
                return
            database.commit([refused(sequence, uids[sequence % len(uids)])])

    stop = threading.Event()
    tapping = threading.Thread(target=tap)
    tapping.start()
    try:
        arguments = ("--station", "st-03", "--db", plant.with_name("line.db"), "--count", 2)
        code, out, told = cards("enrol", "bolt-m8", *arguments)
    finally:
        stop.set()
        tapping.join()
    assert code == 0
    assert "Lay the cards of bolt-m8 on st-03's reader" in told
    assert "2 new cards" in out
    text = plant.read_text()
    assert '"04a1b2c3d40099"' in text and '"04a1b2c3d4009a"' in text
    assert text.count("04a1b2c3d40001") == text.count("04b0b1b2b30001") == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["bolt-m9", "--station", "st-03"], "no loop bolt-m9"),
        (["bolt-m8", "--station", "st-99"], "no such station"),
        (["bolt-m8", "--station", "st-03"], "--db line.db, --broker plant.url, or $BROKER"),
        (["bolt-m8", "--station", "st-03", "--broker", "nowhere.url"], "the broker's address cannot be had"),
        (["bolt-m8", "--station", "st-03", "--db", "nowhere.db"], "there is no such database"),
    ],
)
def test_what_keeps_from_enrolling_is_told(cards, monkeypatch, arguments, complaint):
    monkeypatch.delenv("BROKER", raising=False)
    code, _, told = cards("enrol", *arguments)
    assert code == 1 and complaint in told
