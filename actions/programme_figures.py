"""The figures of programmes: what the store counted over the people of a scope, judged by the rules."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.completion import Completion
from domain.facts import Purpose
from domain.funnel import STOPPED, Stage, funnel
from domain.item_analysis import Item, analyse
from domain.organisation import Scope
from domain.programme import Programme
from domain.question_history import Place, as_now, code_of, codes, texts
from domain.recall import Spot
from domain.saving import Saving
from domain.time_spent import caps, median, stated
from storage import completion, item_analysis, pace, programmes, sharing, time_spent
from storage.completion import Taking
from storage.database import Connection
from storage.taught import Taught
from storage.time_spent import Spent

NOBODY: Final = Taking(Completion())


@dataclass(frozen=True, slots=True)
class Figures:
    """A programme as it stands: its newest version, what became of it, and active time by what it was for.

    `again` is the part of that time that went into renewals. `saving` is None where nobody stated what the programme
    replaces.
    """

    id: int
    programme: Programme
    completion: Completion
    time: Mapping[Purpose, timedelta]
    again: timedelta
    saving: Saving | None

    @property
    def learnt(self) -> timedelta:
        """All active time."""
        return sum(self.time.values(), timedelta())


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a question takes: the median in seconds, of so many people."""

    people: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the newest version in figures, with its name, and how long it takes if that is known."""

    name: str
    spot: Spot
    item: Item
    pace: Pace | None


@dataclass(frozen=True, slots=True)
class Insight:
    """A programme in detail: its lessons in order, and its graded questions, the most urgent first.

    Questions are judged by every `each`-th of those who opened it.
    """

    figures: Figures
    stages: list[Stage]
    questions: list[Asked]
    each: int


def overview(tx: Connection, scope: Scope) -> list[Figures]:
    """Every programme that the scope's people learn or may learn; statements do not grow with their number."""
    takings = completion.by_programme(tx, scope)
    known = versions_of(tx, scope, None, *(taking.versions for taking in takings.values()))
    spent = time_spent.by_programme(tx, scope, taught(known))
    return [
        _figures(each, programmes.version(tx, version), takings.get(each, NOBODY), spent)
        for each, version in sharing.known(tx, scope).items()
    ]


def insight(tx: Connection, scope: Scope, programme: int, now: datetime) -> Insight | None:
    """One programme in detail; None when there is no such one."""
    version = sharing.known(tx, scope).get(programme)
    if version is None:
        return None
    newest = programmes.version(tx, version)
    taking = completion.by_programme(tx, scope, programme).get(programme, NOBODY)
    known = versions_of(tx, scope, programme, taking.versions)
    spent = time_spent.by_programme(tx, scope, taught(known), programme=programme)
    each = item_analysis.every(taking.completion.opened)
    questions = _questions(tx, scope, programme, version, each)
    been = time_spent.by_lesson(tx, scope, taught(known), programme)
    stuck = completion.stuck(tx, scope, programme, now - STOPPED)
    items = [(asked.spot[0], asked.item) for asked in questions]
    return Insight(
        figures=_figures(programme, newest, taking, spent),
        stages=funnel(newest, known, been, stuck, items),
        questions=sorted(questions, key=lambda asked: asked.item.urgency),
        each=each,
    )


def versions_of(
    tx: Connection, scope: Scope, programme: int | None, *learnt: frozenset[int]
) -> dict[int, Programme]:
    """The versions that somebody learns, and those that somebody has left or finished before."""
    before = time_spent.versions_before(tx, scope, programme)
    return {each: programmes.version(tx, each) for each in sorted(before.union(*learnt))}


def taught(known: Mapping[int, Programme]) -> Taught:
    """What the time in these versions depends on."""
    places = [(version, content) for version, content in known.items()]
    return Taught(
        {(version, at): most for version, content in places for at, most in enumerate(caps(content))},
        frozenset(
            (version, at)
            for version, content in places
            for at, lesson in enumerate(content.lessons)
            if lesson.texts[0].exam
        ),
    )


def _figures(each: int, programme: Programme, taking: Taking, spent: Iterable[Spent]) -> Figures:
    mine, time = [one for one in spent if one.programme == each], Counter[Purpose]()
    for one in mine:
        time[one.purpose] += round(one.time.total_seconds())
    by_finishers = sum((one.time for one in mine if one.finished and not one.again), timedelta())
    return Figures(
        id=each,
        programme=programme,
        completion=taking.completion,
        time={purpose: timedelta(seconds=seconds) for purpose, seconds in time.items()},
        again=sum((one.time for one in mine if one.again), timedelta()),
        saving=_saving(programme, taking, by_finishers),
    )


def _saving(programme: Programme, taking: Taking, spent: timedelta) -> Saving | None:
    classroom, travel = programme.rules.replaces_minutes, programme.rules.travel_minutes
    if not (classroom or travel):
        return None
    return Saving(taking.completion.finished, classroom, travel, taking.timed, spent, stated(programme))


def _questions(tx: Connection, scope: Scope, programme: int, version: int, each: int) -> list[Asked]:
    """The graded questions of lessons, with the answers to them in every version in which they are the same."""
    paced = pace.to_answer(tx, scope, programme)
    others = {*item_analysis.versions(tx, scope, programme, each), *(at for at, _, _ in paced)}
    newest = programmes.edition(tx, version)
    editions = {one: programmes.edition(tx, one) for one in (version, *sorted(others))}
    coded = codes(newest, editions.values())
    counted, places = item_analysis.tallies(tx, scope, programme, coded, each), dict[int, list[Place]]()
    for place, code in coded.items():
        places.setdefault(code, []).append(place)
    found = []
    for name, spot in newest.spots.items():
        now, there = texts(newest, spot), places[code_of(spot)]
        tallies = [
            as_now(tally, texts(editions[place[0]], place[1:]), now)
            for place in there
            for tally in counted.get(place, ())
        ]
        item = analyse(now[newest.programme.lessons[spot[0]].texts[0].language], tallies)
        found.append(Asked(name, spot, item, _pace(paced, there)))
    return found


def _pace(paced: Mapping[Place, Mapping[int, int]], places: Iterable[Place]) -> Pace | None:
    seconds = Counter[int]()
    for place in places:
        seconds.update(paced.get(place, {}))
    middle = median(seconds)
    return None if middle is None else Pace(seconds.total(), middle)
