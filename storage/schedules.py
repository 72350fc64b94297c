"""Schedules: what comes by itself at some time to one person, because of one thing. A reminder's is its enrolment."""

from collections.abc import Collection, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    Integer,
    ScalarSelect,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from domain.facts import StudyState
from domain.organisation import Organisation
from domain.person import Person
from storage import organisations
from storage.addresses import ADDRESS
from storage.bulk import Bulk, among, listed
from storage.codec import dump
from storage.enrolments import ENROLMENT
from storage.hot import Prepared, Statement
from storage.organisations import ORGANISATION, allowed
from storage.outbox import OUTBOX, To
from storage.people import IN_HOUSE, OWN, PERSON, of_own
from storage.steps import STEP
from storage.table import core

Kind = Literal["reminder"]
_IS_DUE = text("due_at IS NOT NULL")


class ScheduleRow(SQLModel, table=True):
    """`item` is an enrolment's id, `rung` what comes next, `due_at` when (empty: nothing does).

    `said` are the wordings used, the newest last.
    """

    __tablename__ = "schedule"
    __table_args__ = (
        UniqueConstraint("kind", "item"),
        Index("schedule_due", "due_at", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
        Index("schedule_person", "person_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    person_id: int = Field(foreign_key="person.id")
    item: int
    rung: int
    due_at: datetime | None = None
    said: str


SCHEDULE = core(ScheduleRow)


class Due(NamedTuple):
    """A reminder that is due, and where its learner stands. `since` is when they came to the card that waits for them
    (None: none does, or it is not the first reminder)."""

    id: int
    enrolment: int
    rung: int
    due_at: datetime
    said: tuple[int, ...]
    state: StudyState
    version: int
    lesson: int
    card: int
    programme: int
    since: datetime | None
    person: Person


class Moved(NamedTuple):
    """Where a schedule goes on."""

    id: int
    rung: int
    due_at: datetime | None
    said: tuple[int, ...]


class Around(NamedTuple):
    """Where a person can be reached (None: nowhere), and what came to them of late.

    `messages` came today, `reminded` says whether one of them was a reminder.
    """

    to: To | None
    messages: int
    reminded: bool


def first_reminder(enrolment: ColumnElement[int]) -> ScalarSelect[datetime]:
    """When the first reminder of an enrolment comes, where that is what comes next."""
    its = (SCHEDULE.c.kind == literal_column("'reminder'"), SCHEDULE.c.item == enrolment)
    return select(SCHEDULE.c.due_at).where(*its, SCHEDULE.c.rung == literal_column("1")).scalar_subquery()


def _put(dialect: str) -> Statement:
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    new = make(SCHEDULE)
    anew = {name: new.excluded[name] for name in ("rung", "due_at")}
    return new.on_conflict_do_update(index_elements=["kind", "item"], set_=anew)


_SCHEDULED: Final = (SCHEDULE.c.kind == bindparam("which"), SCHEDULE.c.item == bindparam("thing"))
_PUT = Prepared(_put, ["kind", "person_id", "item", "rung", "due_at", "said"])
_STOP = Prepared(update(SCHEDULE).where(*_SCHEDULED, SCHEDULE.c.due_at.is_not(None)).values(due_at=None))
_ANY = Prepared(select(SCHEDULE.c.id).where(SCHEDULE.c.due_at <= bindparam("now")).limit(1))
_OWN: Final = ("id", "item", "rung", "due_at", "said")
_STUDY: Final = ("state", "version_id", "lesson", "card", "programme_id")
# A person who does something just now, or whom another scheduler has in hand, is left for the next look.
_next = (
    select(SCHEDULE)
    .where(SCHEDULE.c.due_at <= bindparam("now"))
    .order_by(SCHEDULE.c.due_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
    .subquery("next")
)
_opened = (
    select(func.max(STEP.c.opened_at))
    .where(
        STEP.c.enrolment_id == _next.c.item,
        STEP.c.closed_at.is_(None),
        STEP.c.purpose == literal_column("'lesson'"),
    )
    .scalar_subquery()
)
_SINCE: Final = case((_next.c.rung == literal_column("1"), _opened))
_HOUSE: Final = PERSON.c.organisation_id  # read once for all: the same few would be in every row
_DUE = Prepared(
    select(*(_next.c[name] for name in _OWN), *(ENROLMENT.c[name] for name in _STUDY), _SINCE, _HOUSE, *OWN)
    .join_from(_next, ENROLMENT, ENROLMENT.c.id == _next.c.item)
    .join(PERSON, PERSON.c.id == _next.c.person_id)
    .with_for_update(of=PERSON, skip_locked=True)
)
_OFFER = Prepared(
    lambda dialect: (
        update(ADDRESS).where(among(dialect, ADDRESS.c.id, "them")).values(offers=bindparam("presses"))
    )
)
_MOVE = Bulk(
    {
        "which": SCHEDULE.c.id.type,
        "next": SCHEDULE.c.rung.type,
        "then": SCHEDULE.c.due_at.type,
        "words": SCHEDULE.c.said.type,
    },
    lambda _, given: (
        update(SCHEDULE)
        .where(SCHEDULE.c.id == given["which"])
        .values(rung=given["next"], due_at=given["then"], said=given["words"])
    ),
)


_REACHABLE: Final = and_(ADDRESS.c.person_id == PERSON.c.id, ADDRESS.c.reachable, allowed(ADDRESS.c.channel))


_A_REMINDER: Final = 1 << 20  # one among what came; more messages do not come to anybody on a day
# How many messages came on the date, and a reminder besides counts so much: one look for both. (Counted also where one
# would do: for `EXISTS` PostgreSQL may read those of everybody.)
_CAME: Final = (
    select(func.count() + _A_REMINDER * func.count(case((OUTBOX.c.kind == literal_column("'reminder'"), 1))))
    .where(text("day <> ''"), OUTBOX.c.day == bindparam("date"), OUTBOX.c.person_id == PERSON.c.id)
    .scalar_subquery()
)


_AROUND = Prepared(
    lambda dialect: (
        select(
            PERSON.c.id,
            PERSON.c.organisation_id,
            ADDRESS.c.id,
            ADDRESS.c.channel,
            _CAME,
        )
        .join_from(PERSON, ORGANISATION, IN_HOUSE)
        .join(ADDRESS, _REACHABLE, isouter=True)
        .where(among(dialect, PERSON.c.id, "people"))
        .order_by(ADDRESS.c.id)
    )
)


def put(tx: Connection, kind: Kind, *, person: int, item: int, rung: int, due_at: datetime) -> None:
    """From now on this comes next, then; what came before is not forgotten."""
    _PUT.run(tx, kind=kind, person_id=person, item=item, rung=rung, due_at=due_at, said="")


def stop(tx: Connection, kind: Kind, item: int) -> None:
    """Nothing comes because of this thing any more."""
    _STOP.run(tx, which=kind, thing=item)


def anything(tx: Connection, now: datetime) -> bool:
    """Whether something is due; only a look."""
    return _ANY.row(tx, now=now) is not None


def due(tx: Connection, now: datetime, most: int) -> list[Due]:
    """Reminders that are due, the longest due first: ours until the transaction ends, which has to move each on."""
    rows = _DUE.rows(tx, now=now, most=most)
    houses = organisations.some(tx, {row[11] for row in rows}) if rows else {}
    return sorted((_due(row, houses[row[11]]) for row in rows), key=attrgetter("due_at"))


def around(tx: Connection, people: Collection[int], date: str) -> dict[int, Around]:
    """What there is to know about these people, whose date this is."""
    rows = _AROUND.rows(tx, people=listed(tx, people), date=date)
    return {
        person: Around(
            To(address, channel, person, house) if address is not None else None,
            came % _A_REMINDER,
            came >= _A_REMINDER,
        )
        for person, house, address, channel, came in rows
    }


def move(tx: Connection, moved: Sequence[Moved]) -> None:
    """These schedules go on so."""
    rows = [
        {
            "which": each.id,
            "next": each.rung,
            "then": each.due_at,
            "words": ",".join(map(str, each.said)),
        }
        for each in moved
    ]
    _MOVE.run(tx, rows)


def offer(tx: Connection, offered: Sequence[tuple[int, tuple[str, ...]]]) -> None:
    """What the numbers 1, 2, ... stand for at each of these addresses from now on (as addresses.offer says it); the
    same few at most of them."""
    where = dict[tuple[str, ...], list[int]]()
    for address, presses in offered:
        where.setdefault(presses, []).append(address)
    for presses, addresses in where.items():
        _OFFER.run(tx, them=listed(tx, addresses), presses=dump(presses))


def _due(row: Sequence[Any], house: Organisation) -> Due:
    said = tuple(map(int, row[4].split(","))) if row[4] else ()
    return Due._make((*row[:4], said, *row[5:11], of_own(row[12:], house)))
