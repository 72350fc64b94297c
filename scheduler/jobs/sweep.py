"""Forget what is not needed: raw updates, codes, sessions and links that ended, files of rosters.

Raw updates are kept 72 hours (ADR 4), codes a day, what was imported as long as it can be taken back. And look once
more at answers of which no memory could be kept.
"""

from datetime import datetime, timedelta

from scheduler.job import Job
from storage import answers, codes, crash, imports, inbox, sessions
from storage.database import Connection, Database

RAW_UPDATES = timedelta(hours=72)
CODES = timedelta(days=1)


async def _run(database: Database, now: datetime) -> int:
    def forget(tx: Connection) -> int:
        old = inbox.forget(tx, now - RAW_UPDATES) + codes.forget(tx, now - CODES)
        old += sessions.forget_dead(tx, now) + imports.forget(tx, now)
        return old + answers.try_again(tx)

    done = await database.write(forget)
    crash.point("swept")
    return done


JOB = Job("sweep", 3600, _run, sends=False)
