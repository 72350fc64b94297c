"""From the outbox to a messenger: claim, journal, fit, send, settle."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

import structlog

from actions.give_back import give_back, use_next_address
from bot import meters
from bot.channel import (
    AccountRefused,
    Channel,
    Limited,
    NotConnected,
    NotSent,
    Refused,
    SendError,
    Unreachable,
)
from bot.lease import Lease
from bot.pace import Pace
from bot.words import Words
from domain.delivery import Next, Outcome, after, backoff
from domain.message import Content
from storage import crash, queueing, senders, sending
from storage.database import Connection, Database
from storage.senders import Fenced
from storage.sending import Claimed, Ended

IN_FLIGHT: Final = 8
LOOK: Final = 1.0
GATHER: Final = 0.002
ACCOUNT_PAUSE: Final = timedelta(seconds=60)
AWAY: Final = timedelta(seconds=15)  # at most, for a messenger that cannot be reached
UNASKED_PAUSE: Final = timedelta(seconds=5)  # for a messenger that says "too many" and not for how long
log = structlog.get_logger(__name__)
OF_THE_ACCOUNT: Final = (Limited, NotConnected, AccountRefused)
OUTCOMES: Final[tuple[tuple[type[SendError], Outcome], ...]] = (
    (NotSent, "not_sent"),
    (AccountRefused, "not_sent"),
    (Unreachable, "unreachable"),
    (Refused, "refused"),
)


@dataclass(frozen=True, slots=True)
class Done:
    """How an attempt ended: as what it was sent, or why not."""

    claimed: Claimed
    sent_as: str = ""
    error: SendError | None = None

    @property
    def outcome(self) -> Outcome:
        """What an error means; one that says nothing more is ambiguous."""
        if self.error is None:
            return "sent"
        return next((outcome for kind, outcome in OUTCOMES if isinstance(self.error, kind)), "ambiguous")


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
        self._database, self._channel, self._words, self._lease = database, channel, words, lease
        self._now, self._in_flight = now, in_flight
        self._pace = Pace(channel.rate, clock)
        self._sends: set[asyncio.Task[None]] = set()
        self._done: list[Done] = []
        self._mine: set[int] = set()  # messages in flight or not settled yet
        self._paused_until: datetime | None = None
        self._failures = 0
        self._full = False
        self._stopping = False
        self._ear = database.bell.listen()

    async def run(self) -> None:
        """Send whenever this process holds the lease, until stopped."""
        while not self._stopping or (self._lease.sender and (self._sends or self._done)):
            before = self._lease.sender
            if await self._lease.take():
                if before != self._lease.sender:
                    await self._abandon()
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
        while made or self._sends or self._done:
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
            while not self._stopping or self._sends or self._done:
                self._ear.clear()
                if not await self._turn() and await self._ear.heard(self._patience()):
                    await self._gather()
        except Fenced:
            self._lease.lost()
            await self._abandon()
        else:
            await self._lease.give_back()

    async def _gather(self) -> None:
        """Let a few more sends end, so that they are settled together."""
        if self._sends and len(self._done) < self._in_flight // 2:
            await asyncio.sleep(GATHER)

    async def _begin(self) -> None:
        """Take up what a sender before left in flight."""
        self._pace.begin()
        sender = self._lease.sender
        if sender and sender.paused_until:
            self._paused_until = max(sender.paused_until, self._paused_until or sender.paused_until)
        while await self._database.write(self._take_up):
            pass

    async def _turn(self) -> int:
        """Settle what ended and claim as many as may go now; how many were sent off."""
        done, self._done = self._done, []
        want = 0 if self._stopping else await self._room(settles=bool(done))
        if not done and not want and not self._lease.beat_due:
            return 0
        try:
            claimed = await self._database.write(lambda tx: self._exchange(tx, done, want))
        except BaseException:
            self._done = [*done, *self._done]  # the store is away: what ended is settled when it is back
            raise
        self._lease.beaten()
        self._mine -= {each.claimed.id for each in done}
        if done:
            crash.point("settled")
            self._count(done)
        if claimed:
            crash.point("claimed")
        self._full = len(claimed) == want > 0
        for each, content in claimed:
            self._send_off(each, content)
        return len(claimed)

    async def _room(self, *, settles: bool) -> int:
        """How many messages may be claimed now: slots, pace, pauses, and whether there is any.

        Who has something to settle need not look: what it settles may free the next.
        """
        if self._rests():
            return 0
        room = min(self._in_flight - len(self._sends), self._pace.free())
        if room <= 0:
            return 0
        looks = not settles and not self._full
        if looks and not await self._database.read(lambda tx: sending.anything(tx, self.name)):
            return 0
        return room

    def _exchange(self, tx: Connection, done: list[Done], want: int) -> list[tuple[Claimed, Content]]:
        self._lease.hold(tx)
        now = self._now()
        if done:
            self._settle(tx, done, now)
            crash.point("settling-uncommitted")
        if not want:
            return []
        claimed = sending.claim(tx, self.name, self._lease.fence, now, want)
        crash.point("claimed-uncommitted")
        contents = [(each, self._content(tx, each, now)) for each in claimed]
        return [(each, content) for each, content in contents if content]

    def _content(self, tx: Connection, claimed: Claimed, now: datetime) -> Content | None:
        """The message as its messenger can show it; None when it does not go after all."""
        fence = self._lease.fence
        if claimed.not_after < now:
            then = Next("unknown" if claimed.doubtful else "expired")
            sending.settle(tx, claimed, Ended("not_sent", then, "late"), fence, now)
            if then.state == "expired":
                self._give_back(tx, claimed, now)
            return None
        if not claimed.reachable:
            self._unreachable(tx, claimed, now)
            return None
        if claimed.until is not None and claimed.until < now:
            sending.settle(tx, claimed, Ended("not_sent", Next("waiting"), "hours over"), fence, now)
            queueing.ask_again(tx, claimed.id, now)
            return None
        try:
            return self._words.content(tx, claimed, self._channel.capabilities)
        except Exception as error:
            log.exception("not rendered", message=claimed.id)
            sending.settle(tx, claimed, Ended("refused", Next("failed"), type(error).__name__), fence, now)
            return None

    def _unreachable(self, tx: Connection, claimed: Claimed, now: datetime) -> None:
        """The address was found dead before: another one, or nobody."""
        ended = Ended("unreachable", Next("failed"), "unreachable")
        sending.settle(tx, claimed, ended, self._lease.fence, now)
        if not use_next_address(tx, claimed):
            self._give_back(tx, claimed, now)
        sending.stop(tx, claimed, now)

    def _send_off(self, claimed: Claimed, content: Content) -> None:
        self._pace.started()
        self._mine.add(claimed.id)
        task = asyncio.create_task(self._send(claimed, content))
        self._sends.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._sends.discard(task)
        self._ear.wake()

    async def _send(self, claimed: Claimed, content: Content) -> None:
        await self._pace.chat(claimed.place)
        crash.point("sending")
        try:
            sent_as = await self._carry(claimed, content)
        except SendError as error:
            self._rest(error)
            self._done.append(Done(claimed, error=error))
        except Exception as error:  # an adapter that breaks its contract: nobody knows what left
            log.exception("adapter failed", message=claimed.id)
            self._done.append(Done(claimed, error=SendError(type(error).__name__)))
        else:
            self._failures = 0
            self._done.append(Done(claimed, sent_as))
        finally:
            self._pace.ended()

    async def _carry(self, claimed: Claimed, content: Content) -> str:
        channel = self._channel
        if claimed.target and channel.capabilities.edits:
            await channel.edit(claimed.place, claimed.target, content)
            return claimed.target
        return await channel.send(claimed.place, content, key=claimed.key)

    def _settle(self, tx: Connection, done: list[Done], now: datetime) -> None:
        fence = self._lease.fence
        sending.settle_sent(tx, [(each.claimed, each.sent_as) for each in done if not each.error], fence, now)
        for each in done:
            if each.error is not None:
                self._settle_unsent(tx, each, each.error, now)

    def _settle_unsent(self, tx: Connection, done: Done, error: SendError, now: datetime) -> None:
        claimed, outcome = done.claimed, done.outcome
        then = self._next(claimed, outcome, _pause(error))
        sending.settle(tx, claimed, Ended(outcome, then, str(error)), self._lease.fence, now)
        if self._paused_until is not None and isinstance(error, (Limited, AccountRefused)):
            senders.pause(tx, self.name, self._paused_until)
        moved = outcome == "unreachable" and use_next_address(tx, claimed)
        if then.state == "failed" and not moved:
            self._give_back(tx, claimed, now)
        sending.stop(tx, claimed, now)

    def _give_back(self, tx: Connection, claimed: Claimed, now: datetime) -> None:
        """The lesson waits again; the settlement does not depend on it."""
        try:
            give_back(tx, claimed.kind, claimed.step, now)
        except Exception:
            log.exception("lesson not given back", message=claimed.id)

    def _next(self, claimed: Claimed, outcome: Outcome, wait: timedelta | None) -> Next:
        judged: Outcome = (
            "not_sent" if outcome == "ambiguous" and self._channel.capabilities.idempotent else outcome
        )
        doubtful = claimed.doubtful + (judged == "ambiguous")
        return after(claimed.kind, judged, attempts=claimed.attempt, doubtful=doubtful, retry_after=wait)

    def _rest(self, error: SendError) -> None:
        """Nothing more is claimed for a while, when this is about the account; what is in flight says nothing new."""
        if not isinstance(error, OF_THE_ACCOUNT):
            return
        if isinstance(error, NotConnected):
            self._failures += not self._rests()
            pause = min(backoff(max(1, self._failures)), AWAY)
        else:
            pause = _pause(error) or timedelta(0)
        until = self._now() + pause
        self._paused_until = max(until, self._paused_until or until)

    def _rests(self) -> bool:
        return self._paused_until is not None and self._now() < self._paused_until

    def _count(self, done: list[Done]) -> None:
        """After the commit: what everybody who looks at this process is told."""
        for each in done:
            meters.SENDS.add(self.name, each.outcome)
            if each.error is None:
                continue
            log.warning(
                "not sent", message=each.claimed.id, outcome=each.outcome, error=type(each.error).__name__
            )

    def _take_up(self, tx: Connection) -> int:
        self._lease.hold(tx)
        now = self._now()
        fence, doubt = self._lease.fence, not self._channel.capabilities.idempotent
        left = [each for each in sending.in_doubt(tx, self.name, fence + 1) if each.id not in self._mine]
        for each in left:
            # What we claimed ourselves and never heard of was not sent off: the store did not answer.
            outcome: Outcome = "ambiguous" if doubt and each.fence != fence else "not_sent"
            doubtful = each.doubtful + (outcome == "ambiguous")
            then = after(each.kind, outcome, attempts=1, doubtful=doubtful)
            sending.take_up(tx, each, outcome, then, now)
            sending.stop(tx, each, now)
            log.info("taken up", message=each.id, attempt=each.attempt, then=then.state)
        return len(left)

    def _patience(self) -> float:
        """Seconds until it is worth looking again, when nothing rings."""
        if self._paused_until is not None and self._paused_until > self._now():
            return min(LOOK, (self._paused_until - self._now()).total_seconds())
        return LOOK if self._pace.free() else min(LOOK, self._pace.next_in())

    async def _abandon(self) -> None:
        """Another process sends now, and has taken up what this one has in flight."""
        for task in self._sends:
            task.cancel()
        await asyncio.gather(*self._sends, return_exceptions=True)
        self._done.clear()
        self._mine.clear()


def _pause(error: SendError) -> timedelta | None:
    """How long the message itself has to wait, when the error says it."""
    if isinstance(error, AccountRefused):
        return ACCOUNT_PAUSE
    if isinstance(error, Limited) and error.retry_after is None:
        return UNASKED_PAUSE
    if isinstance(error, NotSent) and error.retry_after is not None:
        return timedelta(seconds=error.retry_after)
    return None
