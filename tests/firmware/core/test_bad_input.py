"""Whatever comes as a config or a command: it is taken, or refused in words, and no lamp lies about it."""

import copy
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from pullcord.sim import harness
from station.core import config as rules
from station.core.outputs import Light
from station.core.station import Station
from tests import json_values

GOOD = harness.config(takt={"takt_s": 60, "overrun_percent": 20, "calls": "material"})
COMMAND = {"id": "c-1", "expires": "2026-11-20T17:57:03.000Z", "do": "acknowledge", "call": "6f1c9a2e41d07b35-1"}
COMMAND |= {"by": "maria", "reason": "tool_worn"}
RESULTS = {"done", "refused", "mismatch", "expired", "repeated", "unset_clock", "unknown"}
JOURNAL = "6f1c9a2e41d07b35"
UNIX = 1795197363412


@given(st.one_of(json_values.values, json_values.damaged(GOOD)))
@settings(max_examples=400)
def test_a_config_is_good_for_a_station_or_refused_in_words(config):
    problems = rules.problems(copy.deepcopy(config))
    for problem in problems:
        assert len(problem.split(": ")) >= 4
    if not problems:
        station = Station(config, JOURNAL, 1)
        light = Light(config["light"]["kind"], sorted(config["light"]["pins"]))
        station.begin(0, [])
        for now in range(0, 3000, 500):
            station.tick(now)
            light.update(station, now)
        assert light.masks()


def a_station_with_a_call() -> Station:
    station = Station(GOOD, JOURNAL, 1)
    station.begin(0, [])
    station.link(0, True)
    station.time(0, UNIX, 0)
    station.input(1000, "cord-1", True)
    for sequence, draft in enumerate(list(station.drafts)):
        station.stored(1001, draft, sequence + 1)
    return station


def shown(station: Station, now: int) -> tuple:
    return sorted(station.rows(now)), station.permit(), station.voice.repeating, station.mode


@given(st.one_of(st.binary(max_size=200), json_values.values.map(lambda value: json.dumps(value).encode())))
def test_what_is_no_command_changes_no_lamp(payload):
    station = a_station_with_a_call()
    before = shown(station, 1001)
    try:
        station.command(1001, payload)
    except ValueError:
        assert station.drafts == []
    assert shown(station, 1001) == before


@given(json_values.damaged(COMMAND))
def test_a_damaged_command_is_answered_or_refused_and_runs_for_its_own_call_only(command):
    station = a_station_with_a_call()
    before = shown(station, 1001)
    call = next(iter(station.andon.calls.values()))
    try:
        station.command(1001, json.dumps(command).encode())
    except ValueError:
        assert shown(station, 1001) == before
        return
    (answer,) = [draft.data for draft in station.drafts if draft.type == "station.command"]
    assert answer["result"] in RESULTS
    if command.get("call") != call.id and answer["do"] in ("acknowledge", "arrive", "resolve", "cancel"):
        assert answer["result"] != "done"
        assert shown(station, 1001) == before


@given(st.lists(st.binary(max_size=60), max_size=60))
def test_a_flood_of_commands_fills_nothing(payloads):
    station = a_station_with_a_call()
    good = json.dumps(COMMAND | {"id": "x"}).encode()
    for payload in [*payloads, *[good] * 60]:
        try:
            station.command(1001, payload)
        except ValueError:
            continue
    assert len(station.drafts) <= 30
    assert station.gate.ignored >= 30
