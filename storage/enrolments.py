"""Enrolments: who learns which version of a programme, where they are in it, and when its next lesson is due."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Connection, Index, UniqueConstraint, bindparam, select, text, update
from sqlmodel import Field, SQLModel

from domain.facts import StudyState
from storage.bulk import Bulk
from storage.dialect import add_rows, insert_new
from storage.hot import Prepared
from storage.table import agree, core

_IS_DUE = text("due_at IS NOT NULL")


class EnrolmentRow(SQLModel, table=True):
    """`lesson` and `card` count from 0; `card` is -1 while the lesson waits for `due_at` or for the learner.

    `state`: active, paused, finished. `started_at` is when it began, or began again: what was answered before does not
    count. `touched_at` is when the learner last did something in it.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("person_id", "programme_id"),
        Index("enrolment_person", "id", "person_id", unique=True),
        agree("enrolment_version", "programme_version", {"version_id": "id", "programme_id": "programme_id"}),
        Index("enrolment_due", "due_at", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
    )
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    programme_id: int = Field(foreign_key="programme.id")
    version_id: int = Field(foreign_key="programme_version.id")
    state: str
    lesson: int
    card: int
    due_at: datetime | None = None
    started_at: datetime
    touched_at: datetime


ENROLMENT = core(EnrolmentRow)
_NAMES = ("id", "person_id", "programme_id", "version_id", "state", "lesson", "card", "due_at")
COLUMNS: Final = tuple(ENROLMENT.c[name] for name in _NAMES)  # as `Enrolled` has them
_GET = Prepared(select(*COLUMNS).where(ENROLMENT.c.id == bindparam("which")))
_MOVE = Prepared(
    update(ENROLMENT)
    .where(ENROLMENT.c.id == bindparam("which"))
    .values(
        lesson=bindparam("to_lesson"),
        card=bindparam("to_card"),
        touched_at=bindparam("now"),
        due_at=None,
        state="active",
    )
)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """An enrolment as it stands."""

    id: int
    person: int
    programme: int
    version: int
    state: StudyState
    lesson: int
    card: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Fresh:
    """An enrolment to be made, and when its first lesson comes."""

    person_id: int
    programme_id: int
    version_id: int
    due_at: datetime


_ADD_MANY: Final = Bulk(
    {each.name: each.type for each in ENROLMENT.columns if each.name != "id"}, partial(add_rows, ENROLMENT)
)


def enrol(tx: Connection, *, person: int, programme: int, version: int, at: datetime) -> int | None:
    """A new enrolment's id, waiting at its first lesson; None when the person has one in this programme."""
    new = insert_new(
        tx,
        ENROLMENT,
        person_id=person,
        programme_id=programme,
        version_id=version,
        state="active",
        lesson=0,
        card=-1,
        started_at=at,
        touched_at=at,
    )
    own = (ENROLMENT.c.person_id == person, ENROLMENT.c.programme_id == programme)
    return int(tx.execute(select(ENROLMENT.c.id).where(*own)).scalar_one()) if new else None


def add_many(tx: Connection, fresh: Sequence[Fresh], at: datetime) -> None:
    """Many new enrolments at once; who has one in the programme keeps it as it is."""
    usual = {"state": "active", "lesson": 0, "card": -1, "started_at": at, "touched_at": at}
    _ADD_MANY.run(tx, [{**asdict(each), **usual} for each in fresh])


def of_people(tx: Connection, people: Collection[int]) -> dict[tuple[int, int], tuple[int, StudyState]]:
    """The enrolments of these people with their states, by person and programme."""
    names = ("person_id", "programme_id", "id", "state")
    rows = select(*(ENROLMENT.c[name] for name in names)).where(ENROLMENT.c.person_id.in_(sorted(people)))
    return {(row[0], row[1]): (row[2], row[3]) for row in tx.execute(rows)}


def get(tx: Connection, enrolment: int) -> Enrolled:
    """The enrolment with this id."""
    row = _GET.row(tx, which=enrolment)
    assert row is not None, "enrolments are not deleted"
    return Enrolled(*row)


def begun_at(tx: Connection, enrolment: int) -> datetime:
    """When it began, or began again."""
    began: datetime = tx.execute(
        select(ENROLMENT.c.started_at).where(ENROLMENT.c.id == enrolment)
    ).scalar_one()
    return began


def begin_again(tx: Connection, enrolment: int, version: int, at: datetime) -> None:
    """It waits at the first lesson of this version, as if it were new."""
    anew = {"version_id": version, "state": "active", "lesson": 0, "card": -1, "due_at": None}
    mine = update(ENROLMENT).where(ENROLMENT.c.id == enrolment)
    tx.execute(mine.values(**anew, started_at=at, touched_at=at))


def move_on(tx: Connection, enrolment: int, versions: tuple[int, int], lesson: int, at: datetime) -> bool:
    """It goes on in another version (from, to), where this lesson waits; exactly one caller gets True."""
    old, new = versions
    mine = update(ENROLMENT).where(
        ENROLMENT.c.id == enrolment, ENROLMENT.c.version_id == old, ENROLMENT.c.state != "finished"
    )
    moved = mine.values(version_id=new, lesson=lesson, card=-1, due_at=None, touched_at=at)
    return tx.execute(moved).rowcount == 1


def due(tx: Connection, now: datetime, most: int) -> list[int]:
    """Enrolments whose next lesson is due, the longest due first."""
    rows = select(ENROLMENT.c.id).where(ENROLMENT.c.due_at <= now, ENROLMENT.c.state == "active")
    return list(tx.execute(rows.order_by(ENROLMENT.c.due_at).limit(most)).scalars())


def take_due(tx: Connection, enrolment: int, now: datetime) -> bool:
    """The lesson that is due is ours to send; exactly one caller gets True."""
    mine = update(ENROLMENT).where(
        ENROLMENT.c.id == enrolment, ENROLMENT.c.state == "active", ENROLMENT.c.due_at <= now
    )
    return tx.execute(mine.values(due_at=None)).rowcount == 1


def postpone(tx: Connection, enrolment: int, now: datetime, until: datetime) -> None:
    """What is still due now waits until then; a lesson that was sent after all is left alone."""
    due = update(ENROLMENT).where(ENROLMENT.c.id == enrolment, ENROLMENT.c.due_at <= now)
    tx.execute(due.values(due_at=until))


def postpone_due(tx: Connection, now: datetime, until: datetime) -> None:
    """Every lesson that is due now waits until then."""
    tx.execute(update(ENROLMENT).where(ENROLMENT.c.due_at <= now).values(due_at=until))


def move(tx: Connection, enrolment: int, lesson: int, card: int, at: datetime) -> None:
    """The learner stands at this card now; nothing is due."""
    _MOVE.run(tx, which=enrolment, to_lesson=lesson, to_card=card, now=at)


def wait(tx: Connection, enrolment: int, due_at: datetime | None) -> None:
    """The next lesson waits until then."""
    tx.execute(update(ENROLMENT).where(ENROLMENT.c.id == enrolment).values(due_at=due_at))


def put_back(tx: Connection, enrolment: int, due_at: datetime) -> None:
    """The lesson waits again, from its beginning."""
    tx.execute(update(ENROLMENT).where(ENROLMENT.c.id == enrolment).values(card=-1, due_at=due_at))


def set_state(tx: Connection, enrolment: int, state: StudyState) -> None:
    """Active, paused or finished."""
    tx.execute(update(ENROLMENT).where(ENROLMENT.c.id == enrolment).values(state=state))
