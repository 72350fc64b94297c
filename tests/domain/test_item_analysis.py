"""Item analysis: against sums over every single answer, and what is said of questions made to be good or bad."""

from collections import defaultdict
from dataclasses import replace
from random import Random
from statistics import StatisticsError, fmean
from statistics import correlation as pearson

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.item_analysis import (
    FINDINGS,
    Finding,
    Item,
    Tally,
    analyse,
    correlation,
    more_than_chance,
    unused,
)
from domain.question import Question
from tests.domain.make import question
from tests.domain.strategies import calm

Answer = tuple[tuple[int, ...], float]  # what was chosen, and what it is worth
Person = dict[str, Answer]  # first answers by the question


def rest_of(person: Person, name: str) -> float | None:
    others = [worth for other, (_, worth) in person.items() if other != name]
    return fmean(others) if others else None


def tallies(people: list[Person], name: str) -> list[Tally]:
    """What the store counts."""
    alike = defaultdict[Answer, list[float | None]](list)
    for person in people:
        if name in person:
            alike[person[name]].append(rest_of(person, name))
    found = []
    for (chosen, worth), rests in alike.items():
        known = [rest for rest in rests if rest is not None]
        squares = sum(rest * rest for rest in known)
        found.append(Tally(chosen, worth, len(rests), len(known), sum(known), squares))
    return found


def by_hand(people: list[Person], name: str) -> float | None:
    """The correlation over every single answer."""
    pairs = [
        (person[name][1], rest)
        for person in people
        if name in person and (rest := rest_of(person, name)) is not None
    ]
    try:
        return pearson([worth for worth, _ in pairs], [rest for _, rest in pairs])
    except StatisticsError:  # fewer than two, or all the same
        return None


answers = st.tuples(st.sampled_from([(0,), (1,), (2,), (0, 2)]), st.sampled_from([0.0, 0.5, 1.0]))
crowds = st.lists(st.dictionaries(st.sampled_from("abcd"), answers), max_size=30)


@calm
@given(crowds)
def test_the_figures_are_those_of_every_single_answer(people: list[Person]) -> None:
    for name in "abcd":
        given_ = [person[name] for person in people if name in person]
        counted, found = tallies(people, name), analyse(question("m", name), tallies(people, name))
        assert found.answers == len(given_)
        assert found.difficulty == pytest.approx(fmean(worth for _, worth in given_) if given_ else 0)
        assert found.right == sum(worth == 1 for _, worth in given_)
        assert found.wrong == sum(worth == 0 for _, worth in given_)
        assert found.chosen == tuple(sum(each in chosen for chosen, _ in given_) for each in range(4))
        expected, told = by_hand(people, name), correlation(counted, lambda each: each.worth)
        assert (told is None) == (expected is None)
        assert told is None or told == pytest.approx(expected, abs=1e-6)
        assert found.discrimination == told


def crowd(asked: Question, pick: dict[bool, list[int]], people: int = 60) -> list[Person]:
    """Half are strong (right in nearly everything else), half weak; `pick` is what they choose in turn."""
    chance, found = Random(7), []
    for number in range(people):
        strong = number % 2 == 0
        person = {
            f"other{each}": ((), float(chance.random() < (0.9 if strong else 0.3))) for each in range(10)
        }
        option = pick[strong][number // 2 % len(pick[strong])]
        found.append({**person, asked.id: ((option,), float(option in asked.right))})
    return found


def seen(asked: Question, pick: dict[bool, list[int]], people: int = 60) -> Item:
    return analyse(asked, tallies(crowd(asked, pick, people), asked.id))


@pytest.mark.parametrize(
    ("name", "strong", "weak", "people", "expected"),
    [
        ("strong people know, weak ones guess", [1], [0, 1, 2, 3], 60, ("good",)),
        ("nine answers", [1], [0, 1, 2, 3], 9, ("few",)),
        ("ten answers", [1], [0, 1, 2, 3], 10, ("good",)),
        ("everyone knows", [1], [1], 60, ("easy",)),
        ("nobody knows", [0, 2, 3], [0, 2, 3], 60, ("hard",)),
        ("strong people choose another option", [0, 0, 0, 2], [1, 1, 3], 60, ("key",)),
        ("few strong people choose another option", [0, 0, 0, 2], [1, 1, 3], 12, ("key",)),
        ("both know alike", [1, 0, 2, 3], [1, 0, 2, 3], 60, ("hard", "weak")),
        ("two of three know, whoever it is", [1, 1, 0, 1, 2, 3], [1, 1, 0, 1, 2, 3], 60, ("weak",)),
        ("nobody chooses the last", [1], [0, 1, 2], 60, ("distractor",)),
        ("so few that it may be chance", [1], [0, 1, 2], 28, ("good",)),
        ("neither knows, and two are never chosen", [0], [0, 1], 60, ("key", "hard", "distractor")),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else None,
)
def test_what_is_said_of_a_question(
    name: str, strong: list[int], weak: list[int], people: int, expected: tuple[Finding, ...]
) -> None:
    found = seen(question(), {True: strong, False: weak}, people)
    assert (found.findings, found.suspect) == (expected, 0 if "key" in expected else None)


def test_where_nothing_is_chosen_the_key_is_doubted_when_strong_people_fail() -> None:
    for kind in "nwmrc":
        asked = question(kind, "asked")
        people = crowd(asked, {True: [0], False: [0]})
        worth = (0.0, 1.0, 0.0, 0.0)  # of strong and weak ones in turn
        turned = [{**person, "asked": ((), worth[number % 4])} for number, person in enumerate(people)]
        found = analyse(asked, tallies(turned, "asked"))
        assert found.findings[0] == "key"
        assert found.chosen == ((0, 0, 0, 0) if kind == "m" else ())


def test_partial_credit_counts() -> None:
    asked = question("m", "asked")
    worth = {True: ((0, 2), 1.0), False: ((0,), 0.5)}
    people = [
        {**person, "asked": worth[number % 2 == 0]}
        for number, person in enumerate(crowd(asked, {True: [0], False: [0]}))
    ]
    found = analyse(asked, tallies(people, "asked"))
    assert (found.difficulty, found.right, found.wrong, found.chosen) == (0.75, 30, 0, (60, 0, 30, 0))
    assert found.discrimination is not None
    assert found.discrimination > 0.8
    assert found.findings == ("distractor",)
    assert unused(found) == (1, 3)


def test_without_other_answers_nobody_is_compared() -> None:
    found = analyse(question(), [Tally((1,), 1.0, 40, 0, 0.0, 0.0), Tally((0,), 0.0, 20, 0, 0.0, 0.0)])
    assert (found.discrimination, found.findings) == (None, ("distractor",))


def test_no_answers() -> None:
    found = analyse(question(), [])
    assert (found.answers, found.difficulty, found.discrimination, found.findings) == (0, 0, None, ("few",))


def test_the_most_urgent_comes_first() -> None:
    good = seen(question(), {True: [1], False: [0, 1, 2, 3]})
    made = [replace(good, findings=(each,), difficulty=level) for each in FINDINGS for level in (0.2, 0.8)]
    mixed = Random(3).sample(made, len(made))
    assert sorted(mixed, key=lambda item: item.urgency) == made


@pytest.mark.parametrize(
    ("correlated", "people", "expected"),
    [
        (0.5, 2, False),
        (0.5, 14, False),
        (0.5, 15, True),
        (0.2, 99, True),
        (0.2, 97, False),
        (-0.9, 99, False),
        (1.0, 3, True),
    ],
)
def test_a_correlation_by_chance(correlated: float, people: int, expected: bool) -> None:
    assert more_than_chance(correlated, people) is expected


def test_good_questions_are_seldom_accused() -> None:
    """Sixty people whose knowledge varies, ten questions of which each knows what they know: the key is not doubted."""
    accused = 0
    for seed in range(40):
        chance = Random(seed)
        people: list[Person] = []
        for _ in range(60):
            skill = chance.uniform(0.3, 0.95)
            picked = [(1,) if chance.random() < skill else (chance.choice((0, 2, 3)),) for _ in range(10)]
            people.append({f"q{at}": (each, float(each == (1,))) for at, each in enumerate(picked)})
        found = [analyse(question("s", name), tallies(people, name)) for name in people[0]]
        accused += sum("key" in each.findings for each in found)
    assert accused <= 2
