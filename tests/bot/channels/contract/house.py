"""The house around a channel under test: a real store, a real post, and a look into the inbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from bot.channel import Channel, Update
from bot.delivery import Delivery
from bot.inbound import Inbound
from bot.post import StorePost
from domain.texts import Texts
from storage import inbox
from storage.database import Connection, Database
from storage.inbox import Waiting
from tests.bot.channels.contract.visitor import PATIENCE
from tests.storage.samples import MONDAY
from zinute import catalogues
from zinute.assemble import new_key

LOOK: Final = 0.05  # seconds between two looks when no bell rings
ROUND: Final = 100


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
    """A store, and the post that stands on it."""

    database: Database
    post: Door = field(init=False)

    def __post_init__(self) -> None:
        self.post = Door(self.database, texts(), lambda: MONDAY)

    async def waiting(self, name: str) -> list[Waiting]:
        """What is in the inbox of a messenger and was not taken out."""
        return await self.database.read(lambda tx: inbox.waiting(tx, [name], MONDAY, ROUND))

    async def came(self, name: str, count: int = 1) -> list[Waiting]:
        """Take the next `count` updates of a messenger out of the inbox, once they are there; there must be no more."""
        rows = list[Waiting]()
        try:
            async with asyncio.timeout(PATIENCE):
                while len(rows := await self.waiting(name)) < count:
                    await self.database.bell.listen().heard(LOOK)
        except TimeoutError:
            raise AssertionError(f"{count} updates did not come, only {rows}") from None
        await self.database.write(lambda tx: _take_out(tx, rows))
        assert len(rows) == count
        return rows

    @asynccontextmanager
    async def works(self, channel: Channel) -> AsyncIterator[None]:
        """Updates are handled and messages are delivered meanwhile."""
        channels = {channel.name: channel}
        inbound = Inbound(self.database, channels, self.post.now, new_key)
        delivery = Delivery(self.database, channels, self.post.texts, self.post.now)
        rooms = [asyncio.create_task(inbound.run()), asyncio.create_task(delivery.run())]
        try:
            yield
        finally:
            inbound.stop()
            delivery.stop()
            await asyncio.wait_for(asyncio.gather(*rooms), PATIENCE)


def _take_out(tx: Connection, rows: list[Waiting]) -> None:
    for row in rows:
        inbox.settle(tx, row.id)
