"""Wait for what another task, process or machine does, and not for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable


async def until(look: Callable[[], Awaitable[object] | object], within: float = 10) -> None:
    """Return once `look` says yes, asked every 20 ms; TimeoutError after `within` seconds."""
    async with asyncio.timeout(within):
        while True:
            seen = look()
            if await seen if isawaitable(seen) else seen:
                return
            await asyncio.sleep(0.02)
