"""Completion, counted by the store over the people of a scope."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, exists, false, func, select

from domain.completion import ANOTHER_DAY, ENOUGH, Completion, Taken, completion
from domain.funnel import Stuck
from domain.organisation import Scope
from storage.answers import ANSWER
from storage.elapsed import elapsed
from storage.enrolments import ENROLMENT
from storage.invitations import INVITATION
from storage.people import PERSON
from storage.scoping import within
from storage.steps import STEP
from storage.studies import LESSON_DONE


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
    rows = select(*columns, func.count()).select_from(_ENROLLED).where(*_theirs(scope, programme))
    idle = (ENROLMENT.c.state != "finished", ENROLMENT.c.card >= 0, ENROLMENT.c.touched_at < since)
    return [Stuck(*row) for row in tx.execute(rows.where(*idle).group_by(*columns))]


def _taking(groups: Sequence[_Group], not_begun: int) -> Taking:
    return Taking(
        completion(((group.taken, group.people) for group in groups), not_begun),
        frozenset(group.version for group in groups),
        sum(group.people for group in groups if group.timed and group.taken.finished),
    )


_ENROLLED: Any = PERSON.join(ENROLMENT, ENROLMENT.c.person_id == PERSON.c.id)
_ASKED: Final = exists().where(
    INVITATION.c.person_id == ENROLMENT.c.person_id, INVITATION.c.programme_id == ENROLMENT.c.programme_id
)
_FINISHED: Final = ENROLMENT.c.state == "finished"


def _theirs(scope: Scope, programme: int | None) -> tuple[ColumnElement[bool], ...]:
    mine = within(scope, PERSON.c.organisation_id)
    return (mine,) if programme is None else (mine, ENROLMENT.c.programme_id == programme)


def _opened(tx: Connection, scope: Scope, programme: int | None) -> list[_Group]:
    """Everyone who opened a programme, counted by what tells whether they meant to finish it."""
    mine = LESSON_DONE.c.enrolment_id == ENROLMENT.c.id
    done = select(func.count()).where(mine).correlate(ENROLMENT).scalar_subquery()
    shown = exists().where(STEP.c.enrolment_id == ENROLMENT.c.id, STEP.c.closed_at.is_not(None))
    each = (
        select(
            ENROLMENT.c.programme_id,
            ENROLMENT.c.version_id,
            _ASKED.label("asked"),
            _FINISHED.label("finished"),
            case((done < ENOUGH, done), else_=ENOUGH).label("lessons"),
            case((and_(~_ASKED, ~_FINISHED, done == 1), _returned()), else_=false()).label("returned"),
            case((_FINISHED, shown), else_=false()).label("timed"),
        )
        .select_from(_ENROLLED)
        .where(*_theirs(scope, programme))
        .subquery()
    )
    rows: Any = tx.execute(select(*each.c, func.count()).group_by(*each.c))
    return [
        _Group(owner, version, Taken(asked, finished, lessons, returned), timed, people)
        for owner, version, asked, finished, lessons, returned, timed, people in rows
    ]


def _returned() -> ColumnElement[bool]:
    """Whether something was answered on another day than the one when the only lesson was finished."""
    finished = select(func.max(LESSON_DONE.c.finished_at)).where(LESSON_DONE.c.enrolment_id == ENROLMENT.c.id)
    answered = select(func.max(ANSWER.c.answered_at)).where(ANSWER.c.enrolment_id == ENROLMENT.c.id)
    ends = (each.correlate(ENROLMENT).scalar_subquery() for each in (finished, answered))
    return func.coalesce(elapsed(*ends), -1) >= ANOTHER_DAY.total_seconds()


def _not_begun(tx: Connection, scope: Scope, programme: int | None) -> Counter[int]:
    """People who were asked to learn a programme and did not open it, by the programme."""
    begun = exists().where(
        ENROLMENT.c.person_id == INVITATION.c.person_id, ENROLMENT.c.programme_id == INVITATION.c.programme_id
    )
    people = func.count(INVITATION.c.person_id.distinct())
    rows = select(INVITATION.c.programme_id, people).join(PERSON, PERSON.c.id == INVITATION.c.person_id)
    rows = rows.where(within(scope, PERSON.c.organisation_id), ~begun).group_by(INVITATION.c.programme_id)
    if programme is not None:
        rows = rows.where(INVITATION.c.programme_id == programme)
    return Counter({row[0]: row[1] for row in tx.execute(rows)})
