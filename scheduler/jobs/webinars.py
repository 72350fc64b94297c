"""Webinars: what people are told by time, and what time alone does to seats."""

from datetime import datetime
from functools import partial
from typing import Final

from actions.register import tend
from actions.remind_registered import remind
from scheduler.job import Job
from storage import registrations, webinars
from storage.database import Database

WEBINARS: Final = 200  # at one look
MOST: Final = 200  # people, in one transaction: those who register meanwhile do not notice


async def _run(database: Database, now: datetime) -> int:
    done = 0
    for webinar in await database.read(partial(webinars.to_look, now=now, most=WEBINARS)):
        done += await database.write(partial(tend, webinar=webinar, now=now))
    for webinar in await database.read(partial(registrations.with_due, now=now, most=WEBINARS)):
        while told := await database.write(partial(remind, webinar=webinar, now=now, most=MOST)):
            done += told
            if told < MOST:
                break
    return done


JOB = Job("webinars", 5, _run)
