"""The station's `/state`: what is so now, for whoever looks at it."""

from . import lamps
from .andon import PHASES
from .wall import iso


def state(station, now: int, light) -> dict:
    """The part that the rules know; the app adds journal, link, health, versions, config and cards."""
    rows = station.rows(now)
    unix_ms = station.clock.unix_ms(now)
    report = {
        "source": "/" + station.source,
        "boot": station.boot,
        "uptime": now,
        "clock": {"state": station.clock.state(now), "error_ms": station.clock.error_ms(now)},
        "calls": [_call(now, call) for call in station.andon.calls.values() if call.open()],
        "line": _line(station, now),
        "light": light.kind,
        "lights": light.masks(),
        "row": station.mode or lamps.most_urgent(rows),
        "sound": station.voice.repeating,
        "muted": station.andon.muted(),
        "faults": [{"input": name, "fault": fault} for name, fault in station.faults.items()],
    }
    if unix_ms is not None:
        report["time"] = iso(unix_ms)
    if station.takt is not None:
        report["takt"] = {
            "takt_ms": station.takt.takt_ms,
            "cycle_ms": station.takt.cycle_ms,
            "count": station.takt.count,
            "ahead_ms": station.takt.ahead_ms(now),
        }
    return report


def _call(now: int, call) -> dict:
    return {
        "id": call.id,
        "category": call.category,
        "phase": PHASES[call.phase],
        "stored": call.id is not None,
        "plant": call.plant,
        "level": call.level,
        "age_ms": now - call.called_at,
        "stop": call.stop,
        "mark_ms": None if call.mark_at is None else max(0, call.mark_at - now),
        "by": call.by,
        "test": call.test,
    }


def _line(station, now: int) -> dict:
    line = {"state": station.andon.line(), "permit": station.permit()}
    if station.andon.stop_at is not None:
        line["age_ms"] = now - station.andon.stop_at
    return line
