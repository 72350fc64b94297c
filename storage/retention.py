"""Retention: answers to questions that came back, by the days since each was answered first."""

from sqlalchemy import Connection, func, select

from domain.organisation import Scope
from storage.answers import ANSWER
from storage.enrolments import ENROLMENT
from storage.people import PERSON
from storage.scoping import theirs


def answers(tx: Connection, scope: Scope, person: int | None = None) -> list[tuple[int, bool]]:
    """Everyone's in the scope, or one person's of it: days since the first answer, and whether it was right."""
    first = ANSWER.alias()
    begun = select(func.min(first.c.answered_at)).where(
        first.c.enrolment_id == ANSWER.c.enrolment_id,
        first.c.question_id == ANSWER.c.question_id,
        first.c.purpose == "lesson",
    )
    rows = select(ANSWER.c.answered_at, ANSWER.c.correct, begun.scalar_subquery().label("begun"))
    rows = rows.join_from(ANSWER, ENROLMENT, ENROLMENT.c.id == ANSWER.c.enrolment_id)
    rows = rows.join(PERSON, PERSON.c.id == ENROLMENT.c.person_id)
    rows = rows.where(*theirs(scope, None), ANSWER.c.purpose == "review")
    rows = rows.where(ANSWER.c.correct.is_not(None))
    rows = rows if person is None else rows.where(PERSON.c.id == person)
    found = tx.execute(rows.order_by(ANSWER.c.id)).all()
    return [((row.answered_at - row.begun).days, row.correct) for row in found if row.begun is not None]
