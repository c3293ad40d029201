"""Takes a station up where its checkpoint ends: once, at boot."""

import json

from .andon import Call
from .checkpoint import FORMAT
from .events import Draft, event_id


def restore(station, now: int, packed: bytes) -> None:
    """Take up where the checkpoint ends. ValueError when it is not one of ours.
    """
    saved = json.loads(packed)
    if not isinstance(saved, list) or len(saved) != 9 or saved[0] != FORMAT:
        raise ValueError("a checkpoint of another format")
    _, unix_ms, andon, takt, active, readers, faults, last, waiting = saved
    station.andon.restore(now, andon)
    if station.takt is not None:
        station.takt.restore(now, takt)
    station.was_on = active
    station.faults = {name: fault for name, fault in faults.items() if name in station.inputs}
    for name, uid in readers.items():
        if name in station.readers:
            station.readers[name].restore(
                now, bytes([int(uid[i : i + 2], 16) for i in range(0, len(uid), 2)])
            )
    calls = {call.serial: call for call in station.andon.calls.values()}
    if last is not None:
        done = Draft(last[0], {}, _call(calls, last[1]))
        station.andon.stored(done, event_id(station.journal, last[2]), last[2])
    for item in waiting:
        station.drafts.append(_unpack_draft(item, calls))
    station.andon.take()
    station.off = None if unix_ms is None else (unix_ms, now)


def hold(station) -> None:
    """After a reset the permit stays off until restart, unless the config lets it resume and the line ran."""
    if not station.resumes:
        station.andon.held = True


def _unpack_draft(item: list, calls: dict) -> Draft:
    type, data, serial, test, boot, uptime, unix_ms, clock = item
    return Draft(type, data, _call(calls, serial), test).stamp(boot, uptime, unix_ms, clock)


def _call(calls: dict, serial: int):
    """The call with that number; a stand-in for one that a newer call replaced before it was recorded."""
    if not serial:
        return None
    if serial not in calls:
        calls[serial] = Call(serial, "", 0)
    return calls[serial]
