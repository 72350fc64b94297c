"""The house around a channel under test: a real store, a real post, and a look into the inbox."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import count

from actions.keys import new_key
from bot.channel import Channel, Update
from bot.delivery import Delivery
from bot.inbound import Inbound
from bot.lease import Lease
from bot.post import StorePost
from bot.process import this_process
from bot.words import Words
from domain.certificate import Certificate
from domain.texts import Texts
from scheduler.jobs import promote
from storage import inbox
from storage.database import Connection, Database
from storage.inbox import Waiting
from tests.bot.channels.contract.visitor import PATIENCE
from tests.storage.incoming import stored
from tests.storage.samples import MONDAY
from zinute import catalogues


class Door(StorePost):
    """A post whose store can be away for one update; `refused` says that it was."""

    away = False
    refused = False

    async def receive(self, channel: str, account: str, update: Update) -> None:
        if self.away:
            self.away, self.refused = False, True
            raise OSError("the disk is full")
        await super().receive(channel, account, update)


@cache
def texts() -> Texts:
    """The catalogues of the product."""
    return catalogues.load()


@dataclass
class House:
    """A store, the post that stands on it, the time there, where its pages are, and who makes its certificates."""

    database: Database
    at: datetime = MONDAY
    address: str = ""
    paper: Callable[[Certificate], bytes] | None = None
    post: Door = field(init=False)

    def __post_init__(self) -> None:
        self.post = Door(self.database, texts(), lambda: self.at, self.paper)

    async def waiting(self, name: str) -> list[Waiting]:
        """What is in the inbox of a messenger and was not taken out."""
        return await stored(self.database, name)

    async def arrived(self, name: str, count: int) -> list[Waiting]:
        """The first updates in the inbox of a messenger, once there are `count`."""
        rows = list[Waiting]()
        try:
            async with asyncio.timeout(PATIENCE):
                while len(rows) < count:
                    ring = self.database.bell.listen()
                    if len(rows := await self.waiting(name)) < count:
                        await ring.heard(PATIENCE)
        except TimeoutError:
            raise AssertionError(f"{count} updates did not come, only {rows}") from None
        return rows

    async def came(self, name: str, count: int = 1) -> list[Waiting]:
        """Take the next `count` updates of a messenger out of the inbox, once they are there; there must be no more."""
        rows = await self.arrived(name, count)
        await self.database.write(lambda tx: _take_out(tx, rows))
        assert len(rows) == count
        return rows

    @asynccontextmanager
    async def works(self, channel: Channel) -> AsyncIterator[None]:
        """Updates are handled and messages are delivered meanwhile."""
        inbound, delivery, _ = self._rooms(channel)
        tasks = [asyncio.create_task(inbound.run()), asyncio.create_task(delivery.run())]
        try:
            yield
        finally:
            inbound.stop()
            delivery.stop()
            await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE)

    async def lets_time_pass(self, channel: Channel) -> None:
        """Handle and deliver all that is there, each failure as often as it is tried, without waiting in between."""
        inbound, delivery, lease = self._rooms(channel)
        for _ in range(inbox.TRIES + 1):
            while await inbound.handle_waiting() or await delivery.send_ready():
                pass
            self.at += timedelta(minutes=10)
            await promote.JOB.run(self.database, self.at)
        await lease.give_back()

    def _rooms(self, channel: Channel) -> tuple[Inbound, Delivery, Lease]:
        """The rooms, in which no limit of a messenger is waited for."""
        channels = {channel.name: channel}
        inbound = Inbound(self.database, channels, self.post.now, new_key)
        lease = Lease(self.database, channel.name, this_process())
        words, clock = Words(self.post.texts, self.address), partial(next, count(0.0, 2.0))
        delivery = Delivery(self.database, channel, words, lease, self.post.now, clock=clock)
        return inbound, delivery, lease


def _take_out(tx: Connection, rows: list[Waiting]) -> None:
    for row in rows:
        inbox.settle(tx, row.id)
