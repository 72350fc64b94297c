"""Coordinators are told that registrations wait for their approval."""

from datetime import datetime
from functools import partial

import structlog

from actions import tell_approvers
from domain.mailbox import MAIL
from scheduler.job import Job
from storage import senders
from storage.database import Connection, Database

log = structlog.get_logger(__name__)


async def _run(database: Database, now: datetime) -> int:
    def look(tx: Connection) -> tuple[list[int], bool]:
        return tell_approvers.due(tx, now), senders.sends(tx, MAIL)

    places, mails = await database.read(look)
    told = 0
    for place in places:
        try:
            told += await database.write(partial(tell_approvers.tell_at, place=place, now=now, mails=mails))
        except Exception:  # the others do not wait for this one
            log.exception("approvers not told", organisation=place)
    return told


JOB = Job("approvals", 60, _run)
