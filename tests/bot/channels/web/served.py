"""A web chat on a real store and a real port, for the tests of the channel and of its page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from gettext import NullTranslations

import uvicorn
from starlette.applications import Starlette

from bot.channels.web import WebChat
from bot.post import StorePost
from domain.event import Event, Incoming, Pressed, Said
from domain.language import LANGUAGES
from domain.texts import Texts
from storage.database import Database
from storage.inbox import Waiting
from tests.storage.incoming import stored


class Words(NullTranslations):
    """A catalogue that says its language and the key."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def gettext(self, message: str) -> str:
        return f"{self._language} {message}"


TEXTS = Texts({language: Words(language) for language in LANGUAGES})


@dataclass
class Served:
    """A running web chat. `stop` and `start` are a server that goes away and comes back at the same port."""

    database: Database
    chat: WebChat
    port: int = 0
    beat: float = 15.0
    server: uvicorn.Server | None = None
    running: "asyncio.Task[None] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self.chat = WebChat(StorePost(self.database, TEXTS, lambda: datetime.now(UTC)), beat=self.beat)
        app = Starlette(routes=list(self.chat.routes()))
        config = uvicorn.Config(
            app,
            host="127.0.0.1",
            port=self.port,
            log_config=None,
            log_level="error",
            ws="none",
            lifespan="off",
        )
        self.server = uvicorn.Server(config)
        self.running = asyncio.create_task(self.server.serve())
        while not self.server.started:
            await asyncio.sleep(0.01)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self.server
        assert self.running
        await self.chat.close()
        self.server.should_exit = True
        await self.running

    async def came(self, count: int = 1) -> list[tuple[str, Event, str]]:
        """The first `count` updates as (address, event, language), once they are there."""
        rows = list[Waiting]()
        while len(rows) < count:
            rows = await stored(self.database)
            await asyncio.sleep(0.02)
        understood = [each for row in rows if (each := self.chat.decode(row.raw))]
        return [(each.address, done(each), each.language) for each in understood]


def done(incoming: Incoming) -> Event:
    """What somebody did; in this messenger nobody leaves or comes back."""
    assert isinstance(incoming.event, Said | Pressed)
    return incoming.event


@asynccontextmanager
async def served(database: Database, *, beat: float = 15.0) -> AsyncIterator[Served]:
    """A web chat on this store."""
    running = Served(database, WebChat(StorePost(database, TEXTS, lambda: datetime.now(UTC))), beat=beat)
    await running.start()
    yield running
    await running.stop()
