"""A process in which people register, many at once: `python -m tests.actions.registering JSON` (test_one_seat_each)."""

import asyncio
import json
import sys
from functools import partial

from actions import register
from storage import people
from storage.database import Connection, Database
from tests.storage.samples import MONDAY

AT_ONCE = 50


def _one(tx: Connection, webinar: int, who: int) -> str:
    return register.register(tx, people.get(tx, who), webinar, MONDAY, seed=f"seed{webinar}-{who}")


async def main(url: str, webinar: int, those: list[int]) -> None:
    """Say what came of each."""
    database = Database(url)
    await database.open()
    try:
        said = []
        for start in range(0, len(those), AT_ONCE):
            units = (partial(_one, webinar=webinar, who=who) for who in those[start : start + AT_ONCE])
            said += await asyncio.gather(*(database.write(unit) for unit in units))
    finally:
        await database.close()
    print(json.dumps(said))


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    asyncio.run(main(told["url"], told["webinar"], told["people"]))
