"""Studies: enrolments with what was done in them, which lessons were finished and how many answers were right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, String, and_, bindparam, delete, func, literal_column, select
from sqlmodel import Field, SQLModel

from storage.answers import ANSWER
from storage.codec import load_indexes
from storage.dialect import insert_new
from storage.enrolments import COLUMNS, ENROLMENT, Enrolled
from storage.hot import Prepared, Statement
from storage.table import NO, core


class LessonDoneRow(SQLModel, table=True):
    """A lesson that was gone through to its end, once; forgotten when the enrolment begins again.

    `skipped`: it was not; an entry test has shown that it is known.
    """

    __tablename__ = "lesson_done"
    enrolment_id: int = Field(foreign_key="enrolment.id", primary_key=True)
    lesson: int = Field(primary_key=True)
    finished_at: datetime
    skipped: bool = Field(sa_column_kwargs=NO)


LESSON_DONE = core(LessonDoneRow)
_RIGHT = func.coalesce(func.sum(ANSWER.c.correct.cast(Integer)), 0)
_GRADED = func.count(ANSWER.c.correct)
_IN_LESSON = and_(ANSWER.c.lesson == ENROLMENT.c.lesson, ANSWER.c.version_id == ENROLMENT.c.version_id)


def _of_answers(counted: Any, *where: Any) -> Any:
    taught = ANSWER.c.purpose == literal_column("'lesson'")
    now = ANSWER.c.answered_at >= ENROLMENT.c.started_at
    rows = select(counted).where(ANSWER.c.enrolment_id == ENROLMENT.c.id, taught, now, *where)
    return rows.correlate(ENROLMENT).scalar_subquery()


def _studies(dialect: str) -> Statement:
    gathered = func.group_concat if dialect == "sqlite" else func.string_agg
    done = select(gathered(LESSON_DONE.c.lesson.cast(String), literal_column("','")))
    rows = select(
        *COLUMNS,
        _of_answers(_RIGHT),
        _of_answers(_GRADED),
        _of_answers(_RIGHT, _IN_LESSON),
        _of_answers(_GRADED, _IN_LESSON),
        done.where(LESSON_DONE.c.enrolment_id == ENROLMENT.c.id).correlate(ENROLMENT).scalar_subquery(),
    )
    mine = rows.where(ENROLMENT.c.person_id == bindparam("who"))
    return mine.order_by(ENROLMENT.c.touched_at.desc(), ENROLMENT.c.id.desc())


_STUDIES = Prepared(_studies)


@dataclass(frozen=True, slots=True)
class Score:
    """Graded answers of an enrolment or of one of its lessons."""

    right: int
    graded: int


@dataclass(frozen=True, slots=True)
class Counted:
    """An enrolment with what was done in it: graded answers in the whole and in its lesson, lessons that are done."""

    enrolled: Enrolled
    whole: Score
    lesson: Score
    lessons_done: frozenset[int]

    @property
    def done(self) -> int:
        """How many lessons are done."""
        return len(self.lessons_done)


def of_person(tx: Connection, person: int) -> list[Counted]:
    """The person's enrolments with what was done in them, the one touched last first."""
    return [
        Counted(
            Enrolled(*row[:8]), Score(*row[8:10]), Score(*row[10:12]), frozenset(load_indexes(row[12] or ""))
        )
        for row in _STUDIES.rows(tx, who=person)
    ]


def finish_lesson(
    tx: Connection, enrolment: int, lesson: int, at: datetime, *, skipped: bool = False
) -> None:
    """The lesson was gone through, or is known; the first time counts."""
    insert_new(tx, LESSON_DONE, enrolment_id=enrolment, lesson=lesson, finished_at=at, skipped=skipped)


def remap_lessons(tx: Connection, enrolment: int, places: Iterable[tuple[int, int]]) -> None:
    """Lessons that are done stand elsewhere in another version (from, to); those without a place are forgotten."""
    columns = (LESSON_DONE.c.lesson, LESSON_DONE.c.finished_at, LESSON_DONE.c.skipped)
    mine = select(*columns).where(LESSON_DONE.c.enrolment_id == enrolment)
    before = {row[0]: row for row in tx.execute(mine)}
    forget_lessons(tx, enrolment)
    for old, new in places:
        _, at, skipped = before[old]
        finish_lesson(tx, enrolment, new, at, skipped=skipped)


def forget_lessons(tx: Connection, enrolment: int) -> None:
    """No lesson of it was gone through yet: it begins again. (What happened stays on the timeline.)"""
    tx.execute(delete(LESSON_DONE).where(LESSON_DONE.c.enrolment_id == enrolment))
