"""What people ask to have corrected of themselves, until whoever looks after the roster there has decided."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, case, delete, insert, select
from sqlmodel import Field, SQLModel

from domain.correction import What
from domain.organisation import Scope
from storage.bulk import one_of
from storage.employments import EMPLOYMENT
from storage.people import PERSON
from storage.scoping import within
from storage.table import core


class CorrectionRow(SQLModel, table=True):
    """The words that a person wants in place of those of the roster: a `name`, an `email` or a `job`.

    The job is that of the further work `employment_id`, or of the main one. The row goes when it is decided, and no
    number is ever another's: who decides decides about the words that they saw.
    """

    __tablename__ = "correction"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    employment_id: int | None = Field(
        default=None, foreign_key="employment.id", index=True, ondelete="CASCADE"
    )
    what: str
    words: str
    asked_at: datetime


CORRECTION: Final = core(CorrectionRow)
_MAIN: Final = CORRECTION.c.employment_id.is_(None)
_STANDING: Final = CORRECTION.join(PERSON, PERSON.c.id == CORRECTION.c.person_id).outerjoin(
    EMPLOYMENT, EMPLOYMENT.c.id == CORRECTION.c.employment_id
)
_BEFORE: Final = case(
    (CORRECTION.c.what == "name", PERSON.c.name),
    (CORRECTION.c.what == "email", PERSON.c.email),
    (_MAIN, PERSON.c.job),
    else_=EMPLOYMENT.c.job,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks for themselves; `employment` as in the table."""

    what: What
    words: str
    employment: int | None
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """The same as it is decided: whose it is, at which place, and what stands there now (`before`)."""

    id: int
    person: int
    name: str
    place: int
    employment: int | None
    what: What
    words: str
    before: str
    asked_at: datetime


def ask(tx: Connection, person: int, asked: Asked) -> None:
    """This is asked for, in place of what was asked for the same word before."""
    _drop_same(tx, person, asked.what, asked.employment)
    values = {"what": asked.what, "words": asked.words, "employment_id": asked.employment}
    tx.execute(insert(CORRECTION).values(person_id=person, asked_at=asked.asked_at, **values))


def of_person(tx: Connection, person: int) -> list[Asked]:
    """What the person asks for, the oldest first."""
    names = ("what", "words", "employment_id", "asked_at")
    rows = select(*(CORRECTION.c[name] for name in names)).where(CORRECTION.c.person_id == person)
    return [Asked(*row) for row in tx.execute(rows.order_by(CORRECTION.c.id))]


def wanted(tx: Connection, scope: Scope, which: int | None = None) -> Sequence[Wanted]:
    """What people of the scope's organisations ask for there, the oldest first; or this one.

    Name and address are the main organisation's to decide, the job that of the work.
    """
    place = case((_MAIN, PERSON.c.organisation_id), else_=EMPLOYMENT.c.organisation_id)
    rows = select(
        CORRECTION.c.id,
        CORRECTION.c.person_id,
        PERSON.c.name,
        place,
        CORRECTION.c.employment_id,
        CORRECTION.c.what,
        CORRECTION.c.words,
        _BEFORE,
        CORRECTION.c.asked_at,
    ).select_from(_STANDING)
    rows = rows.where(within(scope, place), _MAIN | EMPLOYMENT.c.agreed_at.is_not(None))
    rows = rows if which is None else rows.where(CORRECTION.c.id == which)
    return [Wanted(*row) for row in tx.execute(rows.order_by(CORRECTION.c.id))]


def drop(tx: Connection, which: int) -> bool:
    """It is decided; False when it was before."""
    return tx.execute(delete(CORRECTION).where(CORRECTION.c.id == which)).rowcount == 1


def drop_met(tx: Connection, people: Collection[int]) -> None:
    """What the roster says of these people by now is asked no more, however it came there."""
    met = select(CORRECTION.c.id).select_from(_STANDING).where(CORRECTION.c.words == _BEFORE)
    met = met.where(one_of(CORRECTION.c.person_id, people))
    tx.execute(delete(CORRECTION).where(CORRECTION.c.id.in_(met)))


def drop_jobs(tx: Connection, people: Collection[int]) -> None:
    """Their main work is another one now: what was asked about the old one's job is asked no more."""
    theirs = one_of(CORRECTION.c.person_id, people)
    tx.execute(delete(CORRECTION).where(theirs, CORRECTION.c.what == "job", _MAIN))


def drop_work(tx: Connection, employment: int) -> None:
    """They do not work there any more: nobody is left to decide what was asked about it."""
    tx.execute(delete(CORRECTION).where(CORRECTION.c.employment_id == employment))


def _drop_same(tx: Connection, person: int, what: What, employment: int | None) -> None:
    mine = _MAIN if employment is None else CORRECTION.c.employment_id == employment
    tx.execute(delete(CORRECTION).where(CORRECTION.c.person_id == person, CORRECTION.c.what == what, mine))
