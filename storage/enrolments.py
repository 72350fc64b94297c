"""Enrolments: who learns which version of a programme and where they are; steps; answers; finished lessons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Index,
    Integer,
    Select,
    UniqueConstraint,
    func,
    insert,
    select,
    text,
    update,
)
from sqlmodel import Field, SQLModel

from domain.facts import Step, StudyState
from storage.dialect import insert_new
from storage.table import core

_IS_DUE = text("due_at IS NOT NULL")


class EnrolmentRow(SQLModel, table=True):
    """`lesson` and `card` count from 0; `card` is -1 while the lesson waits for `due_at` or for the learner.

    `state`: active, paused, finished. `touched_at` is when the learner last did something in it.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("person_id", "programme_id"),
        Index("enrolment_due", "due_at", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
    )
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    programme_id: int = Field(foreign_key="programme.id")
    version_id: int = Field(foreign_key="programme_version.id")
    state: str
    lesson: int
    card: int
    due_at: datetime | None = None
    started_at: datetime
    touched_at: datetime


class StepRow(SQLModel, table=True):
    """A card that waits for its learner. `selected` are option indexes ("0,2") of a multiple choice so far."""

    __tablename__ = "step"
    key: str = Field(primary_key=True)
    enrolment_id: int = Field(foreign_key="enrolment.id", index=True)
    lesson: int
    card: int
    question: bool
    selected: str
    opened_at: datetime
    closed_at: datetime | None = None


class AnswerRow(SQLModel, table=True):
    """What was answered first at a step. `chosen` are option indexes; `correct` is empty for an opinion."""

    __tablename__ = "answer"
    id: int | None = Field(default=None, primary_key=True)
    step_key: str = Field(unique=True, foreign_key="step.key")
    enrolment_id: int = Field(foreign_key="enrolment.id", index=True)
    version_id: int = Field(foreign_key="programme_version.id")
    lesson: int
    card: int
    question_id: str
    chosen: str
    correct: bool | None = None
    answered_at: datetime


class LessonDoneRow(SQLModel, table=True):
    """A lesson that was gone through to its end, once."""

    __tablename__ = "lesson_done"
    enrolment_id: int = Field(foreign_key="enrolment.id", primary_key=True)
    lesson: int = Field(primary_key=True)
    finished_at: datetime


ENROLMENT, STEP, ANSWER, LESSON_DONE = (
    core(EnrolmentRow),
    core(StepRow),
    core(AnswerRow),
    core(LessonDoneRow),
)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """An enrolment as it stands."""

    id: int
    person: int
    programme: int
    version: int
    state: StudyState
    lesson: int
    card: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Score:
    """Graded answers of an enrolment or of one of its lessons."""

    right: int
    graded: int


def enrol(tx: Connection, *, person: int, programme: int, version: int, at: datetime) -> int | None:
    """A new enrolment's id, waiting at its first lesson; None when the person has one in this programme."""
    new = insert_new(
        tx,
        ENROLMENT,
        person_id=person,
        programme_id=programme,
        version_id=version,
        state="active",
        lesson=0,
        card=-1,
        started_at=at,
        touched_at=at,
    )
    own = (ENROLMENT.c.person_id == person, ENROLMENT.c.programme_id == programme)
    return int(tx.execute(select(ENROLMENT.c.id).where(*own)).scalar_one()) if new else None


def of_person(tx: Connection, person: int) -> list[Enrolled]:
    """The person's enrolments, the one touched last first."""
    rows = _enrolled().where(ENROLMENT.c.person_id == person)
    rows = rows.order_by(ENROLMENT.c.touched_at.desc(), ENROLMENT.c.id.desc())
    return [Enrolled(*row) for row in tx.execute(rows)]


def get(tx: Connection, enrolment: int) -> Enrolled:
    """The enrolment with this id."""
    return Enrolled(*tx.execute(_enrolled().where(ENROLMENT.c.id == enrolment)).one())


def due(tx: Connection, now: datetime, most: int) -> list[int]:
    """Enrolments whose next lesson is due, the longest due first."""
    rows = select(ENROLMENT.c.id).where(ENROLMENT.c.due_at <= now, ENROLMENT.c.state == "active")
    return list(tx.execute(rows.order_by(ENROLMENT.c.due_at).limit(most)).scalars())


def take_due(tx: Connection, enrolment: int, now: datetime) -> bool:
    """The lesson that is due is ours to send; exactly one caller gets True."""
    mine = update(ENROLMENT).where(
        ENROLMENT.c.id == enrolment, ENROLMENT.c.state == "active", ENROLMENT.c.due_at <= now
    )
    return tx.execute(mine.values(due_at=None)).rowcount == 1


def postpone(tx: Connection, enrolment: int, now: datetime, until: datetime) -> None:
    """What is still due now waits until then; a lesson that was sent after all is left alone."""
    due = update(ENROLMENT).where(ENROLMENT.c.id == enrolment, ENROLMENT.c.due_at <= now)
    tx.execute(due.values(due_at=until))


def move(tx: Connection, enrolment: int, lesson: int, card: int, at: datetime) -> None:
    """The learner stands at this card now; nothing is due."""
    values = {"lesson": lesson, "card": card, "touched_at": at, "due_at": None, "state": "active"}
    tx.execute(update(ENROLMENT).where(ENROLMENT.c.id == enrolment).values(**values))


def wait(tx: Connection, enrolment: int, due_at: datetime | None) -> None:
    """The next lesson waits until then."""
    tx.execute(update(ENROLMENT).where(ENROLMENT.c.id == enrolment).values(due_at=due_at))


def set_state(tx: Connection, enrolment: int, state: StudyState) -> None:
    """Active, paused or finished."""
    tx.execute(update(ENROLMENT).where(ENROLMENT.c.id == enrolment).values(state=state))


def finish_lesson(tx: Connection, enrolment: int, lesson: int, at: datetime) -> None:
    """The lesson was gone through; the first time counts."""
    insert_new(tx, LESSON_DONE, enrolment_id=enrolment, lesson=lesson, finished_at=at)


def open_step(tx: Connection, step: Step, at: datetime) -> None:
    """A card waits for its learner; any other step of the enrolment is behind them."""
    others = update(STEP).where(STEP.c.enrolment_id == step.enrolment, STEP.c.closed_at.is_(None))
    tx.execute(others.values(closed_at=at))
    new = insert(STEP).values(
        key=step.key,
        enrolment_id=step.enrolment,
        lesson=step.lesson,
        card=step.card,
        question=step.question,
        selected=_written(step.selected),
        opened_at=at,
    )
    tx.execute(new)


def close_step(tx: Connection, key: str, at: datetime) -> bool:
    """The step is done; exactly one caller gets True."""
    mine = update(STEP).where(STEP.c.key == key, STEP.c.closed_at.is_(None))
    return tx.execute(mine.values(closed_at=at)).rowcount == 1


def select_options(tx: Connection, key: str, selected: tuple[int, ...]) -> None:
    """What is ticked at a multiple choice so far."""
    tx.execute(update(STEP).where(STEP.c.key == key).values(selected=_written(selected)))


def step_by_key(tx: Connection, key: str, person: int) -> Step | None:
    """The step with this key, when it is the person's."""
    row = tx.execute(_steps().where(STEP.c.key == key, ENROLMENT.c.person_id == person)).one_or_none()
    return _step(row) if row else None


def open_steps(tx: Connection, person: int) -> list[Step]:
    """The steps that the person was asked and has not done, the newest first: at most one in each enrolment."""
    rows = _steps().where(STEP.c.closed_at.is_(None), ENROLMENT.c.person_id == person)
    return [_step(row) for row in tx.execute(rows.order_by(STEP.c.opened_at.desc()))]


def record(
    tx: Connection, step: Step, *, question: str, chosen: tuple[int, ...], correct: bool | None, at: datetime
) -> bool:
    """Keep an answer; False when the step has one already (the first one counts)."""
    version = select(ENROLMENT.c.version_id).where(ENROLMENT.c.id == step.enrolment).scalar_subquery()
    return insert_new(
        tx,
        ANSWER,
        step_key=step.key,
        enrolment_id=step.enrolment,
        version_id=version,
        lesson=step.lesson,
        card=step.card,
        question_id=question,
        chosen=_written(chosen),
        correct=correct,
        answered_at=at,
    )


def score(tx: Connection, enrolment: int, lesson: int | None = None) -> Score:
    """Right and graded answers of an enrolment, or of one lesson of it."""
    rows = select(
        func.coalesce(func.sum(ANSWER.c.correct.cast(Integer)), 0), func.count(ANSWER.c.correct)
    ).where(ANSWER.c.enrolment_id == enrolment)
    row = tx.execute(rows if lesson is None else rows.where(ANSWER.c.lesson == lesson)).one()
    return Score(int(row[0]), int(row[1]))


def lessons_done(tx: Connection, enrolment: int) -> int:
    """How many lessons were gone through."""
    rows = select(func.count()).where(LESSON_DONE.c.enrolment_id == enrolment)
    return int(tx.execute(rows).scalar_one())


def _enrolled() -> Select[Any]:
    names = ("id", "person_id", "programme_id", "version_id", "state", "lesson", "card", "due_at")
    return select(*(ENROLMENT.c[name] for name in names))


def _steps() -> Select[Any]:
    names = ("key", "enrolment_id", "lesson", "card", "question", "selected", "closed_at")
    columns = (STEP.c[name] for name in names)
    return select(*columns).join_from(STEP, ENROLMENT, ENROLMENT.c.id == STEP.c.enrolment_id)


def _step(row: Sequence[Any]) -> Step:
    key, enrolment, lesson, card, question, selected, closed_at = row
    return Step(key, enrolment, lesson, card, question, _indexes(selected), closed_at is not None)


def _written(indexes: Iterable[int]) -> str:
    return ",".join(map(str, indexes))


def _indexes(written: str) -> tuple[int, ...]:
    return tuple(map(int, written.split(","))) if written else ()
