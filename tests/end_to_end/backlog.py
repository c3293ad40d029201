"""A station that was cut off for long: events in its journal that the plant has not."""

from pathlib import Path

from pullcord.sim import process
from pullcord.sim.process import VirtualStation

PROGRAM = Path(__file__).with_name("fill_journal.py")


async def fill(station: VirtualStation, path: str, count: int, limit_kb: int, since: int | None) -> None:
    """Before its first start: `count` cycle events, one a minute from `since` (UTC ms; None: with an unset clock)."""
    await station.run_on_flash(
        PROGRAM,
        firmware=str(process.FIRMWARE),
        sim=str(process.HERE),
        uid=station.uid,
        station=path,
        limit_kb=limit_kb,
        count=count,
        since=since,
    )
