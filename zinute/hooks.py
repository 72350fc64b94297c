"""Tells the receivers of webhooks what happened: each as fast as it takes it, and none in the way of another."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from actions import hooks
from actions.hooks import Tried
from console.outgoing import Outgoing, Request
from console.reach import Unreachable
from domain.hook import signed, took
from storage import hooks as store
from storage.database import Database
from storage.hooks import Delivery, Hook
from zinute.assemble import now
from zinute.lrs import one_line

PATIENCE: Final = 10.0  # seconds for a receiver's answer
SAID: Final = 500  # bytes of it that are looked at
LOOK: Final = 2.0  # seconds between two looks at what waits
EVERY: Final = 5  # looks, at what happened
AT_ONCE: Final = 16  # receivers
IN_A_ROW: Final = 100  # that one receiver is told before others have a turn
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Teller:
    """Who tells: `key` makes the secrets, `home` is where everybody reaches the service. `mails`: mail can be sent."""

    database: Database
    outgoing: Outgoing
    key: bytes
    home: str
    mails: bool = False
    now: Callable[[], datetime] = now


async def keep_telling(teller: Teller) -> None:
    """See what happened, and tell those whose time it is; a slow one is waited for by nobody else."""
    running, looks = dict[int, asyncio.Task[None]](), 0
    try:
        while True:
            if looks % EVERY == 0:
                await look(teller)
            looks += 1
            running = {hook: task for hook, task in running.items() if not task.done()}
            for hook in await teller.database.read(partial(hooks.due, now=teller.now())):
                if hook not in running and len(running) < AT_ONCE:
                    running[hook] = asyncio.create_task(tell(teller, hook))
            await asyncio.sleep(LOOK)
    finally:
        for task in running.values():
            task.cancel()
        await asyncio.gather(*running.values(), return_exceptions=True)


async def look(teller: Teller) -> None:
    """Look at everything that happened, as long as there is somebody to tell."""
    while await teller.database.read(store.any_on):
        if not await teller.database.write(partial(hooks.tell_next, home=teller.home, now=teller.now())):
            return


async def tell(teller: Teller, hook: int) -> None:
    """Tell a receiver what waits for it, until it fails to take something."""
    for _ in range(IN_A_ROW):
        claimed = await teller.database.write(partial(store.claim, hook=hook, now=teller.now()))
        if claimed is None:
            return
        to, told = claimed
        tried = await _try(teller, to, told)
        settled = partial(hooks.settle, told=told, hook=to, tried=tried, now=teller.now(), mails=teller.mails)
        if not await teller.database.write(settled):
            log.info("a webhook was not taken", hook=hook, status=tried.status, why=tried.why)
            return


async def _try(teller: Teller, hook: Hook, told: Delivery) -> Tried:
    at = teller.now()
    signatures = signed(teller.key, hook.seeds(at), told.told_as, at, told.body)
    headers = {"Content-Type": "application/json", **signatures}
    try:
        answer = await teller.outgoing.ask(Request(hook.address, headers, told.body.encode()), PATIENCE, SAID)
    except Unreachable as error:
        return Tried(0, str(error))
    return Tried(
        answer.status, "" if took(answer.status) else f"{answer.status} {one_line(answer.body)}".strip()
    )
