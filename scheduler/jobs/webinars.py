"""Webinars: what people are told by time, and what time alone does to seats; and who is asked to hold them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from actions import lead
from actions.keys import new_code
from actions.register import AT_ONCE, tend
from actions.remind_registered import remind
from scheduler.job import Job
from storage import leads, registrations, webinars
from storage.database import Database, Unit

WEBINARS: Final = 200  # at one look
log = structlog.get_logger(__name__)


async def _run(database: Database, now: datetime) -> int:
    async def seat(webinar: int) -> int:
        return await _all(database, partial(tend, webinar=webinar, now=now))

    async def tell(webinar: int) -> int:
        return await _all(database, partial(remind, webinar=webinar, now=now, most=AT_ONCE, code=new_code))

    async def seek(webinar: int) -> int:
        return await database.write(partial(lead.seek, webinar=webinar, now=now))

    done = 0
    for due, do in ((webinars.to_look, seat), (registrations.with_due, tell), (leads.to_seek, seek)):
        for webinar in await database.read(partial(due, now=now, most=WEBINARS)):
            done += await _one(do, webinar)
    return done


async def _all(database: Database, unit: Unit[int]) -> int:
    """A transaction for each `AT_ONCE`."""
    done = moved = await database.write(unit)
    while moved >= AT_ONCE:
        moved = await database.write(unit)
        done += moved
    return done


async def _one(do: Callable[[int], Awaitable[int]], webinar: int) -> int:
    try:
        return await do(webinar)
    except Exception:  # the others' turn comes whatever is wrong with this one
        log.exception("webinar failed", webinar=webinar)
        return 0


JOB = Job("webinars", 5, _run)
