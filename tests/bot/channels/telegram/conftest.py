"""A Telegram channel on the real store, at an account of its own of the fake Bot API server."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Any, Literal

import pytest
import uvicorn
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.channels.telegram import Telegram
from bot.post import StorePost
from storage.database import Database
from storage.inbox import INBOX
from tests.fakes.owner import BotApi
from zinute.catalogues import load

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

MakeTelegram = Callable[[Mapping[str, str]], Telegram]


@pytest.fixture
def post(sqlite: Database) -> StorePost:
    """The house's side, on an empty store; nobody sends too much."""
    return StorePost(sqlite, load(), lambda: NOW, seconds=partial(next, count(0.0, 10.0)))


@pytest.fixture
async def make_telegram(post: StorePost, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MakeTelegram]:
    """Makes a channel with these settings; it is closed at the end."""
    made: list[Telegram] = []
    for name in [name for name in os.environ if name.startswith("ZINUTE_TELEGRAM_")]:
        monkeypatch.delenv(name)

    def make(settings: Mapping[str, str]) -> Telegram:
        with monkeypatch.context() as environment:
            for name, value in settings.items():
                environment.setenv(name, value)
            made.append(Telegram(post))
        return made[-1]

    yield make
    for channel in made:
        await channel.close()


@pytest.fixture
async def telegram(bot_api: BotApi, make_telegram: MakeTelegram) -> Telegram:
    """An open channel that polls."""
    channel = make_telegram(bot_api.environment())
    await channel.open()
    return channel


async def stored(post: StorePost) -> list[Any]:
    """What is in the inbox, in order."""
    rows = select(INBOX).order_by(INBOX.c.id)
    return await post.database.read(lambda tx: list(tx.execute(rows)))


@contextlib.asynccontextmanager
async def receiving(channel: Telegram) -> AsyncIterator[asyncio.Task[None]]:
    """The channel takes updates in meanwhile."""
    task = asyncio.create_task(channel.receive())
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.asynccontextmanager
async def serving(
    routes: Sequence[BaseRoute], http: type[asyncio.Protocol] | Literal["auto"] = "auto"
) -> AsyncIterator[int]:
    """A web server with these routes; its port."""
    config = uvicorn.Config(
        Starlette(routes=routes),
        http=http,
        lifespan="off",
        ws="none",
        log_config=None,
        log_level="warning",
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            await task
