"""The one statement whose words differ between the two stores: insert unless it is there."""

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(tx: Connection, table: Table, **values: Any) -> bool:
    """Insert a row unless a unique key of it exists; say whether it was new."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    return tx.execute(make(table).values(**values).on_conflict_do_nothing()).rowcount == 1
