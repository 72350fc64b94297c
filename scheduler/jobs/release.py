"""The next lesson, for everyone whose time has come."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import structlog

from actions.keys import new_key
from actions.release import release
from scheduler.job import Job
from storage import crash, enrolments
from storage.database import Database

MOST = 200
AGAIN = timedelta(minutes=15)
log = structlog.get_logger(__name__)


async def _run(database: Database, now: datetime) -> int:
    due = await database.read(lambda tx: enrolments.due(tx, now, MOST))
    if due:
        crash.point("due-found")
    released = await asyncio.gather(*(_release(database, enrolment, now) for enrolment in due))
    return sum(released)


async def _release(database: Database, enrolment: int, now: datetime) -> bool:
    try:
        sent = await database.write(partial(release, enrolment=enrolment, now=now, new_key=new_key))
    except Exception:  # the others' lessons do not wait for this one
        log.exception("lesson not released", enrolment=enrolment)
        await database.write(partial(enrolments.postpone, enrolment=enrolment, now=now, until=now + AGAIN))
        return False
    crash.point("released")
    return sent


JOB = Job("release", 2, _run)
