"""Spaced review: when a question comes back to a learner."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from fsrs import Card, Rating, Scheduler, State
from fsrs.scheduler import DEFAULT_PARAMETERS
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.pacing import day_off, good_day, local
from domain.person import Person
from domain.review import (
    Learner,
    Memory,
    Waiting,
    answered,
    choose,
    first,
    known,
    recalled,
    resumed,
    stopped,
)
from tests.domain import strategies as may_be
from tests.domain.make import NOW, person
from tests.domain.remembering import DAY, JONAS, TODAY, memories, memory, people
from tests.domain.strategies import calm

PLAIN = Scheduler(DEFAULT_PARAMETERS, 0.9, (), (), enable_fuzzing=False)

seeds = st.integers(0, 2**32).map(Random)
worths = st.sampled_from([0.0, 0.2, 0.49, 0.5, 0.75, 0.99, 1.0])


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def in_fsrs(memory: Memory, rating: Rating, on: date) -> tuple[Card, int]:
    """What FSRS itself makes of it, and the days until it would ask again."""
    card = Card(
        1,
        State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        last_review=midnight(memory.reviewed_on),
    )
    after, _ = PLAIN.review_card(card, rating, midnight(on))
    return after, (after.due - midnight(on)).days


def days_from(today: date, soonest: int, latest: int, who: Person) -> Iterator[date]:
    """The good days in this stretch; the first one after it when there is none."""
    stretch = [today + number * DAY for number in range(soonest, latest + 1)]
    good = [day for day in stretch if day_off(day, who) is None]
    yield from good or [good_day(stretch[-1] + DAY, who)]


# --- the first answer


WINDOWS = {  # worth: the first and the last day, the state, what it is to FSRS
    0.0: (1, 3, "learning", Rating.Again),
    0.49: (1, 3, "learning", Rating.Again),
    0.5: (11, 13, "review", Rating.Hard),
    0.99: (11, 13, "review", Rating.Hard),
    1.0: (22, 26, "review", Rating.Good),
}


@pytest.mark.parametrize("worth", WINDOWS)
@calm
@given(who=people(), now=may_be.moments | st.just(NOW), rng=seeds)
def test_a_first_answer(worth: float, who: Person, now: datetime, rng: Random) -> None:
    soonest, latest, state, rating = WINDOWS[worth]
    today = local(now, who).date()
    made = first(worth, Learner(who), at=now, rng=rng)
    card, _ = PLAIN.review_card(Card(1), rating, midnight(today))
    assert made.due in set(days_from(today, soonest, latest, who))
    assert (made.stability, made.difficulty) == (card.stability, card.difficulty)
    assert (made.reviewed_on, made.streak, made.answers) == (today, int(worth == 1), 1)
    assert made.state == state


@pytest.mark.parametrize("worth", WINDOWS)
def test_not_all_comes_on_one_day(worth: float) -> None:
    soonest, latest, _, _ = WINDOWS[worth]
    every_day = Learner(person(days=frozenset(range(1, 8))))
    monday = datetime(2026, 1, 19, 8, tzinfo=UTC)
    made = {first(worth, every_day, at=monday, rng=Random(seed)).due for seed in range(100)}
    assert made == {monday.date() + number * DAY for number in range(soonest, latest + 1)}


def test_the_same_seed_gives_the_same_day() -> None:
    assert first(1, JONAS, at=NOW, rng=Random(4)) == first(1, JONAS, at=NOW, rng=Random(4))


# --- further answers


@calm
@given(worths, memories(), people(), st.integers(0, 400), seeds)
def test_stability_and_difficulty_are_those_of_fsrs(
    worth: float, last: Memory, who: Person, later: int, rng: Random
) -> None:
    on = last.reviewed_on + later * DAY
    rating = Rating.Again if worth < 0.5 else Rating.Good if worth == 1 else Rating.Hard
    card, _ = in_fsrs(last, rating, on)
    made = answered(last, worth, Learner(who), at=noon(on, who), rng=rng)
    assert (made.stability, made.difficulty, made.reviewed_on) == (card.stability, card.difficulty, on)
    assert made.streak == (last.streak + 1 if worth == 1 else 0)
    assert made.answers == last.answers + 1


def noon(day: date, who: Person) -> datetime:
    """A moment of this date where the person is."""
    moments = (midnight(day) + timedelta(hours=hours) for hours in range(-14, 38))
    return next(each for each in moments if local(each, who).date() == day)


@calm
@given(worths, memories(), people(), st.integers(1, 60), seeds)
def test_ten_days_after_the_return_of_a_wrong_answer(
    worth: float, last: Memory, who: Person, later: int, rng: Random
) -> None:
    on = last.reviewed_on + later * DAY
    made = answered(replace(last, state="learning", due=on), worth, Learner(who), at=noon(on, who), rng=rng)
    assert made.state == "review"
    assert made.due in set(days_from(on, 9, 11, who))


@calm
@given(worths, memories(), people(), st.integers(1, 400), seeds)
def test_then_it_comes_when_recall_will_have_sunk_to_what_is_wanted(
    worth: float, last: Memory, who: Person, later: int, rng: Random
) -> None:
    assume(last.state in ("review", "retired"))
    on = last.reviewed_on + later * DAY
    made = answered(last, worth, Learner(who), at=noon(on, who), rng=rng)
    rating = Rating.Again if worth < 0.5 else Rating.Good if worth == 1 else Rating.Hard
    card, interval = in_fsrs(last, rating, on)
    if worth == 1 and (card.stability or 0) >= 180:
        assert (made.state, made.due) == ("retired", None)
        return
    spread = min(14, max(1, interval // 10)) if interval > 2 else 0
    assert made.state == "review"
    assert made.due in set(days_from(on, interval - spread, interval + spread, who))
    assert made.due is not None
    assert made.due > on


@calm
@given(memories(), st.integers(1, 400), seeds)
def test_what_is_retired_will_be_recalled_in_half_a_year(last: Memory, later: int, rng: Random) -> None:
    at = NOW + later * DAY
    made = answered(last, 1, JONAS, at=at, rng=rng)
    in_half_a_year = recalled(made, JONAS, made.reviewed_on + 180 * DAY)
    if last.state == "review":
        assert (made.state == "retired") == (in_half_a_year >= 0.9)
    if last.state == "retired":
        assert answered(last, 0, JONAS, at=at, rng=rng).state == "review"


@pytest.mark.parametrize(("before", "after", "state"), [(179.4, 179.7, "review"), (180.0, 180.3, "retired")])
def test_stable_is_what_lasts_180_days(before: float, after: float, state: str) -> None:
    """At the greatest difficulty an answer on the next day changes hardly anything."""
    last = memory(stability=before, difficulty=10.0, reviewed_on=TODAY - DAY)
    made = answered(last, 1, JONAS, at=NOW, rng=Random(0))
    assert (round(made.stability, 1), made.state) == (after, state)


@pytest.mark.parametrize(("stability", "spread"), [(1.9, 0), (2.8, 1), (7.0, 1), (65.0, 6), (300.0, 14)])
def test_intervals_are_spread_by_a_tenth_and_at_most_a_fortnight(stability: float, spread: int) -> None:
    every_day = Learner(person(days=frozenset(range(1, 8))))
    last = memory(stability=stability, difficulty=10.0, reviewed_on=TODAY - DAY)
    _, interval = in_fsrs(last, Rating.Hard, TODAY)
    due = {answered(last, 0.5, every_day, at=NOW, rng=Random(seed)).due for seed in range(300)}
    assert due == set(days_from(TODAY, interval - spread, interval + spread, every_day.person))


def test_a_partly_right_answer_does_not_retire() -> None:
    made = answered(memory(stability=400.0), 0.9, JONAS, at=NOW, rng=Random(0))
    assert (made.state, made.streak) == ("review", 0)


@calm
@given(memories(), st.integers(1, 100), st.integers(0, 300))
def test_to_be_late_is_not_punished(last: Memory, later: int, more: int) -> None:
    """The longer ago the last answer was, the more a right one shows."""
    soon, late = (
        answered(last, 1, JONAS, at=NOW + (later + extra) * DAY, rng=Random(0)) for extra in (0, more)
    )
    assert late.stability >= soon.stability
    assert late.difficulty == soon.difficulty


def test_an_earlier_hour_of_the_next_day_is_a_day_later() -> None:
    evening = first(0, JONAS, at=datetime(2026, 11, 23, 18, tzinfo=UTC), rng=Random(0))
    morning = datetime(2026, 11, 24, 6, tzinfo=UTC)
    assert recalled(evening, JONAS, date(2026, 11, 24)) < 1
    made = answered(evening, 1, JONAS, at=morning, rng=Random(0))
    assert made.stability == in_fsrs(evening, Rating.Good, date(2026, 11, 24))[0].stability


@calm
@given(worths, memories(), st.integers(1, 400), seeds)
def test_an_answer_from_before_the_last_one_counts_as_of_its_day(
    worth: float, last: Memory, before: int, rng: Random
) -> None:
    at = noon(last.reviewed_on, JONAS.person)
    made = answered(last, worth, JONAS, at=at - before * DAY, rng=Random(0))
    assert made == answered(last, worth, JONAS, at=at, rng=Random(0))


@pytest.mark.parametrize(
    ("firsts", "then", "keeps"),
    [
        (0, 0, True),
        (0, 0.5, True),
        (0, 1, True),
        (0.5, 1, True),
        (1, 1, True),
        (1, 0.5, True),
        (1, 0, False),
        (0.5, 0, False),
    ],
)
def test_a_second_answer_on_the_same_day(firsts: float, then: float, keeps: bool) -> None:
    """It changes when the question comes back only if it is wrong and the one before was not."""
    morning = first(firsts, JONAS, at=NOW, rng=Random(1))
    evening = answered(morning, then, JONAS, at=NOW + timedelta(hours=4), rng=Random(2))
    assert ((evening.due, evening.state) == (morning.due, morning.state)) == keeps
    if not keeps:
        assert evening.due in set(days_from(TODAY, 1, 3, JONAS.person))
    assert evening.answers == 2


# --- what the learner says


@calm
@given(memories(), people(), st.integers(0, 400), seeds)
def test_i_know_this(last: Memory, who: Person, later: int, rng: Random) -> None:
    on = last.reviewed_on + later * DAY
    at = noon(on, who)
    made = known(last, Learner(who), at=at, rng=rng)
    card, _ = in_fsrs(last, Rating.Easy, on)
    assert (made.stability, made.difficulty, made.streak) == (
        card.stability,
        card.difficulty,
        last.streak + 1,
    )
    assert made.stability >= answered(last, 1, Learner(who), at=at, rng=rng).stability
    assert made.state != "learning"
    assert made.due is None or made.due >= on + 22 * DAY
    assert (made.due is None) == (made.state in ("retired", "stopped"))


def test_i_know_this_comes_back_near_day_24_or_later() -> None:
    soon = known(memory(stability=0.2, difficulty=10.0), JONAS, at=NOW, rng=Random(0))
    assert soon.due in set(days_from(TODAY, 22, 26, JONAS.person))
    late = known(memory(stability=60.0, difficulty=9.9), JONAS, at=NOW, rng=Random(0))
    assert late.due is not None
    assert late.due > TODAY + 50 * DAY


@calm
@given(memories(), worths, st.integers(0, 400), seeds)
def test_stop_this_question(last: Memory, worth: float, later: int, rng: Random) -> None:
    ended = stopped(last)
    assert ended == replace(last, due=None, state="stopped")
    at = NOW + later * DAY
    for made in (answered(ended, worth, JONAS, at=at, rng=rng), known(ended, JONAS, at=at, rng=rng)):
        assert (made.due, made.state) == (None, "stopped")
    assert choose([Waiting(1, "q", ended)], JONAS, at=NOW) == ()


# --- parameters


def test_another_memory_has_other_parameters() -> None:
    strong = Learner(person(), (1.0, 4.0, 9.0, 30.0, *DEFAULT_PARAMETERS[4:]))
    assert first(1, strong, at=NOW, rng=Random(0)).stability == 9
    weak = first(1, JONAS, at=NOW, rng=Random(0))
    steep = Learner(person(), (*DEFAULT_PARAMETERS[:20], 0.5))
    in_a_month = TODAY + 30 * DAY
    assert recalled(weak, steep, in_a_month) < recalled(weak, JONAS, in_a_month) < 1


def test_parameters_that_fsrs_cannot_have_are_refused() -> None:
    with pytest.raises(ValueError, match="out of bounds"):
        first(1, Learner(person(), (-1.0, *DEFAULT_PARAMETERS[1:])), at=NOW, rng=Random(0))


def test_what_was_stopped_comes_back_on_the_next_good_day() -> None:
    again = resumed(stopped(memory(streak=2, answers=3)), JONAS, at=NOW)
    assert again == memory(streak=2, answers=3, due=TODAY + DAY)
    assert resumed(memory(), JONAS, at=NOW) == memory()
