"""The recorder's database work: each batch of arrivals is one transaction, exactly once on the event's id."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from pullcord.line import database, engines, place, plant_history, reading, retention, settle
from pullcord.line import log as event_log
from pullcord.line.claims import Claim
from pullcord.line.journals import advance, hear, known_after
from pullcord.line.log import Appended, PlantEvent
from pullcord.line.place import Place
from pullcord.line.projector import Projector
from pullcord.line.reading import Arrival, Reading
from pullcord.line.tables import events, holes, journals, meta, quarantine
from pullcord.line.unreadable import Unreadable
from pullcord.pull.entry import Entry
from pullcord.pull.projection import Projection

KEPT_PAYLOAD = 64 * 1024


class Recorded(NamedTuple):
    """A new row. `true_time` is None while the event's place in time is not known yet."""

    position: int
    path: str
    event: dict[str, Any]
    true_time: int | None


class Refused(NamedTuple):
    path: str
    reason: str


class Outcome(NamedTuple):
    """What one committed batch was; `through` has every journal that was heard, moved on or not."""

    recorded: list[Recorded]
    duplicates: int
    refused: list[Refused]
    through: dict[str, "Journal"]


class Journal(NamedTuple):
    path: str
    through: int


class LogReplaced(Exception):
    """The log is not the one that was opened any more: a backup was put in its place. `open` again, and go on."""


class Store:
    """One database (`place`), for one thread at a time.

    Every method raises SQLAlchemy's DBAPIError on trouble, and those that write raise LogReplaced.
    """

    def __init__(self, where: Path | str | Place) -> None:
        self.place = place.read(where)
        self.epoch = 0
        self._unreadable = Unreadable()
        self._errors = settle.SentErrors()
        self._engine = engines.writer(self.place)

    def open(self) -> dict[str, Journal]:
        """Make or check the database; the journals it knows. DatabaseUnusable when it must not be written to."""
        with self._engine.begin() as connection:
            database.prepare(connection, self.place)
            self._errors = settle.SentErrors()
            self.epoch = int(database.get(connection, "epoch") or 1)
            rows = connection.execute(select(journals.c.journal, journals.c.path, journals.c.through))
            return {row.journal: Journal(row.path, row.through) for row in rows}

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """What is written in it is there whole or not at all, and the only thing that is written meanwhile.

        Receipts rest on what was opened: of another log, the next one must not be told as if it were the same.
        """
        with self._engine.begin() as connection:
            if database.get(connection, "epoch") != str(self.epoch):
                raise LogReplaced
            yield connection

    def look(self) -> None:
        """LogReplaced when it was."""
        with self.transaction():
            return

    def counts(self) -> dict[str, int]:
        """Rows: `recorded`, `quarantined`, `holes`."""
        with self._engine.begin() as connection:
            return {
                name: connection.scalar(select(func.count()).select_from(table)) or 0
                for name, table in (("recorded", events), ("quarantined", quarantine), ("holes", holes))
            }

    def commit(self, arrivals: list[Arrival]) -> Outcome:
        """Record what is new, then return. An arrival that the database will not take is quarantined."""
        readings = [reading.read(arrival) for arrival in arrivals]
        try:
            return self._commit(readings)
        except Exception as error:
            if database.is_trouble(error):
                raise
            if len(readings) == 1:
                reason = f"could not be recorded: {error!r}"
                return self._commit([readings[0]._replace(event=None, reason=reason)])
        return _joined(self.commit([arrival]) for arrival in arrivals)

    def append(self, event: PlantEvent, now: int) -> Appended:
        """Write a decision into the log: `log.append`."""
        with self.transaction() as connection:
            return event_log.append(connection, event, now)

    def declare(
        self,
        declared: dict[str, Any],
        now: int,
        by: str = "pullcord",
        filed: dict[str, Any] | None = None,
        based_on: int | None = None,
    ) -> int | None:
        """Put a plant file in force: `plant_history.put_in_force`."""
        with self.transaction() as connection:
            return plant_history.put_in_force(connection, declared, now, by, filed, based_on)

    def newest(self) -> int:
        """The position of the log's last entry; 0 when it is empty."""
        with self._engine.begin() as connection:
            return event_log.newest(connection)

    def read_log(self, after: int, limit: int) -> list[Entry]:
        """`log.read`."""
        with self._engine.begin() as connection:
            return event_log.read(connection, after, limit)

    def projector(self, projections: Sequence[Projection]) -> Projector:
        """Over the same database. The two must not work at the same time in one process: they share a thread."""
        return Projector(self._engine, projections)

    def raise_epoch(self, path: str, claim: Claim) -> Journal | None:
        """Somebody holds a receipt that this database does not know of: it was restored, or made anew.

        The journal when the epoch rose for it (once for each claim), otherwise None.
        """
        with self.transaction() as connection:
            known = connection.execute(select(journals).where(journals.c.journal == claim.journal)).first()
            through = known.through if known else 0
            answered = max(through, known.claimed) if known else 0
            if claim.through <= answered and claim.epoch <= self.epoch:
                return None
            if not known:
                new = {"journal": claim.journal, "path": path, "through": 0, "claimed": 0}
                connection.execute(insert(journals).values(new))
            values = {"path": path, "claimed": max(claim.through, answered)}
            connection.execute(update(journals).where(journals.c.journal == claim.journal).values(values))
            risen = max(self.epoch, claim.epoch) + 1
            connection.execute(update(meta).where(meta.c.key == "epoch").values(value=str(risen)))
        self.epoch = risen
        return Journal(path, through)

    def report_hole(self, journal: str, last: int, now: int) -> Journal | None:
        """The station keeps nothing up to `last` any more: report what is missing, and move on.

        The journal as it is then, or None when nothing is missing.
        """
        with self.transaction() as connection:
            known = connection.execute(select(journals).where(journals.c.journal == journal)).first()
            if known is None or known.through >= last:
                return None
            values = {"journal": journal, "first": known.through + 1, "last": last, "found_at": now}
            connection.execute(insert(holes).values(values))
            return Journal(known.path, advance(connection, {journal: now})[journal])

    def _commit(self, readings: list[Reading]) -> Outcome:
        with self.transaction() as connection:
            new, doubles, clashes = self._sort_out(connection, readings)
            refused = [r for r in readings if r.event is None] + clashes
            recorded = self._insert_events(connection, new)
            kept = self._insert_quarantine(connection, refused)
            repeats = len(refused) - len(kept)
            placed = self._place_unreadable(connection, [r for r in refused if r not in kept and not r.identity])
            through = placed | self._advance_all(connection, readings)
            newest = event_log.newest(connection)
        self._errors.committed(newest)
        told = [Refused(r.arrival.path, r.reason) for r in kept]
        return Outcome(recorded, doubles + repeats, told, through)

    def _sort_out(
        self, connection: Connection, readings: list[Reading]
    ) -> tuple[list[Reading], int, list[Reading]]:
        """New events, the number of exact duplicates, and those whose id stands for another body already."""
        valid = [r for r in readings if r.event is not None]
        query = select(events.c.id, events.c.body).where(events.c.id.in_([_id(r) for r in valid]))
        bodies = {row.id: row.body for row in connection.execute(query)}
        new, doubles, clashes = [], 0, []
        for r in valid:
            recorded = bodies.get(_id(r))
            if recorded is None:
                bodies[_id(r)] = r.arrival.payload
                new.append(r)
            elif retention.is_same(recorded, r.arrival.payload):
                doubles += 1
            else:
                reason = f"id: {_id(r)} is recorded already, with another body; the first one counts"
                clashes.append(r._replace(event=None, reason=reason))
        return new, doubles, clashes

    def _insert_events(self, connection: Connection, new: list[Reading]) -> list[Recorded]:
        position = event_log.newest(connection)
        self._errors.begin(connection, position)
        numbered = list(enumerate(new, position + 1))
        if new:
            # all at once: one statement for each is half of what a commit costs
            connection.execute(insert(events), [_row(self._errors, position, r) for position, r in numbered])
        return [Recorded(position, r.arrival.path, r.event or {}, r.sent_ms) for position, r in numbered]

    def _insert_quarantine(self, connection: Connection, refused: list[Reading]) -> list[Reading]:
        """Each message once, however often it is delivered; those that are new."""
        rows = {_digest(r.arrival): r for r in refused}
        query = select(quarantine.c.digest).where(quarantine.c.digest.in_(rows))
        known = set(connection.scalars(query))
        kept = {digest: r for digest, r in rows.items() if digest not in known}
        for digest, r in kept.items():
            connection.execute(insert(quarantine).values(_quarantine_row(digest, r)))
        return list(kept.values())

    def _place_unreadable(self, connection: Connection, repeated: list[Reading]) -> dict[str, Journal]:
        """Messages without an id that came again: one that is a journal's missing event takes its place there."""
        moved = {}
        for r in repeated:
            digest = _digest(r.arrival)
            for row in connection.execute(select(journals).where(journals.c.path == r.arrival.path)).all():
                known = known_after(connection, [row.journal]).get(row.journal, [])
                later = min((first for first, _last in known), default=None)
                if self._unreadable.is_missing(digest, row.journal, row.through, later):
                    place = {"journal": row.journal, "sequence": row.through + 1}
                    connection.execute(update(quarantine).where(quarantine.c.digest == digest).values(place))
                    through = advance(connection, {row.journal: r.arrival.received_at})
                    moved[row.journal] = Journal(row.path, through[row.journal])
        return moved

    def _advance_all(self, connection: Connection, readings: list[Reading]) -> dict[str, Journal]:
        heard = {r.identity.journal: r.arrival for r in readings if r.identity}
        hear(connection, heard)
        through = advance(connection, {name: arrival.received_at for name, arrival in heard.items()})
        return {name: Journal(heard[name].path, moved) for name, moved in through.items()}


def _row(errors: settle.SentErrors, position: int, r: Reading) -> dict[str, Any]:
    assert r.event is not None and r.identity is not None
    event, (journal, sequence) = r.event, r.identity
    row = {key: event[key] for key in ("id", "source", "type", "clock", "boot", "uptime")}
    timed = r.sent_ms is not None
    error = errors.of(journal, event) if timed else None
    return row | {
        "position": position,
        "journal": journal,
        "sequence": sequence,
        "time": event.get("time"),
        "received_at": r.arrival.received_at,
        "true_time": r.sent_ms,
        "error_ms": error,
        "placed": "sent" if timed else "open",
        "test": event.get("test", False),
        "body": r.arrival.payload,
    }


def _quarantine_row(digest: str, r: Reading) -> dict[str, Any]:
    return {
        "received_at": r.arrival.received_at,
        "topic": r.arrival.topic,
        "payload": r.arrival.payload[:KEPT_PAYLOAD],
        "reason": r.reason,
        "journal": r.identity.journal if r.identity else None,
        "sequence": r.identity.sequence if r.identity else None,
        "digest": digest,
    }


def _digest(arrival: Arrival) -> str:
    return hashlib.sha256(arrival.topic.encode() + b"\0" + arrival.payload).hexdigest()


def _id(r: Reading) -> str:
    assert r.identity is not None
    return f"{r.identity.journal}-{r.identity.sequence}"


def _joined(outcomes: Iterable[Outcome]) -> Outcome:
    all_of = list(outcomes)
    through: dict[str, Journal] = {}
    for outcome in all_of:
        through |= outcome.through
    return Outcome(
        [row for outcome in all_of for row in outcome.recorded],
        sum(outcome.duplicates for outcome in all_of),
        [refused for outcome in all_of for refused in outcome.refused],
        through,
    )
