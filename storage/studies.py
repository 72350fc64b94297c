"""Studies: enrolments with what was done in them, which lessons were finished and how many answers were right."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, delete, func, literal_column, select
from sqlmodel import Field, SQLModel

from storage.answers import ANSWER
from storage.dialect import insert_new
from storage.enrolments import COLUMNS, ENROLMENT, Enrolled
from storage.hot import Prepared
from storage.table import core


class LessonDoneRow(SQLModel, table=True):
    """A lesson that was gone through to its end, once; forgotten when the enrolment begins again."""

    __tablename__ = "lesson_done"
    enrolment_id: int = Field(foreign_key="enrolment.id", primary_key=True)
    lesson: int = Field(primary_key=True)
    finished_at: datetime


LESSON_DONE = core(LessonDoneRow)
_RIGHT = func.coalesce(func.sum(ANSWER.c.correct.cast(Integer)), 0)
_GRADED = func.count(ANSWER.c.correct)
_IN_LESSON = ANSWER.c.lesson == ENROLMENT.c.lesson


def _of_answers(counted: Any, *where: Any) -> Any:
    taught = ANSWER.c.purpose == literal_column("'lesson'")
    now = ANSWER.c.answered_at >= ENROLMENT.c.started_at
    rows = select(counted).where(ANSWER.c.enrolment_id == ENROLMENT.c.id, taught, now, *where)
    return rows.correlate(ENROLMENT).scalar_subquery()


_STUDIES = Prepared(
    select(
        *COLUMNS,
        _of_answers(_RIGHT),
        _of_answers(_GRADED),
        _of_answers(_RIGHT, _IN_LESSON),
        _of_answers(_GRADED, _IN_LESSON),
        select(func.count())
        .where(LESSON_DONE.c.enrolment_id == ENROLMENT.c.id)
        .correlate(ENROLMENT)
        .scalar_subquery(),
    )
    .where(ENROLMENT.c.person_id == bindparam("who"))
    .order_by(ENROLMENT.c.touched_at.desc(), ENROLMENT.c.id.desc())
)


@dataclass(frozen=True, slots=True)
class Score:
    """Graded answers of an enrolment or of one of its lessons."""

    right: int
    graded: int


@dataclass(frozen=True, slots=True)
class Counted:
    """An enrolment with what was done in it: graded answers in the whole and in its lesson, finished lessons."""

    enrolled: Enrolled
    whole: Score
    lesson: Score
    done: int


def of_person(tx: Connection, person: int) -> list[Counted]:
    """The person's enrolments with what was done in them, the one touched last first."""
    return [
        Counted(Enrolled(*row[:8]), Score(*row[8:10]), Score(*row[10:12]), row[12])
        for row in _STUDIES.rows(tx, who=person)
    ]


def finish_lesson(tx: Connection, enrolment: int, lesson: int, at: datetime) -> None:
    """The lesson was gone through; the first time counts."""
    insert_new(tx, LESSON_DONE, enrolment_id=enrolment, lesson=lesson, finished_at=at)


def forget_lessons(tx: Connection, enrolment: int) -> None:
    """No lesson of it was gone through yet: it begins again. (What happened stays on the timeline.)"""
    tx.execute(delete(LESSON_DONE).where(LESSON_DONE.c.enrolment_id == enrolment))
