"""The product's delivery, left alone with a queue: as fast as its own limit lets it."""

import asyncio
import sys

from tests.bench.child import obey
from tests.bench.rooms import house
from tests.bench.world import queue, settle


async def main(queued: str) -> None:
    """Queue so many (0: what is there already), then send until the input ends."""
    count = int(queued)
    async with house() as home:
        if count:
            model = await home.database.write(lambda tx: settle(tx, count))
            await home.database.write(lambda tx: queue(tx, model, "queued", count))
        delivery = home.delivery()
        sending = asyncio.create_task(delivery.run())
        await obey({})
        delivery.stop()
        await sending


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
