"""The funnel of a programme: how far people come, lesson by lesson, and where they stop."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from domain.item_analysis import Item
from domain.programme import Lesson, Programme
from domain.time_spent import median

STOPPED: Final = timedelta(days=14)  # who did nothing for so long stopped
How = Literal["begun", "finished", "skipped"]


@dataclass(frozen=True, slots=True)
class Been:
    """So many people came to a lesson of a version, the first time through: it took each of them so many seconds.

    "begun": they have not finished it. "skipped": an entry test has shown that they know it; nothing of it was shown.
    """

    version: int
    lesson: int
    how: How
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
    """A lesson in figures. `reached` were shown a card of it; who `skipped` it was not.

    `stops` counts those who stopped in it by their card (None: in an earlier form of the lesson). `minutes` is the
    median of those who finished it, `timed` how many they are.
    """

    lesson: Lesson
    reached: int
    finished: int
    skipped: int
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
    items: Iterable[tuple[int, Item]],
) -> list[Stage]:
    """Each lesson of the programme; who learns an earlier version counts in the lesson with the same name.

    `items` come with the index of the lesson that asks them.
    """
    seen = dict[str, list[Been]]()
    for each in been:
        if lesson := lesson_of(versions[each.version], each.lesson):
            seen.setdefault(lesson.slug, []).append(each)
    stops, asked = _stops(programme, versions, stuck), dict[int, list[Item]]()
    for place, item in items:
        asked.setdefault(place, []).append(item)
    return [
        _stage(lesson, seen.get(lesson.slug, ()), stops.get(lesson.slug, {}), asked.get(place, ()))
        for place, lesson in enumerate(programme.lessons)
    ]


def _stops(
    programme: Programme, versions: Mapping[int, Programme], stuck: Iterable[Stuck]
) -> dict[str, Counter[int | None]]:
    shapes = {lesson.slug: lesson.texts[0].shape for lesson in programme.lessons}
    stops = dict[str, Counter[int | None]]()
    for each in stuck:
        if lesson := lesson_of(versions[each.version], each.lesson):
            same = shapes.get(lesson.slug) == lesson.texts[0].shape
            stops.setdefault(lesson.slug, Counter())[each.card if same else None] += each.people
    return stops


def lesson_of(programme: Programme, index: int) -> Lesson | None:
    """The lesson; None where somebody came there in an earlier version that had more of them."""
    return programme.lessons[index] if 0 <= index < len(programme.lessons) else None


def _stage(
    lesson: Lesson, seen: Sequence[Been], stops: Mapping[int | None, int], items: Sequence[Item]
) -> Stage:
    people, times = Counter[How](), Counter[int]()
    for each in seen:
        people[each.how] += each.people
        if each.how == "finished" and each.seconds:
            times[each.seconds] += each.people
    middle = median(times)
    return Stage(
        lesson=lesson,
        reached=people["begun"] + people["finished"],
        finished=people["finished"],
        skipped=people["skipped"],
        stops=stops,
        timed=times.total(),
        minutes=None if middle is None else middle / 60,
        items=tuple(items),
    )
