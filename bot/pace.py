"""How fast an account may send: its own limit, and that of each chat (domain/limiter.py), on a monotonic clock."""

import asyncio
from collections.abc import Callable

from domain.limiter import GROUP_PAUSE, ChatLimiter, Limiter


class Pace:
    """`rate`: messages a second that the messenger takes from our account; None where there is no limit. `groups`: what
    the address of a group begins with, where there are any."""

    def __init__(self, rate: float | None, clock: Callable[[], float], groups: str = "") -> None:
        self._clock = clock
        self._account = None if rate is None else Limiter(rate, not_before=clock() + 1.0)
        self._chats = None if rate is None else ChatLimiter()
        self._groups, self._slow = groups, ChatLimiter(1, GROUP_PAUSE)

    def begin(self) -> None:
        """Begin anew: in the first second nothing is sent, as another process may have sent in the one before."""
        if self._account is not None:
            self._account.rest(self._clock() + 1.0)

    def free(self) -> int:
        """How many may start now."""
        return 1_000 if self._account is None else self._account.free(self._clock())

    def next_in(self) -> float:
        """Seconds until the next may start."""
        if self._account is None:
            return 0.0
        now = self._clock()
        return max(0.0, self._account.next_at(now) - now)

    def started(self) -> None:
        """One starts."""
        if self._account is not None:
            self._account.started(self._clock())

    def ended(self) -> None:
        """One was answered, or failed."""
        if self._account is not None:
            self._account.ended(self._clock())

    async def chat(self, chat: str) -> None:
        """Wait until this chat may have one more."""
        if self._chats is None:
            return
        chats = self._slow if self._groups and chat.startswith(self._groups) else self._chats
        wait, now = chats.wait(chat, self._clock()), self._clock()
        chats.started(chat, now + wait)
        if wait:
            await asyncio.sleep(wait)
