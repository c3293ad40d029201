"""The power was off, for how long became known: timers that were restored went on meanwhile. Loaded once a boot."""


def age(station, off_ms: int, since: int, saved: int) -> None:
    """So long from `saved` (UTC ms) on, before the uptime `since`."""
    if off_ms <= 0:
        return
    worked = waited = off_ms
    if station.shifts:
        from .calendar import counted

        worked, waited = counted(station.shifts, saved, off_ms)
    _age_calls(station.andon, off_ms, since, off_ms - waited)
    if station.takt is not None:
        station.takt.age(worked, since)


def _age_calls(andon, ms: int, since: int, held_ms: int) -> None:
    """`held_ms` of that were planned stops."""
    for call in andon.calls.values():
        if call.called_at <= since:
            call.called_at -= ms
            call.held_ms += held_ms
            if call.mark_at is not None:
                call.mark_at -= ms
    if andon.stop_at is not None and andon.stop_at <= since:
        andon.stop_at -= ms
