"""Reads the calendar of `shifts`. Loaded when a change is due, and forgotten.

An entry of the week is (weekday of the shift's start * 2880 + minutes since its midnight) * 3 + what it is from then
on. A closed day is counted since 1970. The hour that comes twice in autumn counts twice: nobody works longer for it.
"""

import struct

from .shifts import OFF, STOP, WORK

_DAY = 1440


def look(shifts, second: int) -> tuple:
    """(what it is at this UTC second, since when, until when at most)."""
    ahead, first, last = _ahead(shifts.zone, second)
    minute = second // 60 + ahead
    today = minute // _DAY
    # a day's entries are looked at from its midnight on
    kind, began, ends = OFF, today * _DAY, (today + 1) * _DAY
    latest = -1
    for day in (today - 1, today):
        if struct.pack("<H", day) in _pairs(shifts.closed):
            continue
        for at, what in _entries(shifts.week, (day + 3) % 7):  # 1970 began with a Thursday
            at += day * _DAY
            if at > minute:
                ends = min(ends, at)
            elif at > latest or (at == latest and what):
                kind, latest = what, at
    began = max(began, latest)
    return kind, max(first, (began - ahead) * 60), min(last, (ends - ahead) * 60)


def counted(shifts, unix_ms: int, ms: int) -> tuple:
    """See `Shifts.counted`."""
    worked = waited = 0
    end = unix_ms + ms
    while unix_ms < end:
        kind, _, until = look(shifts, unix_ms // 1000)
        until = min(until * 1000, end)
        worked += until - unix_ms if kind == WORK else 0
        waited += until - unix_ms if kind != STOP else 0
        unix_ms = until
    return worked, waited


def _ahead(zone: bytes, second: int) -> tuple:
    """(minutes ahead of UTC, since when, until when)."""
    ahead, first, last = 0, 0, 0xFFFFFFFF
    for at in range(0, len(zone), 6):
        since, minutes = struct.unpack_from("<Ih", zone, at)
        if since > second:
            return ahead, first, since
        ahead, first = minutes, since
    return ahead, first, last


def _entries(week: bytes, weekday: int):
    for at in range(0, len(week), 2):
        entry = struct.unpack_from("<H", week, at)[0]
        if entry // (3 * 2880) == weekday:
            yield entry // 3 % 2880, entry % 3


def _pairs(packed: bytes) -> list:
    return [packed[at : at + 2] for at in range(0, len(packed), 2)]
