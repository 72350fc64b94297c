"""Announcements of the fault runs: made by the product's own action, in this process or in one that may die of it."""

import argparse
import asyncio
from datetime import UTC, datetime

from actions.announce import announce
from storage.database import Database


async def tell(url: str, key: str, house: int, *, mandatory: bool = False) -> int:
    """Tell everybody of an organisation the key; how many were told. The same key again tells nobody."""
    database = Database(url)
    await database.open()
    try:
        return await database.write(
            lambda tx: announce(
                tx,
                key=key,
                organisation=house,
                texts={"lt": key},
                mandatory=mandatory,
                now=datetime.now(UTC),
            )
        )
    finally:
        await database.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("key")
    parser.add_argument("house", type=int)
    given = parser.parse_args()
    asyncio.run(tell(given.url, given.key, given.house))
