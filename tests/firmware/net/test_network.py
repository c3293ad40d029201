"""Wi-Fi and Ethernet on boards that misbehave, each as it was seen. Portable."""

import asyncio
import sys

import machine

from pullcord.sim import virtual_time
from station.net.network import NetworkError, open_network

SECRETS = {"wifi_ssid": "plant", "wifi_password": "hush-hush"}


class Board:
    """A fake of the module `network`, its WLAN and LAN. Connected after so many polls, or never (None)."""

    STA_IF = 0
    PM_NONE = 16
    PHY_LAN8720 = 1

    def __init__(self, joins_after=3, says=1001):
        self.joins_after = joins_after
        self.says = says
        self.calls = []
        self.errors = []
        self.polls = None
        self.pins = None

    def WLAN(self, interface):
        return self

    def LAN(self, **pins):
        self.pins = pins
        return self

    def active(self, on):
        self.calls.append("on" if on else "off")

    def config(self, pm):
        assert pm == self.PM_NONE
        self.calls.append("awake")

    def connect(self, ssid, password):
        if self.errors:
            raise self.errors.pop(0)
        assert (ssid, password) == ("plant", "hush-hush")
        self.calls.append("connect")
        self.polls = 0

    def disconnect(self):
        self.calls.append("disconnect")
        self.polls = None

    def isconnected(self):
        if self.polls is None or self.joins_after is None:
            return False
        self.polls += 1
        return self.polls > self.joins_after

    def status(self):
        return self.says


def play(board, scene, kind="wifi", **link):
    before = sys.modules.get("network")
    sys.modules["network"] = board

    async def main():
        await scene(open_network(dict(link, kind=kind), SECRETS))
        return True

    try:
        assert virtual_time.run(main(), 3600000)
    finally:
        if before:
            sys.modules["network"] = before
        else:
            del sys.modules["network"]


async def reason(awaitable):
    try:
        await awaitable
    except NetworkError as error:
        return str(error)
    raise AssertionError("it went up")


def test_it_comes_up_and_stays_awake():
    board = Board()

    async def scene(network):
        assert not network.is_up()
        assert network.status() == "off"
        await network.up(5000)
        assert network.is_up()
        assert network.status() == "up"
        assert board.calls == ["on", "awake", "connect"]

    play(board, scene)


def test_a_network_that_is_up_is_left_alone():
    board = Board()

    async def scene(network):
        await network.up(5000)
        board.calls.clear()
        await network.up(5000)
        assert board.calls == []

    play(board, scene)


def test_a_wrong_password_is_never_final():
    """An ESP32 says 202 also after its access point was away, and then connects."""
    board = Board(joins_after=100, says=202)

    async def scene(network):
        await network.up(20000)
        assert board.calls.count("connect") == 1

    play(board, scene)


def test_idle_while_it_connects_is_nothing_to_act_on():
    board = Board(joins_after=30, says=1000)

    async def scene(network):
        await network.up(5000)
        assert "disconnect" not in board.calls

    play(board, scene)


def test_in_time_or_let_go_and_then_cycled():
    board = Board(joins_after=None, says=201)

    async def scene(network):
        text = await reason(network.up(5000))
        assert text == "Wi-Fi did not come up within 5 s: the access point was not found"
        assert board.calls == ["on", "awake", "connect", "disconnect"]
        await reason(network.up(5000))
        assert board.calls[4:] == ["on", "awake", "connect", "disconnect", "off"]
        board.joins_after = 3
        await network.up(5000)
        assert network.is_up()

    play(board, scene)


def test_the_reason_holds_no_secret():
    async def scene(network):
        text = await reason(network.up(1000))
        assert "plant" not in text
        assert "hush" not in text

    play(Board(joins_after=None, says=202), scene)


def test_connect_that_raises_while_it_connects_is_tried_again():
    board = Board()
    board.errors = [OSError("Wifi Internal Error"), RuntimeError("Wifi Unknown Error 0x3012")]

    async def scene(network):
        await network.up(5000)
        assert board.calls.count("connect") == 1
        assert board.calls.count("disconnect") == 2

    play(board, scene)


def test_a_board_that_keeps_raising_is_reported_in_its_words():
    board = Board()
    board.errors = [OSError("Wifi Internal Error")] * 100

    async def scene(network):
        assert "within 2 s: Wifi Internal Error" in await reason(network.up(2000))

    play(board, scene)


def test_a_radio_that_does_not_even_start_is_reported_and_tried_again():
    """An ESP32 without memory for its radio: nothing works, also letting go does not."""
    board = Board()
    broken = [True]
    switch, leave = board.active, board.disconnect

    def active(on):
        if broken:
            raise OSError("WiFi Out of Memory")
        switch(on)

    def disconnect():
        if broken:
            raise OSError("Wifi Not Started")
        leave()

    board.active, board.disconnect = active, disconnect

    async def scene(network):
        for _ in range(3):
            assert "within 2 s: WiFi Out of Memory" in await reason(network.up(2000))
        broken.clear()
        await network.up(5000)
        assert network.is_up()

    play(board, scene)


def test_a_board_without_power_save_setting_works_too():
    board = Board()

    def refuse(pm):
        raise ValueError("unknown config param")

    board.config = refuse

    async def scene(network):
        await network.up(5000)
        assert network.is_up()

    play(board, scene)


def test_a_lost_link_is_seen_and_joined_again():
    board = Board()

    async def scene(network):
        await network.up(5000)
        board.polls = None
        assert not network.is_up()
        await network.up(5000)
        assert board.calls.count("connect") == 2

    play(board, scene)


def test_a_radio_that_only_believes_to_be_connected_can_be_started_afresh():
    board = Board()

    async def scene(network):
        await network.up(5000)
        await network.down()
        assert not network.is_up()
        await network.up(5000)
        assert board.calls.count("connect") == 2

    play(board, scene)


def test_other_tasks_run_while_it_waits():
    board = Board(joins_after=None)

    async def scene(network):
        lamp = []

        async def blink():
            while True:
                lamp.append(1)
                await asyncio.sleep_ms(125)

        task = asyncio.create_task(blink())
        await reason(network.up(5000))
        assert len(lamp) > 39
        task.cancel()

    play(board, scene)


def test_a_status_that_nobody_knows_is_told_as_it_is():
    async def scene(network):
        assert "status 4711" in await reason(network.up(1000))

    play(Board(joins_after=None, says=4711), scene)


def test_ethernet_takes_pins_and_options_from_the_config():
    board = Board()

    async def scene(network):
        board.polls = 0
        await network.up(5000)
        assert board.calls == ["on"]
        assert sorted(board.pins) == ["mdc", "mdio", "phy_addr", "phy_type", "ref_clk_mode"]
        assert board.pins["phy_addr"] == 1
        assert (board.pins["phy_type"], board.pins["ref_clk_mode"]) == (board.PHY_LAN8720, machine.Pin.OUT)

    constants = {"phy_type": "PHY_LAN8720", "ref_clk_mode": "OUT"}
    pins = {"mdc": 23, "mdio": 18}
    play(board, scene, "ethernet", interface="LAN", pins=pins, options={"phy_addr": 1}, constants=constants)


def test_an_ethernet_cable_that_is_out():
    async def scene(network):
        assert "Ethernet did not come up within 1 s" in await reason(network.up(1000))

    play(Board(joins_after=None), scene, "ethernet")


def test_usb_and_none_have_no_network():
    assert open_network({"kind": "usb"}, {}) is None
    assert open_network({"kind": "none"}, {}) is None
