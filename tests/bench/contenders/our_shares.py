"""The product's delivery with two hundred organisations that want to send, and one that has queued very much."""

import asyncio
import sys
from dataclasses import replace
from itertools import count as numbers
from typing import Any, Final

from sqlalchemy import String, cast, func, select, update

from storage import outbox
from storage.database import Connection
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX, New
from storage.people import PERSON
from tests.bench.child import IN_FLIGHT, obey
from tests.bench.clock import now
from tests.bench.rooms import House, house
from tests.bench.world import NUMBER, Model, clone, queue, settle

OTHERS, EACH, CROWD = 200, 10, 10_000  # organisations, their people, the people of the large one
SMALL: Final = OTHERS * EACH
LOOK = 0.01


def fill(tx: Connection, large: int) -> Model:
    """Everybody; the first learners are the other organisations', and the large one has queued so many messages."""
    model = settle(tx, SMALL + CROWD)
    here = model.to.organisation
    assert here is not None
    names = cast(NUMBER, String)
    clone(tx, ORGANISATION, ORGANISATION.c.id == here, OTHERS, id=ORGANISATION.c.id + NUMBER, name=names)
    theirs = update(PERSON).where(PERSON.c.id < model.person + SMALL)
    tx.execute(theirs.values(organisation_id=here + 1 + (PERSON.c.id - model.person) // EACH))
    if large:
        more(tx, model, "large", large)
    return model


def more(tx: Connection, model: Model, name: str, count: int) -> None:
    """The large organisation queues so many."""
    queue(tx, model, name, count, kind="announcement", first=SMALL, over=CROWD)


def small(tx: Connection, model: Model, name: str) -> None:
    """Each of the others queues a message for each of its people."""
    here = model.to.organisation
    assert here is not None
    news = [
        New(replace(model.at(n), organisation=here + 1 + n // EACH), model.card, f"{name}:{n}", "announcement")
        for n in range(SMALL)
    ]
    outbox.add_many(tx, news, now())


async def sent(home: House, prefix: str) -> int:
    """How many with keys that begin so were sent."""
    rows = select(func.count()).where(OUTBOX.c.key.startswith(prefix), OUTBOX.c.state == "sent")
    return int(await home.database.read(lambda tx: tx.execute(rows).scalar_one()))


async def waits(home: House, name: str) -> list[float]:
    """How long each of these messages waited, in seconds."""
    rows = select(OUTBOX.c.created_at, OUTBOX.c.ended_at).where(OUTBOX.c.key.startswith(f"{name}:"))
    found = await home.database.read(lambda tx: tx.execute(rows).all())
    return [(ended - created).total_seconds() for created, ended in found]


async def main(large: str) -> None:
    """Let the others send, again and again; the large one has as much queued each time."""
    rounds = numbers(1)
    async with house() as home:
        model = await home.database.write(lambda tx: fill(tx, int(large)))

        async def others_send() -> Any:
            name, before = f"small {next(rounds)}", await sent(home, "large")
            delivery = home.delivery(IN_FLIGHT)
            sending = asyncio.create_task(delivery.run())
            while int(large) and await sent(home, "large") == before:
                await asyncio.sleep(LOOK)
            await home.database.write(lambda tx: small(tx, model, name))
            while await sent(home, f"{name}:") < SMALL:
                await asyncio.sleep(LOOK)
            delivery.stop()
            await sending
            gone = await sent(home, "large") - before
            if gone:
                await home.database.write(lambda tx: more(tx, model, f"large after {name}", gone))
            return await waits(home, name)

        await obey({"others send": others_send})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
