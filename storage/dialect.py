"""The one statement whose words differ between the two stores: insert unless it is there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, Select, Table, select, true
from sqlalchemy.dialects import postgresql, sqlite


def unless_there(
    table: Table, columns: Sequence[str] = (), row: Select[Any] | None = None
) -> Callable[[str], Insert]:
    """For a dialect's name: an INSERT that does nothing where a unique key of the row exists.

    With `row`, a query of which there may be no row, it is that of these columns.
    """

    def make(dialect: str) -> Insert:
        insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
        if row is not None:
            insert = insert.from_select(columns, row, include_defaults=False)
        return insert.on_conflict_do_nothing().inline()

    return make


def numbered(
    table: Table, columns: Sequence[str] = (), row: Select[Any] | None = None
) -> Callable[[str], Insert]:
    """The same, which can tell the new row's id (`Prepared.add`): the driver of SQLite knows it by itself."""
    make = unless_there(table, columns, row)
    return lambda dialect: make(dialect) if dialect == "sqlite" else make(dialect).returning(table.c.id)


def add_rows(table: Table, dialect: str, given: Mapping[str, ColumnElement[Any]]) -> Insert:
    """The same for many rows, as `bulk` runs it: `given` are their values by the columns' names."""
    rows = select(*given.values()).where(true())  # or SQLite takes ON CONFLICT for the condition of a join
    return unless_there(table, list(given), rows)(dialect)


def insert_new(tx: Connection, table: Table, **values: Any) -> bool:
    """Insert a row unless a unique key of it exists; say whether it was new."""
    return tx.execute(unless_there(table)(tx.dialect.name).values(**values)).rowcount == 1
