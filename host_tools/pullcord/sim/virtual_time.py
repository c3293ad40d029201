"""Runs the station's own asyncio code in virtual time: nobody waits, an eight-hour shift takes seconds.

The same on MicroPython and CPython: `run(main(), until_ms)`. Ticks wrap at 2**30 as on a board, and
`start_ticks` chooses how soon. `time.sleep_ms` moves the virtual clock too. Import this before the firmware.
"""

import asyncio
import sys

if sys.implementation.name == "micropython":
    from pullcord.sim import virtual_micropython as _runtime
else:
    from pullcord.sim import virtual_cpython as _runtime

from pullcord.sim import contacts
from pullcord.sim.virtual_clock import Stuck, TimeIsUp, VirtualClock, WatchdogBite

__all__ = ["Stuck", "VirtualClock", "WatchdogBite", "bounce", "press", "run", "tap"]


def run(main, until_ms, start_ticks=0, world=None):
    """Run the coroutine `main` to its end and return its result, or to `until_ms` and return None.

    What is still pending then is cancelled. Raises what `main` raises; WatchdogBite when `world`'s watchdog
    was not fed in time; BoardReset when the app reset the board; Stuck when nothing can ever happen again.
    """
    clock = VirtualClock(until_ms, start_ticks, world)
    with _runtime.virtual(clock):
        if world:
            world.boot()
        try:
            return _runtime.run(main, clock)
        except TimeIsUp:
            return None


async def bounce(world, pin, level, seed=1):
    """Move a contact to `level` with its bounces (see contacts.bounce); other tasks run between the edges."""
    import time  # here, after virtual time has replaced it on MicroPython

    now = 0
    for at, edge in contacts.bounce(level, seed):
        time.sleep_us(at - now)
        now = at
        world.set_pin(pin, edge)
        await asyncio.sleep_ms(0)


async def press(world, pin, hold_ms=200, active=0, seed=1):
    """Press and let go a button with bouncing contacts. Pressed is level `active`."""
    await bounce(world, pin, active, seed)
    await asyncio.sleep_ms(hold_ms)
    await bounce(world, pin, 1 - active, seed + 1)


async def tap(world, reader, uid, hold_ms=400):
    """Hold a card (uid: bytes) to a reader and take it away."""
    world.card(reader, uid)
    await asyncio.sleep_ms(hold_ms)
    world.card(reader, None)
