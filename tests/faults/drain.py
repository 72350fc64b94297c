"""The end of a round: everything that was begun comes to its end, and does not stand still before."""

import asyncio
from time import time
from typing import Final

from tests.faults.messenger import Messenger
from tests.faults.store import Store, moment

PATIENCE: Final = 20.0  # seconds: a second try comes after one or two
LOOK: Final = 0.1
_OPEN: Final = """
    SELECT
      (SELECT count(*) FROM inbox WHERE state = 'new') AS updates,
      (SELECT count(*) FROM outbox WHERE state IN ('waiting', 'ready', 'sending')) AS messages,
      (SELECT count(*) FROM enrolment WHERE state = 'active' AND due_at <= {now}) AS lessons,
      (SELECT count(*) FROM schedule WHERE due_at <= {now}) AS schedules,
      (SELECT count(*) FROM review WHERE due_at <= {now}) AS reviews
"""


async def drained(store: Store, messenger: Messenger) -> str:
    """Return when nothing is left to be done: ""; or what is left, when that has not changed for PATIENCE."""
    before, deadline = "", time() + PATIENCE
    while left := await left_over(store, messenger):
        if left != before:
            before, deadline = left, time() + PATIENCE
        if time() > deadline:
            break
        await asyncio.sleep(LOOK)
    return left


async def left_over(store: Store, messenger: Messenger) -> str:
    """What is still to be done, in words."""
    pending = await messenger.pending()
    (open_,) = await store.rows(_OPEN.format(now=moment(time())))
    return ", ".join(f"{count} {what}" for what, count in {"fetches": pending, **open_}.items() if count)
