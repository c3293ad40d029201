"""A sheet: the rows that a projection keeps, in memory while they are in use and in a table for good.

A projection writes to its sheets only through `put` and `drop`, so that whoever keeps the tables knows what
changed. A row whose `closed` column has a value is finished: it is forgotten once it is written, and fetched
again when an entry that came late asks for it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Key = tuple[Any, ...]
Row = dict[str, Any]


def _nothing(_key: Key) -> Row | None:
    return None


class Sheet:
    """`columns` by name: `str`, `int`, `bool`, or `dict` for JSON; `key` columns are never empty."""

    def __init__(self, name: str, key: tuple[str, ...], columns: Mapping[str, type], closed: str = "") -> None:
        self.name = name
        self.key = key
        self.columns = dict(columns)
        self.closed = closed
        self.fetch: Callable[[Key], Row | None] = _nothing
        self._rows: dict[Key, Row] = {}
        self._changed: dict[Key, None] = {}

    def get(self, *key: Any) -> Row | None:
        """A copy of the row; `put` it when it has changed."""
        row = self._rows.get(key)
        if row is None and key not in self._changed:
            row = self.fetch(key)
            if row is not None:
                self._rows[key] = row
        return dict(row) if row else None

    def row(self, *key: Any) -> Row:
        """The same, or a new row with that key and nothing else."""
        found = self.get(*key)
        return found or dict.fromkeys(self.columns) | dict(zip(self.key, key, strict=True))

    def put(self, row: Row) -> None:
        """KeyError for a column that the sheet has not, or lacks."""
        if row.keys() != self.columns.keys():
            raise KeyError(f"{self.name}: {sorted(row.keys() ^ self.columns.keys())}")
        key = self._key_of(row)
        self._rows[key] = row
        self._changed[key] = None

    def drop(self, *key: Any) -> None:
        self._rows.pop(key, None)
        self._changed[key] = None

    def open(self) -> Iterator[Row]:
        """Copies of the rows that are not finished."""
        return (dict(row) for row in list(self._rows.values()) if not self._is_closed(row))

    def load(self, rows: Iterable[Row]) -> None:
        """Begin with these, and forget all else."""
        self._rows = {self._key_of(row): row for row in rows}
        self._changed = {}

    def take_changes(self) -> tuple[list[Row], list[Key]]:
        """Rows to write and keys to delete since the last time. Finished rows are let go of."""
        changed, self._changed = self._changed, {}
        written = [self._rows[key] for key in changed if key in self._rows]
        deleted = [key for key in changed if key not in self._rows]
        for key in [key for key, row in self._rows.items() if self._is_closed(row)] if self.closed else ():
            del self._rows[key]
        return written, deleted

    def _key_of(self, row: Row) -> Key:
        return tuple(row[name] for name in self.key)

    def _is_closed(self, row: Row) -> bool:
        return bool(self.closed) and row[self.closed] is not None
