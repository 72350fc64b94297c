"""Forget what is not needed: raw updates after 72 hours (ADR 4), codes after a day, sessions and links that ended.

And look once more at answers of which no memory could be kept.
"""

from datetime import datetime, timedelta

from actions.sign_in import forget_dead
from scheduler.job import Job
from storage import answers, codes, crash, inbox
from storage.database import Connection, Database

RAW_UPDATES = timedelta(hours=72)
CODES = timedelta(days=1)


async def _run(database: Database, now: datetime) -> int:
    def forget(tx: Connection) -> int:
        old = inbox.forget(tx, now - RAW_UPDATES) + codes.forget(tx, now - CODES)
        return old + forget_dead(tx, now) + answers.try_again(tx)

    done = await database.write(forget)
    crash.point("swept")
    return done


JOB = Job("sweep", 3600, _run, sends=False)
