"""True times in the database: gives the events of boots without a clock their place (rules in `true_time`).

Only the complete part of a journal is settled (up to `through`), so the order of arrival changes nothing.
"""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, case, func, select, update

from pullcord.line import true_time
from pullcord.line.tables import events
from pullcord.line.true_time import Anchor, Boot

CLOCK_TYPE = "pullcord.station.clock.v1"


class SentErrors:
    """The bounds of the errors of times that stations gave, for the events of one batch in the order of arrival.

    A bound rests on the latest `station.clock` before the event, in the database or earlier in the batch.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._clocks: dict[tuple[str, int], _Clocks] = {}

    def of(self, journal: str, event: dict[str, Any]) -> int:
        """In milliseconds."""
        sequence, boot, uptime = int(event["sequence"]), event["boot"], event["uptime"]
        known = self._clocks.get((journal, boot))
        if known is None:
            known = self._clocks[journal, boot] = _Clocks(self._connection, journal, boot)
        if event["type"] == CLOCK_TYPE and event["data"]["error_ms"] is not None:
            error = int(event["data"]["error_ms"])
            if event["clock"] == "synced":
                known.note(sequence, uptime, error)
            return error
        clock = known.before(sequence)
        if clock is None or clock[2] is None:
            return true_time.SYNCED_ERROR_MS
        held = true_time.drift(uptime - clock[1]) if event["clock"] == "holdover" else 0
        return int(clock[2]) + held


class _Clocks:
    """When a boot's clock was set: (sequence, uptime, error_ms)."""

    def __init__(self, connection: Connection, journal: str, boot: int) -> None:
        self._connection = connection
        self._one_boot = (events.c.journal == journal) & (events.c.boot == boot)
        self._noted: list[Any] = []
        self._stored: list[Any] = []
        self._from: int | None = None

    def note(self, sequence: int, uptime: int, error: int) -> None:
        """One of this batch, which is not in the database yet."""
        self._noted.append((sequence, uptime, error))

    def before(self, sequence: int) -> Any:
        """The latest one before `sequence`, or None."""
        if self._from is None or sequence < self._from:
            self._from, self._stored = sequence, self._load(sequence)
        earlier = [clock for clock in [*self._stored, *self._noted] if clock[0] < sequence]
        return max(earlier, key=lambda clock: clock[0], default=None)

    def _load(self, sequence: int) -> list[Any]:
        """The latest before `sequence` and all after it."""
        clocks = self._one_boot & (events.c.type == CLOCK_TYPE) & (events.c.clock == "synced")
        latest = select(func.max(events.c.sequence)).where(clocks, events.c.sequence < sequence).scalar_subquery()
        found = select(events.c.sequence, events.c.uptime, events.c.error_ms).where(
            clocks, events.c.sequence >= func.coalesce(latest, 0)
        )
        return [tuple(row) for row in self._connection.execute(found)]


class Placement(NamedTuple):
    """Where the events of a boot lie for good: `began` is the moment at which its uptime was 0."""

    journal: str
    boot: int
    began: int
    error_ms: int | None


def settle(connection: Connection, journal: str, through: int, received_at: int) -> list[Placement]:
    """Place the events of `journal` up to `through` that have no true time yet; what will not move any more."""
    unplaced = _open_boots(connection, journal, through)
    if not unplaced:
        return []
    boots = _boots(connection, journal, through, first=unplaced[0])
    spans = true_time.place(boots, received_at)
    final = []
    for boot in boots:
        if boot.boot not in unplaced:
            continue
        if boot.first_anchor is not None:
            anchor = boot.first_anchor
            moment, error = _from_anchor(anchor)
            values: dict[str, Any] = {"true_time": moment, "error_ms": error, "placed": "boot"}
            final.append(Placement(journal, boot.boot, anchor.moment - anchor.uptime, anchor.error))
        else:
            span = spans[boot.boot]
            how = "between" if span.final else "open"
            values = {"true_time": span.began + events.c.uptime, "error_ms": span.error, "placed": how}
            if span.final:
                final.append(Placement(journal, boot.boot, span.began, span.error))
        connection.execute(
            update(events)
            .where(_complete(journal, through), events.c.boot == boot.boot, events.c.placed == "open")
            .values(values)
        )
    return final


def _complete(journal: str, through: int) -> ColumnElement[bool]:
    return (events.c.journal == journal) & (events.c.sequence <= through)


def _open_boots(connection: Connection, journal: str, through: int) -> list[int]:
    query = select(events.c.boot).distinct().where(_complete(journal, through), events.c.placed == "open")
    return sorted(connection.scalars(query))


def _boots(connection: Connection, journal: str, through: int, first: int) -> list[Boot]:
    """The boots from the last one with a clock before `first` on."""
    complete = _complete(journal, through)
    before = (
        select(events.c.boot)
        .where(complete, events.c.boot < first, events.c.placed == "sent")
        .order_by(events.c.boot.desc())
        .limit(1)
    )
    anchored = connection.scalar(before)
    later = select(events.c.boot).distinct().where(complete, events.c.boot >= first)
    numbers = ([] if anchored is None else [anchored]) + sorted(connection.scalars(later))
    return [_boot(connection, journal, through, number) for number in numbers]


def _boot(connection: Connection, journal: str, through: int, boot: int) -> Boot:
    rows = select(events.c.uptime, events.c.true_time, events.c.error_ms).where(
        _complete(journal, through), events.c.boot == boot
    )
    timed = rows.where(events.c.placed == "sent")
    first = connection.execute(timed.order_by(events.c.sequence).limit(1)).first()
    last = connection.execute(timed.order_by(events.c.sequence.desc()).limit(1)).first()
    newest = connection.execute(rows.order_by(events.c.sequence.desc()).limit(1)).one()
    return Boot(boot, newest.uptime, Anchor(*first) if first else None, Anchor(*last) if last else None)


def _from_anchor(anchor: Anchor) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """`true_time.at` for every row of the boot in one statement."""
    away = events.c.uptime - anchor.uptime
    distance = case((away < 0, -away), else_=away)
    return anchor.moment + away, anchor.error + (distance * true_time.DRIFT_PPM + 999_999) // 1_000_000
