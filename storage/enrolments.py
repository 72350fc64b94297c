"""Enrolments: who learns which version of a programme and where they are; steps; answers; finished lessons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Index,
    Integer,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)
from sqlmodel import Field, SQLModel

from domain.facts import Step, StudyState
from storage.dialect import insert_new, unless_there
from storage.hot import Prepared
from storage.table import core

_IS_DUE, _IS_OPEN = text("due_at IS NOT NULL"), text("closed_at IS NULL")


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
    __table_args__ = (Index("step_open", "enrolment_id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),)
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


_STUDY_NAMES = ("id", "person_id", "programme_id", "version_id", "state", "lesson", "card", "due_at")
_STUDY = tuple(ENROLMENT.c[name] for name in _STUDY_NAMES)
_STEP_NAMES = ("key", "enrolment_id", "lesson", "card", "question", "selected", "closed_at")
_STEP_COLUMNS = tuple(STEP.c[name] for name in _STEP_NAMES)
_THEIRS = ENROLMENT.c.person_id == bindparam("who")
_RIGHT = func.coalesce(func.sum(ANSWER.c.correct.cast(Integer)), 0)


def _of_answers(counted: Any, *where: Any) -> Any:
    rows = select(counted).where(ANSWER.c.enrolment_id == ENROLMENT.c.id, *where)
    return rows.correlate(ENROLMENT).scalar_subquery()


_IN_LESSON = ANSWER.c.lesson == ENROLMENT.c.lesson
_STUDIES = Prepared(
    select(
        *_STUDY,
        _of_answers(_RIGHT),
        _of_answers(func.count(ANSWER.c.correct)),
        _of_answers(_RIGHT, _IN_LESSON),
        _of_answers(func.count(ANSWER.c.correct), _IN_LESSON),
        select(func.count())
        .where(LESSON_DONE.c.enrolment_id == ENROLMENT.c.id)
        .correlate(ENROLMENT)
        .scalar_subquery(),
    )
    .where(_THEIRS)
    .order_by(ENROLMENT.c.touched_at.desc(), ENROLMENT.c.id.desc())
)
_GET = Prepared(select(*_STUDY).where(ENROLMENT.c.id == bindparam("which")))
_STEPS = select(*_STEP_COLUMNS).join_from(STEP, ENROLMENT, ENROLMENT.c.id == STEP.c.enrolment_id)
_STEP_BY_KEY = Prepared(_STEPS.where(STEP.c.key == bindparam("key"), _THEIRS))
_OPEN_STEPS = Prepared(
    _STEPS.where(STEP.c.closed_at.is_(None), _THEIRS).order_by(STEP.c.opened_at.desc(), STEP.c.key)
)
_CLOSE_OTHERS = Prepared(
    update(STEP)
    .where(STEP.c.enrolment_id == bindparam("which"), STEP.c.closed_at.is_(None))
    .values(closed_at=bindparam("now"))
)
_OPEN_STEP = Prepared(
    insert(STEP), ["key", "enrolment_id", "lesson", "card", "question", "selected", "opened_at"]
)
_CLOSE_STEP = Prepared(
    update(STEP)
    .where(STEP.c.key == bindparam("which"), STEP.c.closed_at.is_(None))
    .values(closed_at=bindparam("now"))
)
_MOVE = Prepared(
    update(ENROLMENT)
    .where(ENROLMENT.c.id == bindparam("which"))
    .values(
        lesson=bindparam("to_lesson"),
        card=bindparam("to_card"),
        touched_at=bindparam("now"),
        due_at=None,
        state="active",
    )
)


_RECORD = Prepared(unless_there(ANSWER), [column.name for column in ANSWER.columns if column.name != "id"])


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
class Answered:
    """What was answered at a step of a version; `correct` is None for an opinion."""

    step: Step
    version: int
    question: str
    chosen: tuple[int, ...]
    correct: bool | None


@dataclass(frozen=True, slots=True)
class Counted:
    """An enrolment with what was done in it."""

    enrolled: Enrolled
    whole: "Score"
    lesson: "Score"
    done: int


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
    return [each.enrolled for each in counted(tx, person)]


def counted(tx: Connection, person: int) -> list[Counted]:
    """The person's enrolments with their scores, the one touched last first."""
    return [
        Counted(Enrolled(*row[:8]), Score(*row[8:10]), Score(*row[10:12]), row[12])
        for row in _STUDIES.rows(tx, who=person)
    ]


def get(tx: Connection, enrolment: int) -> Enrolled:
    """The enrolment with this id."""
    row = _GET.row(tx, which=enrolment)
    assert row is not None, "enrolments are not deleted"
    return Enrolled(*row)


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


def postpone_due(tx: Connection, now: datetime, until: datetime) -> None:
    """Every lesson that is due now waits until then."""
    tx.execute(update(ENROLMENT).where(ENROLMENT.c.due_at <= now).values(due_at=until))


def move(tx: Connection, enrolment: int, lesson: int, card: int, at: datetime) -> None:
    """The learner stands at this card now; nothing is due."""
    _MOVE.run(tx, which=enrolment, to_lesson=lesson, to_card=card, now=at)


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
    _CLOSE_OTHERS.run(tx, which=step.enrolment, now=at)
    _OPEN_STEP.run(
        tx,
        key=step.key,
        enrolment_id=step.enrolment,
        lesson=step.lesson,
        card=step.card,
        question=step.question,
        selected=_written(step.selected),
        opened_at=at,
    )


def close_step(tx: Connection, key: str, at: datetime) -> bool:
    """The step is done; exactly one caller gets True."""
    return _CLOSE_STEP.run(tx, which=key, now=at) == 1


def select_options(tx: Connection, key: str, selected: tuple[int, ...]) -> None:
    """What is ticked at a multiple choice so far."""
    tx.execute(update(STEP).where(STEP.c.key == key).values(selected=_written(selected)))


def step_by_key(tx: Connection, key: str, person: int) -> Step | None:
    """The step with this key, when it is the person's."""
    row = _STEP_BY_KEY.row(tx, key=key, who=person)
    return _step(row) if row else None


def open_steps(tx: Connection, person: int) -> list[Step]:
    """The steps that the person was asked and has not done, the newest first: at most one in each enrolment."""
    return [_step(row) for row in _OPEN_STEPS.rows(tx, who=person)]


def record(tx: Connection, answered: Answered, at: datetime) -> bool:
    """Keep an answer; False when the step has one already (the first one counts)."""
    step = answered.step
    kept = _RECORD.run(
        tx,
        step_key=step.key,
        enrolment_id=step.enrolment,
        version_id=answered.version,
        lesson=step.lesson,
        card=step.card,
        question_id=answered.question,
        chosen=_written(answered.chosen),
        correct=answered.correct,
        answered_at=at,
    )
    return kept == 1


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


def unseen(tx: Connection, step: str) -> int | None:
    """The enrolment whose lesson began with this step, when nothing has been done in the lesson since."""
    rows = select(ENROLMENT.c.id).join(STEP, STEP.c.enrolment_id == ENROLMENT.c.id)
    here = (STEP.c.key == step, STEP.c.closed_at.is_(None), STEP.c.card == 0, ENROLMENT.c.card == 0)
    return tx.execute(rows.where(*here, ENROLMENT.c.lesson == STEP.c.lesson)).scalar_one_or_none()


def put_back(tx: Connection, enrolment: int, due_at: datetime) -> None:
    """The lesson waits again, from its beginning."""
    tx.execute(update(ENROLMENT).where(ENROLMENT.c.id == enrolment).values(card=-1, due_at=due_at))


def _step(row: Sequence[Any]) -> Step:
    key, enrolment, lesson, card, question, selected, closed_at = row
    return Step(key, enrolment, lesson, card, question, _indexes(selected), closed_at is not None)


def _written(indexes: Iterable[int]) -> str:
    return ",".join(map(str, indexes))


def _indexes(written: str) -> tuple[int, ...]:
    return tuple(map(int, written.split(","))) if written else ()
