"""L1: kill -9 at 0, 1, 50 and 99 % of a broadcast: everybody of the snapshot has one row, and no one is told twice."""

import asyncio
from time import time
from typing import Final

from tests.faults.play import Outcome, Play, playing
from tests.faults.town import Size, Town

SHARES: Final = (0.0, 0.01, 0.5, 0.99)
LITTLE: Final = Size(learners=0, quiet=0, crowd=300)
LARGE: Final = Size(learners=0, quiet=0, crowd=10_000)
PER_PERSON: Final = 0.02  # seconds of patience


async def broadcast_round(town: Town, seed: int, *, mandatory: bool) -> Outcome:
    """One broadcast, four deaths."""
    patience = 20 + PER_PERSON * len(town.crowd)
    async with playing(town, str(seed)) as play:
        await play.tell("To all", mandatory=mandatory)
        for share in SHARES:
            service = await play.served()
            await _sent(play, round(share * len(town.crowd)), patience)
            await play.kill(service)
        await play.served()
        verdict = await play.judged()
    return play.outcome("mandatory" if mandatory else "announcement", verdict)


async def _sent(play: Play, count: int, patience: float) -> None:
    """Return when the messenger has so many."""
    deadline = time() + patience
    while len(play.town.messenger.ledger.since(play.since.ledger)) < count:
        if time() > deadline:
            play.problems.append(f"{count} were not sent within {patience:.0f} s")
            return
        await asyncio.sleep(0.01)
