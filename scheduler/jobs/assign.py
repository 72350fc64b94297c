"""Assignments: whom they reach is looked up, also of those who came since, and whoever can be is enrolled and told."""

from datetime import datetime
from functools import partial
from typing import Final

from actions.reach import settle, sift, spread
from scheduler.job import Job
from storage import assignments, reached
from storage.database import Connection, Database

LOOKED_UP: Final = 500  # people in one transaction: those who answer meanwhile do not notice
SETTLED: Final = 150


async def _run(database: Database, now: datetime) -> int:
    """Batch after batch, until nobody is left (or another scheduler has them in hand)."""

    def anything(tx: Connection) -> bool:
        return assignments.anything(tx, now) or reached.anything(tx, now)

    if not await database.read(anything):
        return 0
    while await database.write(partial(sift, now=now, most=SETTLED)):
        pass
    while await database.write(partial(spread, now=now, most=LOOKED_UP)):
        pass
    done = 0
    while settled := await database.write(partial(settle, now=now, most=SETTLED)):
        done += settled
    return done


JOB = Job("assign", 5, _run)
