"""Where the line service keeps its records: a SQLite file, or a database of a PostgreSQL server.

One setting names it: `line.db`, or `postgresql://pullcord@db.plant/pullcord?passfile=/etc/pullcord/pgpass`.
"""

from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVER = "postgresql+psycopg"


class Place(NamedTuple):
    url: URL

    @property
    def file(self) -> Path | None:
        """None: it is a server's."""
        return Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None

    @property
    def shown(self) -> str:
        """For screens and logs: without the password."""
        shown = self.url.set(drivername=self.url.get_backend_name(), query={})
        return str(self.file or shown.render_as_string(hide_password=True))


def read(where: "Path | str | Place") -> Place:
    """ValueError says what a right one looks like; it never repeats a password."""
    if isinstance(where, Place):
        return where
    if isinstance(where, Path) or "://" not in where:
        return Place(URL.create("sqlite", database=str(where)))
    wrong = "the database must be a file such as line.db, or look like postgresql://user@host:5432/name"
    try:
        url = make_url(where)
    except (ArgumentError, ValueError) as error:
        raise ValueError(wrong) from error
    if url.get_backend_name() != "postgresql" or not url.database:
        raise ValueError(wrong)
    return Place(url.set(drivername=DRIVER))
