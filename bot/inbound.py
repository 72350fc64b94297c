"""From the inbox to an action: in order per address, effects and "done" in one transaction."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog

from actions.apologise import apologise
from actions.carry_out import Raced
from actions.converse import converse
from bot import meters
from bot.channel import Channel
from domain.delivery import backoff
from storage import crash, inbox
from storage.database import Connection, Database
from storage.inbox import Waiting

AT_ONCE = 50
LOOK = timedelta(seconds=1)
log = structlog.get_logger(__name__)


class Inbound:
    """Handles what waits in the inbox of these channels."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        now: Callable[[], datetime],
        new_key: Callable[[], str],
        code_key: bytes = b"",
        *,
        arrived: deque[Waiting] | None = None,
    ) -> None:
        """`code_key` makes the codes that are sent by e-mail; it is empty where no mail is sent.

        `arrived` are updates that were stored just now: they need not be read back. The store says what is done.
        """
        self._database, self._channels, self._now, self._new_key = database, channels, now, new_key
        self._code_key = code_key
        self._arrived = deque[Waiting]() if arrived is None else arrived
        self._looked_at: datetime | None = None
        self._ear = database.bell.listen()
        self._stopping = False

    async def run(self) -> None:
        """Handle updates as they come, until stopped."""
        while not self._stopping:
            self._ear.clear()
            if not await self.handle_waiting():
                await self._ear.heard(LOOK.total_seconds())
                await asyncio.sleep(0)  # those who waited for the commit that rang put theirs at hand

    def stop(self) -> None:
        """End `run` once what is in hand is done."""
        self._stopping = True
        self._ear.wake()

    async def handle_waiting(self) -> int:
        """Handle one round of waiting updates, one an address; how many were dealt with."""
        waiting = self._at_hand() or await self._look()
        if not waiting:
            return 0
        crash.point("handling")
        outcomes = await self._database.write_all([partial(self._effect, update=each) for each in waiting])
        crash.point("handled")
        return sum([await self._judge(*each) for each in zip(waiting, outcomes, strict=True)])

    def _at_hand(self) -> list[Waiting]:
        """Updates of different addresses in the order in which they came; none when it is time to look again."""
        if self._looked_at is None or abs(self._now() - self._looked_at) > LOOK:
            return []
        taken = dict[tuple[str, str], Waiting]()
        while self._arrived and len(taken) < AT_ONCE:
            place = self._arrived[0].channel, self._arrived[0].address
            if place in taken:
                break
            taken[place] = self._arrived.popleft()
        return list(taken.values())

    async def _look(self) -> list[Waiting]:
        """What waits in the store, from whomever; it is not at hand any more."""
        now = self._looked_at = self._now()
        waiting = await self._database.read(lambda tx: inbox.waiting(tx, self._channels, now, AT_ONCE))
        found = {each.id for each in waiting}
        while self._arrived and self._arrived[0].id in found:
            self._arrived.popleft()
        return waiting

    async def _judge(self, update: Waiting, outcome: bool | Exception) -> bool:
        """Whether the update is dealt with; once more when somebody else was first in between."""
        if isinstance(outcome, Raced):
            (outcome,) = await self._database.write_all([partial(self._effect, update=update)])
        if isinstance(outcome, Exception):
            reason = type(outcome).__name__
            log.warning("update failed", inbox=update.id, tries=update.tries + 1, exc_info=outcome)
            return await self._database.write(lambda tx: self._failed(tx, update, reason))
        if outcome:
            meters.INGEST.see((self._now() - update.received_at).total_seconds())
        return outcome

    def _effect(self, tx: Connection, update: Waiting) -> bool:
        if not inbox.settle(tx, update.id):
            return False
        incoming = self._channels[update.channel].decode(update.raw)
        if incoming is not None:
            converse(
                tx,
                incoming,
                channel=update.channel,
                occurrence=_occurrence(update),
                now=self._now(),
                new_key=self._new_key,
                code_key=self._code_key,
            )
        crash.point("handled-uncommitted")
        return True

    def _failed(self, tx: Connection, update: Waiting, reason: str) -> bool:
        quarantined = inbox.fail(tx, update, reason, self._now() + backoff(update.tries + 1))
        if quarantined and update.address:
            apologise(
                tx,
                channel=update.channel,
                key=update.address,
                occurrence=_occurrence(update),
                now=self._now(),
            )
        return quarantined


def _occurrence(update: Waiting) -> str:
    """Its number and its second: SQLite numbers from 1 again when all updates of the last days are forgotten."""
    return f"update:{update.id}:{int(update.received_at.timestamp())}"
