"""Reminders, for everyone whose lesson waits and whose time has come."""

from datetime import datetime
from functools import partial

from actions.remind import remind
from scheduler.job import Job
from storage import schedules
from storage.database import Database

MOST = 500  # in one transaction: those who answer meanwhile do not notice


async def _run(database: Database, now: datetime) -> int:
    """Batch after batch, until nothing is left that is due (or another scheduler has it in hand)."""
    if not await database.read(partial(schedules.anything, now=now)):
        return 0
    done = 0
    while climbed := await database.write(partial(remind, now=now, most=MOST)):
        done += climbed
        if climbed < MOST:
            break
    return done


JOB = Job("remind", 5, _run)
