"""Announcements of renewals, for everyone whose certificate ends soon."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from actions.renew import renew
from scheduler.job import Job
from storage import certificates
from storage.database import Database

MOST: Final = 200
AGAIN: Final = timedelta(minutes=15)
log = structlog.get_logger(__name__)


async def _run(database: Database, now: datetime) -> int:
    done = 0
    while due := await database.read(partial(certificates.due, now=now, most=MOST)):
        for certificate in due:
            done += await _announce(database, certificate, now)
        if len(due) < MOST:
            break
    return done


async def _announce(database: Database, certificate: int, now: datetime) -> bool:
    try:
        return await database.write(partial(renew, certificate=certificate, now=now))
    except Exception:  # the others' announcements do not wait for this one
        log.exception("renewal not announced", certificate=certificate)
        await database.write(partial(certificates.announce, certificate=certificate, at=now + AGAIN))
        return False


JOB = Job("renew", 60, _run)
