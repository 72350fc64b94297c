"""Prepared statements: what goes in comes out again, of every type, on both stores."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Integer, bindparam, insert, literal_column, select, update

from storage.announcements import ANNOUNCEMENT
from storage.database import Connection, Database
from storage.hot import Prepared
from storage.senders import SENDER
from tests.storage.samples import MONDAY, rows, settle_down

VILNIUS = ZoneInfo("Europe/Vilnius")
NAMES = ("channel", "fence", "owner", "beat", "paused_until", "heard_at")
ADD = Prepared(insert(SENDER), NAMES)
GET = Prepared(select(*(SENDER.c[name] for name in NAMES)).where(SENDER.c.channel == bindparam("which")))
ALL = Prepared(select(SENDER.c.channel, SENDER.c.beat).order_by(SENDER.c.channel))
REST = Prepared(
    update(SENDER)
    .where(SENDER.c.channel == bindparam("which"), SENDER.c.owner == "me")
    .values(beat=7, owner="you", paused_until=None, heard_at=bindparam("when"))
)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
moments = st.none() | st.datetimes(datetime(1970, 1, 2), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def put(tx: Connection, **values: Any) -> int:
    usual: dict[str, Any] = dict.fromkeys(("paused_until", "heard_at"))
    return ADD.run(tx, **({"channel": "a", "fence": 1, "owner": "me", "beat": 2} | usual | values))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(owner=words, fence=st.integers(-(2**31), 2**31 - 1), paused=moments, heard=moments)
async def test_every_value_comes_back_as_it_was(
    database: Database, owner: str, fence: int, paused: datetime | None, heard: datetime | None
) -> None:
    def both_ways(tx: Connection) -> tuple[Any, ...] | None:
        tx.execute(SENDER.delete())
        assert put(tx, owner=owner, fence=fence, paused_until=paused, heard_at=heard) == 1
        return GET.row(tx, which="a")

    expected = ("a", fence, owner, 2, paused, heard)
    assert await database.write(both_ways) == expected
    assert await database.read(lambda tx: tuple(tx.execute(select(SENDER)).one())) == expected


@pytest.mark.parametrize("mandatory", [True, False])
async def test_truth_is_truth(database: Database, mandatory: bool) -> None:
    names = ("key", "organisation_id", "texts", "mandatory", "state", "not_after", "created_at")
    usual = {"enclosed": "{}", "audience": "", "confirms": False, "days": 1, "own_hour": False, "why": ""}
    told = {"groups": "", "to_people": True, "revision": 0, "withdrawn": False}
    add = Prepared(insert(ANNOUNCEMENT).values(**usual, **told, chase_days=1, chase_times=0), names)
    found = Prepared(select(ANNOUNCEMENT.c.mandatory, ANNOUNCEMENT.c.organisation_id))
    only = Prepared(select(ANNOUNCEMENT.c.id).where(ANNOUNCEMENT.c.mandatory == bindparam("must")))

    def both_ways(tx: Connection) -> tuple[Any, ...]:
        house = settle_down(tx).here if mandatory else None
        values = {"key": "k", "organisation_id": house, "texts": "{}", "mandatory": mandatory}
        add.run(tx, **values, state="sending", not_after=MONDAY, created_at=MONDAY)
        seen = found.rows(tx) + [bool(only.rows(tx, must=each)) for each in (mandatory, not mandatory)]
        return (*seen, house)

    row, here, there, house = await database.write(both_ways)
    assert (row, here, there) == ((mandatory, house), True, False)
    assert row[0] is mandatory


async def test_values_that_are_part_of_the_statement_need_not_be_given(database: Database) -> None:
    await database.write(put)
    rest = partial(REST.run, which="a", when=MONDAY)
    assert [await database.write(rest) for _ in range(2)] == [1, 0]
    assert await rows(database, *SENDER.columns) == [("a", 1, "you", 7, None, MONDAY)]


async def test_a_value_that_is_missing_is_an_error_and_nothing_is_kept(database: Database) -> None:
    await database.write(put)
    with pytest.raises(KeyError, match="when"):
        await database.write(lambda tx: REST.run(tx, which="a"))
    with pytest.raises(KeyError, match="which"):
        await database.read(GET.row)
    assert await rows(database, SENDER.c.owner) == [("me",)]


async def test_the_first_row_or_none_or_every_row(database: Database) -> None:
    def seen(tx: Connection) -> tuple[Any, ...]:
        return ALL.row(tx), ALL.rows(tx), GET.row(tx, which="none"), GET.rows(tx, which="none")

    assert await database.read(seen) == (None, [], None, [])
    values = {"fence": 1, "owner": "me", "paused_until": None, "heard_at": None}
    many = [{"channel": name, "beat": number, **values} for number, name in enumerate("abc")]
    await database.write(lambda tx: ADD.many(tx, many))
    await database.write(lambda tx: ADD.many(tx, []))
    assert await database.read(seen) == (("a", 0), [("a", 0), ("b", 1), ("c", 2)], None, [])


async def test_how_many_rows_were_written(database: Database) -> None:
    every = Prepared(update(SENDER).values(beat=SENDER.c.beat + bindparam("more", type_=Integer)))
    for name in "abc":
        await database.write(partial(put, channel=name))
    assert await database.write(lambda tx: every.run(tx, more=3)) == 3
    assert await rows(database, SENDER.c.beat) == [(5,)] * 3


async def test_a_statement_may_differ_between_the_stores(database: Database) -> None:
    which = Prepared(lambda dialect: select(literal_column(f"'{dialect}'")))
    (name,) = await database.read(which.rows)
    assert name == (await database.read(lambda tx: tx.dialect.name),)


@pytest.mark.parametrize("folds", [(0, 1), (1, 0)])
async def test_the_hour_that_comes_twice_is_two_moments(database: Database, folds: tuple[int, int]) -> None:
    written = [datetime(2026, 10, 25, 3, 30, fold=fold, tzinfo=VILNIUS) for fold in folds]
    for name, at in zip("ab", written, strict=True):
        await database.write(partial(put, channel=name, heard_at=at))
    found = [at for _, at in await rows(database, SENDER.c.channel, SENDER.c.heard_at)]
    assert found == [at.astimezone(UTC) for at in written]
    assert abs(found[0] - found[1]) == timedelta(hours=1)


async def test_the_same_moment_in_two_zones_is_the_same(database: Database) -> None:
    for name, at in (("a", MONDAY), ("b", MONDAY.astimezone(VILNIUS))):
        await database.write(partial(put, channel=name, heard_at=at))
    assert {at for (at,) in await rows(database, SENDER.c.heard_at)} == {MONDAY}


async def test_a_naive_time_is_refused_and_nothing_kept(database: Database) -> None:
    for at in (MONDAY, MONDAY.replace(tzinfo=None)):
        tried = database.write(partial(put, channel=str(at.tzinfo), heard_at=at))
        if at.tzinfo:
            await tried
            continue
        with pytest.raises(ValueError, match="timezone"):
            await tried
    assert await rows(database, SENDER.c.channel) == [("UTC",)]


async def test_more_moments_than_are_remembered_are_all_right(database: Database) -> None:
    def each_its_own(tx: Connection) -> list[bool]:
        right = []
        for number in range(600):
            at = MONDAY + timedelta(seconds=number)
            tx.execute(SENDER.delete())
            put(tx, heard_at=at, paused_until=MONDAY)
            row = GET.row(tx, which="a")
            right.append(row is not None and row[4:] == (MONDAY, at))
        return right

    assert await database.write(each_its_own) == [True] * 600
