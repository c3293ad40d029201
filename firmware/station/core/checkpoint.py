"""What a reboot must bring back, stored with each event: calls, stop, timers, last taps, waiting drafts.

The checkpoint is made before its own event is stored and names that event in `last`, so that restoring
replays the same step that `stored` takes. Times are ages: a reboot starts a new uptime.
"""

from .events import Draft, compact

FORMAT = 1
LONGEST = 2000  # what the journal takes


def pack(station, now: int, draft=None, sequence: int = 0) -> bytes:
    """`draft`: the oldest draft, about to be stored as `sequence`.

    Waiting drafts beyond LONGEST are left out, the newest first; b"" when not even the rest fits: a reboot then
    begins afresh. The record goes on in any case.
    """
    readers = {}
    for name, reader in station.readers.items():
        if reader.last is not None:
            readers[name] = reader.last.hex()
    last, unix_ms = None, station.clock.unix_ms(now)
    if draft is not None:
        last = [draft.type, draft.call.serial if draft.call else 0, sequence]
    waiting = []
    fields = [
        FORMAT,
        unix_ms,
        station.andon.pack(now),
        station.takt.pack(now) if station.takt else [],
        sorted(station.active),
        readers,
        station.faults,
        last,
        waiting,
        station.lost,
        station.given_up,
        station.gate.unexpired(unix_ms),
        station.service is not None and station.service.permit,
    ]
    room = LONGEST - len(compact(fields))
    if room < 0:
        return b""
    for item in station.drafts:
        if item is not draft:
            packed = _pack_draft(item)
            room -= len(compact(packed)) + 1
            if room < 0:
                break
            waiting.append(packed)
    return compact(fields)


def _pack_draft(draft: Draft) -> list:
    serial = draft.call.serial if draft.call else 0
    data = dict(draft.data)
    if draft.call is not None and draft.call.id and "call" not in data:
        data["call"] = draft.call.id
    return [draft.type, data, serial, draft.test, draft.boot, draft.uptime, draft.unix_ms, draft.clock]
