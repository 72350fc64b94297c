"""Filling a store with what was made elsewhere: many rows of a table at once, which bring their numbers with them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, Table, func, insert, select, update

from storage.webinars import WEBINAR

_MANY: Final = 5_000


class Rows:
    """Gathers rows, and writes those of each table together."""

    def __init__(self, tx: Connection, order: tuple[Table, ...]) -> None:
        """`order`: what others refer to comes first."""
        self._tx, self._order = tx, order
        self._waiting = defaultdict[Table, list[Mapping[str, Any]]](list)
        self._count = 0

    def add(self, table: Table, row: Mapping[str, Any]) -> None:
        """Another row; all of a table have the same columns."""
        self._waiting[table].append(row)
        self._count += 1

    def write_many(self) -> None:
        """All that wait, once they are many; what they refer to has to be among them or there."""
        if self._count >= _MANY:
            self.write()

    def write(self) -> None:
        """All that wait."""
        for table in self._order:
            if waiting := self._waiting[table]:
                self._tx.execute(insert(table), waiting)
                waiting.clear()
        self._count = 0


def count_on(tx: Connection, *tables: Table) -> None:
    """The next row of each of these gets the next number: PostgreSQL does not look which are there."""
    if tx.dialect.name == "postgresql":
        for table in tables:
            named = func.pg_get_serial_sequence(table.name, "id")
            tx.execute(select(func.setval(named, select(func.max(table.c.id)).scalar_subquery())))


def arrived(tx: Connection, counts: Mapping[int, int]) -> None:
    """So many registered for each of these webinars."""
    for which, count in counts.items():
        tx.execute(update(WEBINAR).where(WEBINAR.c.id == which).values(arrivals=count))
