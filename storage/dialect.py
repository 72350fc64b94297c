"""The one statement whose words differ between the two stores: insert unless it is there."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite


def unless_there(table: Table) -> Callable[[str], Insert]:
    """For a dialect's name: an INSERT that does nothing where a unique key of the row exists."""

    def make(dialect: str) -> Insert:
        insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
        return insert(table).on_conflict_do_nothing().inline()

    return make


def insert_new(tx: Connection, table: Table, **values: Any) -> bool:
    """Insert a row unless a unique key of it exists; say whether it was new."""
    return tx.execute(unless_there(table)(tx.dialect.name).values(**values)).rowcount == 1
