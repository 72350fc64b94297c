"""The web chat's messages in the store."""

import asyncio
from datetime import UTC, datetime

import pytest

from storage import webchat
from storage.database import Connection, Database
from storage.errors import NotFound

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def new(identity: str, who: webchat.Who = "bot", body: str = "{}") -> webchat.New:
    return webchat.New(who, identity, body, AT)


async def append(database: Database, address: str, entry: webchat.New) -> int:
    return await database.write(lambda tx: webchat.append(tx, address, entry))


async def after(database: Database, address: str, revision: int, most: int = 100) -> list[tuple[str, str]]:
    rows = await database.read(lambda tx: webchat.after(tx, address, revision, most))
    return [(row.id, row.body) for row in rows]


async def test_an_entry_is_read_as_it_was_written(database: Database) -> None:
    seq = await append(database, "a", new("x:y", "me", '{"ž": 1}'))
    assert await database.read(lambda tx: webchat.after(tx, "a", 0, 9)) == [
        webchat.Entry(seq, 1, "me", "x:y", '{"ž": 1}', AT)
    ]


async def test_the_same_id_is_added_once_and_stays_as_it_is(database: Database) -> None:
    first = await append(database, "a", new("k", body="1"))
    assert await append(database, "a", new("k", body="2")) == first
    assert await after(database, "a", 0) == [("k", "1")]


async def test_the_same_id_of_another_writer_or_chat_is_another_entry(database: Database) -> None:
    places = {
        await append(database, "a", new("k")),
        await append(database, "a", new("k", "me")),
        await append(database, "b", new("k")),
    }
    assert len(places) == 3


async def test_a_change_comes_again_with_a_later_revision_at_its_old_place(database: Database) -> None:
    seq = await append(database, "a", new("k1", body="1"))
    await append(database, "a", new("k2", body="2"))
    await database.write(lambda tx: webchat.change(tx, "a", seq, "3"))
    assert await after(database, "a", 2) == [("k1", "3")]
    assert [row.id for row in await database.read(lambda tx: webchat.before(tx, "a", None, 9))] == [
        "k1",
        "k2",
    ]


async def test_only_the_bots_own_entries_of_the_same_chat_can_be_changed(database: Database) -> None:
    bots, mine = await append(database, "a", new("k")), await append(database, "a", new("k", "me"))
    await append(database, "b", new("k"))
    for address, seq in (("b", bots), ("a", mine), ("a", 10**6), ("nobody", bots)):
        with pytest.raises(NotFound):
            await database.write(lambda tx, address=address, seq=seq: webchat.change(tx, address, seq, "no"))  # type: ignore[misc]
    assert await after(database, "a", 0) == [("k", "{}"), ("k", "{}")]


async def test_the_last_entries_come_in_the_order_of_the_chat(database: Database) -> None:
    seqs = [await append(database, "a", new(str(number))) for number in range(5)]

    def pages(tx: Connection) -> list[list[str]]:
        return [[row.id for row in webchat.before(tx, "a", seq, 2)] for seq in (None, seqs[3], seqs[0])]

    assert await database.read(pages) == [["3", "4"], ["1", "2"], []]
    assert await after(database, "a", 1, most=2) == [("1", "{}"), ("2", "{}")]


async def test_heads_are_told_of_the_chats_that_are_asked_for(database: Database) -> None:
    for address, count in (("a", 2), ("b", 1), ("c", 1)):
        for number in range(count):
            await append(database, address, new(str(number)))
    assert await database.read(lambda tx: webchat.heads(tx, ("a", "b", "none"))) == {"a": 2, "b": 1}
    assert await database.read(lambda tx: webchat.head(tx, "none")) == 0


async def test_who_reads_while_many_write_misses_nothing(database: Database) -> None:
    seen, revision = list[str](), 0
    writers = asyncio.gather(*(append(database, "a", new(str(number))) for number in range(40)))
    while not writers.done() or len(seen) < 40:
        rows = await database.read(lambda tx, at=revision: webchat.after(tx, "a", at, 3))  # type: ignore[misc]
        seen += [row.id for row in rows]
        revision = rows[-1].revision if rows else revision
        await asyncio.sleep(0)
    assert sorted(seen, key=int) == [str(number) for number in range(40)]
