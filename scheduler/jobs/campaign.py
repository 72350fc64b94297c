"""Launch campaigns: each step at each organisation when it is due."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from actions.campaign_steps import Means, take
from scheduler.job import Job, Run
from storage import campaigns
from storage.database import Database

log = structlog.get_logger(__name__)
AGAIN: Final = timedelta(minutes=15)


def campaigning(means: Means) -> Job:
    """The job, where mails are sent by these means."""
    return Job("campaign", 5, _looks(means))


def _looks(means: Means) -> Run:
    async def run(database: Database, now: datetime) -> int:
        done = 0
        for which, place in await database.read(partial(campaigns.due, now=now)):
            try:
                while await database.write(partial(take, which=which, place=place, now=now, means=means)):
                    done += 1
                done += 1
            except Exception:  # the others' turn comes whatever is wrong with this one
                log.exception("campaign failed", campaign=which, organisation=place)
                await database.write(partial(campaigns.put_off, which=which, place=place, until=now + AGAIN))
        return done

    return run


JOB = campaigning(Means())
