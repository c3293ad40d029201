"""How far each journal is complete, for all journals of a batch at once: one statement for each would cost more."""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, Connection, Update, bindparam, insert, select, union_all, update

from pullcord.line import log as event_log
from pullcord.line import settle
from pullcord.line.log import PlantEvent
from pullcord.line.reading import Arrival
from pullcord.line.tables import events, holes, journals, quarantine
from pullcord.line.through import contiguous
from pullcord.pull.entry import PLACED

Ranges = list[tuple[int, int]]


def hear(connection: Connection, heard: Mapping[str, Arrival]) -> None:
    """Make the rows of journals that are new, and note where each was heard last."""
    if not heard:
        return
    query = select(journals.c.journal, journals.c.path).where(journals.c.journal.in_(heard))
    known = {row.journal: row.path for row in connection.execute(query)}
    new = [
        {"journal": name, "path": arrival.path, "through": 0, "claimed": 0}
        for name, arrival in heard.items()
        if name not in known
    ]
    if new:
        connection.execute(insert(journals), new)
    moved = [{"name": name, "to": heard[name].path} for name, path in known.items() if heard[name].path != path]
    if moved:
        connection.execute(_set("path"), moved)


def advance(connection: Connection, received_at: Mapping[str, int]) -> dict[str, int]:
    """Move every journal on as far as it is complete now; `through` by journal, moved or not."""
    query = select(journals.c.journal, journals.c.through).where(journals.c.journal.in_(received_at))
    before = {row.journal: row.through for row in connection.execute(query)}
    later = known_after(connection, before)
    through = {name: contiguous(was, later.get(name, [])) for name, was in before.items()}
    moved = [name for name, was in before.items() if through[name] > was]
    if moved:
        connection.execute(_set("through"), [{"name": name, "to": through[name]} for name in moved])
    for name in settle.with_open_boots(connection, moved):
        for placement in settle.settle(connection, name, through[name], received_at[name]):
            placed = PlantEvent(PLACED, received_at[name], "recorder", placement._asdict())
            event_log.append(connection, placed, received_at[name])
    return through


def known_after(connection: Connection, names: Iterable[str]) -> dict[str, Ranges]:
    """Ranges of sequences beyond what is complete that were recorded, quarantined, or reported as a hole."""
    wanted = list(names)

    def of(table_journal: ColumnElement[str], last: ColumnElement[int]) -> ColumnElement[bool]:
        return (table_journal == journals.c.journal) & journals.c.journal.in_(wanted) & (last > journals.c.through)

    singles = [
        select(table.c.journal, table.c.sequence, table.c.sequence).where(of(table.c.journal, table.c.sequence))
        for table in (events, quarantine)
    ]
    missing = select(holes.c.journal, holes.c.first, holes.c.last).where(of(holes.c.journal, holes.c.last))
    found: dict[str, Ranges] = {}
    for name, first, last in connection.execute(union_all(*singles, missing)):
        found.setdefault(name, []).append((first, last))
    return found


def _set(column: str) -> Update:
    return update(journals).where(journals.c.journal == bindparam("name")).values({column: bindparam("to")})
