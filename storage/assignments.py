"""Assignments: which programme is given to which place, to whom there, from when, and by when."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Index, Integer, bindparam, func, insert, or_, select, text, update
from sqlmodel import Field, SQLModel

from domain.assigning import After, Query, Terms
from domain.organisation import Scope
from storage.bulk import one_of
from storage.hot import Prepared
from storage.organisations import ORGANISATION
from storage.people import PERSON, called
from storage.scoping import shared, within
from storage.table import core
from storage.wall import beyond

_IS_DUE = text("look_at IS NOT NULL")


class AssignmentRow(SQLModel, table=True):
    """A programme that people of a place and all under it are to learn, and why; kept for good, also once it ended.

    What is empty narrows nothing; dates are ISO, "" for none. `person_id` is who assigned it (NULL: an operator).
    `look_at` is when whom it reaches has to be looked up (NULL: everybody was), `looked` the last person that was.
    `begun`: it has started. Then `newest` is who came last before it did. `pace`: lessons a week (NULL: on each of the
    learner's days).
    """

    __tablename__ = "assignment"
    __table_args__ = (
        Index("assignment_due", "look_at", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
        Index("assignment_programme", "id", "programme_id", unique=True),
    )
    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = Field(foreign_key="programme.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    why: str
    job: str
    language: str
    unit: str
    hired_since: str
    starts_on: str
    due_on: str
    due_days: int | None = None
    only_new: bool
    again: bool
    after_id: int | None = Field(default=None, foreign_key="programme.id")
    after_how: str
    after_days: int
    pace: int | None = None
    created_at: datetime
    ended_at: datetime | None = None
    look_at: datetime | None = None
    looked: int
    newest: int
    begun: bool


ASSIGNMENT = core(AssignmentRow)
_ANY: Final = Prepared(select(ASSIGNMENT.c.id).where(ASSIGNMENT.c.look_at <= bindparam("now")).limit(1))
_NEXT: Final = (
    select(ASSIGNMENT.c.id, ASSIGNMENT.c.looked, ASSIGNMENT.c.newest, ASSIGNMENT.c.begun)
    .where(ASSIGNMENT.c.look_at <= bindparam("now"))
    .order_by(ASSIGNMENT.c.look_at, ASSIGNMENT.c.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_ROWS: Final = select(
    ASSIGNMENT, called(ASSIGNMENT.c.person_id).label("by"), ORGANISATION.c.name.label("where")
).join_from(ASSIGNMENT, ORGANISATION, ORGANISATION.c.id == ASSIGNMENT.c.organisation_id)


@dataclass(frozen=True, slots=True)
class Assigned:
    """An assignment as it stands. `by` is who assigned it ("": an operator), `where` what its place is called."""

    id: int
    terms: Terms
    by: str
    where: str
    ended: bool
    begun: bool


@dataclass(frozen=True, slots=True)
class Look:
    """An assignment whose people have to be looked up: those after the person `looked`."""

    id: int
    looked: int
    newest: int
    begun: bool


def add(tx: Connection, terms: Terms, *, by: int | None, look_at: datetime, at: datetime) -> int:
    """A new assignment's id."""
    query, after = terms.query, terms.after
    values = {
        "programme_id": terms.programme,
        "organisation_id": terms.place,
        "person_id": by,
        "why": terms.why,
        "job": query.job,
        "language": query.language,
        "unit": query.unit,
        "hired_since": _written(query.hired_since),
        "starts_on": _written(terms.starts_on),
        "due_on": _written(terms.due_on),
        "due_days": terms.due_days,
        "only_new": terms.only_new,
        "again": terms.again,
        "after_id": after.programme if after else None,
        "after_how": after.how if after else "",
        "after_days": after.days if after else 0,
        "pace": terms.pace,
        "created_at": at,
        "look_at": look_at,
        "looked": 0,
        "newest": newest(tx) if look_at <= at else 0,
        "begun": False,
    }
    return int(tx.execute(insert(ASSIGNMENT).values(values).returning(ASSIGNMENT.c.id)).scalar_one())


def newest(tx: Connection) -> int:
    """The person who came last."""
    with beyond(tx, "newest"):
        return int(tx.execute(select(func.coalesce(func.max(PERSON.c.id), 0))).scalar_one())


def anything(tx: Connection, now: datetime) -> bool:
    """Whether somebody's people have to be looked up; only a look."""
    return _ANY.row(tx, now=now) is not None


def next_look(tx: Connection, now: datetime) -> Look | None:
    """One of them: ours until the transaction ends, which has to move it on."""
    row = tx.execute(_NEXT, {"now": now, "most": 1}).one_or_none()
    return Look(*row) if row else None


def looked(tx: Connection, assignment: int, *, person: int | None, newest: int) -> None:
    """Everybody up to this person was looked up; None: everybody."""
    values: dict[str, Any] = {"newest": newest}
    values |= {"looked": person} if person else {"looked": 0, "look_at": None, "begun": True}
    tx.execute(update(ASSIGNMENT).where(ASSIGNMENT.c.id == assignment).values(values))


def get(tx: Connection, assignments: Collection[int]) -> dict[int, Assigned]:
    """These assignments."""
    return {each.id: each for each in _found(tx, ASSIGNMENT.c.id.in_(list(assignments)))}


def running(tx: Connection, places: Collection[int]) -> list[Assigned]:
    """Those of these places that have begun and not ended."""
    theirs = one_of(ASSIGNMENT.c.organisation_id, places)
    return _found(tx, ASSIGNMENT.c.begun, ASSIGNMENT.c.ended_at.is_(None), theirs)


def visible(
    tx: Connection, scope: Scope, above: Collection[int], programme: int | None = None
) -> list[Assigned]:
    """Those of the scope's places, and those of places `above` them, which reach its people; the newest first."""
    here = within(scope, ASSIGNMENT.c.organisation_id)
    theirs = shared(scope, above, ASSIGNMENT.c.organisation_id)
    mine = () if programme is None else (ASSIGNMENT.c.programme_id == programme,)
    return _found(tx, or_(here, theirs), *mine)


def page(
    tx: Connection, scope: Scope, above: Collection[int], *which: Any, after: int, most: int
) -> list[Assigned]:
    """The same along their ids: `most` of those after this id."""
    here = within(scope, ASSIGNMENT.c.organisation_id)
    theirs = shared(scope, above, ASSIGNMENT.c.organisation_id)
    rows = _ROWS.where(or_(here, theirs), ASSIGNMENT.c.id > after, *which)
    return [_assigned(row._mapping) for row in tx.execute(rows.order_by(ASSIGNMENT.c.id).limit(most))]


def end(tx: Connection, assignment: int, at: datetime) -> bool:
    """Nobody new is enrolled by it; False when it had ended."""
    mine = (ASSIGNMENT.c.id == assignment, ASSIGNMENT.c.ended_at.is_(None))
    return tx.execute(update(ASSIGNMENT).where(*mine).values(ended_at=at, look_at=None)).rowcount == 1


def set_due(tx: Connection, assignment: int, due_on: date | None, due_days: int | None) -> bool:
    """By when it is to be done from now on; False when it is not theirs to say."""
    values = {"due_on": _written(due_on), "due_days": due_days}
    return tx.execute(update(ASSIGNMENT).where(ASSIGNMENT.c.id == assignment).values(values)).rowcount == 1


def set_pace(tx: Connection, assignment: int, pace: int | None) -> bool:
    """How many lessons a week come from now on; False when it is not theirs to say."""
    mine = update(ASSIGNMENT).where(ASSIGNMENT.c.id == assignment)
    return tx.execute(mine.values(pace=pace)).rowcount == 1


def _found(tx: Connection, *which: Any) -> list[Assigned]:
    rows = _ROWS.where(*which).order_by(ASSIGNMENT.c.id.desc())
    return [_assigned(row._mapping) for row in tx.execute(rows)]


def _assigned(row: Mapping[Any, Any]) -> Assigned:
    after = After(row["after_id"], row["after_how"], row["after_days"]) if row["after_id"] else None
    terms = Terms(
        row["programme_id"],
        row["organisation_id"],
        date.fromisoformat(row["starts_on"]),
        Query(row["job"], row["language"], row["unit"], day(row["hired_since"])),
        day(row["due_on"]),
        row["due_days"],
        row["only_new"],
        row["again"],
        after,
        row["why"],
        row["pace"],
    )
    return Assigned(
        row["id"], terms, row["by"] or "", row["where"], row["ended_at"] is not None, row["begun"]
    )


def day(written: str) -> date | None:
    """A date of the store; None for "" ."""
    return date.fromisoformat(written) if written else None


def _written(day_: date | None) -> str:
    return day_.isoformat() if day_ else ""
