"""How long a lesson took, kept with it once it is done: afterwards its showings cannot always be told apart."""

from sqlalchemy import Connection, Float, func, literal, select, update

from domain.programme import Lesson, Programme
from domain.time_spent import cap_of
from storage.elapsed import bounded, elapsed, whole
from storage.enrolments import ENROLMENT
from storage.steps import STEP
from storage.studies import LESSON_DONE


def count(tx: Connection, enrolment: int, lesson: Lesson, index: int) -> None:
    """Keep how long the lesson with this index took, which is done."""
    began = select(ENROLMENT.c.started_at).where(ENROLMENT.c.id == enrolment).scalar_subquery()
    purposes = ("lesson",) if lesson.texts[0].exam is None else ("lesson", "test")
    mine = (STEP.c.enrolment_id == enrolment, STEP.c.lesson == index, STEP.c.purpose.in_(purposes))
    now = (STEP.c.version_id.is_(None), STEP.c.opened_at >= began)
    active = bounded(elapsed(STEP.c.opened_at, STEP.c.closed_at), literal(cap_of(lesson) * 60.0, Float))
    seconds = select(whole(func.sum(active))).where(*mine, *now).scalar_subquery()
    done = (LESSON_DONE.c.enrolment_id == enrolment, LESSON_DONE.c.lesson == index)
    tx.execute(update(LESSON_DONE).where(*done).values(seconds=seconds))


def count_old(tx: Connection, enrolment: int, programme: Programme) -> None:
    """The same for what was done before this was kept: while its showings can still be told apart."""
    old = (LESSON_DONE.c.enrolment_id == enrolment, LESSON_DONE.c.seconds.is_(None))
    for index in tx.execute(select(LESSON_DONE.c.lesson).where(*old)).scalars().all():
        count(tx, enrolment, programme.lessons[index], index)
