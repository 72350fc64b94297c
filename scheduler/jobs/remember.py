"""What learners know after their answers in lessons: kept for many at once, soon after they answered."""

from datetime import datetime
from functools import partial
from typing import Final

from actions.remember import remember
from scheduler.job import Job
from storage import answers
from storage.database import Database

MOST: Final = 200  # in one transaction: those who answer meanwhile do not notice


async def _run(database: Database, now: datetime) -> int:  # noqa: ARG001 (an answer has its own moment)
    """Batch after batch, until nothing is left (or another scheduler has it in hand)."""
    if not await database.read(answers.any_fresh):
        return 0
    done = 0
    while kept := await database.write(partial(remember, most=MOST)):
        done += kept
        if kept < MOST:
            break
    return done


JOB = Job("remember", 5, _run, sends=False)
