"""A lane is shared: however much one organisation has queued, the others are served as if it had little."""

from collections import Counter
from functools import partial
from itertools import chain, pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from domain.message import Kind
from storage import organisations, outbox
from storage.database import Connection, Database
from storage.organisations import ORGANISATION
from storage.outbox import ATTEMPT, OUTBOX, New, Turns
from tests.storage.outgoing import HELLO, add, claim, keys, settle, to
from tests.storage.samples import MONDAY, rows

HOUSES = 4
quick = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def houses(database: Database) -> list[int]:
    """Organisations to send for, and an outbox that is empty."""

    def build(tx: Connection) -> list[int]:
        tx.execute(delete(ATTEMPT))
        tx.execute(delete(OUTBOX))
        found = list(tx.execute(ORGANISATION.select()).scalars())
        for number in range(len(found), HOUSES):
            name, zone = f"H{number}", "Europe/Vilnius"
            found.append(
                organisations.add(tx, name=name, country="LT", zone=zone, language="lt", contact="R")
            )
        return found

    return await database.write(build)


def queue(tx: Connection, house: int | None, name: str, count: int, kind: Kind = "announcement") -> None:
    """So many messages of an organisation, each to an address of its own."""
    news = [New(to(tx, f"{name} {n}", house), HELLO, f"{name} {n}", kind) for n in range(count)]
    outbox.add_many(tx, news, MONDAY)


async def rounds(database: Database, most: int) -> list[list[str]]:
    """Which organisations are served in each round of claims, until nothing is left."""
    served = list[list[str]]()
    while claimed := await claim(database, most=most):
        served.append([each.key.split()[0] for each in claimed])
        for each in claimed:
            await settle(database, each)
    return served


@quick
@example(counts=[40, 2, 1, 3], at_once=True)
@example(counts=[40, 2, 1, 3], at_once=False)
@given(counts=st.lists(st.integers(0, 8), min_size=HOUSES, max_size=HOUSES), at_once=st.booleans())
async def test_each_round_serves_every_organisation_that_has_something_left(
    sqlite: Database, counts: list[int], at_once: bool
) -> None:
    """Whether they queued in one transaction each, or message by message in turns of their own."""
    ids = await houses(sqlite)
    for house, count in zip(ids, counts, strict=True):
        if at_once:
            await sqlite.write(partial(queue, house=house, name=f"h{house}", count=count))
        else:
            for number in range(count):
                new = partial(add, key=f"h{house} {number}", place=f"h{house} {number}", kind="announcement")
                await sqlite.write(partial(new, organisation=house))
    left = Counter({f"h{house}": count for house, count in zip(ids, counts, strict=True) if count})
    order = list(chain.from_iterable(await rounds(sqlite, most=5)))
    assert Counter(order) == left
    while left:  # the order is rounds in which each that has something left comes once
        round_, order = order[: len(left)], order[len(left) :]
        assert sorted(round_) == sorted(left)
        left -= Counter(round_)


async def test_who_comes_when_another_has_long_been_served_does_not_wait(database: Database) -> None:
    large, small, *_ = await houses(database)
    await database.write(partial(queue, house=large, name="large", count=30))
    for each in await claim(database, most=10):
        await settle(database, each)
    await database.write(partial(queue, house=small, name="small", count=3))
    assert (await rounds(database, most=2))[:3] == [["large", "small"]] * 3


async def test_who_was_away_has_saved_up_nothing(database: Database) -> None:
    large, small, *_ = await houses(database)
    await database.write(partial(queue, house=large, name="large", count=20))
    for each in await claim(database, most=15):
        await settle(database, each)
    await database.write(partial(queue, house=small, name="small", count=20))
    served = list(chain.from_iterable(await rounds(database, most=1)))
    assert Counter(served[:10]) == {"large": 5, "small": 5}


async def test_turns_go_on_after_the_lane_was_empty(database: Database) -> None:
    one, two, *_ = await houses(database)
    for again in range(3):
        await database.write(partial(queue, house=one, name=f"one{again}", count=4))
        await database.write(partial(queue, house=two, name=f"two{again}", count=2))
        served = list(chain.from_iterable(await rounds(database, most=1)))
        assert [each[:3] for each in served] == ["one", "two", "one", "two", "one", "one"]


async def test_messages_of_no_organisation_have_a_turn_like_everybody_elses(database: Database) -> None:
    house, *_ = await houses(database)
    await database.write(partial(queue, house=house, name="house", count=4))
    for number in range(4):
        await database.write(partial(add, key=f"none {number}", place=f"none {number}", kind="announcement"))
    served = list(chain.from_iterable(await rounds(database, most=2)))
    assert Counter(served[:4]) == {"house": 2, "none": 2}


@pytest.mark.parametrize(("kind", "shared"), [("reply", False), ("code", False), ("lesson", True)])
async def test_what_somebody_waits_for_goes_in_the_order_in_which_it_came(
    database: Database, kind: Kind, shared: bool
) -> None:
    one, two, *_ = await houses(database)
    await database.write(partial(queue, house=one, name="one", count=3, kind=kind))
    await database.write(partial(queue, house=two, name="two", count=3, kind=kind))
    served = list(chain.from_iterable(await rounds(database, most=6)))
    assert served == (["one", "two"] * 3 if shared else ["one"] * 3 + ["two"] * 3)


async def test_lanes_are_strict_bulk_takes_only_what_the_others_leave(database: Database) -> None:
    kinds: tuple[Kind, ...] = ("announcement", "lesson", "reminder", "code", "reply")
    house, *_ = await houses(database)
    for kind in kinds:
        await database.write(partial(queue, house=house, name=kind, count=3, kind=kind))
    served = list(chain.from_iterable(await rounds(database, most=4)))
    assert served == [kind for kind in reversed(kinds) for _ in range(3)]


async def test_each_channel_has_lanes_of_its_own(database: Database) -> None:
    house, *_ = await houses(database)

    def turns(tx: Connection) -> list[int]:
        turns = Turns(tx)
        places: tuple[tuple[str, int], ...] = (
            ("web", 4),
            ("web", 4),
            ("telegram", 4),
            ("web", 3),
            ("web", 0),
        )
        return [turns.next(channel, lane, house) for channel, lane in places]

    first, second, elsewhere, lesson, reply = await database.read(turns)
    assert (second - first, elsewhere, lesson, reply) == (1, first, first, 0)


@quick
@given(made=st.lists(st.tuples(st.integers(0, HOUSES), st.integers(0, 3)), max_size=30))
async def test_whoever_queues_and_sends_in_turn_nobody_is_more_than_a_round_ahead(
    sqlite: Database, made: list[tuple[int, int]]
) -> None:
    """Queueing and claiming by turns; of two that have had something waiting all along, none gets two in a row."""
    ids: list[Any] = await houses(sqlite)
    for house in ids[:2]:
        await sqlite.write(partial(queue, house=house, name=f"h{house}", count=60))
    served = list[str]()
    for number, (which, count) in enumerate(made):
        if which < HOUSES and which > 1:
            name = f"h{ids[which]} {number}"
            await sqlite.write(partial(queue, house=ids[which], name=name.replace(" ", "x"), count=count))
        for each in await claim(sqlite, most=1):
            served += keys([each])
            await settle(sqlite, each)
    steady = [key.split()[0] for key in served if key.split()[0] in {f"h{house}" for house in ids[:2]}]
    assert all(one != other for one, other in pairwise(steady))
    assert len(await rows(sqlite, OUTBOX.c.id, where=OUTBOX.c.state == "sent")) == len(made)
