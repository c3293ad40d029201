"""`pullcord loops`, `stock`, `suppliers`, `findings`: a day of the shop in tables and in JSON, and decisions."""

import io
import json

import pytest

from pullcord.cli import audit, loops, stock, suppliers
from pullcord.line.store import Store
from pullcord.pull.projections import all_of_them
from tests.host_tools.pull import a_week
from tests.host_tools.pull.a_shop import Shop
from tests.host_tools.pull.a_week import DAY, LOST, MILL, MONDAY, PRESS

END = MONDAY + 2 * DAY
HOUSINGS = a_week.CARDS["housing"]


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The database of two days."""
    shop = Shop(tmp_path_factory.mktemp("days"), MONDAY)
    shop.play(a_week.write(days=2).steps, END)
    shop.close()
    return shop.store.place.file


@pytest.fixture
def line(played, tmp_path, monkeypatch):
    """A copy of it, at the end of the second day."""
    for module in (audit, loops, stock, suppliers):
        monkeypatch.setattr(module, "now_ms", lambda: END)
    copy = tmp_path / "line.db"
    copy.write_bytes(played.read_bytes())
    return copy


@pytest.fixture
def empty(tmp_path):
    store = Store(tmp_path / "empty.db")
    store.open()
    store.close()
    return tmp_path / "empty.db"


def fold(file):
    store = Store(file)
    store.open()
    projector = store.projector(all_of_them())
    projector.open()
    projector.catch_up()
    store.close()


def told(pullcord, *arguments):
    code, out, err = pullcord(*arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("loops", "list"), ["housing-made", "withdrawal", "cards"]),
        (("loops", "show", "housing"), [LOST, "It needs", "in working hours", "95 of 100"]),
        (("loops", "queue"), ["foundry", "make"]),
        (("loops", "late"), ["No call for material in 7 days."]),
        (("loops", "lower", "housing"), ["4 cards", "round trips since 2026-11-30"]),
        (("loops", "trials"), ["No trial yet"]),
        (("loops", "audits"), ["No audit yet."]),
        (("stock", "list"), ["bolt-m8", "500", "TURNS A YEAR"]),
        (("stock", "counts"), ["Nothing was counted yet"]),
        (("stock", "orders"), ["Nothing is on order."]),
        (("stock", "orders", "--every"), ["PO-1", "fastener-house", "1000 of 1000"]),
        (("stock", "proposals", "--every"), ["FH-M8-30", "500"]),
        (("stock", "policies"), ["hybrid", "one supplier only", "30,000", "not known"]),
        (("suppliers",), ["North Foundry", "Fastener House", "1.0 d"]),
        (("findings",), ["stock_out", "casting"]),
        (("findings", "--every"), ["cloned_uid", "without_signal"]),
    ],
)
def test_each_tells_people_in_a_table_and_programs_in_json(pullcord, line, words, said):
    command = words[: 1 + (words[0] in ("loops", "stock"))]
    arguments = (*command, line, *words[len(command) :])
    code, out, err = pullcord(*arguments)
    assert (code, err) == (0, "")
    for word in said:
        assert word in out
    told(pullcord, *arguments)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("loops", "list"), "No loops"),
        (("loops", "queue"), "Nothing is asked for."),
        (("stock", "list"), "No items"),
        (("stock", "proposals"), "Nothing needs to be bought."),
        (("stock", "orders"), "Nothing is on order."),
        (("stock", "policies"), "No items"),
        (("suppliers",), "No suppliers"),
        (("findings",), "Everything adds up."),
    ],
)
def test_a_line_without_anything_says_so(pullcord, empty, words, said):
    code, out, _ = pullcord(*words, empty)
    assert code == 0
    assert said in out


def test_a_container_is_held_and_let_go(pullcord, line):
    card = told(pullcord, "loops", "show", line, "housing")["cards"][0]["card"]
    assert told(pullcord, "loops", "hold", line, card, "--reason", "burr")["repeated"] is False
    fold(line)
    states = {row["card"]: row["state"] for row in told(pullcord, "loops", "show", line, "housing")["cards"]}
    assert states[card] == "on_hold"
    pullcord("loops", "release", line, card)
    fold(line)
    states = {row["card"]: row["state"] for row in told(pullcord, "loops", "show", line, "housing")["cards"]}
    assert states[card] != "on_hold"


def test_a_pull_without_a_card_counts_once_for_each_key(pullcord, line):
    pull = ("loops", "pull", line, "housing", "--key", "81")
    first = told(pullcord, *pull, "--reference", "order 81")
    assert first["repeated"] is False
    assert told(pullcord, *pull, "--reference", "order 81") == {**first, "repeated": True}
    code, _, err = pullcord(*pull, "--reference", "order 82")
    assert (code, "this key stands for another signal.given already" in err) == (1, True)
    fold(line)
    (signal,) = [row for row in told(pullcord, "loops", "queue", line)[MILL] if row["reference"] == "order 81"]
    assert pullcord("loops", "start", line, signal["signal"])[0] == 0


def test_a_trial_is_begun_and_ended_from_here(pullcord, line):
    assert pullcord("loops", "try", line, "housing", HOUSINGS[0], "--reason", "always full")[0] == 0
    fold(line)
    (trial,) = told(pullcord, "loops", "trials", line)
    assert (trial["card"], trial["cards_before"], trial["ended_at"]) == (HOUSINGS[0], 4, None)
    assert pullcord("loops", "end-trial", line, trial["trial"], "--exposed", "the mill changes over")[0] == 0
    fold(line)
    code, out, _ = pullcord("loops", "trials", line)
    assert code == 0 and "brought back" in " ".join(out.split())


def test_stock_is_counted_ordered_and_received_from_here(pullcord, line):
    assert pullcord("stock", "count", line, "shaft", 70, "--reason", "yearly")[0] == 0
    order = ("stock", "order", line, "PO-2", "shaft", "foundry", 100, "--due", "2026-12-09T12:00Z")
    assert pullcord(*order)[0] == 0
    assert pullcord("stock", "receive", line, "PO-2", 40)[0] == 0
    assert pullcord("stock", "issue", line, "shaft", 5, "--reference", "job 7")[0] == 0
    assert pullcord("stock", "policy", line, "shaft", "buffered", "--reason", "one grinder")[0] == 0
    fold(line)
    (shaft,) = [row for row in told(pullcord, "stock", "list", line) if row["item"] == "shaft"]
    assert (shaft["recorded"], shaft["ordered"], shaft["policy"]) == (105, 60, "buffered")
    assert pullcord("stock", "cancel", line, "PO-2", "--reason", "enough")[0] == 0
    fold(line)
    outcomes = {row["order"]: row["outcome"] for row in told(pullcord, "stock", "orders", line, "--every")}
    assert outcomes["PO-2"] == "cancelled"
    assert len(told(pullcord, "stock", "counts", line)) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("loops", "show", "nut"), "there is no loop nut"),
        (("loops", "lower", "nut"), "there is no loop nut"),
        (("loops", "hold", "04ffffffffff01"), "there is no card 04ffffffffff01"),
        (("loops", "end-trial", "plant-1"), "there is no trial plant-1"),
        (("stock", "count", "nut", "5", "--reason", "x"), "there is no item nut; there are: bolt-m8, casting"),
        (("stock", "policy", "bolt-m8", "fat"), "item.policy: policy: Input should be 'lean', 'buffered' or 'hybrid'"),
        (("stock", "order", "PO-1", "bolt-m8", "x", "5", "--due", "soon"), "--due soon: is no moment"),
        (("loops", "audit", "--place", "nowhere"), "there is no station nowhere; there are: acme/assembly"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(pullcord, line, words, said):
    code, _, err = pullcord(*words[:2], line, *words[2:])
    assert code == 1
    assert said in err


# An audit


def test_a_walk_round_with_a_reader_tells_what_was_seen_and_what_was_not(pullcord, line, monkeypatch):
    typed = f"{HOUSINGS[0]}\n\nnonsense\n04ffffffffff01\n{MILL}\n{HOUSINGS[1].upper()}\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    code, out, err = pullcord("loops", "audit", line, "--place", PRESS, "--loop", "housing", "--name", "week-48")
    assert code == 0
    assert "nonsense" in err and "left out" in err
    assert "of no loop" in out
    assert "not seen" in out
    (found,) = told(pullcord, "loops", "audits", line)
    places = {card["card"]: card["place"] for card in found["cards"] if card["verdict"] != "missing"}
    assert places == {HOUSINGS[0]: PRESS, "04ffffffffff01": PRESS, HOUSINGS[1]: MILL}
    assert (found["expected"], found["missing"]) == (4, 2)


def test_a_walk_that_goes_on_later_misses_nothing_yet(pullcord, line, monkeypatch):
    for card, more in ((HOUSINGS[0], ["--go-on"]), (HOUSINGS[1], [])):
        monkeypatch.setattr("sys.stdin", io.StringIO(card + "\n"))
        code, out, _ = pullcord("loops", "audit", line, "--loop", "housing", "--name", "w", *more)
        assert code == 0
        assert ("--name w" in out) == bool(more)
    (found,) = told(pullcord, "loops", "audits", line)
    assert found["missing"] == 2


# An earlier moment


def test_what_was_known_at_an_earlier_moment_and_what_was_so(pullcord, line):
    """The press was cut off from 07:30 to 09:10 (06:30Z to 08:10Z) on Tuesday: what it signalled came late."""
    known = told(pullcord, "loops", "then", line, "--known", "2026-12-01T08:00Z")
    true = told(pullcord, "loops", "then", line, "--true", "2026-12-01T08:00Z")
    full = [{row["loop"]: row["full"] for row in found["loops"]}["bolt"] for found in (known, true)]
    assert known["loops"] != true["loops"], full
    code, out, _ = pullcord("loops", "then", line, "--position", 1)
    assert code == 0
    assert "Nothing was asked for." in out
    code, _, err = pullcord("loops", "then", line)
    assert (code, err) == (1, "pullcord: say one of --known, --position and --true.\n")
