"""From the inbox to an action: in order per address, effects and "done" in one transaction.

An update is handled in the transaction that stores it (`respond`, called by the post). What could not be is looked for
in the store and handled here: what came when an earlier one of its address waited, what failed, and what another
process had stored when it ended.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

import structlog

from actions.apologise import apologise
from actions.carry_out import Raced
from actions.converse import converse
from bot import meters
from bot.channel import Channel
from domain.delivery import backoff
from storage import crash, inbox
from storage.bell import Ear
from storage.database import Connection, Database
from storage.inbox import Waiting

AT_ONCE = 50
LOOK = 1.0  # seconds
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
        door_key: bytes = b"",
    ) -> None:
        """`code_key` makes the codes that are sent by e-mail; it is empty where no mail is sent. `door_key` makes those
        at the doors of sessions."""
        self._database, self._channels, self._now, self._new_key = database, channels, now, new_key
        self._code_key, self._door_key = code_key, door_key
        self._ear = Ear()
        self._stopping = False

    async def run(self) -> None:
        """Handle what is left as it comes, until stopped."""
        while not self._stopping:
            self._ear.clear()
            if not await self.handle_waiting():
                await self._ear.heard(LOOK)

    def stop(self) -> None:
        """End `run` once what is in hand is done."""
        self._stopping = True
        self._ear.wake()

    def wake(self) -> None:
        """Something was stored and is not handled."""
        self._ear.wake()

    async def handle_waiting(self) -> int:
        """Handle one round of waiting updates, one an address; how many were dealt with."""
        now = self._now()
        waiting = await self._database.read(lambda tx: inbox.waiting(tx, self._channels, now, AT_ONCE))
        if not waiting:
            return 0
        crash.point("handling")
        outcomes = await self._database.write_all([partial(self._effect, update=each) for each in waiting])
        crash.point("handled")
        return sum([await self._judge(*each) for each in zip(waiting, outcomes, strict=True)])

    async def _judge(self, update: Waiting, outcome: bool | Exception) -> bool:
        """Whether the update is dealt with; once more when somebody else was first in between."""
        if isinstance(outcome, Raced):
            (outcome,) = await self._database.write_all([partial(self._effect, update=update)])
        if isinstance(outcome, Exception):
            reason = type(outcome).__name__
            log.warning("update failed", inbox=update.id, tries=update.tries + 1, exc_info=outcome)
            quarantined = await self._database.write(lambda tx: self._failed(tx, update, reason))
            self._ear.wake()  # others wait
            return quarantined
        if outcome:
            meters.INGEST.see((self._now() - update.received_at).total_seconds())
        return outcome

    def respond(self, tx: Connection, update: Waiting, now: datetime) -> None:
        """All that follows from an update."""
        incoming = self._channels[update.channel].decode(update.raw)
        if incoming is not None:
            converse(
                tx,
                incoming,
                channel=update.channel,
                occurrence=_occurrence(update),
                now=now,
                new_key=self._new_key,
                code_key=self._code_key,
                door_key=self._door_key,
            )
        crash.point("handled-uncommitted")

    def _effect(self, tx: Connection, update: Waiting) -> bool:
        inbox.take_turn(tx, update.channel, update.address)
        if not inbox.settle(tx, update.id):
            return False
        self.respond(tx, update, self._now())
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
