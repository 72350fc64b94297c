"""The product's way to send: ready rows, claimed, journalled, sent through aiogram's Bot, settled."""

import asyncio
import sys
from dataclasses import replace
from itertools import count as numbers
from typing import Any

from sqlalchemy import func, select

from bot.channel import load
from bot.post import StorePost
from storage.outbox import OUTBOX
from tests.bench.child import IN_FLIGHT, Stopwatch, obey
from tests.bench.clock import now
from tests.bench.recorder import pointed_at, recorded
from tests.bench.rooms import House, house
from tests.bench.world import Model, queue, settle


async def send(home: House, model: Model, name: str, count: int) -> Any:
    """Queue so many lesson cards, then send them: from the first claim until the last is settled."""
    await home.database.write(lambda tx: queue(tx, model, name, count))
    delivery, watch = home.delivery(IN_FLIGHT), Stopwatch()
    await delivery.send_ready()
    lap = watch.lap(count)
    await home.lease.give_back()
    unsent = select(func.count()).where(OUTBOX.c.state != "sent")
    left = await home.database.read(lambda tx: tx.execute(unsent).scalar_one())
    assert left == 0, f"{left} were not sent"
    return lap


async def body(home: House, model: Model) -> Any:
    """What we post for such a card, as it leaves us."""
    async with recorded() as (there, bodies):
        with pointed_at(there):
            channel = load("telegram", StorePost(home.database, home.texts, now))
        await send(replace(home, channel=channel), model, "body", 1)
        await channel.close()
    return bodies[0]


async def main(learners: str) -> None:
    """Send to so many learners."""
    rounds = numbers(1)
    async with house() as home:
        model = await home.database.write(lambda tx: settle(tx, int(learners)))

        async def send_round(count: int) -> Any:
            return await send(home, model, f"round {next(rounds)}", count)

        async def tell_body() -> Any:
            return await body(home, model)

        await obey({"send": send_round, "body": tell_body})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
