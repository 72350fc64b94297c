"""Long polling of our own: what was fetched is stored before Telegram is told that it may forget it."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Final

import structlog

from bot.channel import ChannelError
from bot.channels.telegram.api import Answered, Problem
from bot.channels.telegram.content import number_of
from bot.channels.telegram.settings import PREFIX

LONGEST_WAIT: Final = 60.0  # seconds
CONFLICT_WAIT: Final = 5.0  # seconds: another process may be taking over from us, or we from it

Sleep = Callable[[float], Awaitable[None]]
_log = structlog.get_logger(__name__)


class Polling:
    """`fetch` takes an offset and returns updates; `take` returns when an update is stored."""

    def __init__(
        self,
        fetch: Callable[[int | None], Awaitable[list[object]]],
        take: Callable[[object], Awaitable[None]],
    ) -> None:
        self._fetch = fetch
        self._take = take
        self._offset: int | None = None

    async def once(self) -> None:
        """Fetch and store. The offset stands behind what is stored, also when this raises in the middle.

        Once a fetch with an offset has succeeded, nothing is unconfirmed, and an empty one is followed by one
        from the head: Telegram's numbers may start lower after a silent week (Bot API, Update).
        """
        updates = await self._fetch(self._offset)
        self._offset = None
        for update in updates:
            await self._take(update)
            number = number_of(update)
            self._offset = self._offset if number is None else number + 1


async def insist(step: Callable[[], Awaitable[None]], *, sleep: Sleep = asyncio.sleep, rng: Random) -> None:
    """Do `step` until it succeeds, waiting in between; ChannelError when Telegram refuses the token."""
    failures = 0
    while True:
        try:
            return await step()
        except ChannelError:
            raise
        except Exception as error:  # Telegram or the store is away: neither ends the service
            if isinstance(error, Answered) and error.refuses_token:
                raise token_refused() from error
            failures += 1
            seconds = pause(error, failures, rng)
            _log.warning("telegram_waits", kind=type(error).__name__, reason=_reason(error), seconds=seconds)
        await sleep(seconds)


def pause(error: Exception, failures: int, rng: Random) -> float:
    """Seconds to wait after the n-th failure in a row: what Telegram asks, else doubling up to a minute."""
    grown = min(LONGEST_WAIT, 2.0 ** min(failures - 1, 10)) * rng.uniform(0.5, 1.0)
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
