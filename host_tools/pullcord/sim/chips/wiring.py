"""Puts a reader of the config at the pins of a virtual board."""

from pullcord.sim.chips.bus import SpiBus
from pullcord.sim.chips.cards import Field


def attach(world, kind, bus, byte_us=0, transfer_us=0):
    """The chip of a reader of that `kind`, wired to the pins of `bus`; its field is empty."""
    chip = _chip(kind)
    if kind == "pn532-uart":
        world.uart[bus["uart"]] = chip
    else:
        spi = world.spi.setdefault(bus["spi"], SpiBus(byte_us, transfer_us))
        world.wired[bus["cs"]] = spi.add(bus["cs"], chip)
    if "reset" in bus:
        world.wired[bus["reset"]] = chip.reset_pin
    return chip


def _chip(kind):
    # each only where it is needed: a virtual station has a small heap
    if kind == "mfrc522":
        from pullcord.sim.chips.mfrc522 import Mfrc522

        return Mfrc522(Field())
    if kind == "pn532-spi":
        from pullcord.sim.chips.pn532 import SpiPn532

        return SpiPn532(Field())
    from pullcord.sim.chips.pn532 import UartPn532

    return UartPn532(Field())
