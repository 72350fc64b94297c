"""Webinars: what people are told by time, and what time alone does to seats."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from actions.register import tend
from actions.remind_registered import remind
from scheduler.job import Job
from storage import registrations, webinars
from storage.database import Database

WEBINARS: Final = 200  # at one look
MOST: Final = 200  # people, in one transaction: those who register meanwhile do not notice
log = structlog.get_logger(__name__)


async def _run(database: Database, now: datetime) -> int:
    async def seat(webinar: int) -> int:
        return await database.write(partial(tend, webinar=webinar, now=now))

    async def tell(webinar: int) -> int:
        done = 0
        while told := await database.write(partial(remind, webinar=webinar, now=now, most=MOST)):
            done += told
            if told < MOST:
                break
        return done

    done = 0
    for webinar in await database.read(partial(webinars.to_look, now=now, most=WEBINARS)):
        done += await _one(seat, webinar)
    for webinar in await database.read(partial(registrations.with_due, now=now, most=WEBINARS)):
        done += await _one(tell, webinar)
    return done


async def _one(do: Callable[[int], Awaitable[int]], webinar: int) -> int:
    try:
        return await do(webinar)
    except Exception:  # the others' turn comes whatever is wrong with this one
        log.exception("webinar failed", webinar=webinar)
        return 0


JOB = Job("webinars", 5, _run)
