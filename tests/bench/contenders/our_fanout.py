"""The product's way to tell many people something."""

import asyncio
import sys
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from actions.announce import announce
from storage.outbox import OUTBOX, in_state
from tests.bench.child import Stopwatch, obey
from tests.bench.clock import now
from tests.bench.contenders.our_answers import TEXTS
from tests.bench.world import settle
from zinute.assemble import opened
from zinute.config import Settings


async def main(people: str) -> None:
    """Announce to so many people."""
    async with opened(Settings()) as database:
        await database.write(lambda tx: settle(tx, int(people)))

        async def announce_once(week: int) -> Any:
            at, watch = now() + timedelta(weeks=week), Stopwatch()
            told = await database.write(
                lambda tx: announce(tx, key=f"week {week}", organisation=None, texts=TEXTS, now=at)
            )
            lap = watch.lap(told)
            ready = select(func.count()).where(in_state("ready"), OUTBOX.c.created_at == at)
            rows = await database.read(lambda tx: tx.execute(ready).scalar_one())
            assert told == rows == int(people), f"{told} were told, {rows} rows are ready"
            return lap

        await obey({"announce": announce_once})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
