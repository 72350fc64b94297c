"""Answers: what was answered at a step, once."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Index, Integer, bindparam, literal_column, select, text, update
from sqlmodel import Field, SQLModel

from domain.effect import Record
from domain.person import Person
from storage.bulk import among, listed
from storage.codec import dump_indexes
from storage.dialect import unless_there
from storage.enrolments import ENROLMENT
from storage.hot import Prepared
from storage.organisations import ORGANISATION
from storage.people import COLUMNS, IN_HOUSE, PERSON, of_row
from storage.table import EMPTY, LESSON, ZERO, agree, core

_IS_OPEN = text("words <> '' AND worth IS NULL")
_IS_FRESH, _IS_PUT_BY = text("fresh = 1"), text("fresh = 2")


class AnswerRow(SQLModel, table=True):
    """What was answered first at a step: options by their indexes in `chosen`, or `words`.

    `worth` is from 0 to 1, `correct` whether it is entirely right; both are empty for an opinion, and for an open
    answer. `purpose` is that of the step. `fresh`: 1 while no memory of it was kept (actions/remember.py), 2 when none
    could be and it is tried again later, 0 when there is nothing to be kept.
    """

    __tablename__ = "answer"
    __table_args__ = (
        agree("answer_step", "step", {"step_key": "key", "enrolment_id": "enrolment_id"}),
        Index("answer_open", "id", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        Index("answer_fresh", "id", sqlite_where=_IS_FRESH, postgresql_where=_IS_FRESH),
        Index("answer_put_by", "id", sqlite_where=_IS_PUT_BY, postgresql_where=_IS_PUT_BY),
    )
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
    words: str = Field(sa_column_kwargs=EMPTY)
    worth: float | None = None
    purpose: str = Field(sa_column_kwargs=LESSON)
    fresh: int = Field(sa_column_kwargs=ZERO)


@dataclass(frozen=True, slots=True)
class Fresh:
    """An answer with a score at a card (`spot`: lesson and card) of a version, of which no memory was kept yet."""

    id: int
    person: Person
    programme: int
    enrolment: int
    version: int
    spot: tuple[int, int]
    worth: float
    at: datetime


ANSWER = core(AnswerRow)
_RECORD = Prepared(unless_there(ANSWER), [column.name for column in ANSWER.columns if column.name != "id"])
_WAITING = Prepared(
    select(ENROLMENT.c.person_id, ANSWER.c.id)
    .join_from(ANSWER, ENROLMENT, ENROLMENT.c.id == ANSWER.c.enrolment_id)
    .where(_IS_FRESH)
    .order_by(ANSWER.c.id)
    .limit(bindparam("most", type_=Integer))
)
_NAMES: Final = ("enrolment_id", "version_id", "lesson", "card", "worth", "answered_at")
# Of a person who does something just now the answers are left for the next look.
_FRESH = Prepared(
    lambda dialect: (
        select(ANSWER.c.id, ENROLMENT.c.programme_id, *(ANSWER.c[name] for name in _NAMES), *COLUMNS)
        .join_from(ANSWER, ENROLMENT, ENROLMENT.c.id == ANSWER.c.enrolment_id)
        .join(PERSON, PERSON.c.id == ENROLMENT.c.person_id)
        .join(ORGANISATION, IN_HOUSE)
        .where(among(dialect, ANSWER.c.id, "ids"), _IS_FRESH)
        .order_by(ANSWER.c.id)
        .with_for_update(of=(ANSWER, PERSON), skip_locked=True)
    )
)
_MARK = Prepared(
    lambda dialect: (
        update(ANSWER)
        .where(among(dialect, ANSWER.c.id, "ids"))
        .values(fresh=bindparam("mark", type_=Integer))
    )
)
_TRY_AGAIN = Prepared(update(ANSWER).where(_IS_PUT_BY).values(fresh=literal_column("1")))


def record(tx: Connection, answered: Record, at: datetime) -> bool:
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
        chosen=dump_indexes(answered.given.chosen),
        words=answered.given.words,
        correct=answered.correct,
        worth=answered.worth,
        answered_at=at,
        purpose=step.purpose,
        fresh=int(step.purpose == "lesson" and answered.worth is not None),
    )
    return kept == 1


def waiting(tx: Connection, most: int) -> dict[int, list[int]]:
    """Up to so many answers of which no memory was kept, the oldest first: their ids by person; only a look."""
    found = defaultdict[int, list[int]](list)
    for person, answer in _WAITING.rows(tx, most=most):
        found[person].append(answer)
    return dict(found)


def fresh(tx: Connection, answers: Collection[int]) -> list[Fresh]:
    """Those of these answers of which no memory was kept, in their order: they and their person are ours now."""
    return [
        Fresh(row[0], of_row(row[8:]), row[1], row[2], row[3], (row[4], row[5]), row[6], row[7])
        for row in _FRESH.rows(tx, ids=listed(tx, answers))
    ]


def remembered(tx: Connection, answers: Collection[int]) -> None:
    """Memories of these were kept."""
    _MARK.run(tx, ids=listed(tx, answers), mark=0)


def put_by(tx: Connection, answers: Collection[int]) -> None:
    """Of these no memory can be kept for now."""
    _MARK.run(tx, ids=listed(tx, answers), mark=2)


def try_again(tx: Connection) -> int:
    """Look again at those that were put by; how many they are."""
    return _TRY_AGAIN.run(tx)
