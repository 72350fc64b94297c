"""Registrations for webinars: who sits, who waits in which order, when each is reminded; and what people ask before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    Integer,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlmodel import Field, SQLModel

from domain.organisation import Scope
from domain.presence import By
from domain.seating import ACTIVE, SITTING, Pool, Seats, Standing
from domain.webinar import NEWS, Webinar
from storage.dialect import unless_there
from storage.hot import Prepared
from storage.people import PERSON
from storage.scoping import people as seen
from storage.scoping import place as works_at
from storage.table import core
from storage.wall import beyond
from storage.webinars import WEBINAR

_DUE = text("remind_at IS NOT NULL")


class RegistrationRow(SQLModel, table=True):
    """Somebody's claim to a seat. Who cannot come and registers again comes after all the others (`arrival`).

    `pool_id` is the place whose kept seats they may take, `offer_until` how long a seat is held for them. `seed` makes
    their own link. `rung` is the reminder that comes next, at `remind_at` (empty: none does). `joined_at`: when they
    opened their link, which is not having been there: that is `attended` (empty: nobody said), by `seen_by`
    (presence.By). `minutes` is for how long, by reports of the meeting; `tries`: how many wrong words they wrote.
    """

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("webinar_id", "person_id"),
        Index("registration_person", "id", "person_id", unique=True),
        Index("registration_line", "webinar_id", "state", "arrival"),
        Index("registration_due", "remind_at", sqlite_where=_DUE, postgresql_where=_DUE),
    )
    id: int | None = Field(default=None, primary_key=True)
    webinar_id: int = Field(foreign_key="webinar.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    pool_id: int | None = None
    state: str
    arrival: int
    registered_at: datetime
    offer_until: datetime | None = None
    seed: str = Field(unique=True)
    rung: int
    remind_at: datetime | None = None
    joined_at: datetime | None = None
    attended: bool | None = None
    rating: int | None = None
    minutes: int | None = None
    seen_by: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    tries: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class QuestionRow(SQLModel, table=True):
    """What somebody asks the trainer before a webinar."""

    __tablename__ = "webinar_question"
    id: int | None = Field(default=None, primary_key=True)
    webinar_id: int = Field(foreign_key="webinar.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    words: str
    asked_at: datetime


REGISTRATION, WEBINAR_QUESTION = core(RegistrationRow), core(QuestionRow)


@dataclass(frozen=True, slots=True)
class Registration:
    """A row, as the table says it."""

    id: int
    webinar: int
    person: int
    pool: Pool
    state: Standing
    arrival: int
    offer_until: datetime | None
    seed: str
    rung: int
    joined_at: datetime | None
    attended: bool | None
    rating: int | None
    minutes: int | None
    seen_by: By
    tries: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A registration with whose it is, as a page shows it; `place`: on the waiting list, from 1 (0: not on it)."""

    registration: Registration
    name: str
    organisation: int
    place: int


_OWN: Final = (
    *("id", "webinar_id", "person_id", "pool_id", "state", "arrival", "offer_until", "seed", "rung"),
    *("joined_at", "attended", "rating", "minutes", "seen_by", "tries"),
)
COLUMNS: Final = tuple(REGISTRATION.c[name] for name in _OWN)
_HERE: Final = REGISTRATION.c.webinar_id == bindparam("which")
_MINE: Final = (_HERE, REGISTRATION.c.person_id == bindparam("who"))


def _is(*states: Standing) -> ColumnElement[bool]:
    found: ColumnElement[bool] = REGISTRATION.c.state.in_([literal_column(f"'{state}'") for state in states])
    return found


_OF = Prepared(select(*COLUMNS).where(*_MINE))
_BY_SEED = Prepared(select(*COLUMNS).where(REGISTRATION.c.seed == bindparam("key")))
_TAKEN = Prepared(
    select(REGISTRATION.c.pool_id, func.count()).where(_HERE, _is(*SITTING)).group_by(REGISTRATION.c.pool_id)
)
_WAITING: Final = select(*COLUMNS).where(_HERE, _is("waiting")).order_by(REGISTRATION.c.arrival).limit(1)
_FIRST = Prepared(_WAITING)
_FIRST_OF = Prepared(_WAITING.where(REGISTRATION.c.pool_id == bindparam("pool")))
_BEFORE = Prepared(
    select(func.count()).where(_HERE, _is("waiting"), REGISTRATION.c.arrival <= bindparam("number"))
)
_NEW: Final = (
    "webinar_id",
    "person_id",
    "pool_id",
    "state",
    "arrival",
    "registered_at",
    "seed",
    "rung",
    "remind_at",
)
_EMPTY: Final = {
    **dict.fromkeys(("offer_until", "joined_at", "attended", "rating", "minutes"), None),
    "seen_by": "",
    "tries": 0,
}
_ADD = Prepared(unless_there(REGISTRATION), [*_NEW, *_EMPTY])
_AGAIN = Prepared(
    update(REGISTRATION)
    .where(*_MINE, _is("gone"))
    .values(
        pool_id=bindparam("pool"),
        state=bindparam("stands"),
        arrival=bindparam("number"),
        registered_at=bindparam("at"),
        rung=bindparam("next"),
        remind_at=bindparam("then"),
        offer_until=None,
        attended=None,
        seen_by="",
    )
)
_STAND = Prepared(
    update(REGISTRATION)
    .where(REGISTRATION.c.id == bindparam("row"))
    .values(
        state=bindparam("stands"),
        rung=bindparam("next"),
        remind_at=bindparam("then"),
        offer_until=bindparam("until"),
    )
)
_WITH_DUE = Prepared(
    select(REGISTRATION.c.webinar_id, func.min(REGISTRATION.c.remind_at))
    .where(REGISTRATION.c.remind_at <= bindparam("now"))
    .group_by(REGISTRATION.c.webinar_id)
    .order_by(func.min(REGISTRATION.c.remind_at))
    .limit(bindparam("most", type_=Integer))
)
_DUE_OF = Prepared(
    select(*COLUMNS)
    .where(_HERE, REGISTRATION.c.remind_at <= bindparam("now"))
    .order_by(REGISTRATION.c.remind_at, REGISTRATION.c.id)
    .limit(bindparam("most", type_=Integer))
)


def of(tx: Connection, webinar: int, person: int) -> Registration | None:
    """Somebody's registration for it, also one that is gone."""
    row = _OF.row(tx, which=webinar, who=person)
    return _registration(row) if row else None


def by_seed(tx: Connection, seed: str) -> Registration | None:
    """The registration whose own link this is."""
    row = _BY_SEED.row(tx, key=seed)
    return _registration(row) if row else None


def seats(tx: Connection, webinar: Webinar, now: datetime) -> Seats:
    """Its seats as they are taken."""
    taken = dict(_TAKEN.rows(tx, which=webinar.id))
    return Seats(webinar.capacity, webinar.keeps(now), taken)


def first(tx: Connection, webinar: int, pools: frozenset[int] | None) -> Registration | None:
    """Who has waited longest, of all or of these pools."""
    if pools is None:
        row = _FIRST.row(tx, which=webinar)
        return _registration(row) if row else None
    found = (_FIRST_OF.row(tx, which=webinar, pool=pool) for pool in sorted(pools))
    return min((_registration(row) for row in found if row), key=lambda each: each.arrival, default=None)


def place(tx: Connection, registration: Registration) -> int:
    """Where somebody stands on the waiting list, from 1."""
    row = _BEFORE.row(tx, which=registration.webinar, number=registration.arrival)
    return int(row[0]) if row else 0


def put(  # noqa: PLR0913 (each is a column)
    tx: Connection,
    *,
    webinar: int,
    person: int,
    pool: Pool,
    state: Standing,
    arrival: int,
    seed: str,
    due: tuple[int, datetime] | None,
    now: datetime,
) -> None:
    """Somebody comes, for the first time or again."""
    rung, at = due or (NEWS, None)
    new = {"webinar_id": webinar, "person_id": person, "pool_id": pool, "state": state, "arrival": arrival}
    if not _ADD.run(tx, **new, registered_at=now, seed=seed, rung=rung, remind_at=at, **_EMPTY):
        again = {"pool": pool, "stands": state, "number": arrival, "at": now, "next": rung, "then": at}
        _AGAIN.run(tx, which=webinar, who=person, **again)


def stand(
    tx: Connection,
    registration: int,
    state: Standing,
    due: tuple[int, datetime] | None = None,
    offer_until: datetime | None = None,
) -> None:
    """So it stands from now on; `due` is the reminder that comes next."""
    rung, at = due or (NEWS, None)
    _STAND.run(tx, row=registration, stands=state, next=rung, then=at, until=offer_until)


def of_person(tx: Connection, person: int) -> list[Registration]:
    """What somebody is registered for, or waits for."""
    rows = select(*COLUMNS).where(REGISTRATION.c.person_id == person, _is(*ACTIVE))
    return [_registration(row) for row in tx.execute(rows.order_by(REGISTRATION.c.id))]


def taken(tx: Connection, webinars: Collection[int]) -> dict[int, dict[str, int]]:
    """How many are in which state, by webinar."""
    here = REGISTRATION.c.webinar_id.in_(sorted(webinars))
    rows = select(REGISTRATION.c.webinar_id, REGISTRATION.c.state, func.count()).where(here)
    with beyond(tx, "seats"):
        counted = tx.execute(rows.group_by(REGISTRATION.c.webinar_id, REGISTRATION.c.state)).all()
    found = dict[int, dict[str, int]]()
    for webinar, state, many in counted:
        found.setdefault(webinar, {})[state] = many
    return found


def active(tx: Connection, webinar: int) -> list[Registration]:
    """Everybody who sits or waits, in the order in which they came."""
    rows = select(*COLUMNS).where(REGISTRATION.c.webinar_id == webinar, _is(*ACTIVE))
    return [_registration(row) for row in tx.execute(rows.order_by(REGISTRATION.c.arrival))]


def lapsed(tx: Connection, webinar: int, now: datetime, most: int) -> list[Registration]:
    """Whose seat was held for them until now, up to `most` of them."""
    rows = select(*COLUMNS).where(REGISTRATION.c.webinar_id == webinar, _is("offered"))
    over = rows.where(REGISTRATION.c.offer_until <= now).order_by(REGISTRATION.c.arrival)
    return [_registration(row) for row in tx.execute(over.limit(most))]


def offered(tx: Connection, webinar: int) -> list[Registration]:
    """For whom a seat is held."""
    rows = select(*COLUMNS).where(REGISTRATION.c.webinar_id == webinar, _is("offered"))
    return [_registration(row) for row in tx.execute(rows.order_by(REGISTRATION.c.arrival))]


def next_lapse(tx: Connection, webinar: int) -> datetime | None:
    """When the next offer lapses."""
    here = (REGISTRATION.c.webinar_id == webinar, _is("offered"))
    found: datetime | None = tx.execute(
        select(func.min(REGISTRATION.c.offer_until)).where(*here)
    ).scalar_one()
    return found


def with_due(tx: Connection, now: datetime, most: int) -> list[int]:
    """The webinars about which somebody has to be told something, the longest due first."""
    return [row[0] for row in _WITH_DUE.rows(tx, now=now, most=most)]


def due(tx: Connection, webinar: int, now: datetime, most: int) -> list[Registration]:
    """Whom to tell something about it."""
    return [_registration(row) for row in _DUE_OF.rows(tx, which=webinar, now=now, most=most)]


def tell_all(tx: Connection, webinar: int, now: datetime) -> None:
    """Everybody who sits or waits has to be told the news; what was to come before does not come."""
    here = (REGISTRATION.c.webinar_id == webinar, _is(*ACTIVE))
    tx.execute(update(REGISTRATION).where(*here).values(rung=NEWS, remind_at=now))


def free(tx: Connection, person: int, now: datetime) -> None:
    """The seats of somebody who will be known no more are looked at then."""
    sits = select(REGISTRATION.c.webinar_id).where(REGISTRATION.c.person_id == person, _is(*SITTING))
    tx.execute(update(WEBINAR).where(WEBINAR.c.id.in_(sits), WEBINAR.c.starts_at > now).values(look_at=now))


def join(tx: Connection, registration: int, now: datetime) -> None:
    """They opened their link; the first time counts."""
    mine = (REGISTRATION.c.id == registration, REGISTRATION.c.joined_at.is_(None))
    tx.execute(update(REGISTRATION).where(*mine).values(joined_at=now))


def rate(tx: Connection, registration: int, rating: int) -> None:
    """What they say of it, from 1 to 5; they may change their mind."""
    tx.execute(update(REGISTRATION).where(REGISTRATION.c.id == registration).values(rating=rating))


def listed(tx: Connection, scope: Scope, webinar: int) -> list[Listed]:
    """The scope's people who sit or wait, those who sit first, each in the order in which they came."""
    number = func.row_number().over(partition_by=REGISTRATION.c.state, order_by=REGISTRATION.c.arrival)
    line = (
        select(*COLUMNS, PERSON.c.name, works_at(scope).label("works_at"), number.label("number"))
        .join_from(REGISTRATION, PERSON, PERSON.c.id == REGISTRATION.c.person_id)
        .where(REGISTRATION.c.webinar_id == webinar, _is(*ACTIVE))
        .subquery("line")
    )
    mine = select(PERSON.c.id).where(seen(scope))
    with beyond(tx, "seats"):
        found = tx.execute(select(line).where(line.c.person_id.in_(mine)).order_by(line.c.arrival)).all()
    width = len(_OWN)
    shown = list[Listed]()
    for row in found:
        who, (name, at, place) = _registration(row), row[width:]
        shown.append(Listed(who, name, at, place if who.state == "waiting" else 0))
    return sorted(shown, key=lambda each: ACTIVE.index(each.registration.state))


def ask(tx: Connection, webinar: int, person: int, words: str, now: datetime) -> None:
    """Somebody asks the trainer something."""
    new = {"webinar_id": webinar, "person_id": person, "words": words, "asked_at": now}
    tx.execute(insert(WEBINAR_QUESTION).values(**new))


def asked(tx: Connection, webinar: int, person: int) -> int:
    """How many questions somebody has asked."""
    mine = (WEBINAR_QUESTION.c.webinar_id == webinar, WEBINAR_QUESTION.c.person_id == person)
    return int(tx.execute(select(func.count()).where(*mine)).scalar_one())


def questions(tx: Connection, scope: Scope, webinar: int) -> Sequence[tuple[str, str, datetime]]:
    """What the scope's people ask, and who asks it, the oldest first."""
    rows = (
        select(WEBINAR_QUESTION.c.words, PERSON.c.name, WEBINAR_QUESTION.c.asked_at)
        .join_from(WEBINAR_QUESTION, PERSON, PERSON.c.id == WEBINAR_QUESTION.c.person_id)
        .where(WEBINAR_QUESTION.c.webinar_id == webinar, seen(scope))
        .order_by(WEBINAR_QUESTION.c.id)
    )
    return [(row[0], row[1], row[2]) for row in tx.execute(rows)]


def _registration(row: Sequence[Any]) -> Registration:
    return Registration(*row[: len(_OWN)])
