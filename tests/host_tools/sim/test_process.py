"""A station process under the simulator's hands, on each runtime that is here."""

import asyncio
from pathlib import Path

import pytest

from pullcord.sim import runtime
from pullcord.sim.cable import Cable
from pullcord.sim.process import StationFailed, VirtualStation

APPS = Path(__file__).parent / "apps"
CORD, RESET, HANG, END = 2, 3, 4, 5
LAMP, INTERRUPTED, CARD_LIGHT, NETWORK_LIGHT = 10, 11, 20, 21
POWER_ON, WATCHDOG, SOFT = 31, 33, 35


@pytest.fixture(params=[pytest.param("micropython", marks=pytest.mark.micropython), "cpython"])
def make(request, tmp_path):
    found = runtime.micropython() if request.param == "micropython" else runtime.cpython()

    def station(app="small", **settings):
        at_rest = dict.fromkeys((CORD, RESET, HANG, END), 1)
        settings = {"config": {"station": "small"}, "inputs": at_rest, "app_folder": APPS, **settings}
        return VirtualStation("small", tmp_path, runtime=found, app=app, **settings)

    return station


async def test_a_bouncing_pull_is_one_pull_and_lights_the_lamp(make):
    async with make() as station:
        said = []
        station.on_output(
            lambda at, message: said.append(message.get("pin") == LAMP and (at, message["level"]))
        )
        pressed = await station.press(CORD)
        await station.wait_pin(LAMP, 1)
        lit = [entry for entry in said if entry]
        assert [level for _, level in lit if level] == [1]
        assert lit[-1][0] > pressed.first


async def test_a_power_cut_keeps_the_flash_and_darkens_the_lamp(make):
    async with make() as station:
        await station.press(CORD)
        await station.wait_pin(LAMP, 1)
        await station.cut_power()
        assert station.state == "off"
        assert not any(station.pins.values())
        await station.restore_power()
        await station.wait_pin(LAMP, 1)
        await station.wait_pin(POWER_ON, 1)
        assert station.boots == ["power_on", "power_on"]


async def test_a_flash_outlives_its_host(make):
    async with make() as station:
        await station.press(CORD)
        await station.wait_pin(LAMP, 1)
    async with make() as again:
        await again.wait_pin(LAMP, 1)


async def test_a_card_and_a_plug_reach_the_firmware(make):
    async with make() as station:
        station.card("reader-1", "04a1b2c3")
        await station.wait_pin(CARD_LIGHT, 1)
        await station.wait_pin(NETWORK_LIGHT, 1)
        station.card("reader-1", None)
        await station.wait_pin(CARD_LIGHT, 0)
        station.network(False)
        await station.wait_pin(NETWORK_LIGHT, 0)


async def test_what_is_around_the_board_is_still_so_after_a_power_cut(make):
    async with make() as station:
        station.card("reader-1", "04a1b2c3")
        await station.wait_pin(CARD_LIGHT, 1)
        await station.cut_power()
        await station.restore_power()
        await station.wait_pin(CARD_LIGHT, 1)


@pytest.mark.micropython
async def test_between_two_erases_of_the_flash_contacts_interrupt_a_program_that_does_not_pause(tmp_path):
    app = {"app": "erasing", "app_folder": APPS, "config": {}, "inputs": {CORD: 1}}
    async with VirtualStation("erasing", tmp_path, runtime=runtime.micropython(), **app) as station:
        await station.wait_pin(LAMP, 1)
        await station.press(CORD, hold_ms=60)
        await station.wait_pin(INTERRUPTED, 1)


async def test_a_station_that_hangs_is_reset_by_its_watchdog(make):
    async with make() as station:
        station.set_pin(HANG, 0)
        await station.wait_pin(POWER_ON, 0)
        station.set_pin(HANG, 1)
        await station.wait_pin(WATCHDOG, 1)
        assert set(station.boots[1:]) == {"watchdog"}


async def test_a_reset_starts_the_program_again_with_its_cause(make):
    async with make() as station:
        await station.press(RESET)
        await station.wait_pin(SOFT, 1)
        assert station.boots == ["power_on", "soft"]


async def test_a_program_that_ends_keeps_its_outputs_until_the_watchdog_bites(make):
    async with make() as station:
        await station.wait_pin(POWER_ON, 1)
        states = []
        station.on_output(
            lambda at, message: states.append(station.state) if message.get("pin") == POWER_ON else None
        )
        station.set_pin(END, 0)
        await station.wait_pin(POWER_ON, 0)
        assert states == ["halted"]
        station.set_pin(END, 1)
        await station.wait_pin(WATCHDOG, 1)


async def test_a_station_that_does_not_start_says_why(make):
    station = make(app="no_such_app")
    with pytest.raises(StationFailed) as failed:
        await station.start()
    assert "no_such_app" in str(failed.value) and station.state == "off"
    await station.stop()


async def test_a_wait_that_is_in_vain_shows_the_stations_own_words(make):
    async with make() as station:
        await station.wait_pin(POWER_ON, 1)
        with pytest.raises(TimeoutError, match="running 31"):
            await station.wait_pin(LAMP, 1, timeout_s=0.2)


async def test_power_can_be_cut_while_the_station_starts(make):
    async with make() as station:
        await station.cut_power()
        starting = asyncio.create_task(station.restore_power())
        await asyncio.sleep(0)
        await station.cut_power()
        await asyncio.gather(starting, return_exceptions=True)
        assert station.state == "off"
        await station.restore_power()
        assert station.state == "running"


async def test_a_broker_hears_no_goodbye_of_a_station_without_power(make, monkeypatch):
    order = []
    async with Cable("127.0.0.1", 1) as cable, make(cable=cable) as station:
        monkeypatch.setattr(cable, "abandon", lambda: order.append(station._process.returncode))
        await station.press(RESET)
        await station.wait_pin(SOFT, 1)
        await station.cut_power()
    assert order[:2] == [None, None]  # while the process still lives


async def test_the_plug_of_the_network_is_the_cables_too(make):
    async with Cable("127.0.0.1", 1) as cable, make(cable=cable) as station:
        await station.wait_pin(NETWORK_LIGHT, 1)
        station.network(False)
        assert not cable.plugged
        await station.wait_pin(NETWORK_LIGHT, 0)
        station.network(True)
        assert cable.plugged
