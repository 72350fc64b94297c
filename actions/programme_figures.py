"""The figures of programmes: what the store counted over the people of a scope, judged by the rules."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from domain.completion import Completion
from domain.facts import Purpose
from domain.funnel import STOPPED, Stage, funnel
from domain.grading import UNGRADED
from domain.item_analysis import Item, Tally, analyse, unchanged
from domain.organisation import Scope
from domain.programme import Programme
from domain.saving import Saving
from domain.time_spent import caps, median, stated
from storage import completion, item_analysis, programmes, time_spent
from storage.completion import Taking
from storage.database import Connection
from storage.time_spent import Caps, Spent

NOBODY: Final = Taking(Completion())


@dataclass(frozen=True, slots=True)
class Figures:
    """A programme as it stands: its newest version, what became of it, and active time by what it was for.

    `saving` is None where nobody stated what the programme replaces.
    """

    id: int
    programme: Programme
    completion: Completion
    time: Mapping[Purpose, timedelta]
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
class Insight:
    """A programme in detail: its lessons in order, its graded questions, the most urgent first, and their paces."""

    figures: Figures
    stages: list[Stage]
    items: list[Item]
    paces: Mapping[str, Pace]
    lessons: Mapping[str, int] = field(default_factory=dict)


def overview(tx: Connection, scope: Scope) -> list[Figures]:
    """Every published programme. The number of statements does not grow with the number of people."""
    takings = completion.by_programme(tx, scope)
    known = _contents(tx, *(taking.versions for taking in takings.values()))
    spent = time_spent.by_programme(tx, scope, _caps(known))
    return [
        _figures(each, programmes.version(tx, version), takings.get(each, NOBODY), spent)
        for each, version in programmes.newest(tx).items()
    ]


def insight(tx: Connection, scope: Scope, programme: int, now: datetime) -> Insight | None:
    """One programme in detail; None when there is no such one."""
    version = programmes.newest(tx).get(programme)
    if version is None:
        return None
    newest = programmes.version(tx, version)
    taking = completion.by_programme(tx, scope, programme).get(programme, NOBODY)
    tallies = item_analysis.tallies(tx, scope, programme)
    known = _contents(tx, taking.versions, frozenset(answered for answered, _ in tallies))
    most = _caps(known)
    spent = time_spent.by_programme(tx, scope, most, programme=programme)
    same = {each: unchanged(newest, content) for each, content in known.items()}
    items = _items(newest, same, tallies)
    been = time_spent.by_lesson(tx, scope, most, programme)
    stuck = completion.stuck(tx, scope, programme, now - STOPPED)
    return Insight(
        figures=_figures(programme, newest, taking, spent),
        stages=funnel(newest, known, been, stuck, items),
        items=sorted(items, key=lambda item: item.urgency),
        paces=_paces(known, same, time_spent.to_answer(tx, scope, programme)),
        lessons={
            question.id: number
            for number, lesson in enumerate(newest.lessons)
            for question in lesson.texts[0].questions
        },
    )


def _contents(tx: Connection, *versions: frozenset[int]) -> dict[int, Programme]:
    """The versions that somebody learns or answered."""
    return {each: programmes.version(tx, each) for each in sorted(set[int]().union(*versions))}


def _caps(known: Mapping[int, Programme]) -> Caps:
    return {
        (version, lesson): minutes
        for version, content in known.items()
        for lesson, minutes in enumerate(caps(content))
    }


def _figures(each: int, programme: Programme, taking: Taking, spent: Iterable[Spent]) -> Figures:
    mine, time = [one for one in spent if one.programme == each], Counter[Purpose]()
    for one in mine:
        time[one.purpose] += round(one.time.total_seconds())
    by_finishers = sum((one.time for one in mine if one.finished), timedelta())
    return Figures(
        id=each,
        programme=programme,
        completion=taking.completion,
        time={purpose: timedelta(seconds=seconds) for purpose, seconds in time.items()},
        saving=_saving(programme, taking, by_finishers),
    )


def _saving(programme: Programme, taking: Taking, spent: timedelta) -> Saving | None:
    classroom, travel = programme.rules.replaces_minutes, programme.rules.travel_minutes
    if not (classroom or travel):
        return None
    return Saving(taking.completion.finished, classroom, travel, taking.timed, spent, stated(programme))


def _items(
    newest: Programme,
    same: Mapping[int, frozenset[str]],
    tallies: Mapping[tuple[int, str], list[Tally]],
) -> list[Item]:
    """The graded questions, with the answers to their present wording."""
    answers = dict[str, list[Tally]]()
    for (version, name), counted in tallies.items():
        if name in same.get(version, ()):
            answers.setdefault(name, []).extend(counted)
    asked = (question for lesson in newest.lessons for question in lesson.texts[0].questions)
    return [analyse(each, answers.get(each.id, [])) for each in asked if each.kind not in UNGRADED]


def _paces(
    known: Mapping[int, Programme],
    same: Mapping[int, frozenset[str]],
    counted: Mapping[tuple[int, int, int], Mapping[int, int]],
) -> dict[str, Pace]:
    seconds = dict[str, Counter[int]]()
    for (version, lesson, card), took in counted.items():
        name = _asked(known[version], lesson, card)
        if name in same[version]:
            seconds.setdefault(name, Counter()).update(took)
    return {name: Pace(took.total(), median(took) or 0.0) for name, took in seconds.items()}


def _asked(programme: Programme, lesson: int, card: int) -> str:
    """The question at a card; "" where there is none (somebody came there in another version)."""
    cards = [each for one in programme.lessons[lesson : lesson + 1] for each in one.texts[0].cards]
    question = cards[card].question if card < len(cards) else None
    return question.id if question else ""
