"""Simulated learners: on which days they answer, what they are taught, and how they forget."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from domain.organisation import HOME, Organisation
from domain.pacing import day_off
from domain.person import Person

PROGRAMMES: Final = 5
LESSONS: Final = 5, 10  # of a programme
QUESTIONS: Final = 2, 3  # of a lesson
PRESENT: Final = 0.6, 1.0  # the chance that somebody answers on a working day, by learner
FIRST_DAY: Final = date(2026, 1, 1)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Premises:
    """What is assumed. Three minutes is what all lessons of the library say; three lessons a day is the gate's cap.

    `right_first`: 24 of 100 first answers are wrong in the defaults of FSRS's own simulator (fsrs-rs, simulation.rs).
    The spreads are standard deviations: of the logarithms of a learner's FSRS parameters and of a question's first
    stability, and of its difficulty. `decay` is FSRS's last parameter: how steeply memories fade in the long run.
    """

    learners: int = 1_000
    seed: int = 12
    days: int = 90
    lesson_minutes: float = 3
    review_minutes: float = 20 / 60
    lessons_a_day: int = 3
    right_first: float = 0.76
    learner_spread: float = 0.3
    question_spread: float = 0.5
    difficulty_spread: float = 1.0
    decay: float = DEFAULT_PARAMETERS[20]


@dataclass(frozen=True, slots=True)
class Item:
    """A question to one learner: how it differs from others for them, and their luck with it."""

    key: int
    programme: int
    right_first: bool
    stability: float
    difficulty: float
    luck: int


@dataclass(frozen=True, slots=True)
class Someone:
    """A learner. `days`: on which they answer, from the first. `lessons`: of each programme, the items of each."""

    person: Person
    parameters: tuple[float, ...]
    start: date
    days: tuple[date, ...]
    lessons: tuple[tuple[tuple[Item, ...], ...], ...]

    def timetable(self, lessons_a_day: int) -> dict[date, list[tuple[Item, ...]]]:
        """The lessons of each day: the next one of each programme, so many of them, the programmes in turn."""
        queues = [list(lessons) for lessons in self.lessons]
        table = dict[date, list[tuple[Item, ...]]]()
        for day in self.days:
            turn = [queue for queue in queues if queue][:lessons_a_day]
            table[day] = [queue.pop(0) for queue in turn]
            queues = [queue for queue in queues if queue not in turn] + turn
        return table


def people(premises: Premises) -> Iterator[Someone]:
    """All learners, the same for the same premises; the days on which they answer are working days of their country."""
    for number in range(premises.learners):
        rng = Random(f"{premises.seed}:{number}")
        country = rng.choice(["LT", "PL", "NO"])
        home = HOME[country]
        place = Organisation(1, "Gluosnių biblioteka", country, home.zone, home.language, "Rūta")
        person = Person(number, place, "Jonas", home.language)
        start, present = FIRST_DAY + rng.randrange(365) * DAY, rng.uniform(*PRESENT)
        dates = [start + offset * DAY for offset in range(premises.days + 1)]
        days = tuple(day for day in dates if rng.random() < present and day_off(day, person) is None)
        yield Someone(person, _parameters(rng, premises), start, days, _lessons(rng, premises))


def _parameters(rng: Random, premises: Premises) -> tuple[float, ...]:
    usual = (*DEFAULT_PARAMETERS[:20], premises.decay)
    bounds = zip(usual, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    spread = premises.learner_spread
    return tuple(min(high, max(low, each * math.exp(rng.gauss(0, spread)))) for each, low, high in bounds)


def _lessons(rng: Random, premises: Premises) -> tuple[tuple[tuple[Item, ...], ...], ...]:
    usual = math.log(premises.right_first / (1 - premises.right_first))
    ability, keys = usual + rng.gauss(0, 0.5), iter(range(1_000))

    def item(programme: int) -> Item:
        right = rng.random() < 1 / (1 + math.exp(-ability - rng.gauss(0, 0.5)))
        stability = math.exp(rng.gauss(0, premises.question_spread))
        difficulty = rng.gauss(0, premises.difficulty_spread)
        return Item(next(keys), programme, right, stability, difficulty, rng.getrandbits(32))

    return tuple(
        tuple(
            tuple(item(programme) for _ in range(rng.randint(*QUESTIONS)))
            for _ in range(rng.randint(*LESSONS))
        )
        for programme in range(PROGRAMMES)
    )
