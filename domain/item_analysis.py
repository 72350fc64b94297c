"""Item analysis: what first answers tell about a question, by classical test theory.

Difficulty and corrected item-total correlation: L. Crocker and J. Algina, *Introduction to Classical and Modern Test
Theory* (1986), chapter 14. That a correlation under 0.20 is poor, and one under 0 a sign of a wrong key: R. L. Ebel and
D. A. Frisbie, *Essentials of Educational Measurement* (5th edition, 1991), chapter 13. Distractors that nobody
chooses: T. M. Haladyna and S. M. Downing, "How Many Options is Enough for a Multiple-Choice Test Item?" (1993). What is
too easy and too hard is of this house: a question asked right after its lesson is meant to be answered right.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Final, Literal

from domain.question import Question

FEW: Final = 10  # answers under which nothing is said
SURE: Final = 30  # answers from which people are compared, and nobody's choice is no accident
EASY, HARD = 0.95, 0.30
POOR: Final = 0.20
CHANCE: Final = 2.0  # a correlation counts as one from this t on

Finding = Literal["key", "hard", "weak", "distractor", "easy", "few", "good"]
FINDINGS: Final[tuple[Finding, ...]] = ("key", "hard", "weak", "distractor", "easy", "few", "good")


@dataclass(frozen=True, slots=True)
class Tally:
    """People who first answered alike: `worth` from 0 to 1, and the options they chose ("" where words were written).

    `compared` of them answered other questions too: `rest` is the sum of what those were worth on average to each of
    them, `squares` the sum of its squares. `absent` are options that they were not shown, because these are newer;
    `gone`: they chose one that is offered no more.
    """

    chosen: tuple[int, ...]
    worth: float
    people: int
    compared: int
    rest: float
    squares: float
    absent: frozenset[int] = frozenset()
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A question in figures.

    `difficulty` is what first answers were worth on average: the share of right ones, where nothing is partly right.
    `discrimination` is the correlation with what the same people's other answers were worth; None where it cannot be
    told. `chosen` says how many chose each option, `offered` how many were shown it, `gone` how many chose one that is
    offered no more. `findings` say what to look at, the most urgent first. `suspect` is the wrong option that strong
    people choose.
    """

    question: Question
    answers: int
    right: int
    wrong: int
    difficulty: float
    discrimination: float | None
    chosen: tuple[int, ...]
    findings: tuple[Finding, ...]
    offered: tuple[int, ...] = ()
    gone: int = 0
    suspect: int | None = None

    @property
    def urgency(self) -> tuple[int, float]:
        """Sorts questions: those that need attention first."""
        return FINDINGS.index(self.findings[0]), self.difficulty


def analyse(question: Question, tallies: Sequence[Tally]) -> Item:
    """A question in figures, from all its first answers."""
    answers = sum(each.people for each in tallies)
    worth = sum(each.people * each.worth for each in tallies)
    options = range(len(_shown(question)))
    item = Item(
        question=question,
        answers=answers,
        right=sum(each.people for each in tallies if each.worth == 1),
        wrong=sum(each.people for each in tallies if each.worth == 0),
        difficulty=worth / answers if answers else 0.0,
        discrimination=correlation(tallies, lambda each: each.worth),
        chosen=tuple(_choosers(tallies, option) for option in options),
        findings=("few",),
        offered=tuple(sum(each.people for each in _shown_to(tallies, option)) for option in options),
        gone=sum(each.people for each in tallies if each.gone),
    )
    return item if answers < FEW else _judged(item, tallies)


def correlation(tallies: Iterable[Tally], of: Callable[[Tally], float]) -> float | None:
    """Pearson's, of a value with what the other answers were worth; None where either is the same for everyone."""
    counted = [(of(each), each) for each in tallies if each.compared]
    people = sum(each.compared for _, each in counted)
    if not people:
        return None
    mean = sum(value * each.compared for value, each in counted) / people
    rest = sum(each.rest for _, each in counted) / people
    spread = sum(each.compared * (value - mean) ** 2 for value, each in counted)
    squares = sum(each.squares for _, each in counted) - people * rest**2
    together = sum((value - mean) * each.rest for value, each in counted)
    if spread <= _NOTHING * people or squares <= _NOTHING * people:
        return None
    return max(-1.0, min(1.0, together / sqrt(spread * squares)))


_NOTHING: Final = 1e-9  # what is left of equal numbers after they were summed


def more_than_chance(correlated: float, people: int) -> bool:
    """Whether so many people make it unlikely that a correlation is above 0 by chance (t over CHANCE)."""
    return people > 2 and correlated * sqrt(people - 2) > CHANCE * sqrt(1 - correlated**2)


def unused(item: Item) -> tuple[int, ...]:
    """The wrong options that nobody chose, of enough people who were shown them."""
    return tuple(
        option
        for option in _distractors(item.question)
        if not item.chosen[option] and item.offered[option] >= SURE
    )


def _judged(item: Item, tallies: Sequence[Tally]) -> Item:
    compared = sum(each.compared for each in tallies)
    told, suspect = item.discrimination, _suspect(item, tallies)
    turned = suspect is not None or _turned(item, compared)
    sure = item.answers >= SURE and item.difficulty < EASY
    found: Mapping[Finding, bool] = {
        "key": turned,
        "hard": item.difficulty < HARD,
        "weak": sure and not turned and told is not None and _clearly_poor(told, compared),
        "distractor": sure and bool(unused(item)),
        "easy": item.difficulty >= EASY,
    }
    findings = tuple(name for name in FINDINGS if found.get(name)) or ("good",)
    return replace(item, findings=findings, suspect=suspect)


def _clearly_poor(told: float, compared: int) -> bool:
    """Whether a correlation is under POOR by more than its standard error."""
    return told + 1 / sqrt(compared) < POOR


def _suspect(item: Item, tallies: Sequence[Tally]) -> int | None:
    """The wrong option of a single choice that strong people choose, where they do not choose the right one."""
    if item.question.kind != "single" or item.discrimination is None or item.discrimination >= 0:
        return None
    asked = {option: _shown_to(tallies, option) for option in _distractors(item.question)}
    told = {option: correlation(those, _chose(option)) or 0.0 for option, those in asked.items()}
    option = max(told, key=lambda each: told[each])
    compared = sum(each.compared for each in asked[option])
    return option if more_than_chance(told[option], compared) else None


def _turned(item: Item, compared: int) -> bool:
    """Whether it is strong people who fail, where there is no one option that they choose instead."""
    single = item.question.kind == "single"
    return not single and item.discrimination is not None and more_than_chance(-item.discrimination, compared)


def _shown(question: Question) -> tuple[object, ...]:
    """What can be chosen and counted: options, where they are chosen and not placed."""
    return question.options if question.kind in ("single", "multiple") else ()


def _distractors(question: Question) -> tuple[int, ...]:
    return tuple(index for index in range(len(_shown(question))) if index not in question.right)


def _shown_to(tallies: Iterable[Tally], option: int) -> list[Tally]:
    return [each for each in tallies if option not in each.absent]


def _choosers(tallies: Iterable[Tally], option: int) -> int:
    return sum(each.people for each in tallies if option in each.chosen)


def _chose(option: int) -> Callable[[Tally], float]:
    return lambda each: float(option in each.chosen)
