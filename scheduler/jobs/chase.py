"""Whoever has not confirmed an announcement is reminded, as its rule says."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from actions.chase import chase
from scheduler.job import Job
from storage import chasing
from storage.database import Database

AGAIN: Final = timedelta(hours=1)
log = structlog.get_logger(__name__)


async def _run(database: Database, now: datetime) -> int:
    told = 0
    for each in await database.read(partial(chasing.due, now=now)):
        try:
            told += await database.write(partial(chase, which=each, now=now))
        except Exception:  # the others do not wait for this one
            log.exception("not reminded", announcement=each)
            await database.write(partial(chasing.begin, announcement=each, at=now + AGAIN))
    return told


JOB = Job("chase", 60, _run)
