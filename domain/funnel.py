"""The funnel of a programme: how far people come, lesson by lesson, and where they stop."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from domain.item_analysis import Item
from domain.programme import Lesson, Programme
from domain.time_spent import median

STOPPED: Final = timedelta(days=14)  # who did nothing for so long stopped


@dataclass(frozen=True, slots=True)
class Been:
    """So many people were shown a lesson of a version, and were active in it for so many seconds."""

    version: int
    lesson: int
    finished: bool
    seconds: int
    people: int


@dataclass(frozen=True, slots=True)
class Stuck:
    """So many people stopped at a card of a lesson of a version."""

    version: int
    lesson: int
    card: int
    people: int


@dataclass(frozen=True, slots=True)
class Stage:
    """A lesson in figures.

    `stops` counts those who stopped in it by their card (None: in an earlier form of the lesson). `minutes` is the
    median of those who finished it, `timed` how many they are.
    """

    lesson: Lesson
    reached: int
    finished: int
    stops: Mapping[int | None, int]
    timed: int
    minutes: float | None
    items: tuple[Item, ...]

    @property
    def stopped(self) -> int:
        """Everyone who stopped in it."""
        return sum(self.stops.values())

    @property
    def answers(self) -> int:
        """First answers to its questions."""
        return sum(item.answers for item in self.items)

    @property
    def right(self) -> float:
        """What they were worth on average; 0 where there are none."""
        worth = sum(item.difficulty * item.answers for item in self.items)
        return worth / self.answers if self.answers else 0.0


def funnel(
    programme: Programme,
    versions: Mapping[int, Programme],
    been: Iterable[Been],
    stuck: Iterable[Stuck],
    items: Iterable[Item],
) -> list[Stage]:
    """Each lesson of the programme; who learns an earlier version counts in the lesson with the same name."""
    seen, found = Counter[tuple[str, bool, int]](), {item.question.id: item for item in items}
    for each in been:
        if lesson := _lesson(versions, each):
            seen[lesson.slug, each.finished, each.seconds] += each.people
    stops = _stops(programme, versions, stuck)
    return [_stage(lesson, seen, stops.get(lesson.slug, {}), found) for lesson in programme.lessons]


def _stops(
    programme: Programme, versions: Mapping[int, Programme], stuck: Iterable[Stuck]
) -> dict[str, Counter[int | None]]:
    shapes = {lesson.slug: lesson.texts[0].shape for lesson in programme.lessons}
    stops = dict[str, Counter[int | None]]()
    for each in stuck:
        if lesson := _lesson(versions, each):
            same = shapes.get(lesson.slug) == lesson.texts[0].shape
            stops.setdefault(lesson.slug, Counter())[each.card if same else None] += each.people
    return stops


def _lesson(versions: Mapping[int, Programme], place: Been | Stuck) -> Lesson | None:
    """The lesson; None where somebody came there in an earlier version that had more of them."""
    lessons = versions[place.version].lessons
    return lessons[place.lesson] if place.lesson < len(lessons) else None


def _stage(
    lesson: Lesson,
    seen: Mapping[tuple[str, bool, int], int],
    stops: Mapping[int | None, int],
    items: Mapping[str, Item],
) -> Stage:
    mine = [
        (finished, seconds, people)
        for (slug, finished, seconds), people in seen.items()
        if slug == lesson.slug
    ]
    times = Counter[int]()
    for finished, seconds, people in mine:
        if finished and seconds:
            times[seconds] += people
    middle = median(times)
    asked = [question.id for question in lesson.texts[0].questions]
    return Stage(
        lesson=lesson,
        reached=sum(people for _, _, people in mine),
        finished=sum(people for finished, _, people in mine if finished),
        stops=stops,
        timed=times.total(),
        minutes=None if middle is None else middle / 60,
        items=tuple(items[name] for name in asked if name in items),
    )
