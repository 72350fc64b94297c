"""The product's rooms on a store full of learners, put together for one measurement."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.channel import Channel, load
from bot.delivery import IN_FLIGHT, Delivery
from bot.lease import Lease
from bot.post import StorePost
from bot.process import this_process
from bot.words import Words
from domain.texts import Texts
from storage.database import Database
from tests.bench.clock import now
from zinute import catalogues
from zinute.assemble import opened
from zinute.config import Settings
from zinute.logs import set_up


@dataclass(frozen=True, slots=True)
class House:
    """A store and the Telegram channel, as the environment sets them up, and the lease to send."""

    database: Database
    texts: Texts
    post: StorePost
    channel: Channel
    lease: Lease

    def delivery(self, in_flight: int = IN_FLIGHT) -> Delivery:
        """Who sends."""
        return Delivery(self.database, self.channel, Words(self.texts), self.lease, now, in_flight=in_flight)


@asynccontextmanager
async def house() -> AsyncIterator[House]:
    """Open it."""
    set_up("error")
    texts = catalogues.load()
    async with opened(Settings()) as database:
        post = StorePost(database, texts, now)
        channel = load("telegram", post)
        yield House(database, texts, post, channel, Lease(database, channel.name, this_process()))
        await channel.close()
