"""A time zone as a board can use it: when it is how far ahead of UTC."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 2026, 2040
_STEP = timedelta(hours=1)


def transitions(name: str) -> list[list[int]]:
    """[[UTC s, minutes ahead of UTC from then on]], the first at the beginning of FIRST_YEAR."""
    return [list(step) for step in _transitions(name)]


@cache
def _transitions(name: str) -> tuple[tuple[int, int], ...]:
    """Hundreds of stations ask for the same one."""
    zone = ZoneInfo(name)
    at = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    found = [(int(at.timestamp()), _ahead(at, zone))]
    day = timedelta(days=1)
    while at.year <= LAST_YEAR:
        if _ahead(at + day, zone) != found[-1][1]:
            moment = at
            while _ahead(moment, zone) == found[-1][1]:
                moment += _STEP
            found.append((int(moment.timestamp()), _ahead(moment, zone)))
        at += day
    return tuple(found)


def _ahead(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) // 60 if offset else 0
