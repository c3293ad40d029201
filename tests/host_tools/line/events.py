"""Valid events and states, as a station would send them."""

import json
from typing import Any

from pullcord.line import moments
from pullcord.line.reading import Arrival

JOURNAL = "6f1c9a2e41d07b35"
PATH = "acme/assembly/line-1/st-04"
NOW = 1_795_197_363_412  # 2026-11-20T17:56:03.412Z


def event(
    sequence: int,
    kind: str = "cycle.completed",
    data: dict[str, Any] | None = None,
    *,
    journal: str = JOURNAL,
    path: str = PATH,
    at: int | None = NOW,
    clock: str = "synced",
    boot: int = 1,
    uptime: int | None = None,
) -> dict[str, Any]:
    made = {
        "specversion": "1.0",
        "id": f"{journal}-{sequence}",
        "source": f"/{path}",
        "type": f"pullcord.{kind}.v1",
        "sequence": f"{sequence:010d}",
        "clock": "unset" if at is None else clock,
        "boot": boot,
        "uptime": sequence * 1000 if uptime is None else uptime,
        "data": data or {"cycle_ms": 60_000, "takt_ms": 61_000, "count": sequence, "ahead_ms": -5},
    }
    if at is not None:
        made["time"] = moments.to_text(at)
    return made


def called(sequence: int, category: str = "quality", **more: Any) -> dict[str, Any]:
    return event(sequence, "andon.called", {"call": category, "input": "cord-1", "via": "cord"}, **more)


def clock_set(sequence: int, error_ms: int = 40, **more: Any) -> dict[str, Any]:
    return event(
        sequence, "station.clock", {"state": "synced", "error_ms": error_ms, "offset_ms": None}, **more
    )


def encode(message: Any) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode()


def arrival(message: Any, *, path: str = PATH, now: int = NOW) -> Arrival:
    payload = message if isinstance(message, bytes) else encode(message)
    return Arrival(f"pullcord/v1/{path}/event", path, payload, now)


def state(
    *,
    uid: str = "e6614103e7452b2f",
    path: str = PATH,
    calls: list[dict[str, Any]] | None = None,
    at: int | None = NOW,
    journal: dict[str, Any] | None = None,
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "uid": uid,
        "source": f"/{path}",
        "boot": 17,
        "uptime": 93412,
        "clock": {"state": "synced", "error_ms": 40},
        "calls": calls or [],
        "line": {"state": "running", "permit": True, "age_ms": 93000},
        "light": "tower",
        "lights": {"red": "00000000", "yellow": "cccccccc", "green": "ffffffff"},
        "row": "running",
        "sound": "",
        "muted": False,
        "faults": [],
        "journal": {"name": JOURNAL, "next": 1, "through": 0, "depth": 0, "used_percent": 0, "failed": False}
        | (journal or {}),
        "link": {"state": "up", "reconnects": 0, "reason": ""},
        "health": {"reset": "power_on", "safe": "", "missing": [], "dropped": {"inputs": 0, "drafts": 0}},
        "versions": {"pullcord": "0.1.0"},
        "config": {"version": 3, "hash": "0f3a"},
    }
    if at is not None:
        made["time"] = moments.to_text(at)
    return made


def call(sequence: int | None, *, category: str = "quality", age_ms: int = 0, **more: Any) -> dict[str, Any]:
    made = {
        "id": None if sequence is None else f"{JOURNAL}-{sequence}",
        "category": category,
        "phase": "called",
        "stored": sequence is not None,
        "plant": False,
        "level": 0,
        "age_ms": age_ms,
        "stop": "none",
        "by": "",
        "test": False,
    }
    return made | more
