"""`pullcord deploy --all --config`: many boards at once, of which two may hold the same config."""

from types import SimpleNamespace

import pytest

from pullcord.cli import deploy_config
from pullcord.cli.deploy_config import WithConfig
from pullcord.usb.bring_up import BringUp
from pullcord.usb.ports import Port
from pullcord.usb.trouble import Trouble

PLANT = """
format: 1
site: {name: acme}
broker: {host: 192.168.10.5}
andon: {categories: {help: {stop: never}}}
areas:
  hall:
    lines:
      line-1:
        stations:
          st-01:
            board: raspberry-pi-pico
            link: {kind: usb}
            light: {kind: tower, pins: {red: GP10, yellow: GP11, green: GP12}}
            inputs: {cord: {pin: GP2, does: call, category: help}}
"""


def test_of_two_boards_that_hold_one_stations_config_the_second_is_left_as_it_is(tmp_path, monkeypatch):
    file = tmp_path / "plant.yaml"
    file.write_text(PLANT)

    def meet(port, profiles, interrupt):
        who = {"uid": port.device, "machine": "Raspberry Pi Pico", "station": "acme/hall/line-1/st-01"}
        return SimpleNamespace(micropython="1.29.0", trouble=[], **who)

    monkeypatch.setattr(deploy_config, "meet", meet)
    monkeypatch.setattr(BringUp, "is_done", lambda self, found, content: True)
    work = WithConfig(file, None, None, False).work
    first, second = (Port(f"/dev/ttyACM{n}", 0x2E8A, 5, "", f"1-{n}", "", "") for n in (1, 2))
    work(first, lambda done, whole: None)
    with pytest.raises(Trouble, match="hall/line-1/st-01 is already the board at"):
        work(second, lambda done, whole: None)
    work(first, lambda done, whole: None)
