"""Schedules: what comes by itself at some time to one person, because of one thing. A reminder's is its enrolment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    Connection,
    Index,
    Integer,
    UniqueConstraint,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from domain.facts import StudyState
from domain.person import Person
from storage.addresses import ADDRESS
from storage.enrolments import ENROLMENT
from storage.hot import Prepared, Statement
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX, To
from storage.people import COLUMNS, IN_HOUSE, PERSON, of_row
from storage.table import core

Kind = Literal["reminder"]
_IS_DUE = text("due_at IS NOT NULL")


class ScheduleRow(SQLModel, table=True):
    """`item` is an enrolment's id, `rung` what comes next, `due_at` when; empty: nothing does.

    `occurrence` is the person's date (ISO) on which something came last, `said` the wordings used, the newest last.
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
    occurrence: str
    said: str


SCHEDULE = core(ScheduleRow)


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that is due, where its learner stands, and where it goes (None: nowhere)."""

    id: int
    enrolment: int
    rung: int
    due_at: datetime
    said: tuple[int, ...]
    state: StudyState
    version: int
    lesson: int
    card: int
    to: To | None
    person: Person


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a schedule goes on. `occurrence`: something came on this date; "" if nothing did."""

    id: int
    rung: int
    due_at: datetime | None
    said: tuple[int, ...]
    occurrence: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A person's date: how many messages count for it so far, and whether a reminder was among them."""

    messages: int = 0
    reminded: bool = False


def _put(dialect: str) -> Statement:
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    new = make(SCHEDULE)
    anew = {name: new.excluded[name] for name in ("rung", "due_at")}
    return new.on_conflict_do_update(index_elements=["kind", "item"], set_=anew)


_SCHEDULED: Final = (SCHEDULE.c.kind == bindparam("which"), SCHEDULE.c.item == bindparam("thing"))
_PUT = Prepared(_put, ["kind", "person_id", "item", "rung", "due_at", "occurrence", "said"])
_STOP = Prepared(update(SCHEDULE).where(*_SCHEDULED, SCHEDULE.c.due_at.is_not(None)).values(due_at=None))
_ANY = Prepared(select(SCHEDULE.c.id).where(SCHEDULE.c.due_at <= bindparam("now")).limit(1))
_newest = (
    select(func.max(ADDRESS.c.id))
    .where(ADDRESS.c.person_id == SCHEDULE.c.person_id, ADDRESS.c.reachable)
    .correlate(SCHEDULE)
    .scalar_subquery()
)
_OWN: Final = ("id", "item", "rung", "due_at", "said")
_STUDY: Final = ("state", "version_id", "lesson", "card")
# A person who does something just now, or whom another scheduler has in hand, is left for the next look.
_DUE = Prepared(
    select(
        *(SCHEDULE.c[name] for name in _OWN),
        *(ENROLMENT.c[name] for name in _STUDY),
        ADDRESS.c.id,
        ADDRESS.c.channel,
        *COLUMNS,
    )
    .join_from(SCHEDULE, ENROLMENT, ENROLMENT.c.id == SCHEDULE.c.item)
    .join(PERSON, PERSON.c.id == SCHEDULE.c.person_id)
    .join(ORGANISATION, IN_HOUSE)
    .outerjoin(ADDRESS, ADDRESS.c.id == _newest)
    .where(SCHEDULE.c.due_at <= bindparam("now"))
    .order_by(SCHEDULE.c.due_at, SCHEDULE.c.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=(SCHEDULE, PERSON), skip_locked=True)
)
_MOVE = Prepared(
    update(SCHEDULE)
    .where(SCHEDULE.c.id == bindparam("which"))
    .values(rung=bindparam("next"), due_at=bindparam("then"), said=bindparam("words"))
)
_CAME = Prepared(
    update(SCHEDULE)
    .where(SCHEDULE.c.id == bindparam("which"))
    .values(
        rung=bindparam("next"),
        due_at=bindparam("then"),
        said=bindparam("words"),
        occurrence=bindparam("date"),
    )
)


def put(tx: Connection, kind: Kind, *, person: int, item: int, rung: int, due_at: datetime) -> None:
    """From now on this comes next, then; what came before is not forgotten."""
    _PUT.run(tx, kind=kind, person_id=person, item=item, rung=rung, due_at=due_at, occurrence="", said="")


def stop(tx: Connection, kind: Kind, item: int) -> None:
    """Nothing comes because of this thing any more."""
    _STOP.run(tx, which=kind, thing=item)


def anything(tx: Connection, now: datetime) -> bool:
    """Whether something is due; only a look."""
    return _ANY.row(tx, now=now) is not None


def due(tx: Connection, now: datetime, most: int) -> list[Due]:
    """Reminders that are due, the longest due first: ours until the transaction ends, which has to move each on."""
    return [_due(row) for row in _DUE.rows(tx, now=now, most=most)]


def days(tx: Connection, people: Collection[int], dates: Collection[str]) -> dict[tuple[int, str], Day]:
    """What came to each of these people on each of these dates so far; a date without anything is left out."""
    theirs = OUTBOX.c.person_id.in_(people), OUTBOX.c.day.in_(dates), text("day <> ''")
    counts = select(OUTBOX.c.person_id, OUTBOX.c.day, func.count()).where(*theirs)
    found = {
        (row[0], row[1]): Day(row[2]) for row in tx.execute(counts.group_by(OUTBOX.c.person_id, OUTBOX.c.day))
    }
    came = SCHEDULE.c.person_id.in_(people), SCHEDULE.c.occurrence.in_(dates)
    for person, date in tx.execute(select(SCHEDULE.c.person_id, SCHEDULE.c.occurrence).where(*came)):
        found[person, date] = Day(found.get((person, date), Day()).messages, reminded=True)
    return found


def move(tx: Connection, moved: Sequence[Moved]) -> None:
    """These schedules go on so."""
    rows = [
        {
            "which": each.id,
            "next": each.rung,
            "then": each.due_at,
            "words": ",".join(map(str, each.said)),
            "date": each.occurrence,
        }
        for each in moved
    ]
    _CAME.many(tx, [row for row in rows if row["date"]])
    _MOVE.many(tx, [row for row in rows if not row["date"]])


def _due(row: Sequence[Any]) -> Due:
    person = of_row(row[11:])
    return Due(
        id=row[0],
        enrolment=row[1],
        rung=row[2],
        due_at=row[3],
        said=tuple(map(int, row[4].split(","))) if row[4] else (),
        state=row[5],
        version=row[6],
        lesson=row[7],
        card=row[8],
        to=To(row[9], row[10], person.id, person.organisation.id) if row[9] is not None else None,
        person=person,
    )
