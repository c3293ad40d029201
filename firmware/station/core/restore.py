"""Takes a station up where its checkpoint ends: once, at boot."""

import json

from .andon import PHASES, Call
from .checkpoint import FORMAT
from .events import Draft, event_id


def restore(station, now: int, packed: bytes) -> None:
    """Take up where the checkpoint ends. Raises whatever a checkpoint that is not ours leads to."""
    saved = json.loads(packed)
    if not isinstance(saved, list) or len(saved) not in (9, 12, 13) or saved[0] != FORMAT:
        raise ValueError("a checkpoint of another format")
    _, unix_ms, andon, takt, active, readers, faults, last, waiting = saved[:9]
    if len(saved) > 9:
        station.lost, station.given_up, station.gate.seen = saved[9:12]
    station.andon.restore(now, andon)
    if station.takt is not None:
        station.takt.restore(now, takt)
    station.was_on = active
    station.faults = dict(faults)
    for name, uid in readers.items():
        if name in station.readers:
            station.readers[name].restore(now, bytes.fromhex(uid))
    calls = {call.serial: call for call in station.andon.calls.values()}
    if last is not None:
        done = Draft(last[0], {}, _call(calls, last[1]))
        station.andon.stored(done, event_id(station.journal, last[2]), last[2])
    for item in waiting:
        station.drafts.append(_unpack_draft(item, calls))
    for call in list(station.andon.calls.values()):
        _only_what_will_be_told(station, call)
    station.andon.drafts.clear()
    station.andon.tones.clear()
    station.off = None if unix_ms is None else (unix_ms, now)
    if len(saved) == 13 and saved[12]:  # it went off with the reset, and nobody was told
        from .service import ended

        ended(station, now, "", "reset")


def hold(station) -> None:
    """After a reset the permit stays off until restart, unless the config lets it resume and the line ran."""
    if not station.resumes:
        station.andon.held = True


def _only_what_will_be_told(station, call) -> None:
    """A checkpoint may have had no room for the newest drafts: then those steps have not happened."""
    kinds = [draft.type[6:] for draft in station.drafts if draft.call is call]
    if call.id is None and "called" not in kinds:
        del station.andon.calls[call.category]
    call.phase = max([call.shown] + [PHASES.index(kind) for kind in kinds if kind in PHASES])


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
