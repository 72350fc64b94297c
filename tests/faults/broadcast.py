"""L1: kill -9 at 0, 1, 50 and 99 % of a broadcast: everybody of the snapshot has one row, and no one is told twice."""

import asyncio
from time import time
from typing import Final

from tests.faults.play import Outcome, Play, playing
from tests.faults.town import Size, Town

SHARES: Final = (0.0, 0.01, 0.5, 0.99)
LITTLE: Final = Size(learners=0, quiet=0, crowd=300)
LARGE: Final = Size(learners=0, quiet=0, crowd=10_000)
PATIENCE: Final = 20.0  # seconds without progress
_OPEN: Final = "SELECT count(*) AS there FROM outbox WHERE state IN ('waiting', 'ready', 'sending')"


async def broadcast_round(town: Town, seed: int, *, mandatory: bool) -> Outcome:
    """One broadcast, four deaths."""
    async with playing(town, str(seed)) as play:
        await play.tell("To all", mandatory=mandatory)
        for share in SHARES:
            service = await play.served()
            await _done(play, round((1 - share) * len(town.crowd)))
            await play.kill(service)
        await play.served()
        verdict = await play.judged()
    return play.outcome("mandatory" if mandatory else "announcement", verdict)


async def _done(play: Play, left: int) -> None:
    """Return when no more than so many are still to be sent."""
    before, deadline = 0, time() + PATIENCE
    while (there := (await play.store.rows(_OPEN))[0]["there"]) > left:
        if there != before:
            before, deadline = there, time() + PATIENCE
        if time() > deadline:
            play.problems.append(f"it came to a standstill with {there} to be sent")
            return
        await asyncio.sleep(0.01)
