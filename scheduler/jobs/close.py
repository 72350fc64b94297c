"""Organisations that were closed: their people leave or are erased, a few at a time, and then nothing is left there."""

from datetime import datetime
from functools import partial
from typing import Final

from actions.close_out import due, finish, step
from scheduler.job import Job
from storage import crash
from storage.database import Database

AT_ONCE: Final = 50  # people: those who answer meanwhile do not notice


async def _run(database: Database, now: datetime) -> int:
    done = 0
    for closed in await database.read(due):
        while left := await database.write(partial(step, closed=closed, now=now, most=AT_ONCE)):
            crash.point("parted")
            done += left
        await database.write(partial(finish, closed=closed, now=now))
    return done


JOB = Job("close", 5, _run, sends=False)
