"""The product's outbox with so many messages queued: claimed and settled, without sending."""

import asyncio
import sys
from functools import partial
from itertools import count as numbers
from typing import Any

from bot.process import this_process
from storage import claiming, senders, settling
from storage.claiming import Claimed
from storage.database import Connection, Database
from tests.bench.child import IN_FLIGHT, Stopwatch, obey
from tests.bench.clock import now
from tests.bench.world import Model, counted, queue, settle
from zinute.assemble import opened
from zinute.config import Settings

LEARNERS = 100_000
CHANNEL = "telegram"


async def exchange(database: Database, fence: int, ended: list[Claimed], most: int) -> list[Claimed]:
    """Settle what was sent and claim the next, as the delivery does it."""

    def unit(tx: Connection) -> list[Claimed]:
        settling.settle_sent(tx, [(each, "1") for each in ended], fence, now())
        return claiming.claim(tx, CHANNEL, fence, now(), most)

    await database.read(lambda tx: claiming.anything(tx, CHANNEL))
    return await database.write(unit)


async def turn(database: Database, fence: int, count: int) -> Any:
    """Claim and settle so many."""
    watch, claimed, done = Stopwatch(), list[Claimed](), 0
    while done < count:
        claimed = await exchange(database, fence, claimed, IN_FLIGHT)
        assert len(claimed) == IN_FLIGHT, f"{len(claimed)} were claimed"
        done += len(claimed)
    await exchange(database, fence, claimed, 0)
    return watch.lap(done)


async def fill(database: Database, queued: int) -> Model:
    """The store, and what is queued in it."""
    learners = min(queued, LEARNERS)
    model = await database.write(lambda tx: settle(tx, learners))
    await database.write(lambda tx: queue(tx, model, "first", queued, kind="announcement", over=learners))
    await database.write(counted)
    return model


async def main(queued: str) -> None:
    """Hold so many messages, whatever is taken out of them."""
    rounds = numbers(1)
    async with opened(Settings()) as database:
        model = await fill(database, int(queued))
        sender = await database.write(lambda tx: senders.take(tx, CHANNEL, this_process(), None))
        assert sender is not None

        def refill(tx: Connection, count: int) -> None:
            queue(tx, model, f"round {next(rounds)}", count, kind="announcement")

        async def turns(count: int, times: int) -> Any:
            """So many, and as many queued again, so many times; what claiming and settling alone took."""
            laps = []
            for _ in range(times):
                laps.append(await turn(database, sender.fence, count))
                await database.write(partial(refill, count=count))
            return {key: sum(lap[key] for lap in laps) for key in laps[0]}

        await obey({"turns": turns})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
