"""The end of a round: everything that was begun comes to its end, in bounded time."""

import asyncio
from time import time
from typing import Final

from tests.faults.messenger import Messenger
from tests.faults.store import Store, moment

PATIENCE: Final = 20.0  # seconds
LOOK: Final = 0.1
_OPEN: Final = """
    SELECT
      (SELECT count(*) FROM inbox WHERE state = 'new') AS updates,
      (SELECT count(*) FROM outbox WHERE state IN ('waiting', 'ready', 'sending')) AS messages,
      (SELECT count(*) FROM enrolment WHERE state = 'active' AND due_at <= {now}) AS lessons,
      (SELECT count(*) FROM schedule WHERE due_at <= {now}) AS schedules
"""


async def drained(store: Store, messenger: Messenger, patience: float = PATIENCE) -> str:
    """Return when nothing is left to be done: ""; or when patience ends: what is left."""
    deadline = time() + patience
    while True:
        left = await left_over(store, messenger)
        if not left or time() > deadline:
            return left
        await asyncio.sleep(LOOK)


async def left_over(store: Store, messenger: Messenger) -> str:
    """What is still to be done, in words."""
    pending = await messenger.pending()
    (open_,) = await store.rows(_OPEN.format(now=moment(time())))
    return ", ".join(f"{count} {what}" for what, count in {"fetches": pending, **open_}.items() if count)
