"""Put the rooms together: one store, one clock, the messengers that are on, and everything started and stopped."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeVar

import structlog

from actions.campaign_steps import Means
from actions.keys import new_key
from actions.publish import left_alone, publish
from bot import channel as channels
from bot import meters
from bot.channel import Channel, ChannelError
from bot.delivery import Delivery
from bot.inbound import Inbound
from bot.lease import Lease
from bot.post import StorePost
from bot.process import this_process
from bot.receiver import Receiver
from bot.words import Words
from domain.certificate import Certificate
from domain.report import Report
from domain.texts import Texts
from lessons.library import LibraryError, read_library
from scheduler.runner import Runner, jobs
from storage.database import Connection, Database, Unit
from storage.errors import StoreError
from storage.glance import PATIENCE, glance
from storage.migrate import migrate
from zinute.config import ROOT, Settings
from zinute.errors import Stop

LONGEST_PAUSE = 4.0
FINISH = 6.0  # seconds that messages in flight get when the service stops
T = TypeVar("T")
log = structlog.get_logger(__name__)


def now() -> datetime:
    """The one clock."""
    return datetime.now(UTC)


@asynccontextmanager
async def opened(settings: Settings, *, there: bool = False) -> AsyncIterator[Database]:
    """The store, at this version's schema; raises Stop when it cannot be used, or must be `there` and is not."""
    if there and not settings.database and not (settings.data / "zinute.db").exists():
        raise Stop(f"There is no database in {settings.data}: say with --data where it is.")
    try:
        if not settings.database:
            settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Stop(
            f"The folder {settings.data} cannot be written ({error.strerror}): choose another with --data."
        ) from error
    try:
        database = Database(settings.database_url)
        await database.open()
    except StoreError as error:
        raise Stop(str(error)) from error
    try:
        with _one_sentence():
            await migrate(database)
        yield database
    finally:
        await database.close()


async def look_only(settings: Settings, unit: Unit[T], *, patience: float = PATIENCE) -> T:
    """What a unit sees in a store that is there, at this version's schema; raises Stop when it is not.

    A server gets `patience` seconds.
    """
    with _one_sentence():
        return await glance(settings.database_url, unit, patience=patience)


async def publish_library(
    database: Database, folder: Path | None, *, over: bool = False
) -> tuple[list[str], list[str]]:
    """Publish what is good in a folder of lessons, say in the log what is not: what changed, what was left alone.

    What authors published in the console is left alone, if it is not to be published `over`.
    """
    try:
        library = await asyncio.to_thread(read_library, folder or shipped("library"))
    except LibraryError as error:
        raise Stop(str(error)) from error
    for problem in library.problems:
        if problem.severity == "error":
            log.warning("lesson left out", file=problem.file, line=problem.line, rule=problem.rule)

    def put(tx: Connection) -> tuple[list[str], list[str]]:
        left = [] if over else left_alone(tx, library.drafts)
        return publish(tx, library.drafts, now(), over=over), left

    published, left = await database.write(put)
    log.info("published", programmes=published)
    if left:
        log.info("left alone, because they were published in the console", programmes=left)
    return published, left


def shipped(folder: Literal["library", "examples"]) -> Path:
    """Programmes that come with the product, or that stand for what organisations make themselves: beside the code, or
    inside the package when it is installed."""
    beside = ROOT / folder
    return beside if beside.is_dir() else ROOT / "zinute" / folder


class Service:
    """Everything that runs, on one store."""

    def __init__(
        self,
        database: Database,
        texts: Texts,
        names: Sequence[str],
        address: str = "",
        paper: Callable[[Certificate], bytes] | None = None,
        *,
        copy: Callable[[Report], bytes] | None = None,
    ) -> None:
        """`names` are the messengers; `address` is where everybody reaches the service's pages ("": nobody knows).

        `texts.key` makes the codes that are sent by e-mail; it is empty where none are. `paper` makes the file of a
        certificate, `copy` that of a person's own data; they may take a while.
        """
        post, words = StorePost(database, texts, now, paper, copy), Words(texts, address)
        process = this_process()
        self.database, self.texts = database, texts
        self.channels: Mapping[str, Channel] = {name: _load(name, post) for name in names}
        self.inbound = Inbound(database, self.channels, now, new_key, texts.key, door_key=texts.link_key)
        post.handler = self.inbound
        self.deliveries: list[Delivery] = []
        self.receivers: list[Receiver] = []
        for channel in self.channels.values():
            lease = Lease(database, channel.name, process)
            self.deliveries.append(Delivery(database, channel, words, lease, now))
            self.receivers.append(Receiver(database, channel, lease, post))
        self.runner = Runner(database, now, jobs(Means(texts.key if address else b"", address)))
        self._rooms: list[asyncio.Task[None]] = []
        self._receiving: list[asyncio.Task[None]] = []
        self._stopped = False

    async def open(self) -> None:
        """Get the messengers ready; raises Stop when one cannot work as it is set up."""
        try:
            for channel in self.channels.values():
                with _one_sentence():
                    await channel.open()
        except Stop:
            await self._close()
            raise

    async def run(self, door: Coroutine[None, None, None] | None = None) -> None:
        """Run until `door` (what people come in by) is done, then stop.

        Without a door it runs until the messengers have nothing more to receive, and until that is dealt with.
        """
        rooms = [("inbound", self.inbound.run), *((f"to {each.name}", each.run) for each in self.deliveries)]
        self._rooms = [asyncio.create_task(alive(*room)) for room in rooms]
        self._receiving = [
            asyncio.create_task(alive(f"from {each.name}", each.run)) for each in self.receivers
        ]
        self.runner.start()
        try:
            await (door or self._until_dealt_with())
        finally:
            await self.stop()

    async def stop(self) -> None:
        """Take nothing more in, finish what is in hand, let go of the messengers; again does nothing."""
        if self._stopped:
            return
        self._stopped = True
        self.runner.stop()
        for task in self._receiving:
            task.cancel()
        self.inbound.stop()
        for delivery in self.deliveries:
            delivery.stop()
        _, late = await asyncio.wait(self._rooms, timeout=FINISH)
        for task in late:
            task.cancel()
        await asyncio.gather(*self._rooms, *self._receiving, return_exceptions=True)
        await self._close()

    async def _close(self) -> None:
        for channel in self.channels.values():
            await channel.close()

    async def _until_dealt_with(self) -> None:
        await asyncio.gather(*(each.ended.wait() for each in self.receivers))
        while await self.inbound.handle_waiting() or any(
            [await each.send_ready() for each in self.deliveries]
        ):
            pass


async def alive(name: str, room: Callable[[], Coroutine[None, None, None]]) -> None:
    """A room that falls (the store is away, say) is opened again, after 2, 4, 4 ... seconds."""
    pause, loop = 1.0, asyncio.get_running_loop()
    while True:
        opened_at = loop.time()
        meters.ROOMS.set(1, name)
        try:
            await room()
        except Exception:
            log.exception("a room fell", room=name)
            meters.ROOMS.set(0, name)
        else:
            return
        pause = 1.0 if loop.time() - opened_at > LONGEST_PAUSE else min(2 * pause, LONGEST_PAUSE)
        await asyncio.sleep(pause)


def _load(name: str, post: StorePost) -> Channel:
    with _one_sentence():
        return channels.load(name, post)


@contextmanager
def _one_sentence() -> Iterator[None]:
    try:
        yield
    except (ChannelError, StoreError) as error:
        raise Stop(str(error)) from error
