"""From the outbox to a messenger: claim, journal, fit, send, settle, for as long as this process holds the lease."""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime
from time import monotonic
from typing import Final

import structlog

from bot import meters
from bot.channel import Channel
from bot.exchange import Exchange
from bot.flight import Flight
from bot.lease import Lease
from bot.outcome import Done
from bot.pace import Pace
from bot.pause import Pause
from bot.words import Words
from storage import claiming, crash
from storage.database import Database
from storage.senders import Fenced

IN_FLIGHT: Final = 8
LOOK: Final = 1.0
GATHER: Final = 0.002
log = structlog.get_logger(__name__)


class Delivery:
    """Sends what is ready for one messenger, at most `in_flight` at a time, while it holds the lease.

    Each messenger has its own, so that one which does not answer holds up nobody else. Whatever ended is settled, and
    what is sent next is claimed, in one transaction: what is between the two is all that can become ambiguous.
    """

    def __init__(
        self,
        database: Database,
        channel: Channel,
        words: Words,
        lease: Lease,
        now: Callable[[], datetime],
        *,
        in_flight: int = IN_FLIGHT,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.name = channel.name
        self._database, self._lease, self._in_flight = database, lease, in_flight
        self._ear = database.bell.listen()
        self._pace, self._pause = Pace(channel.rate, clock, channel.capabilities.groups), Pause(now)
        self._flight = Flight(channel, self._pace, self._pause, self._ear.wake)
        self._exchange = Exchange(channel, words, lease, self._pause, now)
        self._full = False
        self._stopping = False

    async def run(self) -> None:
        """Send whenever this process holds the lease, until stopped."""
        while not self._stopping or (self._lease.sender and self._flight.busy):
            before = self._lease.sender
            if await self._lease.take():
                if before != self._lease.sender:
                    await self._flight.abandon()
                await self._lead()
            else:
                self._ear.clear()
                await self._ear.heard(LOOK)

    def stop(self) -> None:
        """End `run` once what is in flight is settled."""
        self._stopping = True
        self._ear.wake()

    async def send_ready(self) -> int:
        """Send what is ready until nothing is, taking the lease for it; how many attempts were made."""
        if not self._lease.held:
            if not await self._lease.take():
                return 0
            await self._begin()
        count = made = await self._turn()
        while made or self._flight.busy:
            if not made and await self._ear.heard(LOOK):
                await self._gather()
            self._ear.clear()
            made = await self._turn()
            count += made
        return count

    async def _lead(self) -> None:
        """Send until stopped or fenced off; what is in flight then is somebody else's to judge."""
        try:
            await self._begin()
            while not self._stopping or self._flight.busy:
                self._ear.clear()
                if not await self._turn() and await self._ear.heard(self._patience()):
                    await self._gather()
        except Fenced:
            self._lease.lost()
            await self._flight.abandon()
        else:
            await self._lease.give_back()

    async def _gather(self) -> None:
        """Let a few more sends end, so that they are settled together."""
        if self._flight.count and self._flight.unsettled < self._in_flight // 2:
            await asyncio.sleep(GATHER)

    async def _begin(self) -> None:
        """Take up what a sender before left in flight."""
        self._pace.begin()
        sender = self._lease.sender
        if sender and sender.paused_until:
            self._pause.extend(sender.paused_until)
        while await self._database.write(lambda tx: self._exchange.take_up(tx, self._flight.mine)):
            pass

    async def _turn(self) -> int:
        """Settle what ended and claim as many as may go now; how many were sent off."""
        flight = self._flight
        done = flight.take_done()
        want = 0 if self._stopping else await self._room(settles=bool(done))
        if not done and not want and not self._lease.beat_due:
            return 0
        try:
            claimed = await self._database.write(lambda tx: self._exchange.run(tx, done, want))
        except BaseException:
            flight.not_settled(done)
            raise
        self._lease.beaten()
        flight.settled(done)
        if done:
            crash.point("settled")
            self._count(done)
        if claimed:
            crash.point("claimed")
        self._full = len(claimed) == want > 0
        for each, content in claimed:
            flight.send_off(each, content)
        return len(claimed)

    async def _room(self, *, settles: bool) -> int:
        """How many messages may be claimed now: slots, pace, pauses, and whether there is any.

        Who has something to settle need not look: what it settles may free the next.
        """
        if self._pause.lasts:
            return 0
        room = min(self._in_flight - self._flight.count, self._pace.free())
        if room <= 0:
            return 0
        looks = not settles and not self._full
        if looks and not await self._database.read(lambda tx: claiming.anything(tx, self.name)):
            return 0
        return room

    def _count(self, done: Collection[Done]) -> None:
        """After the commit: what everybody who looks at this process is told."""
        for each in done:
            meters.SENDS.add(self.name, each.outcome)
            if each.error is None:
                continue
            log.warning(
                "not sent", message=each.claimed.id, outcome=each.outcome, error=type(each.error).__name__
            )

    def _patience(self) -> float:
        """Seconds until it is worth looking again, when nothing rings."""
        if self._pause.lasts:
            return min(LOOK, self._pause.left)
        return LOOK if self._pace.free() else min(LOOK, self._pace.next_in())
