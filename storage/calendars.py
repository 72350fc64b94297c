"""Calendars of people: the seeds of their secret addresses, and what comes, as they show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, delete, func, select, update
from sqlmodel import Field, SQLModel

from domain.calendar import Revision
from storage.assignments import ASSIGNMENT
from storage.certificates import CERTIFICATE
from storage.dialect import insert_new
from storage.enrolments import ENROLMENT
from storage.reached import LEARN, REACHED
from storage.table import core


class CalendarRow(SQLModel, table=True):
    """A person's calendar at a secret address, of which only the `seed` is kept: the token is made of it and of a key
    that is not in the store. A new seed ends the old address.

    `shown` is JSON of what was given last, so that a calendar that has it already sees what has changed.
    """

    __tablename__ = "calendar"
    person_id: int = Field(
        primary_key=True, foreign_key="person.id", sa_column_kwargs={"autoincrement": False}
    )
    seed: str = Field(unique=True)
    made_at: datetime
    shown: str


CALENDAR = core(CalendarRow)


@dataclass(frozen=True, slots=True)
class Kept:
    """A calendar, with what was given of it last."""

    person: int
    shown: Mapping[str, Revision]


@dataclass(frozen=True, slots=True)
class Due:
    """A programme that has to be finished, in the version that is learned."""

    programme: int
    version: int
    on: date


@dataclass(frozen=True, slots=True)
class Waits:
    """A lesson that comes by itself."""

    enrolment: int
    version: int
    lesson: int
    at: datetime


def make(tx: Connection, person: int, seed: str, now: datetime) -> None:
    """The person's calendar is at the address of this seed from now on, and at no other."""
    end(tx, person)
    insert_new(tx, CALENDAR, person_id=person, seed=seed, made_at=now, shown="{}")


def end(tx: Connection, person: int) -> None:
    """It is nowhere any more."""
    tx.execute(delete(CALENDAR).where(CALENDAR.c.person_id == person))


def of_seed(tx: Connection, seed: str) -> Kept | None:
    """The calendar with this seed."""
    rows = select(CALENDAR.c.person_id, CALENDAR.c.shown).where(CALENDAR.c.seed == seed)
    row = tx.execute(rows).one_or_none()
    return Kept(row[0], msgspec.json.decode(row[1], type=dict[str, Revision])) if row else None


def keep(tx: Connection, seed: str, shown: Mapping[str, Revision]) -> None:
    """So it was given now."""
    mine = update(CALENDAR).where(CALENDAR.c.seed == seed)
    tx.execute(mine.values(shown=msgspec.json.encode(dict(shown)).decode()))


def dues(tx: Connection, person: int) -> list[Due]:
    """By when the person has to finish which programmes, of those that they have not finished."""
    what = REACHED.c.programme_id, ENROLMENT.c.version_id
    rows = (
        select(*what, func.min(REACHED.c.due_on))
        .join(ASSIGNMENT, ASSIGNMENT.c.id == REACHED.c.assignment_id)
        .join(
            ENROLMENT,
            (ENROLMENT.c.person_id == REACHED.c.person_id)
            & (ENROLMENT.c.programme_id == REACHED.c.programme_id),
        )
        .where(REACHED.c.person_id == person, REACHED.c.state.in_(LEARN), REACHED.c.due_on != "")
        .where(ASSIGNMENT.c.ended_at.is_(None), ENROLMENT.c.state != "finished")
        .group_by(*what)
        .order_by(REACHED.c.programme_id)
    )
    return [Due(programme, version, date.fromisoformat(due)) for programme, version, due in tx.execute(rows)]


def expiries(tx: Connection, person: int, on: date) -> list[tuple[int, str, date]]:
    """The person's certificates that will end, of each study the newest: (enrolment, title, last valid date)."""
    names = ("enrolment_id", "programme", "expires_on")
    of_study = CERTIFICATE.c.enrolment_id.is_not(None)
    stands = (CERTIFICATE.c.person_id == person, CERTIFICATE.c.revoked_on.is_(None), of_study)
    rows = select(*(CERTIFICATE.c[name] for name in names)).where(*stands).order_by(CERTIFICATE.c.id)
    newest = {row[0]: (row[0], row[1], row[2]) for row in tx.execute(rows)}
    return [each for each in newest.values() if each[2] is not None and each[2] >= on]


def lessons(tx: Connection, person: int, now: datetime) -> list[Waits]:
    """The lessons that come to the person by themselves."""
    names = ("id", "version_id", "lesson", "due_at")
    waits = (ENROLMENT.c.person_id == person, ENROLMENT.c.state == "active", ENROLMENT.c.due_at > now)
    rows = select(*(ENROLMENT.c[name] for name in names)).where(*waits, ENROLMENT.c.card < 0)
    return [Waits(*row) for row in tx.execute(rows.order_by(ENROLMENT.c.due_at, ENROLMENT.c.id))]
