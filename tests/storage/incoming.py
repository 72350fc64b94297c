"""Updates for tests: all that are stored and not dealt with, whoever has to wait for whom."""

from sqlalchemy import select

from storage.database import Connection, Database
from storage.inbox import INBOX, Waiting


async def stored(database: Database, channel: str = "web") -> list[Waiting]:
    """The new updates of a messenger in the order in which they came."""
    names = ("id", "channel", "account", "address", "raw", "tries", "received_at")
    rows = select(*(INBOX.c[name] for name in names)).where(INBOX.c.state == "new")
    rows = rows.where(INBOX.c.channel == channel).order_by(INBOX.c.id)

    def read(tx: Connection) -> list[Waiting]:
        return [Waiting(*row) for row in tx.execute(rows)]

    return await database.read(read)
