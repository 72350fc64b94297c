"""Questions that come back, for everyone whose time has come: the first of their day."""

from datetime import datetime
from functools import partial
from typing import Final

from actions.keys import new_key
from actions.review import review
from scheduler.job import Job
from storage import reviews
from storage.database import Database

MOST: Final = 200  # in one transaction: those who answer meanwhile do not notice


async def _run(database: Database, now: datetime) -> int:
    """Batch after batch, until nobody is left (or another scheduler has them in hand)."""
    if not await database.read(partial(reviews.anything, now=now)):
        return 0
    done = 0
    while asked := await database.write(partial(review, now=now, most=MOST, new_key=new_key)):
        done += asked
        if asked < MOST:
            break
    return done


JOB = Job("review", 5, _run)
