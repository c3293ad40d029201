"""True times in the database: gives the events of boots without a clock their place (rules in `true_time`).

Only the complete part of a journal is settled (up to `through`), so the order of arrival changes nothing.
"""

from sqlalchemy import ColumnElement, Connection, case, select, update

from pullcord.line import true_time
from pullcord.line.tables import events
from pullcord.line.true_time import Anchor, Boot

CLOCK_TYPE = "pullcord.station.clock.v1"


def error_of(connection: Connection, journal: str, sequence: int, boot: int, uptime: int, clock: str) -> int:
    """The bound of the error of a time that the station itself gave, in milliseconds."""
    query = (
        select(events.c.uptime, events.c.error_ms)
        .where(events.c.journal == journal, events.c.boot == boot, events.c.sequence < sequence)
        .where(events.c.type == CLOCK_TYPE, events.c.clock == "synced")
        .order_by(events.c.sequence.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None or row.error_ms is None:
        return true_time.SYNCED_ERROR_MS
    held = true_time.drift(uptime - row.uptime) if clock == "holdover" else 0
    return int(row.error_ms) + held


def settle(connection: Connection, journal: str, through: int, received_at: int) -> None:
    """Place the events of `journal` up to `through` that have no true time yet."""
    unplaced = _open_boots(connection, journal, through)
    if not unplaced:
        return
    boots = _boots(connection, journal, through, first=unplaced[0])
    placed = true_time.place(boots, received_at)
    for boot in boots:
        if boot.boot not in unplaced:
            continue
        if boot.first_anchor is not None:
            moment, error = _from_anchor(boot.first_anchor)
            values = {"true_time": moment, "error_ms": error, "placed": "boot"}
        else:
            span = placed[boot.boot]
            how = "between" if span.final else "open"
            values = {"true_time": span.began + events.c.uptime, "error_ms": span.error, "placed": how}
        connection.execute(
            update(events)
            .where(_complete(journal, through), events.c.boot == boot.boot, events.c.placed == "open")
            .values(values)
        )


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
