"""People and their roles: tables and queries."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Integer,
    String,
    any_,
    bindparam,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Field, SQLModel

from domain.language import Language
from domain.organisation import Organisation
from domain.person import DEFAULT_HOUR, WORKING_DAYS, Person
from storage import organisations
from storage.hot import Prepared
from storage.table import EMPTY, TRUE, core
from storage.wall import beyond


class PersonRow(SQLModel, table=True):
    """A row of an organisation's roster.

    `days` are ISO weekdays as digits; `hour` is HH:MM, local; leave is two ISO dates, both included ("" for none).
    `job` is kept to show the programmes for it first. `reviews`: questions come back to them. `number` is by which the
    employer's own list knows them, kept to find them there again; `hired_on` when their work began, to say what is for
    new people; from `left_on` on nothing comes to them (ISO dates; "": nobody said). `notice_id` is the privacy notice
    that held when they joined (no foreign key: that table leads to this one, and its rows stay). `tags` are the labels
    that their employer puts on them, with commas between them, to say whom an announcement is for.
    `erased_at`: since then the row names nobody, and only stands for what others count.
    """

    __tablename__ = "person"
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    name: str
    email: str = Field(unique=True)
    language: str
    hour: str
    days: str
    consented_at: datetime | None = None
    leave_from: str = Field(default="", sa_column_kwargs=EMPTY)
    leave_until: str = Field(default="", sa_column_kwargs=EMPTY)
    snoozed_until: datetime | None = None
    job: str = Field(default="", sa_column_kwargs=EMPTY)
    reviews: bool = Field(default=True, sa_column_kwargs=TRUE)
    erased_at: datetime | None = None
    number: str = Field(default="", sa_column_kwargs=EMPTY)
    hired_on: str = Field(default="", sa_column_kwargs=EMPTY)
    left_on: str = Field(default="", sa_column_kwargs=EMPTY)
    notice_id: int | None = None
    tags: str = Field(default="", sa_column_kwargs=EMPTY)


class RoleRow(SQLModel, table=True):
    """What a person is besides a learner (`name`, a role of domain.rights), there and at all under it."""

    __tablename__ = "role"
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    name: str = Field(primary_key=True)


PERSON, ROLE = core(PersonRow), core(RoleRow)


class called(FunctionElement[str]):  # noqa: N801 (it is used as a function of SQL)
    """What the person with this id is called, who did what is shown, wherever they are; "" when nobody is named."""

    type = String()
    name = "called"
    inherit_cache = True


@compiles(called)
def _called(element: Any, compiler: Any, **how: Any) -> str:
    inside = compiler.process(element.clauses, **how)
    return f"coalesce((SELECT name FROM person WHERE id = ({inside})), '')"  # noqa: S608


@compiles(called, "postgresql")
def _called_beyond(element: Any, compiler: Any, **how: Any) -> str:
    """By the owner: of those whom the reader does not see they learn only this."""
    return f"zinute_called({compiler.process(element.clauses, **how)})"


OWN: Final = (
    *(PERSON.c[name] for name in ("id", "name", "language", "hour", "days", "consented_at")),
    *(PERSON.c[name] for name in ("leave_from", "leave_until", "snoozed_until", "job", "reviews", "left_on")),
)
COLUMNS: Final = (*OWN, *organisations.COLUMNS)
IN_HOUSE: Final = organisations.ORGANISATION.c.id == PERSON.c.organisation_id
_LOCK = Prepared(select(PERSON.c.id).where(PERSON.c.id == bindparam("which")).with_for_update())
_GET = Prepared(
    select(*COLUMNS)
    .join_from(PERSON, organisations.ORGANISATION, IN_HOUSE)
    .where(PERSON.c.id == bindparam("which"))
)


def there(now: datetime) -> ColumnElement[bool]:
    """Whether somebody is on the roster: neither erased nor gone."""
    stays = or_(PERSON.c.left_on == "", PERSON.c.left_on > now.date().isoformat())
    return PERSON.c.erased_at.is_(None) & stays


def add(tx: Connection, *, organisation: int, name: str, email: str, language: Language) -> int:
    """A new person's id; learning hour and days as the product's defaults."""
    row = insert(PERSON).values(
        organisation_id=organisation,
        name=name,
        email=email.strip().lower(),
        language=language,
        hour=DEFAULT_HOUR.strftime("%H:%M"),
        days="".join(map(str, sorted(WORKING_DAYS))),
    )
    return int(tx.execute(row.returning(PERSON.c.id)).scalar_one())


def get(tx: Connection, person: int) -> Person:
    """The person with this id, with their organisation."""
    row = _GET.row(tx, which=person)
    if row is None and tx.execute(select(PERSON.c.id).where(PERSON.c.id == person)).first():
        with beyond(tx, "home"):
            row = _GET.row(tx, which=person)
    assert row is not None, "people are not deleted"
    return of_row(row)


def of_row(row: Sequence[Any]) -> Person:
    """A person from the values of COLUMNS."""
    return of_own(row[:12], organisations.of_row(row[12 : 12 + len(organisations.COLUMNS)]))


def of_own(row: Sequence[Any], organisation: Organisation) -> Person:
    """A person of this organisation from the values of OWN."""
    number, name, language, hour, days, agreed, leave_from, leave_until, snoozed, job, reviews, left_on = row
    return Person(  # without the names of its fields, which cost half as much again, in the order that it has
        number,
        organisation,
        name,
        language,
        _hour(hour),
        _days(days),
        agreed,
        _date(leave_from),
        _date(leave_until),
        snoozed,
        job,
        reviews,
        _date(left_on),
    )


# The same few values in every row of a large query are made once.
_hour = lru_cache(maxsize=1440)(time.fromisoformat)


@lru_cache(maxsize=128)
def _days(digits: str) -> frozenset[int]:
    return frozenset(map(int, digits))


@lru_cache(maxsize=1024)
def _date(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def name(tx: Connection, person: int) -> str:
    """What somebody is called, wherever they are at home."""
    return str(tx.execute(select(called(person))).scalar_one())


def by_email(tx: Connection, email: str) -> int | None:
    """The id of the person with this e-mail address, whatever its case, wherever they are."""
    with beyond(tx, "address"):
        whose = select(PERSON.c.id).where(PERSON.c.email == email.strip().lower())
        return tx.execute(whose).scalar_one_or_none()


def elsewhere_at(tx: Connection, domain: str, organisations: Collection[int]) -> bool:
    """Whether somebody who is at home at none of these has an e-mail address at this domain."""
    there = PERSON.c.email.endswith(f"@{domain}", autoescape=True)
    others = PERSON.c.organisation_id.not_in(sorted(organisations))
    return tx.execute(select(PERSON.c.id).where(there, others).limit(1)).first() is not None


def email(tx: Connection, person: int) -> str:
    """The person's e-mail address in the roster."""
    return str(tx.execute(select(PERSON.c.email).where(PERSON.c.id == person)).scalar_one())


def tags(tx: Connection, person: int) -> str:
    """The labels that the person's main organisation puts on them."""
    return str(tx.execute(select(PERSON.c.tags).where(PERSON.c.id == person)).scalar_one())


def set_language(tx: Connection, person: int, language: Language) -> None:
    """Speak this language with the person from now on."""
    tx.execute(update(PERSON).where(PERSON.c.id == person).values(language=language))


def set_hour(tx: Connection, person: int, hour: time) -> None:
    """Send lessons at this local hour from now on."""
    tx.execute(update(PERSON).where(PERSON.c.id == person).values(hour=hour.strftime("%H:%M")))


def set_days(tx: Connection, person: int, days: frozenset[int]) -> None:
    """Send lessons on these ISO weekdays from now on."""
    tx.execute(update(PERSON).where(PERSON.c.id == person).values(days="".join(map(str, sorted(days)))))


def consent(tx: Connection, person: int, at: datetime, notice: int | None = None) -> None:
    """The person has read what becomes of their data and agreed to learn here; the first time counts.

    `notice` is the privacy notice that held then, where their organisation has one.
    """
    agreed = update(PERSON).where(PERSON.c.id == person, PERSON.c.consented_at.is_(None))
    tx.execute(agreed.values(consented_at=at, notice_id=notice))


def take_back_consent(tx: Connection, person: int) -> None:
    """It was not the person who agreed."""
    tx.execute(update(PERSON).where(PERSON.c.id == person).values(consented_at=None, notice_id=None))


def grant(tx: Connection, person: int, organisation: int, role: str) -> None:
    """Give the person a role in an organisation."""
    tx.execute(insert(ROLE).values(person_id=person, organisation_id=organisation, name=role))


def set_leave(tx: Connection, person: int, first: date | None, last: date | None) -> None:
    """The person is away from the first to the last of these dates; None: not any more."""
    values = {
        "leave_from": first.isoformat() if first else "",
        "leave_until": last.isoformat() if last else "",
    }
    tx.execute(update(PERSON).where(PERSON.c.id == person).values(**values))


def set_snooze(tx: Connection, person: int, until: datetime | None) -> None:
    """Nothing to learn comes by itself before then."""
    tx.execute(update(PERSON).where(PERSON.c.id == person).values(snoozed_until=until))


def set_reviews(tx: Connection, person: int, *, on: bool) -> None:
    """Questions come back to the person, or do not any more."""
    tx.execute(update(PERSON).where(PERSON.c.id == person).values(reviews=on))


def lock(tx: Connection, person: int) -> None:
    """Nobody else does anything for this person until the transaction ends; SQLite has one writer anyway."""
    if tx.dialect.name == "postgresql":
        with beyond(tx, "lock"):
            _LOCK.row(tx, which=person)


def lock_all(tx: Connection, people: Iterable[int]) -> None:
    """Nobody else counts the messages of these people until the transaction ends.

    In the order of their ids, so that two who want the same people do not wait for each other. Rows that belong to a
    person can be written meanwhile, unlike with `lock`.
    """
    if tx.dialect.name == "postgresql":
        these = PERSON.c.id == any_(bindparam("people", sorted(people), type_=ARRAY(Integer)))
        rows = select(PERSON.c.id).where(these).order_by(PERSON.c.id).with_for_update(key_share=True)
        with beyond(tx, "lock"):
            tx.execute(rows)
