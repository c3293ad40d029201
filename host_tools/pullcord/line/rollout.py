"""How far the stations are with what the plant file in force makes of them."""

from typing import Any, NamedTuple

from pullcord.line.board import BoardState
from pullcord.line.plant_in_force import InForce
from pullcord.line.updates import Updates


class Progress(NamedTuple):
    """`has`: it runs by the version in force; otherwise `why` it does not, as far as it is known."""

    station: str
    online: bool
    has: bool
    why: str


def rollout(in_force: InForce | None, board: BoardState, updates: Updates) -> list[Progress]:
    """Every station of the plant file, in its order."""
    stations = in_force.version.stations if in_force else ()
    return [_progress(board.station(one.path), one.path, updates) for one in stations]


def _progress(view: dict[str, Any] | None, path: str, updates: Updates) -> Progress:
    state = (view or {}).get("state") or {}
    if not view or not view["online"] or not state:
        return Progress(path, False, False, "it is not in touch, and gets it when it comes back")
    if path in updates.problems:
        return Progress(path, True, False, updates.problems[path])
    lacks = updates.lacks(path, state)
    if not lacks:
        return Progress(path, True, True, "")
    is_stored = (state.get("update") or {}).get("result") == "stored"
    return Progress(path, True, False, "it waits for a quiet moment" if is_stored else f"it is getting its {lacks[0]}")
