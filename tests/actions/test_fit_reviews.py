"""Fitting to the store's own answers: what is read, what is kept, and what is used from then on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from importlib.util import find_spec
from random import Random

import pytest
from fsrs.scheduler import DEFAULT_PARAMETERS

from actions.fit_reviews import NoOptimizer, TooLittle, by_optimizer, fit_reviews, look
from domain.forgetting import Answered, Fitted, History
from domain.message import ShowCard
from domain.review import Learner, first
from storage import forgetting, people
from storage.database import Connection, Database
from storage.memories import MEMORY
from tests.actions.coming_back import DAY, joined, named, weeks_later
from tests.storage.samples import MONDAY, rows

SLOW = (*DEFAULT_PARAMETERS[:20], 0.12)
FOUND = Fitted(SLOW, 700, 40, 0.6, 0.5)


async def test_the_histories_of_a_store_are_its_answers_in_their_order(database: Database) -> None:
    ana = await weeks_later(database)
    ana.knows = {"small-q1": False, "small-q2": False}
    [card] = await ana.look()
    assert isinstance(card, ShowCard)
    asks = await ana.question(card)
    assert asks
    await ana.answer(asks)
    histories, current = await database.read(look)
    assert current == DEFAULT_PARAMETERS
    lengths = sorted(len(each.answers) for each in histories)
    assert lengths == [1, 2]
    assert {each.person for each in histories} == {ana.person}
    assert {each.answers[0] for each in histories} == {Answered(MONDAY.date(), 1)}
    longest = max(histories, key=lambda each: len(each.answers))
    assert longest.answers[1].on == (MONDAY + 42 * DAY).date()
    assert longest.answers[1].worth < 1


async def test_what_was_kept_last_is_used(database: Database) -> None:
    await database.write(partial(forgetting.keep, fitted=replace(FOUND, parameters=(1.0,)), at=MONDAY))
    await database.write(partial(forgetting.keep, fitted=FOUND, at=MONDAY))
    assert await database.read(forgetting.current) == SLOW
    ana = await joined(database, named("small"), knows={"small-q1": False})
    who = await database.read(partial(people.get, person=ana.person))
    expected = first(0, Learner(who, SLOW), at=MONDAY, rng=Random(1))
    found = await rows(database, MEMORY.c.stability, where=MEMORY.c.question == "small-q1")
    assert found == [(expected.stability,)]


async def test_another_process_finds_it_soon(sqlite: Database) -> None:
    later = MONDAY + forgetting.FRESH
    assert await sqlite.write(partial(forgetting.parameters, now=MONDAY)) == DEFAULT_PARAMETERS

    def keep_elsewhere(tx: Connection) -> None:
        known = tx.info["forgetting"]
        forgetting.keep(tx, FOUND, MONDAY)
        tx.info["forgetting"] = known

    await sqlite.write(keep_elsewhere)
    looks = [later - timedelta(seconds=1), later, later + DAY]
    used = [await sqlite.write(partial(forgetting.parameters, now=each)) for each in looks]
    assert used == [DEFAULT_PARAMETERS, SLOW, SLOW]


def test_too_little_is_said_before_anything_is_tried() -> None:
    def never(_: Sequence[History]) -> tuple[float, ...]:
        raise AssertionError

    with pytest.raises(TooLittle):
        fit_reviews([], DEFAULT_PARAMETERS, never)


def test_the_optimizer_is_fsrs_own_where_it_is_installed() -> None:
    """With a history that is too short for it, it gives what FSRS has found for most people."""
    history = History(1, (Answered(MONDAY.date(), 1), Answered((MONDAY + DAY).date(), 0)))
    if find_spec("torch") and find_spec("pandas"):
        assert by_optimizer([history]) == DEFAULT_PARAMETERS
    else:
        with pytest.raises(NoOptimizer):
            by_optimizer([history])
