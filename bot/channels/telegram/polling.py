"""Long polling of our own: what was fetched is stored before Telegram is told that it may forget it."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from time import monotonic
from typing import Final

import structlog

from bot.channel import ChannelError
from bot.channels.telegram.problem import Answered, Problem
from bot.channels.telegram.settings import PREFIX
from bot.channels.telegram.updates import Arrived, fetched

LONGEST_WAIT: Final = 60.0  # seconds
LONGEST_STORE_WAIT: Final = 3.0  # seconds: our own store comes back sooner than a network
CONFLICT_WAIT: Final = 5.0  # seconds: another process may be taking over from us, or we from it
CONFLICT_OVER: Final = 120.0  # seconds without another conflict

_HOOKED: Final = (
    "Somebody has set a webhook for this bot, but we fetch its updates: the webhook will be deleted."
)
_SHARED: Final = "Another program fetches the updates of this bot: only one may use its token."

Sleep = Callable[[float], Awaitable[None]]
_log = structlog.get_logger(__name__)


class Numberless(Problem):
    """None of the updates that came has a number: they cannot be confirmed, and come again."""

    def __init__(self) -> None:
        super().__init__("no update has a number")


class Polling:
    """`fetch` takes an offset and returns updates; `take` returns when an update is stored."""

    def __init__(
        self,
        fetch: Callable[[int | None], Awaitable[list[bytes]]],
        take: Callable[[Arrived], Awaitable[None]],
    ) -> None:
        self._fetch = fetch
        self._take = take
        self._offset: int | None = None

    async def once(self) -> None:
        """Fetch and store. The offset stands behind what is stored, also when this raises in the middle.

        Once a fetch with an offset has succeeded, nothing is unconfirmed, and an empty one is followed by one
        from the head: Telegram's numbers may start lower after a silent week (Bot API, Update). Raises Numberless
        when there is nothing to set the offset by: the next fetch brings the same.
        """
        updates = await self._fetch(self._offset)
        self._offset = None
        for update in map(fetched, updates):
            await self._take(update)
            self._offset = self._offset if update.number is None else update.number + 1
        if updates and self._offset is None:
            raise Numberless


class Patience:
    """How long to wait after a failure. The log gets a line when a trouble begins, not one for each try.

    Conflicts count on across successes in between, so that two programs with one token do not take turns.
    """

    def __init__(self, rng: Random, now: Callable[[], float] = monotonic) -> None:
        self._rng = rng
        self._now = now
        self._failures = 0
        self._trouble = ""
        self._conflict_until = 0.0

    def failed(self, error: Exception) -> float:
        """Seconds to wait after this failure."""
        self._failures += 1
        if isinstance(error, Answered) and error.code == 409:
            self._conflict_until = self._now() + CONFLICT_OVER
        trouble = f"{type(error).__name__} {_reason(error)}"
        if trouble != self._trouble:
            self._trouble = trouble
            _tell(error)
        return pause(error, self._failures, self._rng)

    def succeeded(self) -> None:
        """Forget the failures before, once there is no conflict any more."""
        if self._trouble and self._now() >= self._conflict_until:
            _log.info("telegram_goes_on", failures=self._failures)
            self._failures, self._trouble = 0, ""


async def insist(
    step: Callable[[], Awaitable[None]], *, sleep: Sleep = asyncio.sleep, patience: Patience
) -> None:
    """Do `step` until it succeeds, waiting in between; ChannelError when Telegram refuses the token."""
    while True:
        try:
            await step()
        except ChannelError:
            raise
        except Exception as error:  # Telegram or the store is away: neither ends the service
            if isinstance(error, Answered) and error.refuses_token:
                raise token_refused() from error
            seconds = patience.failed(error)
        else:
            return patience.succeeded()
        await sleep(seconds)


def _tell(error: Exception) -> None:
    if not (isinstance(error, Answered) and error.code == 409):
        _log.warning("telegram_waits", kind=type(error).__name__, reason=_reason(error))
    elif error.meets_webhook:
        _log.error("telegram_conflict", reason=str(error), meaning=_HOOKED)
    else:
        _log.error("telegram_conflict", reason=str(error), meaning=_SHARED)


def pause(error: Exception, failures: int, rng: Random) -> float:
    """Seconds to wait after the n-th failure in a row: what Telegram asks, else doubling up to a minute."""
    longest = LONGEST_WAIT if isinstance(error, Problem) else LONGEST_STORE_WAIT
    grown = min(longest, 2.0 ** min(failures - 1, 10)) * rng.uniform(0.5, 1.0)
    if isinstance(error, Answered) and error.code == 429:
        return max(error.retry_after or 0.0, grown)
    if isinstance(error, Answered) and error.code == 409:
        return max(CONFLICT_WAIT, grown)
    return grown


def _reason(error: Exception) -> str:
    """Words for the log: Telegram's own, but not those of the store, which may quote a message."""
    return str(error) if isinstance(error, Problem) else ""


def token_refused() -> ChannelError:
    """The sentence for the operator whose token Telegram does not know."""
    return ChannelError(
        f"Telegram refuses the bot's token: copy it from @BotFather into {PREFIX}TOKEN again."
    )
