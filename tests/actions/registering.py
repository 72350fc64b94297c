"""A process in which people register, many at once: `python -m tests.actions.registering JSON` (test_one_seat_each)."""

import asyncio
import json
import sys
from functools import partial
from sqlite3 import OperationalError

from sqlalchemy.exc import DBAPIError, EmulatedDBAPIException

from actions import register
from storage import people
from storage.database import Connection, Database, Unit
from tests.storage.samples import MONDAY

AT_ONCE = 50
TRIES = 20


def _one(tx: Connection, webinar: int, who: int) -> str:
    return register.register(tx, people.get(tx, who), webinar, MONDAY, seed=f"seed{webinar}-{who}")


async def _until_kept(database: Database, unit: Unit[str]) -> str:
    """As of messages: what the store refused, as another process held it for too long, comes again."""
    for _ in range(TRIES):
        try:
            return await database.write(unit)
        except (OperationalError, DBAPIError, EmulatedDBAPIException):
            continue
    raise AssertionError("the store refused it again and again")


async def main(url: str, webinar: int, those: list[int]) -> None:
    """Say what came of each; they come at a word, when all processes have the store open."""
    database = Database(url)
    await database.open()
    try:
        print("open", flush=True)
        sys.stdin.readline()
        said = []
        for start in range(0, len(those), AT_ONCE):
            units = (partial(_one, webinar=webinar, who=who) for who in those[start : start + AT_ONCE])
            said += await asyncio.gather(*(_until_kept(database, unit) for unit in units))
    finally:
        await database.close()
    print(f"\n{json.dumps(said)}")


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    asyncio.run(main(told["url"], told["webinar"], told["people"]))
