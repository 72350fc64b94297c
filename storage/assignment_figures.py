"""What came of assignments, counted by the store over the people of a scope."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, get_args

from sqlalchemy import ColumnElement, Connection, Integer, and_, cast, exists, func, or_, select

from domain.facts import StudyState
from domain.organisation import Scope
from storage.assignments import ASSIGNMENT, day
from storage.enrolments import ENROLMENT
from storage.invitations import INVITATION
from storage.organisations import ORGANISATION, line
from storage.people import PERSON, called
from storage.reached import COUNTED, LEARN, REACHED
from storage.scoping import ENROLLED, learnt, theirs
from storage.scoping import people as people_of
from storage.steps import STEP

Group = Literal["reached", "silent", "begun", "finished", "overdue"]
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
_AT: Final = ORGANISATION.alias("place")
_MINE: Final = and_(
    ENROLMENT.c.person_id == REACHED.c.person_id, ENROLMENT.c.programme_id == REACHED.c.programme_id
)
_PEOPLE: Final[Any] = (
    REACHED.join(ASSIGNMENT, ASSIGNMENT.c.id == REACHED.c.assignment_id)
    .join(PERSON, PERSON.c.id == REACHED.c.person_id)
    .outerjoin(ENROLMENT, _MINE)
)


@dataclass(frozen=True, slots=True)
class Figures:
    """People of an assignment: whom it reaches, who of them have not joined yet, who have begun and finished, and
    who have not finished by their date."""

    reached: int = 0
    silent: int = 0
    begun: int = 0
    finished: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a person is to learn a programme: an assignment, what became of them, by when it is due, and at how many
    lessons a week."""

    assignment: int
    programme: int
    by: str
    where: str
    why: str
    state: str
    due_on: date | None
    pace: int | None


@dataclass(frozen=True, slots=True)
class Ways:
    """How people came to a programme that they learn: assigned, else invited, else by themselves."""

    assigned: int = 0
    invited: int = 0
    alone: int = 0


def figures(tx: Connection, scope: Scope, which: Collection[int], today: date) -> dict[int, Figures]:
    """What came of each of these assignments."""
    groups = _groups(today)
    counts = (func.coalesce(func.sum(cast(groups[name], Integer)), 0) for name in GROUPS)
    rows = select(REACHED.c.assignment_id, *counts).select_from(_PEOPLE)
    mine = (REACHED.c.assignment_id.in_(list(which)), *_mine(scope))
    found = tx.execute(rows.where(*mine).group_by(REACHED.c.assignment_id))
    counted: dict[int, Figures] = {row[0]: Figures(*row[1:]) for row in found}
    return {each: counted.get(each, Figures()) for each in which}


def people(tx: Connection, scope: Scope, assignment: int, group: Group, today: date) -> frozenset[int]:
    """Who is behind a figure."""
    mine = (REACHED.c.assignment_id == assignment, *_mine(scope))
    rows = select(REACHED.c.person_id).select_from(_PEOPLE).where(*mine, _groups(today)[group])
    return frozenset(tx.execute(rows).scalars())


def not_joined(tx: Connection, scope: Scope, assignment: int) -> frozenset[int]:
    """Those whom it reaches and who have not joined yet: they are enrolled once they do."""
    return people(tx, scope, assignment, "silent", date.min)


def reasons(tx: Connection, scope: Scope, person: int) -> list[Reason]:
    """Why a person of the scope is to learn what, the newest first; not what has ended, nor who else assigned it."""
    names = ("id", "programme_id", "why")
    rows: Any = (
        select(
            *(ASSIGNMENT.c[name] for name in names),
            called(ASSIGNMENT.c.person_id),
            _AT.c.name,
            REACHED.c.state,
            REACHED.c.due_on,
            ASSIGNMENT.c.pace,
        )
        .join_from(REACHED, ASSIGNMENT, ASSIGNMENT.c.id == REACHED.c.assignment_id)
        .join(PERSON, PERSON.c.id == REACHED.c.person_id)
        .join(_AT, _AT.c.id == ASSIGNMENT.c.organisation_id)
        .where(REACHED.c.person_id == person, *_mine(scope))
        .where(ASSIGNMENT.c.organisation_id.in_(line(scope.at("see"))))
        .where(REACHED.c.state.in_(COUNTED), ASSIGNMENT.c.ended_at.is_(None))
        .order_by(ASSIGNMENT.c.id.desc())
    )
    return [
        Reason(number, programme, by or "", where, why, state, day(due_on), pace)
        for number, programme, why, by, where, state, due_on, pace in tx.execute(rows)
    ]


def ways(tx: Connection, scope: Scope, programme: int) -> Ways:
    """How the people of the scope came to a programme that they learn."""
    mine = (REACHED.c.person_id == ENROLMENT.c.person_id, REACHED.c.programme_id == ENROLMENT.c.programme_id)
    assigned = exists().where(*mine, REACHED.c.state.in_(LEARN))
    invited = exists().where(
        INVITATION.c.person_id == ENROLMENT.c.person_id, INVITATION.c.programme_id == ENROLMENT.c.programme_id
    )
    each = (
        select(assigned.label("assigned"), invited.label("invited"))
        .join_from(ENROLMENT, PERSON, PERSON.c.id == ENROLMENT.c.person_id)
        .where(*theirs(scope, programme))
        .subquery()
    )
    counted, kinds = Counter[str](), (each.c.assigned, each.c.invited)
    for given, asked, count in tx.execute(
        select(each.c.assigned, each.c.invited, func.count()).group_by(*kinds)
    ):
        counted["assigned" if given else "invited" if asked else "alone"] += count
    return Ways(**counted)


def states(tx: Connection, scope: Scope, programme: int) -> dict[int, StudyState]:
    """What people of the scope do in a programme, as far as it sees that."""
    rows = select(PERSON.c.id, ENROLMENT.c.state).select_from(ENROLLED).where(*theirs(scope, programme))
    return {row[0]: row[1] for row in tx.execute(rows)}


def _mine(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Whom it reaches of the scope's people, as theirs."""
    return people_of(scope), learnt(scope, REACHED.c.programme_id)


def _groups(today: date) -> dict[Group, ColumnElement[bool]]:
    """Who counts for what: each of these is about one person and one assignment."""
    counts, finished = REACHED.c.state.in_(COUNTED), ENROLMENT.c.state == "finished"
    learns, done = REACHED.c.state.in_(LEARN), REACHED.c.state == "done"
    pressed = exists().where(
        STEP.c.enrolment_id == ENROLMENT.c.id, STEP.c.closed_at >= ENROLMENT.c.started_at
    )
    over = and_(REACHED.c.due_on != "", REACHED.c.due_on < today.isoformat())
    return {
        "reached": counts,
        "silent": and_(counts, PERSON.c.consented_at.is_(None)),
        "begun": or_(done, and_(learns, or_(finished, pressed))),
        "finished": or_(done, and_(learns, finished)),
        "overdue": and_(learns, over, ~finished, ASSIGNMENT.c.ended_at.is_(None)),
    }
