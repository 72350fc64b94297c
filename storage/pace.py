"""How long questions take to answer, counted by the store over the people of a scope."""

from collections import defaultdict
from typing import Final

from sqlalchemy import Connection, func, select

from domain.organisation import Scope
from domain.question_history import Place
from storage.elapsed import bounded, elapsed, whole
from storage.enrolments import ENROLMENT
from storage.people import PERSON
from storage.scoping import theirs
from storage.steps import STEP

RECENT: Final = 1_000  # enrolments that are looked at
LONGEST: Final = 600  # seconds from which on it does not matter how long


def to_answer(tx: Connection, scope: Scope, programme: int) -> dict[Place, dict[int, int]]:
    """How many took so many seconds to answer, by (version, lesson, card): the RECENT who began last."""
    newest = (
        select(ENROLMENT.c.id, ENROLMENT.c.version_id, ENROLMENT.c.started_at)
        .join(PERSON, PERSON.c.id == ENROLMENT.c.person_id)
        .where(*theirs(scope, programme))
        .order_by(ENROLMENT.c.id.desc())
        .limit(RECENT)
        .subquery()
    )
    took = whole(bounded(elapsed(STEP.c.opened_at, STEP.c.closed_at), LONGEST))
    version = func.coalesce(STEP.c.version_id, newest.c.version_id)
    columns = (version, STEP.c.lesson, STEP.c.card, took)
    rows = select(*columns, func.count()).join_from(newest, STEP, STEP.c.enrolment_id == newest.c.id)
    rows = rows.where(STEP.c.question, STEP.c.closed_at.is_not(None), STEP.c.purpose == "lesson")
    rows = rows.where(STEP.c.opened_at >= newest.c.started_at)
    counted = defaultdict[Place, dict[int, int]](dict)
    for at, lesson, card, seconds, people in tx.execute(rows.group_by(*columns)):
        counted[at, lesson, card][seconds] = people
    return counted
