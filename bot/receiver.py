"""Updates in, while this process holds the messenger's lease; and what a messenger forgot while nobody listened."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import structlog

from actions.ask_again import ask_again
from bot.channel import Channel, ChannelError
from bot.lease import Lease
from bot.post import StorePost
from storage import crash, senders
from storage.database import Connection, Database
from storage.senders import Fenced

LOOK: Final = 0.25
REFUSED: Final = 60.0  # seconds until a messenger that refuses our account is asked again
KEEP: Final = timedelta(seconds=5)
log = structlog.get_logger(__name__)


class Receiver:
    """Runs a channel's `receive` under the lease, and keeps when the messenger was last heard."""

    def __init__(self, database: Database, channel: Channel, lease: Lease, post: StorePost) -> None:
        self.name = channel.name
        self.ended = asyncio.Event()  # nothing more comes but what comes by HTTP
        self._database, self._channel, self._lease, self._post = database, channel, lease, post
        self._kept: datetime | None = None

    async def run(self) -> None:
        """Receive whenever this process holds the lease, until cancelled."""
        while True:
            if self._lease.held and self._lease.sender:
                self._kept = _later(self._kept, self._lease.sender.heard_at)
                await self._lead()
            await asyncio.sleep(LOOK)

    async def _lead(self) -> None:
        receiving = asyncio.create_task(self._receive())
        try:
            while self._lease.held:
                if receiving.done():
                    receiving.result()  # the room falls, and is opened again
                if self.ended.is_set():
                    self._post.heard(self.name)
                await self._keep(self._post.heard_at.get(self.name))
                await asyncio.sleep(LOOK)
        except Fenced:
            log.warning("another process receives", channel=self.name)
        finally:
            receiving.cancel()
            await asyncio.gather(receiving, return_exceptions=True)

    async def _receive(self) -> None:
        while True:
            try:
                await self._channel.receive()
            except ChannelError as error:
                log.warning("messenger off", channel=self.name, reason=str(error))
                await asyncio.sleep(REFUSED)
            else:
                self.ended.set()
                return

    async def _keep(self, heard: datetime | None) -> None:
        """Write down now and then that the messenger was heard; ask again for what it forgot in between."""
        before = self._kept
        if heard is None or (before is not None and heard - before < KEEP):
            return
        forgets = self._channel.capabilities.forgets
        gap = before is not None and forgets is not None and heard - before > timedelta(seconds=forgets)

        def keep(tx: Connection) -> int:
            senders.heard(tx, self.name, self._lease.fence, heard)
            if before is None or not gap:
                return 0
            asked = ask_again(tx, channel=self.name, began=before, ended=heard)
            crash.point("gap-found")
            return asked

        asked = await self._database.write(keep)
        self._kept = heard
        if gap:
            log.warning("messenger was not heard", channel=self.name, since=str(before), asked=asked)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    """A lease that was held all along says when the messenger was heard before it was taken."""
    return max((each for each in (one, other) if each is not None), default=None)
