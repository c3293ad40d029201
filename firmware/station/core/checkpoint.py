"""What a reboot must bring back, stored with each event: calls, stop, timers, last taps, waiting drafts.

The checkpoint is made before its own event is stored and names that event in `last`, so that restoring
replays the same step that `stored` takes. Times are ages: a reboot starts a new uptime.
"""

import json

from .andon import Call
from .events import Draft, compact, event_id

FORMAT = 1


def pack(station, now: int, draft=None, sequence: int = 0) -> bytes:
    """`draft`: the oldest draft, about to be stored as `sequence`."""
    readers = {}
    for name, reader in station.readers.items():
        if reader.last is not None:
            readers[name] = "".join("%02x" % byte for byte in reader.last)
    waiting = [_pack_draft(item) for item in station.drafts if item is not draft]
    last = None
    if draft is not None:
        last = [draft.type, draft.call.serial if draft.call else 0, sequence]
    return compact(
        [
            FORMAT,
            station.clock.unix_ms(now),
            station.andon.pack(now),
            station.takt.pack(now) if station.takt else [],
            sorted(station.active),
            readers,
            station.faults,
            last,
            waiting,
        ]
    )


def restore(station, now: int, packed: bytes) -> None:
    """Take up where the checkpoint ends. ValueError when it is not one of ours.

    Without a stored word that the line ran, the permit stays off until somebody restarts it.
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
    """After a reset the permit stays off until restart, unless the config lets it resume."""
    permit = station.config.get("permit")
    if permit and not permit.get("resume"):
        station.andon.held = True


def _pack_draft(draft: Draft) -> list:
    serial = draft.call.serial if draft.call else 0
    data = dict(draft.data)
    if draft.call is not None and draft.call.id and "call" not in data:
        data["call"] = draft.call.id
    return [draft.type, data, serial, draft.test, draft.boot, draft.uptime, draft.unix_ms, draft.clock]


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
