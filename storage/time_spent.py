"""Time spent, counted by the store over the people of a scope.

What a lesson took is kept with it once it is done. Everything else is counted from its showings: lessons that are under
way, tests, what came back.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    union,
    union_all,
)

from domain.facts import Purpose
from domain.funnel import Been, How
from domain.organisation import Scope
from storage.elapsed import bounded, elapsed, whole
from storage.enrolments import ENROLMENT
from storage.people import PERSON
from storage.scoping import ENROLLED, theirs
from storage.steps import STEP
from storage.studies import FINISHED, LESSON_BEFORE, LESSON_DONE, RENEWED
from storage.taught import HERE, Taught, is_test, most, place

_SKIPPED: Final[Any] = literal_column("'skipped'")
_FINISHED: Final[Any] = literal_column("'finished'")
_BEGUN: Final[Any] = literal_column("'begun'")
_NOTHING: Final[Any] = literal_column("0")
_LESSON: Final[Any] = literal_column("'lesson'")
_TEST: Final[Any] = literal_column("'test'")


@dataclass(frozen=True, slots=True)
class Spent:
    """Active time in a programme: of those who finished it or of the others, the first time through it or `again`."""

    programme: int
    finished: bool
    again: bool
    purpose: Purpose
    time: timedelta


_DONE: Any = ENROLLED.join(LESSON_DONE, LESSON_DONE.c.enrolment_id == ENROLMENT.c.id)
_BEFORE: Any = ENROLLED.join(LESSON_BEFORE, LESSON_BEFORE.c.enrolment_id == ENROLMENT.c.id)
_STEPS: Any = ENROLLED.join(STEP, STEP.c.enrolment_id == ENROLMENT.c.id)
_ASIDE: Final[tuple[Any, ...]] = (
    literal_column("step.purpose <> 'lesson'"),  # as its index has it
    STEP.c.purpose.in_(("review", "test")),
)
_IN_LESSON: Final = STEP.c.purpose == "lesson"
_NOW: Final = and_(STEP.c.version_id.is_(None), STEP.c.opened_at >= ENROLMENT.c.started_at)


def by_programme(
    tx: Connection, scope: Scope, taught: Taught, *, programme: int | None = None
) -> list[Spent]:
    """All active time."""
    mine, sums = theirs(scope, programme), defaultdict[tuple[Any, ...], float](float)
    parts = (_in_done(taught), _in_times_before(taught), _under_way(taught), _beside(taught))
    summed = list[Select[Any]]()
    for part in parts:
        *columns, seconds = part.where(*mine).subquery().c
        summed.append(select(*columns, cast(func.sum(seconds), Float)).group_by(*columns))
    for row in tx.execute(union_all(*summed)):
        sums[tuple(row[:4])] += row[4] or 0
    return [
        Spent(owner, bool(finished), bool(again), purpose, timedelta(seconds=round(seconds)))
        for (owner, finished, again, purpose), seconds in sorted(sums.items())
        if seconds
    ]


def _spent(of: Any, again: Any, purpose: Any, seconds: Any) -> Select[Any]:
    columns = (
        ENROLMENT.c.programme_id,
        case((FINISHED, 1), else_=0).label("finished"),
        case((again, 1), else_=0).label("again"),
        purpose.label("purpose"),
    )
    return select(*columns, seconds.label("seconds")).select_from(of)


def _in_done(taught: Taught) -> Select[Any]:
    why = _purpose(taught, place(ENROLMENT.c.version_id, LESSON_DONE.c.lesson))
    return _spent(_DONE, RENEWED, why, _took(taught))


def _in_times_before(taught: Taught) -> Select[Any]:
    why = _purpose(taught, place(LESSON_BEFORE.c.version_id, LESSON_BEFORE.c.lesson))
    return _spent(_BEFORE, LESSON_BEFORE.c.again, why, LESSON_BEFORE.c.seconds)


def _under_way(taught: Taught) -> Select[Any]:
    """In lessons that are not done."""
    return _spent(_STEPS, RENEWED, _LESSON, _active(taught)).where(
        ENROLMENT.c.state != "finished", _IN_LESSON, _NOW, ~_is_done()
    )


def _beside(taught: Taught) -> Select[Any]:
    """In what came back, in entry tests, and in tests of lessons that are not done."""
    first = select(func.min(LESSON_BEFORE.c.ended_at)).where(LESSON_BEFORE.c.enrolment_id == ENROLMENT.c.id)
    again = and_(RENEWED, STEP.c.opened_at >= first.correlate(ENROLMENT).scalar_subquery())
    sits = and_(STEP.c.purpose == "test", is_test(taught, HERE))
    rows = _spent(_STEPS, again, STEP.c.purpose, _active(taught))
    return rows.where(*_ASIDE, STEP.c.closed_at.is_not(None), or_(~sits, and_(_NOW, ~_is_done())))


def looks(scope: Scope, programme: int, taught: Taught) -> tuple[Select[Any], ...]:
    """Who came to which lesson the first time through: (person, version, lesson, how, seconds), each once."""
    mine, names = (
        theirs(scope, programme),
        (PERSON.c.id.label("person"), ENROLMENT.c.version_id.label("version")),
    )
    how = case((LESSON_DONE.c.skipped, _SKIPPED), else_=_FINISHED)
    done = select(*names, LESSON_DONE.c.lesson, how.label("how"), _took(taught).label("seconds"))
    how_before = case((LESSON_BEFORE.c.skipped, _SKIPPED), else_=_FINISHED)
    took_before = func.coalesce(LESSON_BEFORE.c.seconds, 0).label("seconds")
    version = LESSON_BEFORE.c.version_id.label("version")
    before = select(names[0], version, LESSON_BEFORE.c.lesson, how_before.label("how"), took_before)
    came = or_(_IN_LESSON, and_(STEP.c.purpose == "test", is_test(taught, HERE)))
    begun = (
        select(*names, STEP.c.lesson, _BEGUN.label("how"), _NOTHING.label("seconds"))
        .select_from(_STEPS)
        .distinct()
    )
    return (
        done.select_from(_DONE).where(*mine, ~RENEWED),
        before.select_from(_BEFORE).where(*mine, ~LESSON_BEFORE.c.again),
        begun.where(*mine, ENROLMENT.c.state != "finished", ~RENEWED, came, _NOW, ~_is_done()),
    )


def by_lesson(tx: Connection, scope: Scope, taught: Taught, programme: int) -> list[Been]:
    """Who came to each lesson the first time through, and how long it took them."""
    parts = list[Select[Any]]()
    for part in looks(scope, programme, taught):
        each = part.subquery()
        columns = (each.c.version, each.c.lesson, each.c.how, each.c.seconds)
        parts.append(select(*columns, func.count().label("people")).group_by(*columns))
    return [Been(*row) for row in tx.execute(union_all(*parts))]


def versions_before(tx: Connection, scope: Scope, programme: int | None = None) -> frozenset[int]:
    """The versions of times through the programme that are over, and others in which tests and questions were shown."""
    mine = theirs(scope, programme)
    over = select(LESSON_BEFORE.c.version_id).select_from(_BEFORE).where(*mine)
    left = select(STEP.c.version_id).select_from(_STEPS).where(*mine, *_ASIDE, STEP.c.version_id.is_not(None))
    return frozenset(tx.execute(union(over, left)).scalars())


def people(tx: Connection, scope: Scope, taught: Taught, programme: int) -> list[tuple[int, int, int, How]]:
    """Who they are: (person, version, lesson, how)."""
    found = list[tuple[int, int, int, How]]()
    for part in looks(scope, programme, taught):
        found += [(row[0], row[1], row[2], row[3]) for row in tx.execute(part)]
    return found


def _purpose(taught: Taught, where: ColumnElement[int]) -> ColumnElement[str]:
    return case((is_test(taught, where), _TEST), else_=_LESSON) if taught.tests else _LESSON


def _is_done() -> ColumnElement[bool]:
    """Whether a step's lesson is done."""
    same = (LESSON_DONE.c.enrolment_id == STEP.c.enrolment_id, LESSON_DONE.c.lesson == STEP.c.lesson)
    return exists().where(*same).correlate(STEP)


def _took(taught: Taught) -> ColumnElement[int]:
    """How long a lesson took that is done; of one that was done before this was kept, from its showings."""
    mine = (STEP.c.enrolment_id == LESSON_DONE.c.enrolment_id, STEP.c.lesson == LESSON_DONE.c.lesson)
    whose = or_(_IN_LESSON, and_(STEP.c.purpose == "test", is_test(taught, HERE)))
    shown = select(whole(func.sum(_active(taught)))).where(*mine, whose, _NOW)
    return func.coalesce(LESSON_DONE.c.seconds, shown.correlate(LESSON_DONE, ENROLMENT).scalar_subquery())


def _active(taught: Taught) -> ColumnElement[float]:
    """What a showing counts for; nothing while it lasts."""
    return bounded(elapsed(STEP.c.opened_at, STEP.c.closed_at), most(taught))
