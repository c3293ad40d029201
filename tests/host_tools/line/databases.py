"""New databases of both kinds, and what is in them."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from pullcord.line import engines, place
from pullcord.line.store import Store
from pullcord.pull.projections import all_of_them

Where = Path | str
_numbers = itertools.count(1)


def in_schemas(server: str) -> Callable[[], Where]:
    """Makes schemas in one database of the server: a schema takes milliseconds, a database much longer."""

    def new() -> Where:
        name = f"line_{next(_numbers)}"
        engine = create_engine(place.read(server).url)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"create schema {name}")
        engine.dispose()
        return f"{server}&options=-csearch_path%3D{name}"

    return new


def in_files(folder: Path) -> Callable[[], Where]:
    return lambda: folder / f"line-{next(_numbers)}.db"


def rows(store: Store | Where, query: str) -> list[dict[str, Any]]:
    """What a reader of its own sees."""
    engine = engines.reader(store.place if isinstance(store, Store) else place.read(store))
    with engine.connect() as connection:
        found = [dict(row._mapping) for row in connection.exec_driver_sql(query)]
    engine.dispose()
    return found


def change(store: Store, *statements: str) -> None:
    with store._engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def tables(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of a projection, in an order that does not depend on how it was filled."""
    names = [sheet.name for projection in all_of_them() for sheet in projection.sheets]
    return {
        name: sorted((tuple(row.values()) for row in rows(store, f"select * from {name}")), key=repr) for name in names
    }
