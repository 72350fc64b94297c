"""What else was tried: `python -m tests.bench.learning.tried` prints other schedules, and other premises."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from random import Random
from typing import Final

from domain import review
from domain.pacing import DAY, good_day, moment_of
from domain.person import Person
from tests.bench.learning.schedules import NONE, OURS, SCHEDULES, Fixed, Make
from tests.bench.learning.walk import ceiling, walk
from tests.bench.learning.world import Item, Premises

STANDARD: Final = Premises(learners=300)
FEW: Final = Premises(learners=100)
YEAR: Final = Premises(learners=100, days=365)
# Of a memory and the chance that it is recalled; the smallest comes first.
Order = Callable[[review.Memory, float], float]


def _most_to_gain(memory: review.Memory, recalled: float) -> float:
    return (recalled - 1) * (11 - memory.difficulty)


@dataclass(frozen=True, slots=True)
class Rules:
    """A schedule of the product's kind, in days: after a wrong first answer, after its return, after a right one."""

    wrong: int = 2
    returned: int = 10
    right: int = 24
    retention: float = review.RETENTION
    stable: float = review.STABLE
    order: Order = _most_to_gain
    most: int = review.MOST_A_DAY


class Variant:
    """A schedule by these rules, without spreading and without turns."""

    def __init__(self, person: Person, rules: Rules) -> None:
        """Nothing is taught yet."""
        self._learner, self._rules, self._rng = review.Learner(person), rules, Random(0)
        self._memory, self._due = dict[int, review.Memory](), dict[int, date]()

    def taught(self, item: Item, right: bool, day: date) -> None:
        """Due after its days."""
        at = moment_of(day, self._learner.person.hour, self._learner.person)
        self._memory[item.key] = review.first(float(right), self._learner, at=at, rng=self._rng)
        self._put(item.key, day, self._rules.right if right else self._rules.wrong)

    def answered(self, key: int, right: bool, day: date) -> None:
        """Due after its days, or by FSRS, or never again."""
        at = moment_of(day, self._learner.person.hour, self._learner.person)
        returned = self._memory[key].state == "learning"
        memory = review.answered(self._memory[key], float(right), self._learner, at=at, rng=self._rng)
        self._memory[key] = memory
        if right and memory.stability >= self._rules.stable:
            del self._due[key]
        else:
            self._put(key, day, self._rules.returned if returned else self._interval(memory))

    def today(self, day: date) -> list[int]:
        """The first in order."""
        due = [key for key, when in self._due.items() if when <= day]
        due.sort(key=lambda key: (self._order(key, day), self._due[key], key))
        return due[: self._rules.most]

    def _order(self, key: int, day: date) -> float:
        return self._rules.order(self._memory[key], review.recalled(self._memory[key], self._learner, day))

    def _interval(self, memory: review.Memory) -> int:
        """Days until the chance of recall is what the rules want."""
        power = -1 / self._learner.parameters[20]
        longer: float = (self._rules.retention**power - 1) / (0.9**power - 1)
        return max(1, round(memory.stability * longer))

    def _put(self, key: int, day: date, days: int) -> None:
        self._due[key] = good_day(day + days * DAY, self._learner.person)


class Aimed:
    """A schedule for a test on day 90: asks whatever adds `least` or more to what is recalled then, the most first."""

    def __init__(self, person: Person, least: float) -> None:
        """It knows the memories as well as the product does, and has no rules but this one."""
        self._learner, self._least, self._rng = review.Learner(person), least, Random(0)
        self._memory, self._test = dict[int, review.Memory](), date.max

    def taught(self, item: Item, right: bool, day: date) -> None:
        """The test is 90 days after the first lesson."""
        self._test = min(self._test, day + 90 * DAY)
        self._memory[item.key] = review.first(float(right), self._learner, at=self._at(day), rng=self._rng)

    def answered(self, key: int, right: bool, day: date) -> None:
        """It may be asked again."""
        self._memory[key] = self._after(key, float(right), day)

    def today(self, day: date) -> list[int]:
        """Three that add most."""
        gains = sorted(((self._gain(key, day), key) for key in self._memory), reverse=True)
        return [key for gain, key in gains[: review.MOST_A_DAY] if gain >= self._least]

    def _gain(self, key: int, day: date) -> float:
        then = partial(review.recalled, learner=self._learner, on=self._test)
        right = review.recalled(self._memory[key], self._learner, day)
        after = right * then(self._after(key, 1, day)) + (1 - right) * then(self._after(key, 0, day))
        return after - then(self._memory[key])

    def _after(self, key: int, worth: float, day: date) -> review.Memory:
        return review.answered(self._memory[key], worth, self._learner, at=self._at(day), rng=self._rng)

    def _at(self, day: date) -> datetime:
        return moment_of(day, self._learner.person.hour, self._learner.person)


VARIANTS: Final[Mapping[str, Rules]] = {
    "2 and 12, 24; most to gain first": Rules(),
    "  least recalled first": Rules(order=lambda _, recalled: recalled),
    "  longest due first": Rules(order=lambda memory, recalled: 0),
    "  most stable first": Rules(order=lambda memory, recalled: -memory.stability),
    "  wrong back after 1": Rules(wrong=1, returned=11),
    "  wrong back after 3": Rules(wrong=3, returned=9),
    "  second return on day 14": Rules(returned=12),
    "  right back after 20": Rules(right=20),
    "  right back after 28": Rules(right=28),
    "  retention 0.8": Rules(retention=0.8),
    "  retention 0.7": Rules(retention=0.7),
    "  retired at a stability of 30": Rules(stable=30),
    "  retired at a stability of 90": Rules(stable=90),
    "  never retired": Rules(stable=1e9),
    "  two a day": Rules(most=2),
    "  five a day": Rules(most=5),
    "FSRS alone, retention 0.9": Rules(wrong=1, returned=2, right=2),
}
PREMISES: Final[Mapping[str, Premises]] = {
    "as assumed": STANDARD,
    "a lesson a day": replace(STANDARD, lessons_a_day=1),
    "memories all alike": replace(STANDARD, learner_spread=0, question_spread=0, difficulty_spread=0),
    "memories twice as different": replace(
        STANDARD, learner_spread=0.6, question_spread=1, difficulty_spread=2
    ),
    "half of first answers right": replace(STANDARD, right_first=0.5),
    "10 seconds for a review": replace(STANDARD, review_minutes=10 / 60),
    "10 minutes for a lesson": replace(STANDARD, lesson_minutes=10),
    "decay 0.3": replace(STANDARD, decay=0.3),
    "decay 0.5, as in FSRS-5": replace(STANDARD, decay=0.5),
}


def main() -> None:
    """Print both tables."""
    print("schedule: of none's and of the best fixed one's recall per minute; share; minutes of review")
    made: dict[str, Make] = {name: partial(Variant, rules=rules) for name, rules in VARIANTS.items()}
    made["once, after 24 days"] = lambda person: Fixed(person, 24)
    _compare(STANDARD, {**SCHEDULES, **made}, (30, 90))
    print("a year: the same")
    few = {name: make for name, make in made.items() if "retire" in name or "first" in name}
    _compare(YEAR, {**SCHEDULES, **few}, (180, 365))
    print("for a test on day 90: the same")
    aimed: dict[str, Make] = {
        f"adds {least} or more": partial(Aimed, least=least) for least in (0.15, 0.2, 0.25)
    }
    _compare(FEW, {**SCHEDULES, **aimed}, (30, 90))
    print("premises: Zinute at day 90 over none, over the best fixed one; the ceiling over none")
    for name, premises in PREMISES.items():
        sums = {schedule: marks[90] for schedule, marks in walk(premises, SCHEDULES, marks=(90,)).items()}
        ours, none = sums.pop(OURS), sums.pop(NONE)
        best = max(each.per_minute for each in sums.values())
        most = ceiling(premises, 90)
        print(f"{name:32} {ours.per_minute / none.per_minute:.3f} {ours.per_minute / best:.3f} {most:.3f}")


def _compare(premises: Premises, schedules: Mapping[str, Make], marks: tuple[int, ...]) -> None:
    sums = walk(premises, schedules, marks=marks)
    for name, at in sums.items():
        row = f"{name:34}"
        for mark, total in at.items():
            best = max(sums[each][mark].per_minute for each in SCHEDULES if each not in (NONE, OURS))
            over, fixed = total.per_minute / sums[NONE][mark].per_minute, total.per_minute / best
            minutes = total.review_minutes / premises.learners
            row += f" | {mark:3}: {over:.3f} {fixed:.3f} {total.share:.3f} {minutes:5.1f}"
        print(row, flush=True)


if __name__ == "__main__":
    main()
