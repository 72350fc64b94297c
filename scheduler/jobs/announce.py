"""Announcements whose time has come become messages."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from actions.announce import NotApproved, TooOften
from actions.dispatch import begin, put_off, wait
from scheduler.job import Job
from storage import announcements
from storage.database import Database

AGAIN: Final = timedelta(minutes=15)
log = structlog.get_logger(__name__)


async def _run(database: Database, now: datetime) -> int:
    told = 0
    for each in await database.read(partial(announcements.due, now=now)):
        try:
            told += await database.write(partial(begin, which=each, now=now))
        except (NotApproved, TooOften) as why:
            await database.write(partial(wait, which=each, why=why, now=now))
        except Exception:  # the others do not wait for this one
            log.exception("announcement not begun", announcement=each)
            await database.write(partial(put_off, which=each, until=now + AGAIN, why="failed"))
    return told


JOB = Job("announce", 1, _run)
