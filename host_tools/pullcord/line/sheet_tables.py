"""The table of a sheet: plain SQL types, so that SQLite and PostgreSQL hold the same."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, MetaData, Table, Text

from pullcord.pull.sheet import Sheet

_TYPES = {str: Text, int: BigInteger, bool: Boolean, dict: JSON}


def table_of(sheet: Sheet, metadata: MetaData) -> Table:
    """Every column but those of the key may be NULL: what is not known yet."""
    columns: list[Column[Any]] = [
        Column(name, _TYPES[kind], primary_key=name in sheet.key, nullable=name not in sheet.key, autoincrement=False)
        for name, kind in sheet.columns.items()
    ]
    return Table(sheet.name, metadata, *columns)
