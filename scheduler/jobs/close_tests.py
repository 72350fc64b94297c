"""Tests whose time is over: ended, and the result told, for everyone who did not come to the end by themselves."""

import asyncio
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from actions.close_test import close_test
from scheduler.job import Job
from storage import sittings
from storage.database import Database

MOST: Final = 200
log = structlog.get_logger(__name__)


async def _run(database: Database, now: datetime) -> int:
    over = await database.read(lambda tx: sittings.over(tx, now, MOST))
    return sum(await asyncio.gather(*(_close(database, enrolment, now) for enrolment in over)))


async def _close(database: Database, enrolment: int, now: datetime) -> bool:
    try:
        return await database.write(partial(close_test, enrolment=enrolment, now=now))
    except Exception:  # the others' tests do not wait for this one; it is found again at the next look
        log.exception("test not closed", enrolment=enrolment)
        return False


JOB = Job("close_tests", 2, _run)
