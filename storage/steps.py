"""Steps: the cards that wait for their learners, each with the key that its buttons carry."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    Connection,
    Exists,
    Index,
    bindparam,
    exists,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlmodel import Field, SQLModel

from domain.facts import Step
from domain.sitting import ENTRY
from storage.answers import ANSWER
from storage.bulk import Bulk, among, listed
from storage.codec import dump_indexes, load_indexes
from storage.dialect import add_rows
from storage.enrolments import ENROLMENT
from storage.hot import Prepared
from storage.table import LESSON, core

_IS_OPEN = text("closed_at IS NULL")
_BESIDE = text("purpose <> 'lesson'")


class StepRow(SQLModel, table=True):
    """A card that waits for its learner. `selected` are the indexes ("0,2") of what is chosen so far.

    `purpose`: lesson, review, test. `version_id`: the card is one of this version (where something came back, or the
    enrolment has left it); empty: of the enrolment's.
    """

    __tablename__ = "step"
    __table_args__ = (
        Index("step_enrolment", "key", "enrolment_id", unique=True),
        Index("step_open", "enrolment_id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        Index("step_beside", "enrolment_id", "purpose", sqlite_where=_BESIDE, postgresql_where=_BESIDE),
    )
    key: str = Field(primary_key=True)
    enrolment_id: int = Field(foreign_key="enrolment.id", index=True)
    lesson: int
    card: int
    question: bool
    selected: str
    opened_at: datetime
    closed_at: datetime | None = None
    purpose: str = Field(sa_column_kwargs=LESSON)
    version_id: int | None = None


STEP = core(StepRow)
_PLACE = ("key", "enrolment_id", "lesson", "card", "question", "selected")
_NAMES = (*_PLACE, "closed_at", "purpose", "version_id")
_NEW = (*_PLACE, "opened_at", "purpose", "version_id")
_COLUMNS = tuple(STEP.c[name] for name in _NAMES)
_OFFERED = STEP.c.lesson == ENTRY
_THEIRS = ENROLMENT.c.person_id == bindparam("who")
_STEPS = select(*_COLUMNS).join_from(STEP, ENROLMENT, ENROLMENT.c.id == STEP.c.enrolment_id)
_BY_KEY = Prepared(_STEPS.where(STEP.c.key == bindparam("key"), _THEIRS))
_OPEN = Prepared(
    _STEPS.where(STEP.c.closed_at.is_(None), _THEIRS).order_by(STEP.c.opened_at.desc(), STEP.c.key)
)
_PUT = Prepared(insert(STEP), _NEW)
_PUT_MANY = Bulk({name: STEP.c[name].type for name in _NEW}, partial(add_rows, STEP))
_CLOSE_OTHERS = Prepared(
    update(STEP)
    .where(
        STEP.c.enrolment_id == bindparam("which"),
        STEP.c.closed_at.is_(None),
        STEP.c.purpose == bindparam("why"),
    )
    .values(closed_at=bindparam("now"))
)
_OF_THEM = select(ENROLMENT.c.id)
_CLOSE_REVIEWS = Prepared(
    lambda dialect: (
        update(STEP)
        .where(
            STEP.c.enrolment_id.in_(_OF_THEM.where(among(dialect, ENROLMENT.c.person_id, "people"))),
            STEP.c.closed_at.is_(None),
            STEP.c.purpose == literal_column("'review'"),
        )
        .values(closed_at=STEP.c.opened_at)
    )
)
_CLOSE = Prepared(
    update(STEP)
    .where(STEP.c.key == bindparam("which"), STEP.c.closed_at.is_(None))
    .values(closed_at=bindparam("now"))
)


def put(tx: Connection, step: Step, at: datetime, *, alone: bool = False) -> None:
    """A card waits for its learner; any other step of the enrolment for the same purpose is behind them.

    `alone`: there is no other that is open.
    """
    if not alone:
        _CLOSE_OTHERS.run(tx, which=step.enrolment, why=step.purpose, now=at)
    _PUT.run(tx, **_row(step, at))


def put_reviews(tx: Connection, new: Sequence[tuple[int, Step]], at: datetime) -> None:
    """Questions come back to these people: each has no other that came back any more.

    One that nobody did anything about was on nobody's mind: it took no time.
    """
    _CLOSE_REVIEWS.run(tx, people=listed(tx, [person for person, _ in new]))
    _PUT_MANY.run(tx, [_row(step, at) for _, step in new])


def _row(step: Step, at: datetime) -> dict[str, Any]:
    return {
        "key": step.key,
        "enrolment_id": step.enrolment,
        "lesson": step.lesson,
        "card": step.card,
        "question": step.question,
        "selected": dump_indexes(step.selected),
        "opened_at": at,
        "purpose": step.purpose,
        "version_id": step.version,
    }


def close(tx: Connection, key: str, at: datetime) -> bool:
    """The step is done; exactly one caller gets True."""
    return _CLOSE.run(tx, which=key, now=at) == 1


def leave(tx: Connection, enrolment: int, version: int, at: datetime) -> None:
    """The enrolment leaves this version: no card of a lesson or test waits any more; questions that came back do."""
    theirs = update(STEP).where(STEP.c.enrolment_id == enrolment, STEP.c.purpose != "review")
    tx.execute(theirs.where(STEP.c.closed_at.is_(None)).values(closed_at=at))
    tx.execute(theirs.where(STEP.c.version_id.is_(None)).values(version_id=version))


def ask(tx: Connection, key: str, at: datetime) -> None:
    """The step is asked again: it is the newest of those that are open."""
    tx.execute(update(STEP).where(STEP.c.key == key, STEP.c.closed_at.is_(None)).values(opened_at=at))


def tick(tx: Connection, key: str, selected: tuple[int, ...]) -> None:
    """What is chosen so far."""
    tx.execute(update(STEP).where(STEP.c.key == key).values(selected=dump_indexes(selected)))


def by_key(tx: Connection, key: str, person: int) -> Step | None:
    """The step with this key, when it is the person's."""
    row = _BY_KEY.row(tx, key=key, who=person)
    return _step(row) if row else None


def open_of(tx: Connection, person: int) -> list[Step]:
    """Steps that the person has not done, the newest first: at most one for each enrolment and purpose."""
    return [_step(row) for row in _OPEN.rows(tx, who=person)]


def unseen(tx: Connection, step: str) -> int | None:
    """The enrolment whose lesson began with this step, when nothing has been done in the lesson since.

    A test begins with what is said before it, which is no question; the choice of an entry test stands before all
    lessons.
    """
    rows = select(ENROLMENT.c.id).join(STEP, STEP.c.enrolment_id == ENROLMENT.c.id)
    here = (ENROLMENT.c.lesson == STEP.c.lesson) & (ENROLMENT.c.card == STEP.c.card)
    first = (STEP.c.purpose == "lesson") | ((STEP.c.purpose == "test") & STEP.c.question.is_(False))
    waits = rows.where(STEP.c.key == step, STEP.c.closed_at.is_(None), first, here | _OFFERED)
    return tx.execute(waits.where(~_moved_on(), ~_answered())).scalar_one_or_none()


def came_back(tx: Connection, step: str) -> int | None:
    """The enrolment of this step, when a question came back there and waits for its answer."""
    waits = (STEP.c.key == step, STEP.c.closed_at.is_(None), STEP.c.purpose == "review")
    return tx.execute(select(STEP.c.enrolment_id).where(*waits)).scalar_one_or_none()


def _moved_on() -> Exists:
    """Whether there was another card in this lesson: it begins with the same one each time."""
    other = STEP.alias()
    ours = (other.c.enrolment_id == STEP.c.enrolment_id, _OFFERED | (other.c.lesson == STEP.c.lesson))
    now = other.c.opened_at >= ENROLMENT.c.started_at
    return exists().where(*ours, other.c.card != STEP.c.card, other.c.purpose == "lesson", now)


def _answered() -> Exists:
    ours = (ANSWER.c.enrolment_id == STEP.c.enrolment_id, ANSWER.c.lesson == STEP.c.lesson)
    now = ANSWER.c.answered_at >= ENROLMENT.c.started_at
    return exists().where(*ours, ANSWER.c.purpose == "lesson", now)


def _step(row: Sequence[Any]) -> Step:
    key, enrolment, lesson, card, question, selected, closed_at, purpose, version = row
    chosen = load_indexes(selected)
    of = version if purpose == "review" else None
    return Step(key, enrolment, lesson, card, question, chosen, closed_at is not None, purpose, of)
