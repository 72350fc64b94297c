"""Sign-in links and sessions in the store."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from storage import sessions
from storage.database import Connection, Database
from storage.sessions import ABSOLUTE, IDLE, LINK_LASTS, Link, NewLink, Session
from tests.console.town import MONDAY, Cast, settle

SECOND = timedelta(seconds=1)


@pytest.fixture
async def cast(database: Database) -> Cast:
    return await database.write(settle)


async def alive(database: Database, token: str, at: datetime) -> Session | None:
    return await database.read(lambda tx: sessions.alive(tx, token, at))


async def start(database: Database, person: int, token: str = "s", at: datetime = MONDAY) -> None:
    await database.write(lambda tx: sessions.start(tx, person=person, token=token, now=at))


def session(person: int, seen_at: datetime) -> Session:
    return Session(person, seen_at, proven_at=MONDAY, created_at=MONDAY)


async def made(database: Database, new: NewLink) -> Link:
    await database.write(lambda tx: sessions.add_link(tx, new, MONDAY))
    found = await database.read(lambda tx: sessions.link(tx, new.token))
    assert found
    return found


async def test_a_link_is_spent_once_while_it_lasts(database: Database, cast: Cast) -> None:
    new = await made(database, NewLink(cast.coordinator, "t"))

    def spend(tx: Connection) -> list[bool]:
        late = sessions.spend_link(tx, new, MONDAY + LINK_LASTS)
        return [late, *(sessions.spend_link(tx, new, MONDAY + LINK_LASTS - SECOND) for _ in range(2))]

    assert await database.write(spend) == [False, True, False]
    used = replace(new, used_at=MONDAY + LINK_LASTS - SECOND)
    assert await database.read(lambda tx: sessions.link(tx, "t")) == used
    assert await database.read(lambda tx: sessions.link(tx, "other")) is None


async def test_of_twenty_who_race_for_a_link_one_gets_it(database: Database, cast: Cast) -> None:
    new = await made(database, NewLink(cast.coordinator, "t"))
    race = [database.write(lambda tx: sessions.spend_link(tx, new, MONDAY)) for _ in range(20)]
    assert sorted(await asyncio.gather(*race)) == [*[False] * 19, True]


async def test_a_link_is_for_the_browser_that_asked_and_its_code_only_there(
    database: Database, cast: Cast
) -> None:
    new = NewLink(cast.coordinator, "t", how="chat", browser="mine", code="CODE", number="42")
    found = await made(database, new)
    assert (found.how, found.number, found.is_for("mine")) == ("chat", "42", True)
    assert [found.is_for(each) for each in ("", "other")] == [False, False]
    anywhere = await made(database, NewLink(cast.coordinator, "u"))
    assert [anywhere.is_for(each) for each in ("", "other")] == [True, True]

    def of(browser: str, code: str) -> Awaitable[Link | None]:
        return database.read(lambda tx: sessions.link_of_code(tx, browser, code))

    assert await of("mine", "CODE") == found
    assert [await of(*each) for each in (("mine", "code"), ("other", "CODE"), ("", ""))] == [None] * 3


async def test_only_hashes_of_tokens_are_stored(database: Database, cast: Cast) -> None:
    await database.write(lambda tx: sessions.add_link(tx, NewLink(cast.coordinator, "t-link"), MONDAY))
    await start(database, cast.coordinator, "t-session")

    def stored(tx: Connection) -> str:
        return str([tx.execute(select(table)).all() for table in (sessions.LINK, sessions.SESSION)])

    written = await database.read(stored)
    assert [token for token in ("t-link", "t-session") if token in written] == []
    assert [token for token in ("t-link", "t-session") if sessions.token_hash(token) not in written] == []


async def test_a_session_dies_idle(database: Database, cast: Cast) -> None:
    await start(database, cast.coordinator)
    last = MONDAY + IDLE - SECOND
    assert await alive(database, "s", last) == session(cast.coordinator, MONDAY)
    await database.write(lambda tx: sessions.see(tx, "s", last))
    assert await alive(database, "s", last + IDLE - SECOND) == session(cast.coordinator, last)
    assert await alive(database, "s", last + IDLE) is None


async def test_a_dead_session_is_not_woken(database: Database, cast: Cast) -> None:
    await start(database, cast.coordinator)
    await database.write(lambda tx: sessions.see(tx, "s", MONDAY + IDLE))
    assert await alive(database, "s", MONDAY + IDLE) is None


async def test_a_session_dies_of_age_however_busy_it_is(database: Database, cast: Cast) -> None:
    await start(database, cast.coordinator)
    at = MONDAY
    while at < MONDAY + ABSOLUTE - timedelta(minutes=20):
        at += timedelta(minutes=20)
        await database.write(partial(sessions.see, token="s", now=at))
    assert await alive(database, "s", MONDAY + ABSOLUTE - SECOND) == session(cast.coordinator, at)
    assert await alive(database, "s", MONDAY + ABSOLUTE) is None


async def test_an_ended_session_is_gone_and_no_other(database: Database, cast: Cast) -> None:
    for token in ("one", "two"):
        await start(database, cast.coordinator, token)
    await database.write(lambda tx: sessions.end(tx, "one"))
    assert await alive(database, "one", MONDAY) is None
    assert await alive(database, "two", MONDAY) == session(cast.coordinator, MONDAY)


async def test_what_is_dead_is_forgotten_and_nothing_else(database: Database, cast: Cast) -> None:
    for token, at in (("old", MONDAY - IDLE), ("new", MONDAY)):
        await start(database, cast.coordinator, token, at)

    def forget(tx: Connection) -> int:
        for token, at in (("gone", MONDAY - timedelta(days=2)), ("ended", MONDAY - timedelta(hours=1))):
            sessions.add_link(tx, NewLink(cast.coordinator, token), at)
        return sessions.forget_dead(tx, MONDAY)

    assert await database.write(forget) == 2
    assert await alive(database, "new", MONDAY) == session(cast.coordinator, MONDAY)
    assert await database.read(
        lambda tx: [sessions.link(tx, token) is None for token in ("gone", "ended")]
    ) == [
        True,
        False,
    ]
