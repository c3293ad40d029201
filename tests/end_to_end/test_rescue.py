"""A board that is dead for the plant still holds what it recorded; that is read out over USB, and recorded once."""

import asyncio
import json

import pytest

from pullcord.cli.main import run
from pullcord.sim import wires
from pullcord.sim.usb_place import VARIABLE
from tests.end_to_end.a_desk import desk, station_config

pytestmark = [pytest.mark.micropython, pytest.mark.mosquitto]
PULLS = 3


@pytest.fixture
async def made(tmp_path, monkeypatch):
    async with desk(tmp_path) as on_desk:
        monkeypatch.setenv(VARIABLE, str(on_desk.usb.listing))
        monkeypatch.setenv("BROKER", "")
        monkeypatch.chdir(tmp_path)
        yield on_desk


async def a_dead_board(made):
    """It worked without a way to the plant; then both its configs were spoilt: it is in safe mode."""
    config = station_config("st-01")
    button = next(item for item in config["inputs"] if item["name"] == "material")
    board = made.add("st-01", config)
    for _ in range(PULLS):
        for active in (True, False):
            await asyncio.to_thread(board.say, wires.moved(button, active, config))
            await asyncio.sleep(0.3)
        await asyncio.sleep(2.2)  # within that it is the same pull
    await made.until(lambda: wires.lit(config, "yellow", board.pins, {}), "the call is felt")
    await asyncio.sleep(1)
    await asyncio.to_thread(board.cut_power)
    board.put({"config.json": b"{", "config.good": b"{", "config.good.0": b"{", "config.good.1": b"{"})
    before = {name: text for name, text in board.files().items() if name.startswith("journal")}
    await asyncio.to_thread(board.power_on)
    await asyncio.sleep(1)
    return board, before


async def rescued(capsys, *arguments):
    code = await asyncio.to_thread(run, ["rescue", *map(str, arguments), "--json"])
    captured = capsys.readouterr()
    assert captured.out, captured.err
    return code, json.loads(captured.out)


async def test_what_a_dead_board_holds_is_recorded_once_and_the_board_is_as_it_was(made, capsys, tmp_path):
    board, before = await a_dead_board(made)
    code, told = await rescued(capsys, board.path, "--db", made.database)
    assert code == 0 and told["new"] == told["events"] >= 2 and told["known"] == 0
    code, again = await rescued(capsys, board.path, "--db", made.database)
    assert (code, again["new"], again["known"]) == (0, 0, told["events"])
    assert again["file"] != told["file"]
    events = made.events("st-01")
    kinds = [event["type"] for event in events]
    assert kinds.count("pullcord.station.started.v1") == 1 and "pullcord.andon.called.v1" in kinds
    assert len({event["id"] for event in events}) == len(events) == told["events"]
    await asyncio.to_thread(board.cut_power)
    after = {name: text for name, text in board.files().items() if name.startswith("journal")}
    assert after == before


async def test_they_go_by_the_broker_too_and_a_kept_file_is_as_good_as_the_board(made, capsys, monkeypatch):
    board, _ = await a_dead_board(made)
    code, told = await rescued(capsys, board.path)
    assert (code, told["recorded"]) == (0, "")
    assert made.events("st-01") == []
    monkeypatch.setenv("BROKER", made.broker)
    for _ in range(2):
        code, sent = await rescued(capsys, told["file"])
        assert (code, sent["recorded"]) == (0, "broker")
    assert len(made.events("st-01")) == told["events"]


async def test_a_board_that_never_was_a_station_has_nothing(made, capsys):
    board = made.usb.add("bare")
    assert await asyncio.to_thread(run, ["rescue", board.path]) == 1
    assert "never ran as a station" in capsys.readouterr().err
