"""Forget what is not needed: raw updates after 72 hours (ADR 4), codes and guesses after a day, ways in after 14.

Requests to be let in that nobody decided stay 30 days. Also sessions, links and tokens that ended, files of rosters
and reports of meetings, and what others were told. The audit log is shortened to 24 months, and what was imported is
kept as long as it can be taken back. And answers of which no memory could be kept are looked at once more.
"""

from datetime import datetime, timedelta

from actions.sign_in import forget_dead
from scheduler.job import Job
from storage import (
    answers,
    api_requests,
    api_tokens,
    audit,
    codes,
    crash,
    doorsteps,
    erasures,
    hooks,
    imports,
    inbox,
    presence,
    statements,
    tries,
)
from storage.database import Connection, Database

RAW_UPDATES = timedelta(hours=72)
CODES = timedelta(days=1)
DOORSTEPS = timedelta(days=14)
REQUESTS = timedelta(days=30)


async def _run(database: Database, now: datetime) -> int:
    def forget(tx: Connection) -> int:
        old = inbox.forget(tx, now - RAW_UPDATES) + codes.forget(tx, now - CODES)
        old += tries.forget(tx, now - CODES)
        old += doorsteps.forget(tx, now - DOORSTEPS, asked_before=now - REQUESTS)
        old += api_requests.forget(tx, now) + api_tokens.forget(tx, now)
        old += statements.forget(tx, now) + hooks.forget(tx, now)
        old += erasures.forget_links(tx, now) + forget_dead(tx, now) + imports.forget(tx, now)
        old += presence.forget(tx, now)
        return old + audit.shorten(tx, now - audit.KEPT, now) + answers.try_again(tx)

    done = await database.write(forget)
    crash.point("swept")
    return done


JOB = Job("sweep", 3600, _run, sends=False)
