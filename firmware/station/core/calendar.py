"""When people work, as the plant's calendar says. Loaded when a shift or a break begins or ends, and forgotten.

A takt counts working time only, and nobody is waited for in a planned stop. Without a clock it is always work: better
a call too many. An entry of the week is (weekday of the shift's start * 2880 + minutes since its midnight) * 3 + what
it is from then on. A closed day is counted since 1970. The hour that comes twice in autumn counts twice.
"""

import struct

OFF, STOP, WORK = 0, 1, 2
_DAY = 1440


def pack(calendar: dict) -> tuple:
    """The config's calendar in a few hundred bytes: (week, closed days, time zone)."""
    week, closed = calendar["week"], calendar["closed"]
    zone = [struct.pack("<Ih", since, ahead) for since, ahead in calendar["zone"]]
    return struct.pack("<%dH" % len(week), *week), struct.pack("<%dH" % len(closed), *closed), b"".join(zone)


def turn(station, now: int, second: int) -> None:
    """Hold the timers of `station`, or let them go on, as it is at this UTC second."""
    before = station.turn[2]
    kind, since, until = look(station.shifts, second)
    station.turn = (since, until, kind)
    if kind == before:
        return
    if station.takt is not None:
        station.takt.hold(now, kind != WORK)
    andon = station.andon
    if andon.held_at is not None:
        for call in andon.calls.values():
            call.held_ms += now - max(andon.held_at, call.called_at)
    andon.held_at = now if kind == STOP else None


def look(shifts: tuple, second: int) -> tuple:
    """(what it is at this UTC second, since when, until when at most)."""
    week, closed, zone = shifts
    ahead, first, last = _ahead(zone, second)
    minute = second // 60 + ahead
    today = minute // _DAY
    # a day's entries are looked at from its midnight on
    kind, ends, latest = OFF, (today + 1) * _DAY, -1
    for day in (today - 1, today):
        if day in _numbers(closed):
            continue
        for entry in _numbers(week):
            if entry // 8640 != (day + 3) % 7:  # 1970 began with a Thursday
                continue
            at = entry // 3 % 2880 + day * _DAY
            if at > minute:
                ends = min(ends, at)
            elif at > latest or (at == latest and entry % 3):
                kind, latest = entry % 3, at
    began = max(today * _DAY, latest)
    return kind, max(first, (began - ahead) * 60), min(last, (ends - ahead) * 60)


def counted(shifts: tuple, unix_ms: int, ms: int) -> tuple:
    """Of so many milliseconds from then on: (those of work, those that were no planned stop)."""
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


def _numbers(packed: bytes) -> tuple:
    return struct.unpack("<%dH" % (len(packed) // 2), packed)
