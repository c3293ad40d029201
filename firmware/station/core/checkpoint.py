"""What a reboot must bring back, stored with each event: calls, stop, timers, last taps, waiting drafts.

The checkpoint is made before its own event is stored and names that event in `last`, so that restoring
replays the same step that `stored` takes. Times are ages: a reboot starts a new uptime.
"""

from .events import Draft, compact

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


def _pack_draft(draft: Draft) -> list:
    serial = draft.call.serial if draft.call else 0
    data = dict(draft.data)
    if draft.call is not None and draft.call.id and "call" not in data:
        data["call"] = draft.call.id
    return [draft.type, data, serial, draft.test, draft.boot, draft.uptime, draft.unix_ms, draft.clock]
