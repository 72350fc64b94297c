"""The inbox in the store."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from storage import inbox
from storage.database import Connection, Database
from storage.inbox import INBOX, TRIES, Waiting
from tests.storage.samples import MONDAY, rows


def add(tx: Connection, key: str, address: str = "a", channel: str = "web", account: str = "1") -> bool:
    return inbox.add(
        tx, channel=channel, account=account, key=key, address=address, raw=f"raw {key}", at=MONDAY
    )


async def waiting(database: Database, *channels: str, most: int = 100) -> list[Waiting]:
    return await database.read(partial(inbox.waiting, channels=channels or ("web",), now=MONDAY, most=most))


async def test_an_update_is_kept_as_it_came(database: Database) -> None:
    raw = '{"text": "ąžė łó æø 👩‍🏫 \\u0000"}'
    await database.write(
        partial(inbox.add, channel="web", account="1", key="k", address="a", raw=raw, at=MONDAY)
    )
    (found,) = await waiting(database)
    assert (found.channel, found.account, found.address, found.raw, found.tries) == ("web", "1", "a", raw, 0)


async def test_the_same_key_is_stored_once_however_often_it_comes(database: Database) -> None:
    done = await asyncio.gather(*(database.write(partial(add, key="k")) for _ in range(20)))
    assert sorted(done) == [False] * 19 + [True]
    assert len(await waiting(database)) == 1


async def test_the_same_key_of_another_account_or_channel_is_another_update(database: Database) -> None:
    for channel, account in (("web", "1"), ("web", "2"), ("telegram", "1")):
        assert await database.write(partial(add, key="k", channel=channel, account=account))
    assert len(await waiting(database, "web", "telegram")) == 3


async def test_the_oldest_come_first_and_others_channels_not_at_all(database: Database) -> None:
    for key, channel in (("1", "web"), ("2", "telegram"), ("3", "web"), ("4", "web")):
        await database.write(partial(add, key=key, channel=channel))
    assert [each.raw for each in await waiting(database, most=2)] == ["raw 1", "raw 3"]
    assert await waiting(database, "terminal") == []
    assert await database.read(partial(inbox.waiting, channels=(), now=MONDAY, most=9)) == []


async def test_an_update_is_settled_once(database: Database) -> None:
    await database.write(partial(add, key="k"))
    (found,) = await waiting(database)
    done = await asyncio.gather(
        *(database.write(partial(inbox.settle, update_id=found.id)) for _ in range(10))
    )
    assert sorted(done) == [False] * 9 + [True]
    assert await waiting(database) == []
    assert not await database.write(partial(add, key="k"))


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
            else [inbox.fail(tx, replace(found, tries=TRIES - 1), "E", MONDAY)]
        )
    )
    assert not await database.write(partial(inbox.settle, update_id=found.id))
    assert await rows(database, INBOX.c.state) == [(end,)]


async def test_what_waits_for_another_try_holds_up_its_own_address_only(database: Database) -> None:
    later = MONDAY + timedelta(seconds=2)
    for key, address in (("1", "a"), ("2", "a"), ("3", "b")):
        await database.write(partial(add, key=key, address=address))
    first = (await waiting(database))[0]
    await database.write(partial(inbox.fail, waiting=first, error="E", again_at=later))
    assert [each.raw for each in await waiting(database)] == ["raw 3"]
    due = await database.read(partial(inbox.waiting, channels=("web",), now=later, most=9))
    assert [each.raw for each in due] == ["raw 1", "raw 2", "raw 3"]


@pytest.mark.parametrize("state", ["done", "quarantined", "new"])
async def test_only_what_is_dealt_with_is_forgotten(database: Database, state: str) -> None:
    await database.write(partial(add, key="k"))
    await database.write(lambda tx: tx.execute(update(INBOX).values(state=state)).rowcount)
    assert await database.write(partial(inbox.forget, before=MONDAY)) == 0
    gone = await database.write(partial(inbox.forget, before=MONDAY + timedelta(seconds=1)))
    assert gone == (state != "new")
