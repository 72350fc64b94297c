"""Reminders, for everyone whose lesson waits and whose time has come."""

import asyncio
from datetime import datetime
from functools import partial
from typing import Final

from actions.remind import remind
from scheduler.job import Job
from storage import schedules
from storage.database import Database

MOST: Final = 1_000  # in one transaction: those who answer meanwhile do not notice
TOGETHER: Final = 2  # what one takes is made while the store writes what the other made


async def _run(database: Database, now: datetime) -> int:
    """Batch after batch, until nothing is left that is due (or another scheduler has it in hand)."""
    if not await database.read(partial(schedules.anything, now=now)):
        return 0
    return sum(await asyncio.gather(*(_climb(database, now) for _ in range(TOGETHER))))


async def _climb(database: Database, now: datetime) -> int:
    done = 0
    while climbed := await database.write(partial(remind, now=now, most=MOST)):
        done += climbed
        if climbed < MOST:
            break
    return done


JOB = Job("remind", 5, _run)
