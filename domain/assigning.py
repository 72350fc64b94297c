"""Assignments: a programme given to a place and all under it. Whom it reaches, when they begin, what is due when."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

from domain.facts import StudyState
from domain.organisation import Organisation
from domain.pacing import DAY, at_wall_time, good_day, lesson_days
from domain.person import Person

How = Literal["finished", "begun"]
HOWS: Final[tuple[How, ...]] = get_args(How)
Deed = Literal["enrol", "again", "tell", "nothing"]
SOON: Final = timedelta(hours=1)
LAST_WEEK: Final = timedelta(days=7)
MOST_DAYS: Final = 3650
PACES: Final = range(1, 6)  # lessons a week


@dataclass(frozen=True, slots=True)
class Query:
    """Whom an assignment is narrowed to; what is empty narrows nothing. `unit` is the name of a place."""

    job: str = ""
    language: str = ""
    unit: str = ""
    hired_since: date | None = None


@dataclass(frozen=True, slots=True)
class After:
    """Nobody begins before they have finished (or begun) this programme, and so many days are over."""

    programme: int
    how: How = "finished"
    days: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """What is assigned to whom: a programme to a place and all under it, narrowed by `query`, from a date on.

    What is due is so on one date (`due_on`), or so many days after each began (`due_days`). `only_new`: those who come
    to the place after it has started, and nobody who is there then. `again`: who has finished the programme begins it
    again. `why` is what the people are told. `pace`: so many lessons a week, and on the learner's own days; None: on
    each of these.
    """

    programme: int
    place: int
    starts_on: date
    query: Query = Query()
    due_on: date | None = None
    due_days: int | None = None
    only_new: bool = False
    again: bool = False
    after: After | None = None
    why: str = ""
    pace: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands to an assignment that reaches them.

    `study` is what they do in its programme, `since` when they finished or began the one that it comes after.
    """

    joined: bool
    reachable: bool = True
    study: StudyState | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is done before then; None: until the person changes."""

    until: datetime | None


def line(above: Mapping[int, int | None], place: int) -> tuple[int, ...]:
    """A place and all above it, the nearest first."""
    places, at = list[int](), place
    while at not in places:  # a tree has no ring; one that has is no reason to stand still
        places.append(at)
        over = above.get(at)
        if over is None:
            break
        at = over
    return tuple(places)


def reaches(terms: Terms, person: Person, *, hired_on: date | None, around: Mapping[int, str]) -> bool:
    """Whether it is for this person; `around` are the names of the person's place and of all above it.

    Somebody of whom nobody knows when they were hired is not hired since any date.
    """
    if terms.place not in around:
        return False
    query = terms.query
    return (
        (not query.job or same(query.job, person.job))
        and query.language in ("", person.language)
        and (not query.unit or any(same(query.unit, name) for name in around.values()))
        and (query.hired_since is None or (hired_on is not None and hired_on >= query.hired_since))
    )


def same(one: str, other: str) -> bool:
    """Whether two names are the same to a reader."""
    return one.casefold().split() == other.casefold().split()


def starts_at(terms: Terms, place: Organisation) -> datetime:
    """The UTC moment at which its first date begins at its place."""
    return at_wall_time(terms.starts_on, time(0), ZoneInfo(place.zone))


def decide(terms: Terms, standing: Standing, now: datetime) -> Deed | Wait:
    """What becomes of a person whom it reaches, once it has started."""
    if not standing.joined:
        return Wait(None)
    if standing.study == "finished" and not terms.again:
        return "nothing"
    if terms.after and (ripe := _ripe(terms.after, standing.since, now)) > now:
        return Wait(ripe)
    if not standing.reachable:
        return Wait(now + DAY)
    if standing.study is None:
        return "enrol"
    return "again" if standing.study == "finished" else "tell"


def _ripe(after: After, since: datetime | None, now: datetime) -> datetime:
    """When it may begin. What has not happened yet cannot be so many days past before as many are over."""
    wait = timedelta(days=after.days)
    return since + wait if since else now + max(wait, SOON)


def due(terms: Terms, today: date) -> date | None:
    """By when somebody who begins today has to finish; after its date they have as many days as the first ones had."""
    if terms.due_days is not None:
        return today + timedelta(days=terms.due_days)
    if terms.due_on is None or today <= terms.due_on:
        return terms.due_on
    return today + (terms.due_on - terms.starts_on)


def in_last_week(due_on: date, today: date) -> bool:
    """Whether it is due within a week from today, and not over."""
    return today <= due_on <= today + LAST_WEEK


def ends_on(lessons: int, start: date, place: Organisation, pace: int | None = None) -> date:
    """When the last lesson comes to somebody there who begins on this date and does each as it comes: on each working
    day, or so many a week."""
    somebody = Person(0, place, "", place.language)
    day = good_day(start, somebody)
    for _ in range(lessons - 1):
        day = good_day(day + DAY, somebody)
        while pace is not None and day not in lesson_days(day, somebody, pace):
            day = good_day(day + DAY, somebody)
    return day


def too_far(day: date, today: date) -> bool:
    """Whether a date is too many years away to be meant."""
    return day - today > timedelta(days=MOST_DAYS)


def faults(terms: Terms, *, lessons: int, places: Collection[int], today: date) -> tuple[str, ...]:
    """What is wrong with it, as words for the sentences that say so."""
    after, due_on = terms.after, terms.due_on
    found = {
        "programme": lessons == 0,
        "place": terms.place not in places,
        "past": terms.starts_on < today,
        "far": too_far(terms.starts_on, today) or (due_on is not None and too_far(due_on, today)),
        "due_first": due_on is not None and due_on < terms.starts_on,
        "due_days": terms.due_days is not None and not 1 <= terms.due_days <= MOST_DAYS,
        "due_twice": due_on is not None and terms.due_days is not None,
        "pace": terms.pace is not None and terms.pace not in PACES,
        "after_itself": after is not None and after.programme == terms.programme,
        "after_days": after is not None and not 0 <= after.days <= MOST_DAYS,
    }
    return tuple(name for name, wrong in found.items() if wrong)
