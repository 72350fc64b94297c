"""A walk through the days of simulated learners, and what is recalled for how many minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.bench.learning.mind import Mind
from tests.bench.learning.schedules import Make
from tests.bench.learning.world import DAY, Premises, Someone, people

MARKS: Final = 30, 90  # days from a learner's first


@dataclass(slots=True)
class Sum:
    """Over all learners until a day: `recalled` is the expected number of right answers to all that was `taught`."""

    recalled: float = 0
    taught: int = 0
    lesson_minutes: float = 0
    review_minutes: float = 0

    @property
    def share(self) -> float:
        """The part of what was taught that is recalled."""
        return self.recalled / self.taught

    @property
    def per_minute(self) -> float:
        """Questions recalled for each minute of study, lessons and reviews together."""
        return self.recalled / (self.lesson_minutes + self.review_minutes)

    def gain(self, without: "Sum") -> float:
        """Questions recalled that would not be without reviews, for each minute of reviews."""
        more = self.recalled - without.recalled
        return more / self.review_minutes if self.review_minutes else 0.0


def walk(
    premises: Premises, schedules: Mapping[str, Make], *, marks: Sequence[int] = MARKS
) -> dict[str, dict[int, Sum]]:
    """What each schedule comes to at each mark: the same learners, days, lessons and luck for all of them."""
    sums = {name: {mark: Sum() for mark in marks} for name in schedules}
    for someone in people(premises):
        for name, make in schedules.items():
            _walk(someone, premises, make, sums[name])
    return sums


def _walk(someone: Someone, premises: Premises, make: Make, sums: Mapping[int, Sum]) -> None:
    mind, schedule = Mind(someone.parameters), make(someone.person)
    timetable = someone.timetable(premises.lessons_a_day)
    lessons = reviews = 0
    for offset in range(max(sums) + 1):
        day = someone.start + offset * DAY
        if day in timetable:
            for key in schedule.today(day):
                schedule.answered(key, mind.answer(key, day), day)
                reviews += 1
            for items in timetable[day]:
                lessons += 1
                for item in items:
                    schedule.taught(item, mind.learn(item, day), day)
        if offset in sums:
            recalls, total = mind.recalls(day), sums[offset]
            total.recalled += sum(recalls)
            total.taught += len(recalls)
            total.lesson_minutes += lessons * premises.lesson_minutes
            total.review_minutes += reviews * premises.review_minutes


def ceiling(premises: Premises, mark: int) -> float:
    """Recall per minute that no schedule can pass, over that without reviews.

    As if one review were enough to recall a question for ever, and as if only those were reviewed where it pays most.
    """
    lost, total = list[float](), Sum()
    for someone in people(premises):
        mind = Mind(someone.parameters)
        for day, lessons in someone.timetable(premises.lessons_a_day).items():
            total.lesson_minutes += len(lessons) * premises.lesson_minutes
            for items in lessons:
                for item in items:
                    mind.learn(item, day)
        recalls = mind.recalls(someone.start + mark * DAY)
        total.recalled += sum(recalls)
        lost += [1 - each for each in recalls]
    without = best = total.per_minute
    for each in sorted(lost, reverse=True):
        total.recalled += each
        total.review_minutes += premises.review_minutes
        best = max(best, total.per_minute)
    return best / without
