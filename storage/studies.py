"""Studies: enrolments with what was done in them, which lessons were finished and how many answers were right."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    String,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlmodel import Field, SQLModel

from domain.facts import Study
from storage import programmes
from storage.answers import ANSWER
from storage.codec import load_indexes
from storage.dialect import insert_new
from storage.enrolments import ENROLMENT
from storage.given import giver
from storage.hot import Prepared, Statement
from storage.reached import pace
from storage.schedules import first_reminder
from storage.table import NO, core


class LessonDoneRow(SQLModel, table=True):
    """A lesson that was gone through to its end, once; forgotten when the enrolment begins again.

    `skipped`: it was not; an entry test has shown that it is known. `seconds` of active time it took; empty in rows
    that are older than this column.
    """

    __tablename__ = "lesson_done"
    enrolment_id: int = Field(foreign_key="enrolment.id", primary_key=True)
    lesson: int = Field(primary_key=True)
    finished_at: datetime
    skipped: bool = Field(sa_column_kwargs=NO)
    seconds: int | None = None


class LessonBeforeRow(SQLModel, table=True):
    """A lesson as it was done in a time through a programme that is over, because the enrolment began again.

    So the figures of those who finished stay true, and time is told apart. That time ended at `ended_at` and was of
    this version; `again`: it was not the first one.
    """

    __tablename__ = "lesson_before"
    enrolment_id: int = Field(foreign_key="enrolment.id", primary_key=True)
    ended_at: datetime = Field(primary_key=True)
    lesson: int = Field(primary_key=True)
    version_id: int
    finished_at: datetime
    skipped: bool
    seconds: int | None = None
    again: bool


LESSON_DONE, LESSON_BEFORE = core(LessonDoneRow), core(LessonBeforeRow)
RENEWED: Final = exists().where(LESSON_BEFORE.c.enrolment_id == ENROLMENT.c.id).correlate(ENROLMENT)
FINISHED: Final = or_(ENROLMENT.c.state == "finished", RENEWED)  # now, or at an earlier time
_PLACE: Final = ("id", "programme_id", "version_id", "state", "lesson", "card", "due_at")
_TAUGHT: Final = and_(
    ANSWER.c.enrolment_id == ENROLMENT.c.id,
    ANSWER.c.purpose == literal_column("'lesson'"),
    ANSWER.c.answered_at >= ENROLMENT.c.started_at,
)
_CORRECT: Final = ANSWER.c.correct.cast(Integer)
_IN_LESSON: Final = case(
    (and_(ANSWER.c.lesson == ENROLMENT.c.lesson, ANSWER.c.version_id == ENROLMENT.c.version_id), _CORRECT)
)


def _sum(numbers: ColumnElement[Any]) -> ColumnElement[int]:
    return func.coalesce(func.sum(numbers), literal_column("0"))


def _studies(dialect: str) -> Statement:
    gathered = func.group_concat if dialect == "sqlite" else func.string_agg
    done = select(gathered(LESSON_DONE.c.lesson.cast(String), literal_column("','")))
    rows = select(
        *(ENROLMENT.c[name] for name in _PLACE),
        *(count for each in (_CORRECT, _IN_LESSON) for count in (_sum(each), func.count(each))),
        done.where(LESSON_DONE.c.enrolment_id == ENROLMENT.c.id).correlate(ENROLMENT).scalar_subquery(),
        giver(ENROLMENT.c.person_id, ENROLMENT.c.programme_id),
        pace(ENROLMENT.c.person_id, ENROLMENT.c.programme_id),
        first_reminder(ENROLMENT.c.id),
    )
    rows = rows.join_from(ENROLMENT, ANSWER, _TAUGHT, isouter=True)
    each = (ENROLMENT.c.person_id, ENROLMENT.c.programme_id, ENROLMENT.c.id)  # in the order of an index
    mine = rows.where(ENROLMENT.c.person_id == bindparam("who")).group_by(*each)
    return mine.order_by(ENROLMENT.c.touched_at.desc(), ENROLMENT.c.id.desc())


_STUDIES = Prepared(_studies)


def of_person(tx: Connection, person: int) -> list[Study]:
    """The person's enrolments with what was done in them but their tests, the one touched last first."""
    return [_study(tx, row) for row in _STUDIES.rows(tx, who=person)]


def _study(tx: Connection, row: Sequence[Any]) -> Study:
    """From the columns of `_studies`."""
    enrolment, programme, version, state, lesson, card, due_at = row[:7]
    right, graded, lesson_right, lesson_graded, finished, gave, paced, reminder = row[7:]
    taught, done = programmes.version(tx, version), frozenset(load_indexes(finished or ""))
    place = enrolment, programme, version, taught, state, lesson, card, due_at
    counts = len(done), right, graded, lesson_right, lesson_graded
    return Study(*place, *counts, done, giver=gave, pace=paced, reminder_at=reminder)


def finish_lesson(
    tx: Connection, enrolment: int, lesson: int, at: datetime, *, skipped: bool = False
) -> None:
    """The lesson was gone through, or is known; the first time counts."""
    insert_new(tx, LESSON_DONE, enrolment_id=enrolment, lesson=lesson, finished_at=at, skipped=skipped)


def remap_lessons(tx: Connection, enrolment: int, places: Iterable[tuple[int, int]]) -> None:
    """Lessons that are done stand elsewhere in another version (from, to); those without a place are forgotten."""
    mine = select(LESSON_DONE).where(LESSON_DONE.c.enrolment_id == enrolment)
    before = {row.lesson: dict(row._mapping) for row in tx.execute(mine)}
    _forget(tx, enrolment)
    for old, new in places:
        insert_new(tx, LESSON_DONE, **{**before[old], "lesson": new})


def put_by(tx: Connection, enrolment: int, at: datetime) -> None:
    """The enrolment begins again: its lessons were those of a time that is over, and none is done now."""
    earlier = exists().where(LESSON_BEFORE.c.enrolment_id == enrolment)
    kept = (LESSON_DONE.c[name] for name in ("lesson", "finished_at", "skipped", "seconds"))
    columns = (LESSON_DONE.c.enrolment_id, ENROLMENT.c.version_id, *kept, _literal(at), earlier)
    rows = select(*columns).join(ENROLMENT, ENROLMENT.c.id == LESSON_DONE.c.enrolment_id)
    names = ("enrolment_id", "version_id", "lesson", "finished_at", "skipped", "seconds", "ended_at", "again")
    mine = rows.where(LESSON_DONE.c.enrolment_id == enrolment)
    tx.execute(insert(LESSON_BEFORE).from_select(names, mine))
    _forget(tx, enrolment)


def _literal(at: datetime) -> ColumnElement[datetime]:
    return literal(at, LESSON_BEFORE.c.ended_at.type)


def _forget(tx: Connection, enrolment: int) -> None:
    tx.execute(delete(LESSON_DONE).where(LESSON_DONE.c.enrolment_id == enrolment))


def since(tx: Connection, people: Collection[int], programme: int, *, finished: bool) -> dict[int, datetime]:
    """When these people finished a programme (the newest time), or began it."""
    done = [
        select(func.max(table.c.finished_at)).where(table.c.enrolment_id == ENROLMENT.c.id).scalar_subquery()
        for table in (LESSON_DONE, LESSON_BEFORE)
    ]
    now = case((ENROLMENT.c.state == "finished", done[0]))
    at = func.coalesce(now, done[1]) if finished else ENROLMENT.c.started_at
    mine = (ENROLMENT.c.person_id.in_(sorted(people)), ENROLMENT.c.programme_id == programme)
    rows = tx.execute(
        select(ENROLMENT.c.person_id, type_coerce(at, ENROLMENT.c.started_at.type)).where(*mine)
    )
    return {person: moment for person, moment in rows if moment is not None}
