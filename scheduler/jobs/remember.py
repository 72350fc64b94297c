"""What learners know after their answers in lessons: kept person by person, soon after they answered."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from actions.remember import remember
from scheduler.job import Job
from storage import answers
from storage.database import Database

MOST: Final = 200  # answers in one look
AT_ONCE: Final = 20  # people: those who answer meanwhile do not notice
log = structlog.get_logger(__name__)


async def _run(database: Database, now: datetime) -> int:  # noqa: ARG001 (an answer has its own moment)
    """Look after look, until nothing is left (or another scheduler has it in hand)."""
    done = 0
    while waiting := await database.read(partial(answers.waiting, most=MOST)):
        people = list(waiting.values())
        kept = sum(
            [await _keep(database, people[at : at + AT_ONCE]) for at in range(0, len(people), AT_ONCE)]
        )
        done += kept
        if kept < sum(map(len, people)):
            break
    return done


async def _keep(database: Database, people: Sequence[Sequence[int]]) -> int:
    """How many answers were dealt with; those of a person that cannot be are put by, and keep nobody else waiting."""
    outcomes = await database.write_all([partial(remember, given=given) for given in people])
    kept = 0
    for given, outcome in zip(people, outcomes, strict=True):
        if isinstance(outcome, Exception):
            log.error("no memory", answers=list(given), exc_info=outcome)
            await database.write(partial(answers.put_by, answers=given))
            kept += len(given)
        else:
            kept += outcome
    return kept


JOB = Job("remember", 5, _run, sends=False)
