"""How the fake server calls a webhook: in order for each lane, again and again until it is taken."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

import aiohttp

from tests.fakes.updates import Queued, Record, Updates

FIRST_WAIT: Final = 0.05  # seconds; Telegram's own waits are longer, and grow too
LONGEST_WAIT: Final = 1.0
CarryOut = Callable[[dict[str, Any]], Awaitable[None]]


class Webhook:
    """Delivers what is in `updates` to one address until it is closed."""

    def __init__(self, url: str, secret: str, updates: Updates, record: Record, carry_out: CarryOut) -> None:
        """`carry_out` does what the webhook's own answer asks for; nobody is told what came of it."""
        self._carry_out = carry_out
        self.url = url
        self.secret = secret
        self.last_error = ""
        self._updates = updates
        self._record = record
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop delivering; what was not taken stays in the queue."""
        tasks = [self._task, *self._lanes.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            while True:
                added = asyncio.create_task(self._updates.added())
                for lane in {update.lane for update in self._updates.pending}:
                    if lane not in self._lanes or self._lanes[lane].done():
                        self._lanes[lane] = asyncio.create_task(self._drain(lane, session))
                running = [task for task in self._lanes.values() if not task.done()]
                await asyncio.wait({added, *running}, return_when=asyncio.FIRST_COMPLETED)
                added.cancel()

    async def _drain(self, lane: str, session: aiohttp.ClientSession) -> None:
        wait = FIRST_WAIT
        while first := next((update for update in self._updates.pending if update.lane == lane), None):
            if await self._deliver(first, session):
                self._updates.confirm({first.number}, "webhook")
                wait = FIRST_WAIT
            else:
                await asyncio.sleep(wait)
                wait = min(LONGEST_WAIT, wait * 2)

    async def _deliver(self, update: Queued, session: aiohttp.ClientSession) -> bool:
        headers: dict[str, Any] = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        status, said = 0, ""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with session.post(self.url, json=update.body, headers=headers) as response:
                status, said = response.status, await response.text()
        if not 200 <= status < 300:
            self.last_error = f"Wrong response from the webhook: {status}" if status else "Connection failed"
        self._record("delivered", number=update.number, status=status)
        taken = 200 <= status < 300
        if taken and said:
            await self._carry_out(json.loads(said))
        return taken
