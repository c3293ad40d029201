"""What `pullcord monitor` shows and leaves out; with boards it is in tests/end_to_end/test_monitor.py."""

import json

import pytest

from pullcord.cli.main import run
from pullcord.cli.monitor import Filter, Printer, _as_json
from pullcord.line.watching import Cut, Said

CALLED = Said(
    "event",
    "acme/assembly/line-1/st-04",
    {
        "id": "6f1c9a2e41d07b35-123",
        "type": "pullcord.andon.called.v1",
        "time": "2026-11-20T17:56:03.412Z",
        "data": {"call": "quality", "input": "cord-1"},
    },
)
CUT_OFF = Said("cut off", "", {"why": "unplugged"})


def state(**what):
    return Said("state", "acme/assembly/line-1/st-04", {"row": "running", "calls": [], **what})


@pytest.mark.parametrize(
    ("stations", "types", "calls", "lets"),
    [
        ([], [], [], True),
        (["st-04"], [], [], True),
        (["line-2"], [], [], False),
        ([], ["andon"], [], True),
        ([], ["andon.called"], [], True),
        ([], ["pullcord.andon.called.v1"], [], True),
        ([], ["ando"], [], False),
        ([], ["state", "kanban"], [], False),
        ([], [], ["quality"], True),
        ([], [], ["6f1c9a2e41d07b35-123"], True),
        ([], [], ["material"], False),
    ],
)
def test_what_one_asks_for_is_shown(stations, types, calls, lets):
    assert Filter(stations, types, calls).lets(CALLED) is lets
    assert Filter(stations, types, calls).lets(CUT_OFF), "that we see nothing is always to be known"


def test_a_state_is_of_the_calls_that_are_open():
    with_call = state(calls=[{"id": "6f1c9a2e41d07b35-123", "category": "quality"}])
    assert Filter([], [], ["quality"]).lets(with_call) and not Filter([], [], ["quality"]).lets(state())


def test_of_a_state_only_what_is_new_is_shown():
    printer = Printer()
    assert "shows running" in printer.lines(state())[0]
    assert printer.lines(state(uptime=5)) == []
    (line,) = printer.lines(state(row="stopped"))
    assert line.endswith("state: shows stopped")


def test_a_time_that_is_none_is_marked():
    assert Printer().lines(CALLED)[0][8:].startswith("  st-04     andon.called          quality input=cord-1")
    unset = CALLED._replace(data={key: value for key, value in CALLED.data.items() if key != "time"})
    assert Printer().lines(unset)[0][8] == "?"


def test_that_we_are_cut_off_is_said_with_the_reason():
    assert Printer().lines(CUT_OFF)[0].endswith("CUT OFF: unplugged")


def test_json_is_one_object_a_line():
    (line,) = _as_json(CALLED)
    assert json.loads(line) == {"what": "event", "station": CALLED.station, "data": CALLED.data}


def test_being_cut_off_is_told_once():
    cut = Cut()
    assert cut.on() == []
    assert [len(cut.off("away")), len(cut.off("away"))] == [1, 0]
    assert [said.what for said in cut.on("x")] == ["back"]


def test_a_port_or_a_station_that_is_not_there_is_said(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BROKER", raising=False)
    assert run(["monitor", "/dev/ttyACM77"]) == 1
    assert run(["monitor", "st-04"]) == 1
    said = capsys.readouterr().err
    assert "not plugged in" in said and "plant.yaml" in said


@pytest.mark.parametrize(
    "said",
    [
        Said("state", "a/b/c/st-04", {"faults": [1]}),
        Said("state", "a/b/c/st-04", {"lights": 3}),
        Said("state", "a/b/c/st-04", {"calls": {"a": 1}}),
        Said("event", "a/b/c/st-04", {"data": 3}),
    ],
)
def test_what_has_another_form_ends_no_look(said):
    (line,) = Printer().lines(said)
    assert "--json shows it" in line and not Filter([], [], ["quality"]).lets(said)


def test_what_a_station_says_moves_no_cursor():
    said = Said("event", "a/b/c/\x1b[2J", {"type": "pullcord.\x1b[2J.v1", "data": {"what": "\x1b]0;x\x07"}})
    assert "\x1b" not in "".join(Printer().lines(said))
