"""The schedules that are compared. All ask at most three questions a day, on days on which the learner answers."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from random import Random
from typing import Final, Protocol

from domain import review
from domain.pacing import DAY, good_day, moment_of
from domain.person import Person
from tests.bench.learning.world import Item


class Schedule(Protocol):
    """What one learner is asked again, and when."""

    def taught(self, item: Item, right: bool, day: date) -> None:
        """A question was answered for the first time."""

    def answered(self, key: int, right: bool, day: date) -> None:
        """One that was asked again was answered."""

    def today(self, day: date) -> list[int]:
        """What is asked today."""


Make = Callable[[Person], Schedule]


class Nothing:
    """No review."""

    def __init__(self, person: Person) -> None:
        """Whoever it is."""

    def taught(self, item: Item, right: bool, day: date) -> None:
        """Leave it at that."""

    def answered(self, key: int, right: bool, day: date) -> None:
        """Never asked."""

    def today(self, day: date) -> list[int]:
        """Nothing."""
        return []


class Fixed:
    """So many days after the lesson, then after that answer, and so on; what is due longest comes first."""

    def __init__(self, person: Person, *intervals: int) -> None:
        """Intervals in days; what falls on a day off comes on the next good day."""
        self._person, self._intervals = person, intervals
        self._due, self._times = dict[int, date](), dict[int, int]()

    def taught(self, item: Item, right: bool, day: date) -> None:
        """It comes back after the first interval, right or wrong."""
        self._times[item.key] = 0
        self._next(item.key, day)

    def answered(self, key: int, right: bool, day: date) -> None:
        """It comes back after the next interval, if there is one."""
        self._next(key, day)

    def today(self, day: date) -> list[int]:
        """Three of those that are due."""
        due = sorted((when, key) for key, when in self._due.items() if when <= day)
        return [key for _, key in due[: review.MOST_A_DAY]]

    def _next(self, key: int, day: date) -> None:
        times = self._times[key]
        self._times[key] += 1
        if times < len(self._intervals):
            self._due[key] = good_day(day + self._intervals[times] * DAY, self._person)
        else:
            self._due.pop(key, None)


class Leitner:
    """Five boxes: a right answer moves a question to the next one, a wrong one to the first."""

    BOXES: Final = 1, 2, 4, 8, 16  # working days

    def __init__(self, person: Person) -> None:
        """For a person's working days."""
        self._person = person
        self._due, self._box = dict[int, date](), dict[int, int]()

    def taught(self, item: Item, right: bool, day: date) -> None:
        """Every question begins in the first box."""
        self._put(item.key, 0, day)

    def answered(self, key: int, right: bool, day: date) -> None:
        """One box further, or back to the first."""
        self._put(key, min(self._box[key] + 1, len(self.BOXES) - 1) if right else 0, day)

    def today(self, day: date) -> list[int]:
        """Three of those that are due, what is due longest first."""
        due = sorted((when, key) for key, when in self._due.items() if when <= day)
        return [key for _, key in due[: review.MOST_A_DAY]]

    def _put(self, key: int, box: int, day: date) -> None:
        self._box[key] = box
        for _ in range(self.BOXES[box]):
            day = good_day(day + DAY, self._person)
        self._due[key] = day


class Zinute:
    """The product's own rules; it knows FSRS's default parameters and the answers, and nothing else."""

    def __init__(self, person: Person) -> None:
        """`waiting` is what the product would have stored."""
        self.learner = review.Learner(person)
        self.waiting = dict[int, review.Waiting]()
        self._rng = Random(person.id)

    def taught(self, item: Item, right: bool, day: date) -> None:
        """Keep its first memory."""
        memory = review.first(float(right), self.learner, at=self._at(day), rng=self._rng)
        self.waiting[item.key] = review.Waiting(item.programme, str(item.key), memory)

    def answered(self, key: int, right: bool, day: date) -> None:
        """Keep its next memory."""
        last = self.waiting[key]
        memory = review.answered(last.memory, float(right), self.learner, at=self._at(day), rng=self._rng)
        self.waiting[key] = review.Waiting(last.programme, last.question, memory)

    def today(self, day: date) -> list[int]:
        """What the product chooses."""
        chosen = review.choose(self.waiting.values(), self.learner, at=self._at(day))
        return [int(each.question) for each in chosen]

    def _at(self, day: date) -> datetime:
        return moment_of(day, self.learner.person.hour, self.learner.person)


OURS: Final = "Zinute"
NONE: Final = "no review"
SCHEDULES: Final[Mapping[str, Make]] = {
    NONE: Nothing,
    "once after 7 days": lambda person: Fixed(person, 7),
    "after 1, 7, 30 days": lambda person: Fixed(person, 1, 7, 30),
    "Leitner": Leitner,
    OURS: Zinute,
}
