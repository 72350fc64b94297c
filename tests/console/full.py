"""A table into which nothing can be written, as on a full disk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from storage.database import Connection, Database

_REFUSE: Final = {
    "sqlite": "CREATE TRIGGER full_disk BEFORE INSERT ON {0} BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    "postgresql": "ALTER TABLE {0} ADD CONSTRAINT full_disk CHECK (false) NOT VALID",
}
_TAKE: Final = {
    "sqlite": "DROP TRIGGER full_disk",
    "postgresql": "ALTER TABLE {0} DROP CONSTRAINT full_disk",
}


@asynccontextmanager
async def full(database: Database, table: str) -> AsyncIterator[None]:
    """Nothing can be written there for a while."""

    def say(tx: Connection, statements: dict[str, str]) -> None:
        tx.exec_driver_sql(statements[tx.dialect.name].format(table))

    await database.write(lambda tx: say(tx, _REFUSE))
    yield
    await database.write(lambda tx: say(tx, _TAKE))
