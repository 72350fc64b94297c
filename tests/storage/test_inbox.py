"""The inbox in the store."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from storage import inbox
from storage.database import Connection, Database
from storage.inbox import INBOX, TRIES, Waiting
from tests.storage.incoming import stored
from tests.storage.samples import MONDAY, rows

LATER = MONDAY + timedelta(seconds=2)


def add(tx: Connection, key: str, address: str = "a", channel: str = "web", account: str = "1") -> bool:
    new = inbox.add(
        tx, inbox.New(channel=channel, account=account, key=key, address=address, raw=f"raw {key}", at=MONDAY)
    )
    return new is not None


async def waiting(database: Database, most: int = 100) -> list[Waiting]:
    return await database.read(partial(inbox.waiting, channels=("web", "telegram"), now=MONDAY, most=most))


async def test_an_update_is_kept_as_it_came(database: Database) -> None:
    raw = '{"text": "ąžė łó æø 👩‍🏫 \\u0000"}'
    new = inbox.New("web", "1", "k", "a", raw, MONDAY)
    await database.write(partial(inbox.add, new=new))
    (found,) = await waiting(database)
    assert found == Waiting(found.id, "web", "1", "a", raw, 0, MONDAY)


async def test_the_same_key_is_stored_once_however_often_it_comes(database: Database) -> None:
    done = await asyncio.gather(*(database.write(partial(add, key="k")) for _ in range(20)))
    assert sorted(done) == [False] * 19 + [True]
    assert len(await waiting(database)) == 1


async def test_the_same_key_of_another_account_or_channel_is_another_update(database: Database) -> None:
    for address, (channel, account) in enumerate((("web", "1"), ("web", "2"), ("telegram", "1"))):
        new = partial(add, key="k", address=str(address), channel=channel, account=account)
        assert await database.write(new)
    assert len(await waiting(database)) == 3


async def test_of_each_address_the_oldest_comes_and_the_oldest_of_all_first(database: Database) -> None:
    places = (("1", "a", "web"), ("2", "a", "telegram"), ("3", "b", "web"), ("4", "a", "web"))
    for key, address, channel in places:
        await database.write(partial(add, key=key, address=address, channel=channel))
    assert [each.raw for each in await waiting(database)] == ["raw 1", "raw 2", "raw 3"]
    assert [each.raw for each in await waiting(database, most=2)] == ["raw 1", "raw 2"]
    assert [each.raw for each in await stored(database)] == ["raw 1", "raw 3", "raw 4"]


async def test_an_update_is_settled_once(database: Database) -> None:
    await database.write(partial(add, key="k"))
    (found,) = await waiting(database)
    done = await asyncio.gather(
        *(database.write(partial(inbox.settle, update_id=found.id)) for _ in range(10))
    )
    assert sorted(done) == [False] * 9 + [True]
    assert await waiting(database) == []
    assert not await database.write(partial(add, key="k"))


async def test_an_update_is_not_settled_before_the_ones_before_it(database: Database) -> None:
    for key in ("1", "2"):
        await database.write(partial(add, key=key))
    first, second = await stored(database)
    assert not await database.write(partial(inbox.settle, update_id=second.id))
    assert await database.write(partial(inbox.settle, update_id=first.id))
    assert await database.write(partial(inbox.settle, update_id=second.id))


async def test_it_is_set_aside_at_its_last_failure(database: Database) -> None:
    await database.write(partial(add, key="k"))
    for tries in range(1, TRIES + 1):
        (found,) = await waiting(database)
        assert found.tries == tries - 1
        failed = partial(inbox.fail, waiting=found, error=f"E{tries}", again_at=MONDAY)
        assert await database.write(failed) == (tries == TRIES)
    assert await waiting(database) == []
    assert await rows(database, INBOX.c.state, INBOX.c.tries, INBOX.c.error) == [("quarantined", TRIES, "E5")]


@pytest.mark.parametrize("end", ["done", "quarantined"])
async def test_what_has_ended_is_not_settled_again(database: Database, end: str) -> None:
    await database.write(partial(add, key="k"))
    (found,) = await waiting(database)
    await database.write(
        lambda tx: (
            inbox.settle(tx, found.id)
            if end == "done"
            else inbox.fail(tx, replace(found, tries=TRIES - 1), "E", MONDAY)
        )
    )
    assert not await database.write(partial(inbox.settle, update_id=found.id))
    assert await rows(database, INBOX.c.state) == [(end,)]


async def test_what_waits_for_another_try_holds_up_its_own_address_only(database: Database) -> None:
    for key, address in (("1", "a"), ("2", "a"), ("3", "b")):
        await database.write(partial(add, key=key, address=address))
    first = (await waiting(database))[0]
    await database.write(partial(inbox.fail, waiting=first, error="E", again_at=LATER))
    assert [each.raw for each in await waiting(database)] == ["raw 3"]
    due = await database.read(partial(inbox.waiting, channels=("web", "telegram"), now=LATER, most=9))
    assert [each.raw for each in due] == ["raw 1", "raw 3"]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(st.sampled_from("abcd"), max_size=12), most=st.integers(1, 5))
async def test_whatever_comes_each_address_is_served_in_its_order_and_each_update_once(
    database: Database, places: list[str], most: int
) -> None:
    await database.write(lambda tx: tx.execute(delete(INBOX)).rowcount)
    for number, place in enumerate(places):
        await database.write(partial(add, key=str(number), address=place))
    done = list[tuple[str, str]]()
    while found := await waiting(database, most):
        for each in found:
            assert await database.write(partial(inbox.settle, update_id=each.id))
            done.append((each.address, each.raw))
    for place in set(places):
        mine = [f"raw {number}" for number, each in enumerate(places) if each == place]
        assert [raw for address, raw in done if address == place] == mine


async def test_the_backlog_is_counted_up_to_so_many(database: Database) -> None:
    for key in "1234":
        await database.write(partial(add, key=key))
    (first, *_) = await stored(database)
    await database.write(partial(inbox.settle, update_id=first.id))
    assert [await database.read(partial(inbox.backlog, most=most)) for most in (2, 3, 9)] == [2, 3, 3]


@pytest.mark.parametrize("state", ["done", "quarantined", "new"])
async def test_only_what_is_dealt_with_is_forgotten(database: Database, state: str) -> None:
    await database.write(partial(add, key="k"))
    await database.write(lambda tx: tx.execute(update(INBOX).values(state=state)).rowcount)
    assert await database.write(partial(inbox.forget, before=MONDAY)) == 0
    gone = await database.write(partial(inbox.forget, before=MONDAY + timedelta(seconds=1)))
    assert gone == (state != "new")
