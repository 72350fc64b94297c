"""From the outbox to a messenger: claim, journal, fit, send, settle."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.channel import AccountRefused, Channel, NotSent, Refused, SendError, Unreachable
from bot.render import Voice, render
from domain.delivery import LEASE, Next, Outcome, after
from domain.fitting import fit
from domain.message import Content
from domain.texts import Texts
from storage import addresses, outbox, programmes
from storage.database import Connection, Database
from storage.outbox import Claimed

IN_FLIGHT = 8
LOOK = 1.0
ACCOUNT_PAUSE = 60.0
log = structlog.get_logger(__name__)
OUTCOMES: tuple[tuple[type[SendError], Outcome], ...] = (
    (NotSent, "not_sent"),
    (AccountRefused, "not_sent"),
    (Unreachable, "unreachable"),
    (Refused, "refused"),
)


class Delivery:
    """The only one who sends to a messenger: what is ready there, at most IN_FLIGHT at a time.

    Each messenger has its own, so that one which does not answer holds up nobody else.
    """

    def __init__(
        self, database: Database, channel: Channel, texts: Texts, now: Callable[[], datetime]
    ) -> None:
        self.name = channel.name
        self._database, self._channel, self._texts, self._now = database, channel, texts, now
        self._stopping = False

    async def run(self) -> None:
        """Take up what a stopped sender left, then send until stopped."""
        await self._database.write(lambda tx: self._take_up(tx, self._now() + LEASE + LEASE))
        while not self._stopping:
            ring = self._database.bell.listen()
            if not await self.send_ready():
                await ring.heard(LOOK)

    def stop(self) -> None:
        """End `run` once what is in hand is done."""
        self._stopping = True
        self._database.bell.ring()

    async def send_ready(self) -> int:
        """Send one round of ready messages, one an address; how many were tried."""
        if not await self._database.read(lambda tx: outbox.anything(tx, self.name, self._now())):
            return 0
        claimed = await self._database.write(self._claim)
        sends = (self._deliver(each, content) for each, content in claimed)
        ended = await asyncio.gather(*sends, return_exceptions=True)
        for error in ended:
            if isinstance(error, BaseException):
                raise error
        return len(claimed)

    def _claim(self, tx: Connection) -> list[tuple[Claimed, Content]]:
        now = self._now()
        self._take_up(tx, now)
        outbox.drop_late(tx, now)
        claimed = outbox.claim(tx, self.name, now, IN_FLIGHT)
        contents = [(each, self._content(tx, each)) for each in claimed]
        return [(each, content) for each, content in contents if content]

    def _content(self, tx: Connection, claimed: Claimed) -> Content | None:
        """The message as its messenger can show it; None, and the message given up, when it has no words."""
        voice = Voice(self._texts, claimed.language)
        try:
            content = render(claimed.message, lambda version: programmes.version(tx, version), voice)
            return fit(content, self._channel.capabilities)
        except Exception as error:
            log.exception("not rendered", message=claimed.id)
            reason = type(error).__name__
            outbox.settle(tx, claimed, "refused", Next("failed"), self._now(), reason=reason)
            return None

    def _take_up(self, tx: Connection, now: datetime) -> None:
        outcome: Outcome = "not_sent" if self._channel.capabilities.idempotent else "ambiguous"
        for message, kind, attempts, doubtful in outbox.abandoned(tx, self.name, now):
            then = after(kind, outcome, attempts=1, doubtful=doubtful)
            outbox.release(tx, message, then, self._now())
            log.info("taken up", message=message, attempts=attempts, then=then.state)

    async def _deliver(self, claimed: Claimed, content: Content) -> None:
        try:
            sent_as = await self._send(claimed, content)
        except SendError as error:
            await self._settle(claimed, _outcome(error), reason=str(error), wait=_wait(error))
        except Exception as error:  # an adapter that breaks its contract: nobody knows what left
            log.exception("adapter failed", message=claimed.id)
            await self._settle(claimed, "ambiguous", reason=type(error).__name__)
        else:
            await self._settle(claimed, "sent", sent_as=sent_as)

    async def _send(self, claimed: Claimed, content: Content) -> str:
        channel = self._channel
        if claimed.target and channel.capabilities.edits:
            await channel.edit(claimed.to, claimed.target, content)
            return claimed.target
        return await channel.send(claimed.to, content, key=claimed.key)

    async def _settle(
        self,
        claimed: Claimed,
        outcome: Outcome,
        *,
        sent_as: str = "",
        reason: str = "",
        wait: float | None = None,
    ) -> None:
        idempotent = self._channel.capabilities.idempotent
        judged: Outcome = "not_sent" if outcome == "ambiguous" and idempotent else outcome
        doubtful = claimed.doubtful + (judged == "ambiguous")
        retry = None if wait is None else timedelta(seconds=wait)
        then = after(claimed.kind, judged, attempts=claimed.attempt, doubtful=doubtful, retry_after=retry)

        def settle(tx: Connection) -> None:
            outbox.settle(tx, claimed, outcome, then, self._now(), sent_as=sent_as, reason=reason)
            if outcome == "unreachable":
                addresses.reach(tx, claimed.address, reachable=False)

        await self._database.write(settle)
        if outcome != "sent":
            log.warning("not sent", message=claimed.id, outcome=outcome, then=then.state, reason=reason)


def _outcome(error: SendError) -> Outcome:
    """What an error means; one that says nothing more is ambiguous."""
    return next((outcome for kind, outcome in OUTCOMES if isinstance(error, kind)), "ambiguous")


def _wait(error: SendError) -> float | None:
    if isinstance(error, AccountRefused):
        return ACCOUNT_PAUSE
    return error.retry_after if isinstance(error, NotSent) else None
