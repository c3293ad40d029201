"""The log: what stations sent and what people and the plant did, in one row of positions."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, insert, select

from pullcord.line import plant_events as kinds
from pullcord.line.tables import events, plant_events
from pullcord.pull.entry import Entry, moment


class PlantEvent(NamedTuple):
    """A decision, a timer, a notice. `key`: an event with the same key is the same event, and recorded once.

    `exact`: one with the same key that says something else, or is of somebody else, is refused.
    """

    kind: str
    at: int
    by: str
    data: Mapping[str, Any]
    key: str | None = None
    exact: bool = False


class Appended(NamedTuple):
    """Where the event stands in the log; `repeated`: since it was recorded before."""

    position: int
    repeated: bool = False


class KeyReused(ValueError):
    """The key stands for something else in the log."""


def newest(connection: Connection) -> int:
    """The position of the last entry; 0 when the log is empty."""
    last = [connection.scalar(select(func.max(table.c.position))) for table in (events, plant_events)]
    return max(position or 0 for position in last)


def append(connection: Connection, event: PlantEvent, recorded_at: int) -> Appended:
    """Record it, unless it was recorded before.

    Raises ValueError for data that does not fit its kind: `plant_events.check` says what is wrong; KeyReused.
    """
    data = kinds.check(event.kind, event.data)
    kinds.must_be_text("by", event.by)
    kinds.must_be_text("key", event.key)
    if event.key is not None:
        known = keyed(connection, event.key)
        if known is not None:
            if event.exact and (known.kind, known.by, known.data) != (event.kind, event.by, data):
                where = f"position {known.position} of the log"
                raise KeyReused(f"this key stands for another {known.kind} already ({where}); take a new one")
            return Appended(known.position, repeated=True)
    position = newest(connection) + 1
    row = {"position": position, "type": event.kind, "at": event.at, "recorded_at": recorded_at}
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    connection.execute(insert(plant_events).values(**row, by=event.by, data=text, key=event.key))
    return Appended(position)


def read(connection: Connection, after: int, limit: int, kinds: Collection[str] | None = None) -> list[Entry]:
    """The entries at the next `limit` positions behind `after`, in order; with `kinds` only those of them."""
    sent, decided = _between(events, after, limit), _between(plant_events, after, limit)
    if kinds is not None:
        sent = sent.where(events.c.type.in_([f"pullcord.{kind}.v1" for kind in kinds]))
        decided = decided.where(plant_events.c.type.in_(kinds))
    found = [_sent(row) for row in connection.execute(sent)] + [_decided(row) for row in connection.execute(decided)]
    return sorted(found)


def decisions(
    connection: Connection, kinds: Iterable[str], after: int = 0, limit: int | None = None
) -> list[Entry]:
    """The plant events of these kinds behind position `after`, at most `limit`, in the order of positions."""
    found = select(plant_events).where(plant_events.c.position > after, plant_events.c.type.in_(list(kinds)))
    return [_decided(row) for row in connection.execute(found.order_by(plant_events.c.position).limit(limit))]


def newest_of(connection: Connection, kind: str) -> Entry | None:
    """The last plant event of that kind."""
    found = select(plant_events).where(plant_events.c.type == kind).order_by(plant_events.c.position.desc())
    row = connection.execute(found.limit(1)).first()
    return _decided(row) if row else None


def keyed(connection: Connection, key: str) -> Entry | None:
    """The plant event with that key."""
    row = connection.execute(select(plant_events).where(plant_events.c.key == key)).first()
    return _decided(row) if row else None


def _between(table: Any, after: int, limit: int) -> Any:
    return select(table).where(table.c.position > after, table.c.position <= after + limit)


def _sent(row: Row) -> Entry:
    data = json.loads(row.body)["data"]
    # Where an event without a time lies may still be found out; what is folded here must not depend on when.
    is_loose = row.placed != "sent"
    at, doubted = moment(None if is_loose else row.true_time, row.received_at, row.error_ms)
    return Entry(
        row.position,
        row.id,
        row.type.removeprefix("pullcord.").rpartition(".")[0],
        row.source.removeprefix("/"),
        at,
        row.received_at,
        data,
        by=data.get("by") or "",
        loose=is_loose,
        doubted=doubted,
        test=row.test,
        journal=row.journal,
        sequence=row.sequence,
        boot=row.boot,
        uptime=row.uptime,
    )


def _decided(row: Row) -> Entry:
    identity = f"plant-{row.position}"
    return Entry(
        row.position,
        identity,
        row.type,
        "",
        row.at,
        row.recorded_at,
        json.loads(row.data),
        row.by,
        journal="plant",
        sequence=row.position,
    )
