"""A bot's queue of updates: kept until confirmed or too old, given out by long polling or to a webhook."""

import asyncio
import math
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from tests.fakes.clock import Clock
from tests.fakes.limits import Refusal

# How long an update is kept (tdlib/telegram-bot-api, Client.cpp, add_update).
DAY: Final = 86_400.0
LIFETIME: Final = {"callback_query": 150.0, "inline_query": 30.0}
AHEAD: Final = 10  # an offset further ahead of the queue than this is ignored (TQueue::get)

Json = dict[str, Any]
Record = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Queued:
    """An update that waits. Updates of one `lane` are given to a webhook one after another."""

    number: int
    kind: str
    lane: str
    expires: float
    body: Json


class Updates:
    """`record` is told what was confirmed; it must wake whoever waits for a change."""

    def __init__(self, clock: Clock, record: Record) -> None:
        self._clock = clock
        self._record = record
        self._queue: list[Queued] = []
        self._soonest = math.inf
        self._next = random.randrange(100_000_000, 900_000_000)
        self._reader: asyncio.Future[None] | None = None
        self._added = asyncio.Event()
        self.allowed: list[str] = []
        self.webhook_url = ""

    @property
    def pending(self) -> list[Queued]:
        """What is not confirmed and not too old."""
        if self._clock.now() >= self._soonest:
            self._queue = [update for update in self._queue if update.expires > self._clock.now()]
            self._soonest = min((update.expires for update in self._queue), default=math.inf)
        return self._queue

    def add(self, kind: str, lane: str, fields: Any) -> int | None:
        """Queue an update, unless the bot did not ask for its kind."""
        if self.allowed and kind not in self.allowed:
            return None
        return self.add_raw({"update_id": self._next, kind: fields}, lane=lane)

    def add_raw(self, body: Json, *, lane: str = "") -> int:
        """Queue an update of any shape under the next number."""
        number, self._next = self._next, self._next + 1
        kind = next((name for name in body if name != "update_id"), "")
        expires = self._clock.now() + LIFETIME.get(kind, DAY)
        self._queue.append(Queued(number, kind, lane or kind, expires, {**body, "update_id": number}))
        self._soonest = min(self._soonest, expires)
        self._wake()
        self._record("queued", number=number, kind=kind)
        return number

    def replace(self, start: int, queued: list[Queued]) -> None:
        """Give out these instead of what is pending from `start` on: more than once, or in another order."""
        self._queue[start:] = queued

    def restart_at(self, number: int) -> None:
        """Number the next update so, as Telegram may do after a silent week."""
        self._next = number

    def confirm(self, numbers: set[int], how: str) -> None:
        """Forget updates for good."""
        gone = {update.number: update for update in self.pending if update.number in numbers}
        for update in gone.values():
            self._record("confirmed", number=update.number, kind=update.kind, how=how)
        self._queue = [update for update in self._queue if update.number not in numbers]

    async def fetch(self, offset: int, limit: int, timeout: int, allowed: list[str] | None) -> list[Json]:
        """getUpdates: a second reader ends the first, and none may read while there is a webhook."""
        if self.webhook_url:
            raise _conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete it"
            )
        if allowed is not None:
            self.allowed = allowed
        if self._reader and not self._reader.done():
            self._reader.set_result(None)
        self._move(offset)
        self._reader = asyncio.get_running_loop().create_future()
        await self._wait(self._reader, min(max(timeout, 0), 50))
        return [update.body for update in self.pending[: min(max(limit, 1), 100)]]

    async def _wait(self, ended: asyncio.Future[None], seconds: float) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        while not self.pending and not ended.done():
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return
            woken = asyncio.create_task(self.added())
            try:
                both: set[asyncio.Future[Any]] = {woken, ended}
                await asyncio.wait(both, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            finally:
                woken.cancel()
        if ended.done():
            raise _conflict("terminated by other getUpdates request; make sure that only one bot is running")

    def added(self) -> Coroutine[None, None, bool]:
        """To be awaited: returns when an update has come in after this call."""
        return self._added.wait()

    def _wake(self) -> None:
        self._added.set()
        self._added = asyncio.Event()

    def _move(self, offset: int) -> None:
        numbers = [update.number for update in self.pending]
        if offset < 0:
            self.confirm(set(numbers[:offset]), "offset")
        elif offset <= self._next + AHEAD:
            self.confirm({number for number in numbers if number < offset}, "offset")


def _conflict(description: str) -> Refusal:
    return Refusal(409, f"Conflict: {description}")
