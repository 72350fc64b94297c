"""What a history of answers says of the parameters by which FSRS predicts it."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import log

import pytest

from domain.forgetting import Answered, History, enough, fitted, log_loss
from domain.recall import chance
from domain.review import USUAL, Learner, first, recalled
from tests.domain.make import NOW, person

DAY = timedelta(days=1)
START = date(2026, 11, 23)
JONAS = Learner(person())
QUICK = (*USUAL[:20], 0.8)  # who forgets ever more steeply


def history(who: int, *answers: tuple[int, float]) -> History:
    return History(who, tuple(Answered(START + days * DAY, worth) for days, worth in answers))


def crowd(people: int, each: int) -> list[History]:
    """People who answered each question right after a month, and never again after that."""
    return [history(who, (0, 1), (30, 1), (120, 0), (121, 1)) for who in range(people) for _ in range(each)]


def test_only_answers_of_another_day_can_be_predicted() -> None:
    assert history(1, (0, 1), (0, 0), (2, 1), (2, 1), (9, 0)).predictable == 2
    assert history(1, (0, 1)).predictable == 0


@pytest.mark.parametrize(("worth", "right"), [(1, True), (0.5, True), (0.4, False), (0, False)])
def test_the_loss_of_one_answer(worth: float, right: bool) -> None:
    memory = first(1, JONAS, at=NOW, rng=chance(1, 1, "q", 0))
    expected = recalled(memory, JONAS, START + 10 * DAY)
    found = log_loss([history(1, (0, 1), (10, worth))], USUAL)
    assert found == pytest.approx(-log(expected if right else 1 - expected))


def test_a_second_answer_of_a_day_says_nothing_and_changes_what_is_expected() -> None:
    once = log_loss([history(1, (0, 0), (5, 1))], USUAL)
    twice = log_loss([history(1, (0, 0), (0, 1), (5, 1))], USUAL)
    assert 0 < twice < once


@pytest.mark.parametrize(("people", "each", "there"), [(4, 10, False), (60, 1, False), (60, 20, True)])
def test_there_has_to_be_enough(people: int, each: int, there: bool) -> None:
    assert enough(crowd(people, each)) == there


def test_what_is_fitted_is_tried_on_others() -> None:
    seen = list[int]()

    def fit(histories: Sequence[History]) -> tuple[float, ...]:
        seen.extend(each.person for each in histories)
        return QUICK

    found = fitted(crowd(60, 10), USUAL, fit)
    assert (found.answers, found.people) == (1_800, 60)
    assert 0 < len(set(seen)) < 60
    assert found.parameters == QUICK
    held = [each for each in crowd(60, 10) if each.person not in seen]
    assert (found.before, found.after) == (log_loss(held, USUAL), log_loss(held, QUICK))
    assert found.better == (found.after < found.before)


def test_the_same_is_not_better() -> None:
    assert not fitted(crowd(60, 10), USUAL, lambda _: USUAL).better
