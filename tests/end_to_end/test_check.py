"""A wired station is checked over its cable by a person, on real MicroPython, with broker and recorder."""

import asyncio
import copy
import json
from pathlib import Path

import pytest

from pullcord.acceptance import report
from pullcord.acceptance.check import Patience
from pullcord.acceptance.person import NO
from pullcord.acceptance.result import is_as_signed
from pullcord.cli import check as command
from pullcord.line import address
from pullcord.line.accounts import of_address
from pullcord.line.broker import free_port
from pullcord.plant import boards as board_profiles
from pullcord.plant.compile import compile_plant
from pullcord.plant.load import load
from pullcord.plant.secret_store import Secrets
from pullcord.sim import wires
from pullcord.sim.usb_place import VARIABLE
from pullcord.usb.asking import ask
from pullcord.usb.ports import port_named
from pullcord.usb.session import Session
from pullcord.usb.trouble import Trouble
from tests.end_to_end.a_desk import board_files, desk, station_config
from tests.end_to_end.a_hand import Hand

pytestmark = [pytest.mark.micropython, pytest.mark.mosquitto]
REFERENCE = Path(__file__).parents[2] / "hardware" / "reference" / "plant.yaml"
PATH = "reference/assembly/line-1/full-station"
COUNTED = ("andon.", "kanban.", "cycle.", "input.")


@pytest.fixture
async def wired(tmp_path, monkeypatch):
    """A desk with the reference's full station, as it comes from its wiring."""
    async with desk(tmp_path) as made:
        monkeypatch.setenv(VARIABLE, str(made.usb.listing))
        yield made


def full_station(broker):
    boards = board_profiles.load()
    plans = compile_plant(load(REFERENCE, boards), boards)
    config = copy.deepcopy(next(plan.config for plan in plans if plan.config["station"] == PATH))
    config["link"] |= {"host": "127.0.0.1", "port": address.read(broker).port}
    return config


def placed(made, config):
    board = made.usb.add("full", board="raspberry-pi-pico-2-w", on=False)
    secrets = {"wifi_ssid": "virtual", "wifi_password": ""}
    board.put(board_files(config) | {"secrets.json": json.dumps(secrets).encode()})
    for message in wires.at_rest(config):
        board.say(message)
    board.power_on()
    return board


async def checked(board, hand, patience=Patience(), accounts=None):  # noqa: B008
    return await asyncio.to_thread(command.checked, board.path, hand, "maria", False, patience, accounts)


def outcomes(result):
    return {f"{step.part} {step.name}": step.outcome for step in result.steps}


def failed(result):
    return {f"{step.part} {step.name}": step.why for step in result.steps if step.outcome != "passed"}


async def test_a_station_that_is_wired_right_passes_and_only_tests_are_recorded(wired, tmp_path):
    config = full_station(wired.broker)
    board = placed(wired, config)
    result = await checked(board, Hand(board, config))
    assert failed(result) == {} and result.verdict == "PASSED"
    steps = outcomes(result)
    assert {f"light {name}" for name in config["light"]["pins"]} <= set(steps)
    assert {f"input {item['name']}" for item in config["inputs"]} <= set(steps)
    assert {"wire cord, cut wire", "wire cord, wires touch", "permit relay", "sound buzzer"} <= set(steps)
    assert {"link network", "link broker", "link receipt"} <= set(steps)
    assert (result.uid, result.by) == (board.uid, "maria")
    events = [entry for entry in wired.service.store.read_log(0, 1000) if entry.station == PATH]
    caused = [entry for entry in events if entry.sequence in range(result.events[0], result.events[1] + 1)]
    assert {(entry.kind, entry.test) for entry in caused} <= {("station.checked", True), ("station.clock", False)}
    assert [entry.data["what"] for entry in caused if entry.test][::len(config["inputs"]) + 1] == ["started", "passed"]
    assert not [entry for entry in events if entry.kind.startswith(COUNTED) and not entry.test]
    told = result.as_json()
    assert is_as_signed(told) and not is_as_signed(told | {"by": "jonas"})
    assert report.one_page(told).startswith(b"%PDF")
    await wired.until(lambda: "running" in board.state and len(board.boots) >= 3, "the station starts afresh")


async def test_whatever_is_wired_wrong_is_told_and_the_rest_is_checked_all_the_same(wired):
    config = full_station(wired.broker)
    config["link"]["port"] = free_port()  # nobody is there
    board = placed(wired, config)
    board.say({"reader": "badge", "answers": False})
    as_wired = copy.deepcopy(config)
    pins = as_wired["light"]["pins"]
    pins["red"], pins["yellow"] = pins["yellow"], pins["red"]
    hand = Hand(board, as_wired)
    hand.exchanged["material"] = "maintenance"
    hand.answers["clear of it"] = NO
    result = await checked(board, hand, Patience(link=4))
    wrong = failed(result)
    assert result.verdict == "FAILED"
    assert wrong.pop("input material") == "maintenance moved instead: are the two exchanged?"
    assert "its chip does not answer" in wrong.pop("reader badge")
    assert "everybody was clear" in wrong.pop("permit relay")
    assert wrong.pop("link broker"), "the reason is told"
    assert set(wrong) == {"light red", "light yellow", "link receipt"}
    assert board.pins.get(config["permit"]["pin"], 0) == 0, "the relay was left alone"


async def test_a_cable_pulled_halfway_leaves_a_station_that_goes_to_work(wired):
    config = full_station(wired.broker)
    board = placed(wired, config)
    hand = Hand(board, config)
    tell = hand.tell

    def pulls_the_cable(words):
        if "Press material" in words:
            board.unplug()
        else:
            tell(words)

    hand.tell = pulls_the_cable
    with pytest.raises(Trouble, match="gone from USB"):
        await checked(board, hand)
    boots = len(board.boots)
    await wired.until(lambda: len(board.boots) > boots, "nobody asks any more: it starts afresh")
    board.plug()
    with Session(port_named(board.path)) as session:
        assert (await asyncio.to_thread(ask, session, 30.0)).what == "station"


async def test_a_station_on_the_cable_passes_and_its_result_comes_to_the_plant_by_the_cable(wired):
    config = station_config("st-01")
    board = wired.add("st-01", config)
    result = await checked(board, Hand(board, config))
    assert result.verdict == "PASSED"
    assert failed(result) == {"link network, broker, receipt": "linked by cable: its gateway carries what it says"}
    assert outcomes(result)["link network, broker, receipt"] == "not_applicable" and wired.events("st-01") == []
    accounts = of_address(address.read(wired.broker), Secrets)
    result = await checked(board, Hand(board, config), accounts=accounts)
    assert failed(result) == {} and outcomes(result)["link receipt, by the cable"] == "passed"
    told = [event["data"]["what"] for event in wired.events("st-01") if event["type"] == "pullcord.station.checked.v1"]
    assert told.count("passed") == 2 and told[-1] == "passed"
    nobody = of_address(address.read(f"mqtt://127.0.0.1:{free_port()}"), Secrets)
    result = await checked(board, Hand(board, config), Patience(link=6, receipt=2), nobody)
    assert result.verdict == "FAILED" and "nothing listens at" in failed(result)["link receipt, by the cable"]


async def test_a_board_without_firmware_is_told_what_it_lacks(wired):
    board = wired.usb.add("bare")
    with pytest.raises(Trouble, match="pullcord deploy"):
        await checked(board, Hand(board, full_station(wired.broker)))
