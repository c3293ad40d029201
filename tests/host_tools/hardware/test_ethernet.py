"""The firmware opens the Ethernet port of every board that has one, with the settings of its profile."""

import asyncio
from pathlib import Path

import pytest

from pullcord.plant.compile import compile_plant
from pullcord.plant.load import load
from pullcord.sim import cpython

HARDWARE = Path(__file__).parents[3] / "hardware"


@pytest.mark.parametrize("board", ["olimex-esp32-poe-iso", "wt32-eth01", "w5500-evb-pico"])
def test_the_port_comes_up(profiles, board):
    cpython.install()
    import machine
    from world import World

    from station.net.network import open_network

    machine.world = World()
    plant = load(HARDWARE / "reference" / "boards.yaml", profiles)
    (config,) = [made.config for made in compile_plant(plant, profiles) if made.config["board"] == board]
    network = open_network(config["link"], {})
    assert not network.is_up()
    asyncio.run(network.up(5000))
    assert network.is_up()


def test_a_port_with_another_phy_does_not_come_up():
    cpython.install()
    import network

    with pytest.raises(ValueError, match="invalid PHY"):
        network.LAN(mdc=23, mdio=18, phy_type=7, phy_addr=0)
