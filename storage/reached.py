"""Whom assignments reach: one row for each person and assignment, with what became of it and what is due."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    Integer,
    ScalarSelect,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlmodel import Field, SQLModel

from domain.employment import Work
from domain.person import Person
from storage import employments
from storage.assignments import ASSIGNMENT, day
from storage.bulk import Bulk, among, listed
from storage.dialect import add_rows
from storage.hot import Prepared
from storage.organisations import ORGANISATION
from storage.people import COLUMNS, IN_HOUSE, PERSON, ROLE, of_row
from storage.table import agree, core
from storage.wall import beyond

State = Literal["before", "waiting", "enrolled", "had", "done", "over"]
_WAITS = text("look_at IS NOT NULL")


class ReachedRow(SQLModel, table=True):
    """A person whom an assignment reaches, once.

    `state`: before (was there before it began, so it is not for them), waiting (until `look_at`; NULL: until they
    change), enrolled by it, had (learned it already), done (had finished it), over (it ended while they waited).
    `due_on` is an ISO date ("": nothing is due), `programme_id` the assignment's, kept here to be looked for.
    """

    __tablename__ = "reached"
    __table_args__ = (
        agree("reached_programme", "assignment", {"assignment_id": "id", "programme_id": "programme_id"}),
        Index("reached_person", "person_id", "programme_id"),
        Index("reached_due", "look_at", sqlite_where=_WAITS, postgresql_where=_WAITS),
    )
    assignment_id: int = Field(foreign_key="assignment.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    programme_id: int
    state: str
    due_on: str
    look_at: datetime | None = None
    at: datetime


class PersonChangedRow(SQLModel, table=True):
    """A person who came or changed, so that assignments may reach them now. The store writes it by itself (a trigger),
    whoever changes people and how; it is gone once that was looked at."""

    __tablename__ = "person_changed"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int


REACHED, CHANGED = core(ReachedRow), core(PersonChangedRow)
LEARN: Final = ("enrolled", "had")  # states in which something is due
NOTHING_YET: Final = ("before", "waiting", "over")  # states of those whom nothing was told
COUNTED: Final = ("waiting", *LEARN, "done")  # states of those for whom it is
_UNBOUND: Final = "8"  # lessons a week: more than there are days
_ANY_DUE: Final = Prepared(select(REACHED.c.person_id).where(REACHED.c.look_at <= bindparam("now")).limit(1))
_ANY_CHANGED: Final = Prepared(select(CHANGED.c.id).limit(1))
_ADD: Final = Bulk({each.name: each.type for each in REACHED.columns}, partial(add_rows, REACHED))
_KEYS: Final = {"which": REACHED.c.assignment_id.type, "who": REACHED.c.person_id.type}
_SET: Final = Bulk(
    {**_KEYS, "becomes": REACHED.c.state.type, "due": REACHED.c.due_on.type}
    | {"then": REACHED.c.look_at.type},
    lambda _, given: (
        update(REACHED)
        .where(REACHED.c.assignment_id == given["which"], REACHED.c.person_id == given["who"])
        .values(state=given["becomes"], due_on=given["due"], look_at=given["then"])
    ),
)
_DROP: Final = Bulk(
    dict(_KEYS),
    lambda _, given: delete(REACHED).where(
        tuple_(REACHED.c.assignment_id, REACHED.c.person_id).in_(select(given["which"], given["who"])),
        REACHED.c.state == "waiting",
    ),
)
_DUES: Final = Prepared(
    lambda dialect: (
        select(REACHED.c.person_id, REACHED.c.programme_id, func.min(REACHED.c.due_on))
        .join(ASSIGNMENT, ASSIGNMENT.c.id == REACHED.c.assignment_id)
        .where(among(dialect, REACHED.c.person_id, "people"), REACHED.c.due_on > literal_column("''"))
        .where(ASSIGNMENT.c.ended_at.is_(None))
        .group_by(REACHED.c.person_id, REACHED.c.programme_id)
    )
)


def pace(person: ColumnElement[int], programme: ColumnElement[int]) -> ScalarSelect[Any]:
    """How many lessons a week assignments allow somebody in a programme (both by columns of the query around it).

    The fastest holds where there are several: NULL, on each of the learner's days, is faster than any number, and
    stands too where no assignment reaches them.
    """
    fastest = func.max(func.coalesce(ASSIGNMENT.c.pace, literal_column(_UNBOUND)))
    rows = (
        select(func.nullif(fastest, literal_column(_UNBOUND)))
        .join_from(REACHED, ASSIGNMENT, ASSIGNMENT.c.id == REACHED.c.assignment_id)
        .where(REACHED.c.person_id == person, REACHED.c.programme_id == programme)
        .where(REACHED.c.state.in_([literal_column(f"'{each}'") for each in LEARN]))
        .where(ASSIGNMENT.c.ended_at.is_(None))
    )
    return rows.correlate_except(REACHED, ASSIGNMENT).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person with what assignments ask of them besides.

    `works` are where they work, the main organisation first; who leaves works nowhere. `learns`: they have joined, or
    are on the roster to learn. Who only looks after learners does not, nor who works nowhere.
    """

    person: Person
    works: tuple[Work, ...]
    learns: bool


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a person whom an assignment reaches; of one who waits, until when."""

    assignment: int
    person: int
    state: State
    due_on: date | None = None
    look_at: datetime | None = None


def anything(tx: Connection, now: datetime) -> bool:
    """Whether somebody came, changed or has waited long enough; only a look."""
    return _ANY_CHANGED.row(tx) is not None or _ANY_DUE.row(tx, now=now) is not None


def people_at(
    tx: Connection, places: Collection[int], *, assignment: int, past: int, most: int
) -> list[Candidate]:
    """The next people of these places after the person `past`, whom it does not reach yet, by their ids."""
    mine = (REACHED.c.assignment_id == assignment, REACHED.c.person_id == PERSON.c.id)
    rows = _candidates().where(employments.working(places), PERSON.c.id > past)
    new = rows.where(~select(REACHED.c.person_id).where(*mine).exists())
    with beyond(tx, "home"):
        found = tx.execute(new.order_by(PERSON.c.id).limit(most)).all()
    return _made(tx, found)


def candidates(tx: Connection, people: Iterable[int]) -> dict[int, Candidate]:
    """These people."""
    rows = _candidates().where(PERSON.c.id.in_(sorted(people)))
    return {each.person.id: each for each in _made(tx, tx.execute(rows).all())}


def take_changed(tx: Connection, most: int) -> list[int]:
    """People who came or changed, the first first: each is looked at by exactly one caller."""
    first = select(CHANGED.c.id).order_by(CHANGED.c.id).limit(most).with_for_update(skip_locked=True)
    gone = delete(CHANGED).where(CHANGED.c.id.in_(first)).returning(CHANGED.c.person_id)
    return list(dict.fromkeys(tx.execute(gone).scalars()))


def known(tx: Connection, people: Collection[int]) -> dict[tuple[int, int], State]:
    """What became of these people so far, by assignment and person."""
    rows = select(REACHED.c.assignment_id, REACHED.c.person_id, REACHED.c.state)
    found = tx.execute(rows.where(REACHED.c.person_id.in_(sorted(people))))
    return {(row[0], row[1]): row[2] for row in found}


def add(tx: Connection, programmes: Mapping[int, int], became: Sequence[Became], at: datetime) -> None:
    """It reaches these people now; `programmes` are those of the assignments."""
    rows = [
        {
            "assignment_id": each.assignment,
            "person_id": each.person,
            "programme_id": programmes[each.assignment],
            "state": each.state,
            "due_on": "",
            "look_at": each.look_at,
            "at": at,
        }
        for each in became
    ]
    _ADD.run(tx, rows)


def take_due(tx: Connection, now: datetime, most: int) -> list[tuple[int, int]]:
    """Who has waited long enough, as (assignment, person): ours until the transaction ends, which has to settle them.

    A person who does something just now, or whom another scheduler has in hand, is left for the next look.
    """
    rows = (
        select(REACHED.c.assignment_id, REACHED.c.person_id)
        .join(PERSON, PERSON.c.id == REACHED.c.person_id)
        .where(REACHED.c.look_at <= now)
        .order_by(REACHED.c.look_at, REACHED.c.assignment_id, REACHED.c.person_id)
        .limit(bindparam("most", most, type_=Integer))
        .with_for_update(of=[REACHED, PERSON], skip_locked=True)
    )
    return [(row[0], row[1]) for row in tx.execute(rows)]


def settle(tx: Connection, became: Sequence[Became]) -> None:
    """What became of people who waited."""
    rows = [
        {
            "which": each.assignment,
            "who": each.person,
            "becomes": each.state,
            "due": each.due_on.isoformat() if each.due_on else "",
            "then": each.look_at,
        }
        for each in became
    ]
    _SET.run(tx, rows)


def drop(tx: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """It does not reach these people who waited, as (assignment, person), any more."""
    _DROP.run(tx, [{"which": assignment, "who": person} for assignment, person in pairs])


def wake(tx: Connection, assignment: int, at: datetime) -> None:
    """Whoever waits for it is looked at once more."""
    waiting = (REACHED.c.assignment_id == assignment, REACHED.c.state == "waiting")
    tx.execute(update(REACHED).where(*waiting).values(look_at=at))


def forget(tx: Connection, people: Collection[int]) -> None:
    """Nothing is known of these people; of those whom nothing was told."""
    theirs = REACHED.c.person_id.in_(people), REACHED.c.state.in_(NOTHING_YET)
    tx.execute(delete(REACHED).where(*theirs))
    tx.execute(delete(CHANGED).where(CHANGED.c.person_id.in_(people)))


def end(tx: Connection, assignment: int) -> None:
    """Nobody waits for it any more."""
    waiting = (REACHED.c.assignment_id == assignment, REACHED.c.state == "waiting")
    with beyond(tx, "gone"):
        tx.execute(update(REACHED).where(*waiting).values(state="over", look_at=None))


def set_due(tx: Connection, assignment: int, due_on: date | None) -> None:
    """Who learns because of it has to finish by then."""
    mine = (REACHED.c.assignment_id == assignment, REACHED.c.state.in_(LEARN))
    with beyond(tx, "gone"):
        tx.execute(update(REACHED).where(*mine).values(due_on=due_on.isoformat() if due_on else ""))


def dues(tx: Connection, people: Collection[int]) -> dict[tuple[int, int], date]:
    """By when these people have to finish, by person and programme; the earliest date counts."""
    rows = _DUES.rows(tx, people=listed(tx, people))
    return {(person, programme): date.fromisoformat(due_on) for person, programme, due_on in rows}


def _candidates() -> Any:
    has_role = exists().where(ROLE.c.person_id == PERSON.c.id)
    learns = PERSON.c.erased_at.is_(None) & or_(PERSON.c.consented_at.is_not(None), ~has_role)
    return select(*COLUMNS, PERSON.c.hired_on, learns).join_from(PERSON, ORGANISATION, IN_HOUSE)


def _made(tx: Connection, rows: Sequence[Any]) -> list[Candidate]:
    further = employments.works(tx, [row[0] for row in rows])
    return [_candidate(tuple(row), further.get(row[0], ())) for row in rows]


def _candidate(values: tuple[Any, ...], further: Sequence[Work]) -> Candidate:
    person = of_row(values)
    main = [Work(person.organisation.id, person.job, day(values[-2]))] if person.left_on is None else []
    works = (*main, *further)
    return Candidate(person, works, bool(values[-1]) and bool(works))
