"""What the house does for a messenger, on both stores."""

from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from bot.channel import Update
from bot.post import StorePost
from storage import inbox, media
from storage.database import Database
from storage.errors import NotFound
from storage.inbox import INBOX
from tests.actions.talk import texts
from tests.storage import stores
from tests.storage.samples import MONDAY, rows


@pytest.fixture(params=stores.BOTH)
async def post(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StorePost]:
    """A post on each of the two stores."""
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(request.param, tmp_path, server) as database:
        yield StorePost(database, texts(), lambda: MONDAY)


async def test_an_update_is_committed_when_it_was_received_and_once(post: StorePost) -> None:
    for _ in range(2):
        await post.receive("web", "1", Update("key", "ana", "raw"))
    database: Database = post.database
    found = await database.read(partial(inbox.waiting, channels=("web", "telegram"), now=MONDAY, most=9))
    assert [(each.account, each.address, each.raw) for each in found] == [("1", "ana", "raw")]
    received: list[tuple[datetime, ...]] = await rows(database, INBOX.c.received_at)
    assert received == [(MONDAY,)]


async def test_receiving_rings_the_bell(post: StorePost) -> None:
    ear = post.database.bell.listen()
    await post.receive("web", "1", Update("key", "ana", "raw"))
    assert await ear.heard(0)


async def test_pictures_and_their_handles_are_the_stores(post: StorePost) -> None:
    await post.database.write(partial(media.keep, digest="d", data=b"png"))
    assert await post.picture("d") == b"png"
    assert await post.handle("telegram", "1", "d") is None
    await post.keep_handle("telegram", "1", "d", "id")
    assert await post.handle("telegram", "1", "d") == "id"
    with pytest.raises(NotFound):
        await post.picture("none")


def test_sentences_are_the_catalogues(tmp_path: Path) -> None:
    post = StorePost(Database("sqlite:///nowhere.db"), texts(), lambda: MONDAY)
    assert [post.text("en", "study.next"), post.text("nb", "study.next")] == ["Next", "Neste"]
