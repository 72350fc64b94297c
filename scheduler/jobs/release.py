"""The next lesson, for everyone whose time has come."""

import secrets
from datetime import datetime
from functools import partial

from actions.release import release
from scheduler.job import Job
from storage import enrolments
from storage.database import Database

MOST = 200


async def _run(database: Database, now: datetime) -> int:
    due = await database.read(lambda tx: enrolments.due(tx, now, MOST))
    for enrolment in due:
        await database.write(partial(release, enrolment=enrolment, now=now, new_key=_key))
    return len(due)


def _key() -> str:
    return secrets.token_urlsafe(9)


JOB = Job("release", 2, _run)
