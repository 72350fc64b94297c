"""Time spent, counted by the store over the people of a scope."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Float, Integer, case, cast, exists, func, literal, select

from domain.facts import Purpose
from domain.funnel import Been
from domain.organisation import Scope
from domain.time_spent import LEAST
from storage.elapsed import bounded, elapsed
from storage.enrolments import ENROLMENT
from storage.people import PERSON
from storage.scoping import within
from storage.steps import STEP
from storage.studies import LESSON_DONE

RECENT: Final = 1_000  # enrolments that are looked at for how long a question takes
LONGEST: Final = 600  # seconds from which on it does not matter how long
_MANY: Final = 1_000  # more lessons than a programme has

Caps = Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Spent:
    """Active time in a programme, of those who finished it and of the others."""

    programme: int
    finished: bool
    purpose: Purpose
    time: timedelta


def by_programme(tx: Connection, scope: Scope, caps: Caps, *, programme: int | None = None) -> list[Spent]:
    """All active time. `caps` are minutes by (version, lesson), as domain.time_spent has them."""
    finished = ENROLMENT.c.state == "finished"
    columns = (ENROLMENT.c.programme_id, finished, STEP.c.purpose)
    rows = select(*columns, func.sum(_active(caps))).select_from(_STEPS)
    rows = rows.where(*_theirs(scope, programme), STEP.c.closed_at.is_not(None)).group_by(*columns)
    return [
        Spent(owner, done, why, timedelta(seconds=round(seconds)))
        for owner, done, why, seconds in tx.execute(rows)
    ]


def by_lesson(tx: Connection, scope: Scope, caps: Caps, programme: int) -> list[Been]:
    """Who was shown each lesson, and how long they were active in it."""
    done = exists().where(
        LESSON_DONE.c.enrolment_id == STEP.c.enrolment_id, LESSON_DONE.c.lesson == STEP.c.lesson
    )
    seconds = cast(func.round(func.coalesce(func.sum(_active(caps)), 0.0)), Integer)
    one = (ENROLMENT.c.version_id, STEP.c.lesson)
    each = (
        select(*one, done.label("done"), seconds.label("seconds"))
        .select_from(_STEPS)
        .where(*_theirs(scope, programme), STEP.c.purpose == "lesson")
        .group_by(STEP.c.enrolment_id, *one)
        .subquery()
    )
    found: Any = tx.execute(select(*each.c, func.count()).group_by(*each.c))
    return [Been(version, lesson, done, seconds, people) for version, lesson, done, seconds, people in found]


def to_answer(tx: Connection, scope: Scope, programme: int) -> dict[tuple[int, int, int], dict[int, int]]:
    """How many took so many seconds to answer, by (version, lesson, card): the RECENT who began last."""
    newest = (
        select(ENROLMENT.c.id, ENROLMENT.c.version_id)
        .join(PERSON, PERSON.c.id == ENROLMENT.c.person_id)
        .where(*_theirs(scope, programme))
        .order_by(ENROLMENT.c.id.desc())
        .limit(RECENT)
        .subquery()
    )
    took = cast(func.round(bounded(elapsed(STEP.c.opened_at, STEP.c.closed_at), LONGEST)), Integer)
    columns = (newest.c.version_id, STEP.c.lesson, STEP.c.card, took)
    rows = select(*columns, func.count()).join_from(newest, STEP, STEP.c.enrolment_id == newest.c.id)
    rows = rows.where(STEP.c.question, STEP.c.closed_at.is_not(None), STEP.c.purpose == "lesson")
    counted = defaultdict[tuple[int, int, int], dict[int, int]](dict)
    for version, lesson, card, seconds, people in tx.execute(rows.group_by(*columns)):
        counted[version, lesson, card][seconds] = people
    return counted


_STEPS: Any = PERSON.join(ENROLMENT, ENROLMENT.c.person_id == PERSON.c.id).join(
    STEP, STEP.c.enrolment_id == ENROLMENT.c.id
)


def _theirs(scope: Scope, programme: int | None) -> tuple[ColumnElement[bool], ...]:
    mine = within(scope, PERSON.c.organisation_id)
    return (mine,) if programme is None else (mine, ENROLMENT.c.programme_id == programme)


def _active(caps: Caps) -> ColumnElement[float]:
    """What a showing counts for; nothing while it lasts."""
    return bounded(elapsed(STEP.c.opened_at, STEP.c.closed_at), _most(caps))


def _most(caps: Caps) -> ColumnElement[float]:
    """The cap of a step's lesson in seconds. There are few different ones, and most lessons have the least."""
    lessons = defaultdict[int, list[int]](list)
    for (version, lesson), minutes in caps.items():
        if minutes != LEAST:
            lessons[minutes].append(version * _MANY + lesson)
    here, least = ENROLMENT.c.version_id * _MANY + STEP.c.lesson, literal(LEAST * 60.0, Float)
    others = [(here.in_(sorted(these)), literal(minutes * 60.0, Float)) for minutes, these in lessons.items()]
    return case(*others, else_=least) if others else least
