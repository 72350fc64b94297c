"""Reviews: when each person is to be asked next about what they learned, and what they were asked today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    Integer,
    and_,
    bindparam,
    case,
    exists,
    literal_column,
    not_,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from domain.person import Person
from storage.bulk import Bulk
from storage.enrolments import ENROLMENT
from storage.hot import Prepared, Statement
from storage.memories import MEMORY
from storage.organisations import ORGANISATION
from storage.people import COLUMNS, IN_HOUSE, PERSON, of_row
from storage.table import core
from storage.wall import beyond

_IS_DUE = text("due_at IS NOT NULL")


class ReviewRow(SQLModel, table=True):
    """When to look for a question to ask a person; empty: not at all.

    `day` is the person's date (ISO) on which they were asked last, `asked` the programme of each question of that date
    ("5,7"), `silence` how many in a row came by themselves and were not answered.
    """

    __tablename__ = "review"
    __table_args__ = (Index("review_due", "due_at", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),)
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    due_at: datetime | None = None
    day: str
    asked: str
    silence: int


@dataclass(frozen=True, slots=True)
class Plan:
    """When to look next, what was asked on which date, and how long nobody answered."""

    due_at: datetime | None
    day: str = ""
    asked: tuple[int, ...] = ()
    silence: int = 0

    def on(self, day: str) -> tuple[int, ...]:
        """The programmes of what was asked on this date."""
        return self.asked if self.day == day else ()


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody who is to be asked. `resting`: they paused all that they learn."""

    plan: Plan
    resting: bool
    person: Person


REVIEW = core(ReviewRow)
_NAMES: Final = [column.name for column in REVIEW.columns]


def _learning(state: str) -> ColumnElement[bool]:
    return exists().where(
        ENROLMENT.c.person_id == PERSON.c.id, ENROLMENT.c.state == literal_column(f"'{state}'")
    )


def _expect(dialect: str) -> Statement:
    new = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(REVIEW)
    then = new.excluded.due_at
    sooner = REVIEW.c.due_at.is_(None) | (REVIEW.c.due_at > then)
    anew = {"due_at": case((sooner, then), else_=REVIEW.c.due_at), "silence": literal_column("0")}
    changes = or_(sooner, REVIEW.c.silence > literal_column("0"))
    return new.on_conflict_do_update(index_elements=["person_id"], set_=anew, where=changes)


def _put(dialect: str) -> Statement:
    new = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(REVIEW)
    anew = {name: new.excluded[name] for name in _NAMES if name != "person_id"}
    return new.on_conflict_do_update(index_elements=["person_id"], set_=anew)


_EXPECT, _PUT = Prepared(_expect, _NAMES), Prepared(_put, _NAMES)
_PLAN: Final = tuple(REVIEW.c[name] for name in ("due_at", "day", "asked", "silence"))
_GET = Prepared(select(*_PLAN).where(REVIEW.c.person_id == bindparam("who")))
_ANY = Prepared(select(REVIEW.c.person_id).where(REVIEW.c.due_at <= bindparam("now")).limit(1))
# A person who does something just now, or whom another scheduler has in hand, is left for the next look.
_next = (
    select(REVIEW)
    .where(REVIEW.c.due_at <= bindparam("now"))
    .order_by(REVIEW.c.due_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
    .subquery("next")
)
_DUE = Prepared(
    select(
        *(_next.c[column.name] for column in _PLAN),
        and_(_learning("paused"), not_(_learning("active"))),
        *COLUMNS,
    )
    .join_from(_next, PERSON, PERSON.c.id == _next.c.person_id)
    .join(ORGANISATION, IN_HOUSE)
    .order_by(_next.c.due_at)
    .with_for_update(of=PERSON, skip_locked=True)
)
_MOVE = Bulk(
    {
        "who": REVIEW.c.person_id.type,
        "then": REVIEW.c.due_at.type,
        "date": REVIEW.c.day.type,
        "taught": REVIEW.c.asked.type,
        "times": REVIEW.c.silence.type,
    },
    lambda _, given: (
        update(REVIEW)
        .where(REVIEW.c.person_id == given["who"])
        .values(due_at=given["then"], day=given["date"], asked=given["taught"], silence=given["times"])
    ),
)


def expect(tx: Connection, person: int, due_at: datetime) -> None:
    """Somebody answered just now, and a question of theirs is due then: look at the latest then."""
    _EXPECT.run(tx, person_id=person, due_at=due_at, day="", asked="", silence=0)


def put(tx: Connection, person: int, plan: Plan) -> None:
    """This is the plan from now on."""
    asked = _written(plan.asked)
    _PUT.run(tx, person_id=person, due_at=plan.due_at, day=plan.day, asked=asked, silence=plan.silence)


def get(tx: Connection, person: int) -> Plan:
    """The plan; without one, nothing is to be asked."""
    row = _GET.row(tx, who=person)
    return _plan(row) if row else Plan(None)


def anything(tx: Connection, now: datetime) -> bool:
    """Whether anybody is to be asked; only a look."""
    return _ANY.row(tx, now=now) is not None


def due(tx: Connection, now: datetime, most: int) -> list[Due]:
    """Who is to be asked, the longest due first: ours until the transaction ends, which has to move each on."""
    return [Due(_plan(row), bool(row[4]), of_row(row[5:])) for row in _DUE.rows(tx, now=now, most=most)]


def move(tx: Connection, moved: Sequence[tuple[int, Plan]]) -> None:
    """These are the plans of these people from now on."""
    rows = [
        {
            "who": person,
            "then": plan.due_at,
            "date": plan.day,
            "taught": _written(plan.asked),
            "times": plan.silence,
        }
        for person, plan in moved
    ]
    _MOVE.run(tx, rows)


def wake(tx: Connection, programme: int, now: datetime) -> None:
    """Look anew for everybody who knows something of a programme: it is asked again."""
    know = select(MEMORY.c.person_id).where(MEMORY.c.programme_id == programme, MEMORY.c.due.is_not(None))
    later = or_(REVIEW.c.due_at.is_(None), REVIEW.c.due_at > now)
    with beyond(tx, "learners"):
        tx.execute(update(REVIEW).where(REVIEW.c.person_id.in_(know), later).values(due_at=now))


def _plan(row: Sequence[Any]) -> Plan:
    return Plan(row[0], row[1], tuple(map(int, row[2].split(","))) if row[2] else (), row[3])


def _written(programmes: Sequence[int]) -> str:
    return ",".join(map(str, programmes))
