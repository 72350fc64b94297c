"""Statements for many rows at once: what goes in comes out again, on both stores."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from storage.bulk import Bulk, among, listed, one_of, table
from storage.database import Connection, Database
from storage.dialect import add_rows
from storage.hot import Prepared
from storage.senders import SENDER
from tests.storage.samples import MONDAY, rows

NAMES = ("channel", "fence", "owner", "beat", "paused_until", "heard_at")
ADD = Bulk({name: SENDER.c[name].type for name in NAMES}, partial(add_rows, SENDER))
REST = Bulk(
    {"which": SENDER.c.channel.type, "when": SENDER.c.heard_at.type},
    lambda _, new: (
        update(SENDER).where(SENDER.c.channel == new["which"]).values(heard_at=new["when"], beat=7)
    ),
)
FENCES = Prepared(
    lambda dialect: (
        select(SENDER.c.channel).where(among(dialect, SENDER.c.fence, "them")).order_by(SENDER.c.fence)
    )
)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
moments = st.none() | st.datetimes(datetime(1970, 1, 2), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
senders = st.tuples(words, st.integers(-(2**31), 2**31 - 1), words, st.integers(0, 9), moments, moments)


def sender(channel: str, fence: int) -> dict[str, Any]:
    return dict(zip(NAMES, (channel, fence, "me", 2, None, MONDAY), strict=True))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(senders, unique_by=lambda row: row[0], max_size=8))
async def test_every_row_comes_back_as_it_was(database: Database, given: list[tuple[Any, ...]]) -> None:
    def both_ways(tx: Connection) -> set[tuple[Any, ...]]:
        tx.execute(SENDER.delete())
        ADD.run(tx, [dict(zip(NAMES, row, strict=True)) for row in given])
        return {tuple(row) for row in tx.execute(select(*(SENDER.c[name] for name in NAMES)))}

    assert await database.write(both_ways) == set(given)


async def test_what_is_there_stays_as_it_is(database: Database) -> None:
    await database.write(lambda tx: ADD.run(tx, [sender("a", 1)]))
    await database.write(lambda tx: ADD.run(tx, [sender("a", 2), sender("b", 3), sender("b", 4)]))
    assert await rows(database, SENDER.c.channel, SENDER.c.fence) == [("a", 1), ("b", 3)]


async def test_only_the_rows_that_are_named_change(database: Database) -> None:
    later = MONDAY + timedelta(hours=1)

    def change(tx: Connection) -> None:
        ADD.run(tx, [sender(each, place) for place, each in enumerate("abc")])
        REST.run(
            tx, [{"which": "a", "when": None}, {"which": "c", "when": later}, {"which": "z", "when": later}]
        )
        REST.run(tx, [])

    await database.write(change)
    found = await rows(database, SENDER.c.channel, SENDER.c.beat, SENDER.c.heard_at)
    assert found == [("a", 7, None), ("b", 2, MONDAY), ("c", 7, later)]


@pytest.mark.parametrize(("them", "found"), [([], ""), ([3], "d"), ([2, 0, 9], "ac"), (range(1_000), "abcd")])
async def test_among_many_or_none(database: Database, them: list[int], found: str) -> None:
    await database.write(lambda tx: ADD.run(tx, [sender(each, place) for place, each in enumerate("abcd")]))
    look = await database.read(lambda tx: FENCES.rows(tx, them=listed(tx, them)))
    assert "".join(row[0] for row in look) == found


async def test_numbers_are_a_table_on_both_stores(database: Database) -> None:
    def every(tx: Connection, numbers: dict[int, int]) -> list[tuple[int, int]]:
        return [(row[0], row[1]) for row in tx.execute(table(numbers))]

    for numbers in ({}, {7: 1, 0: -3, -(2**40): 2**40}, dict.fromkeys(range(40_000), 1)):
        found = await database.read(partial(every, numbers=numbers))
        assert sorted(found) == sorted(numbers.items())


@pytest.mark.parametrize("them", [[], ["c"], ["b", "b", "x"], ["č'\"", "a"]])
async def test_one_of_some_words_or_numbers(database: Database, them: list[str]) -> None:
    everybody = {"a": 1, "b": 2, "c": 3, "č'\"": 4}
    await database.write(lambda tx: ADD.run(tx, [sender(*each) for each in everybody.items()]))
    kept = {each: everybody[each] for each in them if each in everybody}
    by_name = await rows(database, SENDER.c.channel, where=one_of(SENDER.c.channel, them))
    by_number = await rows(database, SENDER.c.channel, where=one_of(SENDER.c.fence, kept.values()))
    assert {each for (each,) in by_name} == {each for (each,) in by_number} == set(kept)
