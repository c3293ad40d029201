"""True times in the database: gives the events of boots without a clock their place (rules in `true_time`).

Only the complete part of a journal is settled (up to `through`), so the order of arrival changes nothing.
"""

from bisect import bisect_left, insort
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, case, func, select, update

from pullcord.line import true_time
from pullcord.line.tables import events
from pullcord.line.true_time import Anchor, Boot

CLOCK_TYPE = "pullcord.station.clock.v1"


class SentErrors:
    """The bounds of the errors of times that stations gave, for events in the order of arrival, batch after batch.

    A bound rests on the latest `station.clock` before the event, in the database or earlier in the batch. What was
    found is kept from one batch to the next, as long as nobody else wrote in between and each batch was committed.
    """

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._clocks: dict[str, _Clocks] = {}
        self._newest = -1

    def begin(self, connection: Connection, newest: int) -> None:
        """The log ends at position `newest` when this batch begins."""
        if newest != self._newest:
            self._clocks.clear()
        self._connection, self._newest = connection, -1

    def committed(self, newest: int) -> None:
        """The batch is in the log, which now ends there."""
        self._newest = newest

    def of(self, journal: str, event: dict[str, Any]) -> int:
        """In milliseconds."""
        assert self._connection is not None
        sequence, boot, uptime = int(event["sequence"]), event["boot"], event["uptime"]
        known = self._clocks.get(journal)
        if known is None or known.boot != boot:
            known = self._clocks[journal] = _Clocks(journal, boot)
        before = known.before(self._connection, sequence)
        if event["type"] == CLOCK_TYPE and event["data"]["error_ms"] is not None:
            error = int(event["data"]["error_ms"])
            if event["clock"] == "synced":
                known.note(sequence, uptime, error)
            return error
        if before is None or before.error is None:
            return true_time.SYNCED_ERROR_MS
        held = true_time.drift(uptime - before.uptime) if event["clock"] == "holdover" else 0
        return before.error + held


class _Clock(NamedTuple):
    sequence: int
    uptime: int
    error: int | None


class _Clocks:
    """When the clock of one boot of a journal was set, by sequence."""

    def __init__(self, journal: str, boot: int) -> None:
        self.boot = boot
        self._one_boot = (events.c.journal == journal) & (events.c.boot == boot)
        self._known: list[_Clock] = []
        self._from: int | None = None

    def note(self, sequence: int, uptime: int, error: int) -> None:
        """One of this batch, which is not in the database yet."""
        insort(self._known, _Clock(sequence, uptime, error))

    def before(self, connection: Connection, sequence: int) -> _Clock | None:
        """The latest one before `sequence`."""
        if self._from is None or sequence < self._from:
            self._from, self._known = sequence, sorted({*self._known, *self._load(connection, sequence)})
        place = bisect_left(self._known, (sequence,))
        return self._known[place - 1] if place else None

    def _load(self, connection: Connection, sequence: int) -> list[_Clock]:
        """The latest before `sequence` and all after it."""
        clocks = self._one_boot & (events.c.type == CLOCK_TYPE) & (events.c.clock == "synced")
        latest = select(func.max(events.c.sequence)).where(clocks, events.c.sequence < sequence).scalar_subquery()
        found = select(events.c.sequence, events.c.uptime, events.c.error_ms).where(
            clocks, events.c.sequence >= func.coalesce(latest, 0)
        )
        return [_Clock(*row) for row in connection.execute(found)]


class Placement(NamedTuple):
    """Where the events of a boot lie for good: `began` is the moment at which its uptime was 0."""

    journal: str
    boot: int
    began: int
    error_ms: int | None


def with_open_boots(connection: Connection, journals: list[str]) -> list[str]:
    """Those of the journals that have events without a true time."""
    if not journals:
        return []
    query = select(events.c.journal).distinct().where(events.c.journal.in_(journals), events.c.placed == "open")
    return sorted(connection.scalars(query))


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
