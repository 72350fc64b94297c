"""A sender's transaction with the outbox: what ended is settled, and what goes next is claimed and worded."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import structlog

from actions.give_back import give_back, use_next_address
from bot.channel import AccountRefused, Channel, Limited, Moved, SendError
from bot.lease import Lease
from bot.outcome import Done
from bot.pause import Pause, wait_after
from bot.words import Words
from domain.delivery import Next, Outcome, after
from domain.message import Content
from storage import addresses, claiming, crash, queueing, senders, settling
from storage.claiming import Claimed
from storage.database import Connection
from storage.settling import Ended

log = structlog.get_logger(__name__)


class Exchange:
    """What is written about one messenger's messages, under the lease to send for it."""

    def __init__(
        self, channel: Channel, words: Words, lease: Lease, pause: Pause, now: Callable[[], datetime]
    ) -> None:
        self._channel, self._words, self._lease, self._pause, self._now = channel, words, lease, pause, now

    def run(self, tx: Connection, done: Collection[Done], want: int) -> list[tuple[Claimed, Content]]:
        """Settle these, and claim up to `want` messages; those that go, with their words."""
        self._lease.hold(tx)
        now = self._now()
        if done:
            self._settle(tx, done, now)
            crash.point("settling-uncommitted")
        if not want:
            return []
        claimed = claiming.claim(tx, self._channel.name, self._lease.fence, now, want)
        crash.point("claimed-uncommitted")
        contents = [(each, self._content(tx, each, now)) for each in claimed]
        return [(each, content) for each, content in contents if content]

    def take_up(self, tx: Connection, mine: Collection[int]) -> int:
        """Judge what a sender before left in flight; how many there were. What is still in hand here is left."""
        self._lease.hold(tx)
        now = self._now()
        fence, doubt = self._lease.fence, not self._channel.capabilities.idempotent
        found = settling.in_doubt(tx, self._channel.name, fence + 1)
        left = [each for each in found if each.id not in mine]
        for each in left:
            # What we claimed ourselves and never heard of was not sent off: the store did not answer.
            outcome: Outcome = "ambiguous" if doubt and each.fence != fence else "not_sent"
            doubtful = each.doubtful + (outcome == "ambiguous")
            then = after(each.kind, outcome, attempts=1, doubtful=doubtful)
            settling.take_up(tx, each, outcome, then, now)
            settling.stop(tx, each, now)
            log.info("taken up", message=each.id, attempt=each.attempt, then=then.state)
        return len(left)

    def _content(self, tx: Connection, claimed: Claimed, now: datetime) -> Content | None:
        """The message as its messenger can show it; None when it does not go after all."""
        fence = self._lease.fence
        if claimed.not_after < now:
            then = Next("unknown" if claimed.doubtful else "expired")
            settling.settle(tx, claimed, Ended("not_sent", then, "late"), fence, now)
            if then.state == "expired":
                _give_back(tx, claimed, now)
            return None
        if claimed.edits and not claimed.target and claimed.kind == "announcement":
            settling.settle(tx, claimed, Ended("not_sent", Next("dropped"), "nothing there"), fence, now)
            return None
        if not (claimed.reachable and claimed.allowed):
            self._unreachable(tx, claimed, now)
            return None
        if claimed.until is not None and claimed.until < now:
            settling.settle(tx, claimed, Ended("not_sent", Next("waiting"), "hours over"), fence, now)
            queueing.ask_again(tx, claimed.id, now)
            return None
        try:
            return self._words.content(tx, claimed, self._channel.capabilities)
        except Exception as error:
            log.exception("not rendered", message=claimed.id)
            settling.settle(tx, claimed, Ended("refused", Next("failed"), type(error).__name__), fence, now)
            return None

    def _unreachable(self, tx: Connection, claimed: Claimed, now: datetime) -> None:
        """The address was found dead before, or the person may not use it any more: another one, or nobody."""
        why = "unreachable" if claimed.allowed else "not allowed"
        ended = Ended("unreachable", Next("failed"), why)
        settling.settle(tx, claimed, ended, self._lease.fence, now)
        if not use_next_address(tx, claimed):
            _give_back(tx, claimed, now)
        settling.stop(tx, claimed, now)

    def _settle(self, tx: Connection, done: Collection[Done], now: datetime) -> None:
        sent = [(each.claimed, each.sent_as) for each in done if not each.error]
        settling.settle_sent(tx, sent, self._lease.fence, now)
        for each in done:
            if each.error is not None:
                self._settle_unsent(tx, each, each.error, now)

    def _settle_unsent(self, tx: Connection, done: Done, error: SendError, now: datetime) -> None:
        claimed, outcome = done.claimed, done.outcome
        then = self._next(claimed, outcome, wait_after(error))
        settling.settle(tx, claimed, Ended(outcome, then, str(error)), self._lease.fence, now)
        if self._pause.until is not None and isinstance(error, (Limited, AccountRefused)):
            senders.pause(tx, self._channel.name, self._pause.until)
        if isinstance(error, Moved):
            _follow(tx, claimed, error.to)
        moved = outcome == "unreachable" and use_next_address(tx, claimed)
        if then.state == "failed" and not moved:
            _give_back(tx, claimed, now)
        settling.stop(tx, claimed, now)

    def _next(self, claimed: Claimed, outcome: Outcome, wait: timedelta | None) -> Next:
        judged: Outcome = (
            "not_sent" if outcome == "ambiguous" and self._channel.capabilities.idempotent else outcome
        )
        doubtful = claimed.doubtful + (judged == "ambiguous")
        return after(claimed.kind, judged, attempts=claimed.attempt, doubtful=doubtful, retry_after=wait)


def _follow(tx: Connection, claimed: Claimed, to: str) -> None:
    """What waits for this chat goes to where it is now; one that is known there already is another one."""
    if not addresses.move(tx, claimed.to.channel, claimed.place, to):
        addresses.reach(tx, claimed.to.address, reachable=False)


def _give_back(tx: Connection, claimed: Claimed, now: datetime) -> None:
    """The lesson waits again; the settlement does not depend on it."""
    try:
        give_back(tx, claimed.kind, claimed.step, now)
    except Exception:
        log.exception("lesson not given back", message=claimed.id)
