"""How the people of a scope are getting on: what coordinators read, and nothing of other organisations."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from typing import Any, Final, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Label,
    Row,
    Select,
    and_,
    cast,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
)

from domain.language import Language
from domain.organisation import Organisation, Scope
from domain.programme import Programme
from storage import employments, given, programmes, scoping
from storage.activity import ACTIVITY, Happening
from storage.answers import ANSWER
from storage.enrolments import ENROLMENT
from storage.invitations import INVITATION, TO_BEGIN
from storage.organisations import COLUMNS, ORGANISATION, of_row
from storage.people import PERSON, ROLE
from storage.scoping import within
from storage.studies import LESSON_DONE

State = Literal["listed", "invited", "joined", "learning", "waiting", "paused", "finished"]
Line = Row[tuple[object, ...]]
PAGE = 50
LARGEST_ID = 2**31 - 1  # PostgreSQL's integer
_UNCOUNTED: Final[tuple[Label[Any], ...]] = tuple(
    literal_column("0").label(each) for each in ("lessons_done", "right", "graded")
)


@dataclass(frozen=True, slots=True)
class Learner:
    """A person and one of their programmes, or None while they have none.

    `listed` is on the roster and not invited, `waiting` between two lessons. `last_at` is what the person did last of
    what is told in the scope.
    """

    person: int
    name: str
    organisation: Organisation
    state: State
    version: int | None = None
    programme: Programme | None = None
    lessons_done: int = 0
    right: int = 0
    graded: int = 0
    last_at: datetime | None = None
    due_at: datetime | None = None
    programme_id: int | None = None

    @property
    def lessons(self) -> int:
        """How many lessons the programme has."""
        return len(self.programme.lessons) if self.programme else 0


@dataclass(frozen=True, slots=True)
class Profile:
    """What a coordinator sees of a person besides their learning. `further`: their main organisation is another one,
    `several`: they work or worked at another one at all, main or not."""

    id: int
    name: str
    organisation: Organisation
    language: Language
    hour: time
    days: frozenset[int]
    joined_at: datetime | None
    job: str = ""
    left_on: str = ""
    further: bool = False
    several: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a person."""

    id: int
    what: Happening
    details: dict[str, str | int | bool | None]
    at: datetime


def organisations(tx: Connection, scope: Scope) -> dict[int, Organisation]:
    """The organisations of the scope by their ids."""
    rows = select(*COLUMNS).where(within(scope, ORGANISATION.c.id))
    return {row.id: of_row(row) for row in tx.execute(rows)}


def learners(
    tx: Connection, scope: Scope, *, of: Collection[int] | None = None, counting: bool = True
) -> list[Learner]:
    """Everyone in the scope, or some people of it: a line for each programme that they learn or are invited to.

    Coordinators and authors are among them once they learn something themselves. The number of statements does not
    grow with the number of people. Without `counting` their lessons and answers are not counted, which takes longest.
    """
    rows = _people(scope, counted() if counting else _UNCOUNTED)
    rows = rows if of is None else rows.where(PERSON.c.id.in_(sorted(of)))
    found = tx.execute(rows.order_by(PERSON.c.id, ENROLMENT.c.id)).all()
    known, newest, invited = organisations(tx, scope), programmes.newest(tx), _invited(tx, scope)
    enrolled = {(row.id, row.programme_id) for row in found}
    lines = [(row, row.version_id) for row in found if row.version_id is not None]
    lines += [
        (row, newest[programme])
        for row in {row.id: row for row in found}.values()
        for programme in invited.get(row.id, ())
        if (row.id, programme) not in enrolled and programme in newest
    ]
    named = {row.id for row, _ in lines}
    idle = [row for row in found if row.id not in named and (row.consented_at or not row.has_role)]
    lines += [(row, None) for row in idle]
    versions = {version for _, version in lines if version is not None}
    contents = {version: programmes.version(tx, version) for version in versions}
    return [_learner(row, known, version, contents.get(version)) for row, version in lines]


def person(tx: Connection, scope: Scope, person_id: int) -> Profile | None:
    """The person, or None when there is none in the scope."""
    if not 0 < person_id <= LARGEST_ID:
        return None
    theirs = PERSON.c.id == person_id, PERSON.c.erased_at.is_(None)
    here, said = scoping.place(scope).label("place"), partial(scoping.word, scope)
    names = ("id", "name", "language", "hour", "days", "consented_at")
    further = (~within(scope, PERSON.c.organisation_id)).label("further")
    rows = select(here, further, said("job"), said("left_on"), *(PERSON.c[name] for name in names))
    rows = rows.where(*theirs, scoping.people(scope))
    row = tx.execute(rows).one_or_none()
    if row is None:
        return None
    return Profile(
        id=row.id,
        name=row.name,
        organisation=organisations(tx, scope)[row.place],
        language=row.language,
        hour=time.fromisoformat(row.hour),
        days=frozenset(map(int, row.days)),
        joined_at=row.consented_at,
        job=row.job,
        left_on=row.left_on,
        further=row.further,
        several=row.further or _elsewhere(tx, scope, person_id),
    )


def _elsewhere(tx: Connection, scope: Scope, person_id: int) -> bool:
    """Whether they have an employment that the scope does not see."""
    seen = scope.at("see")
    return any(each.holds and each.place not in seen for each in employments.of_person(tx, person_id))


def timeline(
    tx: Connection, scope: Scope, person_id: int, *, before: int = LARGEST_ID, most: int = PAGE
) -> list[Event]:
    """What happened to the person, the newest first, earlier than the event with the id `before`."""
    names = ("id", "what", "details", "at")
    theirs = (ACTIVITY.c.person_id == person_id, ACTIVITY.c.id < before, _shown(tx, scope, person_id))
    rows = select(*(ACTIVITY.c[name] for name in names)).where(*theirs)
    rows = rows.order_by(ACTIVITY.c.id.desc()).limit(most)
    return [Event(row.id, row.what, json.loads(row.details), row.at) for row in tx.execute(rows)]


def _shown(tx: Connection, scope: Scope, person_id: int) -> ColumnElement[bool]:
    """What happened where the scope sees; of what only one of their organisations gave, that one alone sees it."""
    seen = given.by_seen(tx, scope.at("see"), person_id)
    ours, others = (_about(tx, [each for each in seen if seen[each] is mine]) for mine in (True, False))
    return or_(and_(within(scope, ACTIVITY.c.organisation_id), ~others), ours)


def _about(tx: Connection, which: Sequence[int]) -> ColumnElement[bool]:
    """Whether it is about a version of one of these programmes."""
    found = programmes.versions(tx, which) if which else []
    ends = (f'"version":{version}{end}' for version in found for end in ",}")
    return or_(false(), *(ACTIVITY.c.details.contains(each, autoescape=True) for each in ends))


def latest(tx: Connection, scope: Scope) -> int:
    """The greatest id of an activity in the scope; 0 when there is none. It grows when something happens."""
    newest = select(func.max(ACTIVITY.c.id)).where(ACTIVITY.c.organisation_id == ORGANISATION.c.id)
    each = select(newest.scalar_subquery().label("id")).where(within(scope, ORGANISATION.c.id)).subquery()
    return int(tx.execute(select(func.coalesce(func.max(each.c.id), 0))).scalar_one())


def counted() -> tuple[Label[Any], ...]:
    """Of an enrolment since it began: `lessons_done`, and answers that are `right` of those that are `graded`."""
    counts = ANSWER.c.answered_at >= ENROLMENT.c.started_at
    taught = (ANSWER.c.enrolment_id == ENROLMENT.c.id, ANSWER.c.purpose == "lesson", counts)
    answers = select(func.count(ANSWER.c.correct)).where(*taught)
    right = select(func.coalesce(func.sum(cast(ANSWER.c.correct, Integer)), 0))
    done = select(func.count()).where(LESSON_DONE.c.enrolment_id == ENROLMENT.c.id)
    return (
        done.scalar_subquery().label("lessons_done"),
        right.where(*taught).scalar_subquery().label("right"),
        answers.scalar_subquery().label("graded"),
    )


def _people(scope: Scope, figures: Sequence[Label[Any]]) -> Select[tuple[object, ...]]:
    """People and their enrolments; figures by correlated subqueries, each a look into an index."""
    own = or_(
        ACTIVITY.c.what.not_in(("lesson_sent", "left")),
        ACTIVITY.c.details.contains('"learner"', autoescape=True),
    )
    here = within(scope, ACTIVITY.c.organisation_id)
    last = select(ACTIVITY.c.at).where(ACTIVITY.c.person_id == PERSON.c.id, own, here)
    has_role = exists().where(ROLE.c.person_id == PERSON.c.id)
    learnt = scoping.learnt(scope, ENROLMENT.c.programme_id)
    rows = select(
        *(PERSON.c[name] for name in ("id", "name", "consented_at")),
        scoping.place(scope).label("place"),
        *(ENROLMENT.c[name] for name in ("programme_id", "version_id", "state", "card", "due_at")),
        *figures,
        last.order_by(ACTIVITY.c.id.desc()).limit(1).scalar_subquery().label("last_at"),
        has_role.label("has_role"),
    )
    rows = rows.select_from(PERSON.outerjoin(ENROLMENT, and_(ENROLMENT.c.person_id == PERSON.c.id, learnt)))
    return rows.where(scoping.people(scope), PERSON.c.erased_at.is_(None))


def _invited(tx: Connection, scope: Scope) -> dict[int, set[int]]:
    """Programmes by the people who were invited to them and did not use the invitation."""
    rows = select(INVITATION.c.person_id, INVITATION.c.programme_id).where(*TO_BEGIN)
    rows = rows.join(PERSON, PERSON.c.id == INVITATION.c.person_id).where(
        scoping.people(scope), scoping.learnt(scope, INVITATION.c.programme_id)
    )
    invited = defaultdict[int, set[int]](set)
    for person_id, programme in tx.execute(rows):
        invited[person_id].add(programme)
    return invited


def _learner(
    row: Line, known: dict[int, Organisation], version: int | None, programme: Programme | None
) -> Learner:
    who = row.id, row.name, known[row.place], _state(row, version), version, programme
    if version is None or row.version_id != version:
        return Learner(*who, last_at=row.last_at)
    return Learner(*who, row.lessons_done, row.right, row.graded, row.last_at, row.due_at, row.programme_id)


def _state(row: Line, version: int | None) -> State:
    if version is None:
        return "joined" if row.consented_at else "listed"
    if row.version_id != version:
        return "invited"
    states: dict[str, State] = {"paused": "paused", "finished": "finished"}
    return states.get(row.state, "learning" if row.card >= 0 else "waiting")
