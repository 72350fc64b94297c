"""Nothing is claimed for a while, when an error is about the account and not about one message."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.channel import AccountRefused, Limited, NotConnected, NotSent, SendError
from domain.delivery import backoff

ACCOUNT_PAUSE: Final = timedelta(seconds=60)
AWAY: Final = timedelta(seconds=15)  # at most, for a messenger that cannot be reached
UNASKED_PAUSE: Final = timedelta(seconds=5)  # for a messenger that says "too many" and not for how long
OF_THE_ACCOUNT: Final = (Limited, NotConnected, AccountRefused)


class Pause:
    """The account's pause, as this process knows it: `until`, or None while there was none."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.until: datetime | None = None
        self._now = now
        self._failures = 0

    @property
    def lasts(self) -> bool:
        """Whether it is not over yet."""
        return self.until is not None and self._now() < self.until

    @property
    def left(self) -> float:
        """Seconds until it is over."""
        return 0.0 if self.until is None else max(0.0, (self.until - self._now()).total_seconds())

    def extend(self, until: datetime) -> None:
        """It lasts until then at least."""
        self.until = max(until, self.until or until)

    def answered(self) -> None:
        """The messenger took a message."""
        self._failures = 0

    def failed(self, error: SendError) -> None:
        """Rest, when this is about the account; what is in flight by then says nothing new."""
        if not isinstance(error, OF_THE_ACCOUNT):
            return
        if isinstance(error, NotConnected):
            self._failures += not self.lasts
            pause = min(backoff(max(1, self._failures)), AWAY)
        else:
            pause = wait_after(error) or timedelta(0)
        self.extend(self._now() + pause)


def wait_after(error: SendError) -> timedelta | None:
    """How long the message itself has to wait, when the error says it."""
    if isinstance(error, AccountRefused):
        return ACCOUNT_PAUSE
    if isinstance(error, Limited) and error.retry_after is None:
        return UNASKED_PAUSE
    if isinstance(error, NotSent) and error.retry_after is not None:
        return timedelta(seconds=error.retry_after)
    return None
