"""Put the rooms together: one store, one clock, the messengers that are on, and everything started and stopped."""

import asyncio
import os
import secrets
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import structlog

from actions.publish import publish
from bot import channel as channels
from bot.channel import Channel, ChannelError
from bot.delivery import Delivery
from bot.inbound import Inbound
from bot.post import StorePost
from domain.texts import Texts
from lessons.library import LibraryError, read_library
from scheduler.runner import Runner
from storage.database import Database
from storage.errors import StoreError
from storage.migrate import migrate
from zinute.config import ROOT, Settings
from zinute.errors import Stop

log = structlog.get_logger(__name__)


def now() -> datetime:
    """The one clock."""
    return datetime.now(UTC)


def new_key() -> str:
    """An opaque key for a step: 72 random bits in 12 characters."""
    return secrets.token_urlsafe(9)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The store, at this version's schema; raises Stop when it cannot be used."""
    try:
        if not settings.database:
            settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Stop(
            f"The folder {settings.data} cannot be written ({error.strerror}): choose another with --data."
        ) from error
    database = Database(settings.database_url)
    try:
        await database.open()
        await migrate(database)
        yield database
    except StoreError as error:
        raise Stop(str(error)) from error
    finally:
        await database.close()


async def publish_library(database: Database, folder: Path | None) -> list[str]:
    """Publish what is good in a folder of lessons, say in the log what is not; the programmes that changed."""
    try:
        library = await asyncio.to_thread(read_library, folder or shipped_library())
    except LibraryError as error:
        raise Stop(str(error)) from error
    for problem in library.problems:
        if problem.severity == "error":
            log.warning("lesson left out", file=problem.file, line=problem.line, rule=problem.rule)
    published = await database.write(lambda tx: publish(tx, library.drafts, now()))
    log.info("published", programmes=published)
    return published


def shipped_library() -> Path:
    """The programmes that come with the product: beside the code, or inside the package when it is installed."""
    beside = ROOT / "library"
    return beside if beside.is_dir() else ROOT / "zinute" / "library"


class Service:
    """Everything that runs, on one store."""

    def __init__(self, database: Database, texts: Texts, names: Sequence[str]) -> None:
        post = StorePost(database, texts, now)
        self.database, self.texts = database, texts
        self.channels: Mapping[str, Channel] = {name: _load(name, post) for name in names}
        self.inbound = Inbound(database, self.channels, now, new_key)
        self.delivery = Delivery(database, self.channels, texts, now)
        self.runner = Runner(database, now)

    async def open(self) -> None:
        """Get the messengers ready; raises Stop when one cannot work as it is set up."""
        for channel in self.channels.values():
            with _one_sentence():
                await channel.open()

    async def close(self) -> None:
        """Let go of the messengers; a web server waits for their open streams."""
        for channel in self.channels.values():
            await channel.close()

    async def run(self, door: Coroutine[None, None, None] | None = None) -> None:
        """Run until `door` (what people come in by) is done, then stop everything else.

        Without a door it runs until the messengers have nothing more to receive, and until that is dealt with.
        """
        receiving = [_receive(channel) for channel in self.channels.values()]
        rooms = [self.inbound.run(), self.delivery.run(), *(receiving if door else ())]
        tasks = [asyncio.create_task(_alive(room)) for room in rooms]
        self.runner.start()
        try:
            await (door or self._until_dealt_with(receiving))
        finally:
            self.runner.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.close()

    async def _until_dealt_with(self, receiving: Sequence[Coroutine[None, None, None]]) -> None:
        await asyncio.gather(*receiving)
        while await self.inbound.handle_waiting() or await self.delivery.send_ready():
            pass


async def _alive(room: Coroutine[None, None, None]) -> None:
    """A room that falls stops the service, with the reason in the log: a half-working service is worse than none."""
    try:
        await room
    except Exception:
        log.exception("a room fell")
        os.kill(os.getpid(), signal.SIGTERM)


async def _receive(channel: Channel) -> None:
    try:
        await channel.receive()
    except ChannelError as error:
        log.warning("messenger off", channel=channel.name, reason=str(error))


def _load(name: str, post: StorePost) -> Channel:
    with _one_sentence():
        return channels.load(name, post)


@contextmanager
def _one_sentence() -> Iterator[None]:
    try:
        yield
    except ChannelError as error:
        raise Stop(str(error)) from error
