"""Completion, counted by the store over the people of a scope."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, exists, false, func, or_, select

from domain.completion import ANOTHER_DAY, ENOUGH, Completion, Taken, completion
from domain.funnel import Stuck
from domain.organisation import Scope
from storage.answers import ANSWER
from storage.elapsed import elapsed
from storage.enrolments import ENROLMENT
from storage.invitations import INVITATION
from storage.people import PERSON
from storage.reached import LEARN, REACHED
from storage.scoping import ENROLLED, learnt, theirs
from storage.scoping import people as people_of
from storage.steps import STEP
from storage.studies import FINISHED, LESSON_DONE, RENEWED


@dataclass(frozen=True, slots=True)
class Taking:
    """What became of a programme: its people, the versions that they learn, and whose time is known.

    `timed` are those of the finished who were shown a card and went on from it.
    """

    completion: Completion
    versions: frozenset[int] = frozenset()
    timed: int = 0


@dataclass(frozen=True, slots=True)
class _Group:
    """People who opened a programme alike."""

    programme: int
    version: int
    taken: Taken
    timed: bool
    people: int


def by_programme(tx: Connection, scope: Scope, programme: int | None = None) -> dict[int, Taking]:
    """What became of each programme that somebody opened or was asked to learn."""
    groups, missing = defaultdict[int, list[_Group]](list), _not_begun(tx, scope, programme)
    for group in _opened(tx, scope, programme):
        groups[group.programme].append(group)
    return {each: _taking(groups.get(each, ()), missing[each]) for each in sorted({*groups, *missing})}


def stuck(tx: Connection, scope: Scope, programme: int, since: datetime) -> list[Stuck]:
    """Where people stand who did nothing since then, and have not finished."""
    columns = (ENROLMENT.c.version_id, ENROLMENT.c.lesson, ENROLMENT.c.card)
    rows = select(*columns, func.count()).select_from(ENROLLED).where(*_idle(scope, programme, since))
    return [Stuck(*row) for row in tx.execute(rows.group_by(*columns))]


def stopped(tx: Connection, scope: Scope, programme: int, since: datetime) -> list[tuple[int, int, int]]:
    """Who they are: (person, version, lesson)."""
    columns = (PERSON.c.id, ENROLMENT.c.version_id, ENROLMENT.c.lesson)
    rows = select(*columns).select_from(ENROLLED).where(*_idle(scope, programme, since))
    return [(person, version, lesson) for person, version, lesson in tx.execute(rows)]


def _idle(scope: Scope, programme: int, since: datetime) -> tuple[ColumnElement[bool], ...]:
    """The enrolments of those who stopped at a card."""
    stands = (ENROLMENT.c.card >= 0, ENROLMENT.c.touched_at < since)
    return (*theirs(scope, programme), ~FINISHED, *stands)


def _taking(groups: Sequence[_Group], not_begun: int) -> Taking:
    return Taking(
        completion(((group.taken, group.people) for group in groups), not_begun),
        frozenset(group.version for group in groups),
        sum(group.people for group in groups if group.timed and group.taken.finished),
    )


_ASKED: Final = or_(
    *(
        exists().where(
            asked.c.person_id == ENROLMENT.c.person_id,
            asked.c.programme_id == ENROLMENT.c.programme_id,
            *more,
        )
        for asked, more in ((INVITATION, ()), (REACHED, (REACHED.c.state.in_(LEARN),)))
    )
)


def _opened(tx: Connection, scope: Scope, programme: int | None) -> list[_Group]:
    """Everyone who opened a programme, counted by what tells whether they meant to finish it."""
    shown = exists().where(STEP.c.enrolment_id == ENROLMENT.c.id, STEP.c.closed_at.is_not(None))
    owner = (ENROLMENT.c.programme_id, ENROLMENT.c.version_id)
    timed = case((FINISHED, shown), else_=false()).label("timed")
    each = select(*owner, *_taken(), timed).select_from(ENROLLED).where(*theirs(scope, programme)).subquery()
    rows: Any = tx.execute(select(*each.c, func.count()).group_by(*each.c))
    return [
        _Group(programme, version, Taken(*taken), timed, people)
        for programme, version, *taken, timed, people in rows
    ]


def _taken() -> tuple[Any, ...]:
    """What tells of each enrolment, as domain.completion.Taken has it."""
    mine = (LESSON_DONE.c.enrolment_id == ENROLMENT.c.id, ~LESSON_DONE.c.skipped)
    done = select(func.count()).where(*mine).correlate(ENROLMENT).scalar_subquery()
    undecided = and_(~_ASKED, ~FINISHED, done < ENOUGH)
    return (
        _ASKED.label("asked"),
        FINISHED.label("finished"),
        and_(RENEWED, ENROLMENT.c.state != "finished").label("again"),
        case((done < ENOUGH, done), else_=ENOUGH).label("lessons"),
        case((undecided, or_(_returned(), _moved())), else_=false()).label("returned"),
    )


def _returned() -> ColumnElement[bool]:
    """Whether something was answered on another day than the one when the only lesson was finished."""
    mine = (LESSON_DONE.c.enrolment_id == ENROLMENT.c.id, ~LESSON_DONE.c.skipped)
    finished = select(func.max(LESSON_DONE.c.finished_at)).where(*mine)
    answered = select(func.max(ANSWER.c.answered_at)).where(ANSWER.c.enrolment_id == ENROLMENT.c.id)
    ends = (each.correlate(ENROLMENT).scalar_subquery() for each in (finished, answered))
    return func.coalesce(elapsed(*ends), -1) >= ANOTHER_DAY.total_seconds()


def _moved() -> ColumnElement[bool]:
    """Whether cards were shown of a version that the enrolment has left."""
    left = (STEP.c.enrolment_id == ENROLMENT.c.id, STEP.c.version_id.is_not(None), STEP.c.purpose != "review")
    return exists().where(*left).correlate(ENROLMENT)


def people(tx: Connection, scope: Scope, programme: int) -> dict[int, Taken]:
    """The same person by person: everyone who opened a programme."""
    rows: Any = select(PERSON.c.id, *_taken()).select_from(ENROLLED).where(*theirs(scope, programme))
    return {person: Taken(*taken) for person, *taken in tx.execute(rows)}


def not_begun(tx: Connection, scope: Scope, programme: int) -> frozenset[int]:
    """The people who were asked to learn a programme and did not open it."""
    rows = select(INVITATION.c.person_id).where(*_missing(scope), INVITATION.c.programme_id == programme)
    rows = rows.join(PERSON, PERSON.c.id == INVITATION.c.person_id)
    return frozenset(tx.execute(rows).scalars())


def _missing(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    begun = exists().where(
        ENROLMENT.c.person_id == INVITATION.c.person_id, ENROLMENT.c.programme_id == INVITATION.c.programme_id
    )
    asks = (INVITATION.c.programme_id.is_not(None), INVITATION.c.replaced_at.is_(None))
    return people_of(scope), learnt(scope, INVITATION.c.programme_id), *asks, ~begun


def _not_begun(tx: Connection, scope: Scope, programme: int | None) -> Counter[int]:
    """People who were asked to learn a programme and did not open it, by the programme."""
    people = func.count(INVITATION.c.person_id.distinct())
    rows = select(INVITATION.c.programme_id, people).join(PERSON, PERSON.c.id == INVITATION.c.person_id)
    rows = rows.where(*_missing(scope)).group_by(INVITATION.c.programme_id)
    if programme is not None:
        rows = rows.where(INVITATION.c.programme_id == programme)
    return Counter({row[0]: row[1] for row in tx.execute(rows)})
