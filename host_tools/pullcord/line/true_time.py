"""When an event really happened, for events recorded while their station's clock was unset.

A boot is one unbroken uptime. When one event of it carries a time, that fixes the whole boot; a boot that
never had the time lies between the last moment before it and the first moment after it in the journal. All in
milliseconds.
"""

from typing import NamedTuple

SYNCED_ERROR_MS = 1_000
# Far worse than any crystal on a board in a hot hall.
DRIFT_PPM = 200


class Anchor(NamedTuple):
    """An uptime whose UTC moment is known to within `error`."""

    uptime: int
    moment: int
    error: int


class Boot(NamedTuple):
    """One boot of a journal: its highest known uptime, its first and last anchor (None: it never synced)."""

    boot: int
    last_uptime: int
    first_anchor: Anchor | None
    last_anchor: Anchor | None


class Placed(NamedTuple):
    """The moment at which a boot began, and the bound of its error: None when no earlier moment bounds it.

    `final` when a later boot with an anchor closes the gap; until then each new event may move it.
    """

    began: int
    error: int | None
    final: bool


def at(anchor: Anchor, uptime: int) -> tuple[int, int]:
    """The moment of another uptime of the same boot, and the bound of its error."""
    away = uptime - anchor.uptime
    return anchor.moment + away, anchor.error + drift(away)


def drift(ms: int) -> int:
    """How far a board's own clock may be off after so long, rounded up."""
    return -(-abs(ms) * DRIFT_PPM // 1_000_000)


def place(boots: list[Boot], received_at: int) -> dict[int, Placed]:
    """When each boot without an anchor began, by boot.

    `boots` are the journal's boots in order, from an anchored one (or the first ever) on; `received_at` is
    when the newest event arrived: nothing was recorded later than that.
    """
    placed: dict[int, Placed] = {}
    before: Anchor | None = None
    run: list[Boot] = []
    for boot in boots:
        if boot.first_anchor is None or boot.last_anchor is None:
            run.append(boot)
            continue
        placed |= _place_run(run, before, boot.first_anchor.moment - boot.first_anchor.uptime, final=True)
        before, run = boot.last_anchor, []
    return placed | _place_run(run, before, received_at, final=False)


def _place_run(run: list[Boot], before: Anchor | None, end: int, final: bool) -> dict[int, Placed]:
    """Boots one after another between two moments: each begins no earlier than when those before it had run,
    and no later than leaves room for itself and those behind it.
    """
    placed = {}
    for index, boot in enumerate(run):
        latest = end - sum(b.last_uptime for b in run[index:])
        if before is None:
            placed[boot.boot] = Placed(latest, None, final)
            continue
        earliest = before.moment + sum(b.last_uptime for b in run[:index])
        error = -(-abs(latest - earliest) // 2) + before.error
        placed[boot.boot] = Placed((earliest + latest) // 2, error, final)
    return placed
