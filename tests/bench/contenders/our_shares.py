"""The product's delivery with two hundred organisations that want to send, and one that has queued very much."""

import asyncio
import sys
from itertools import count as numbers
from typing import Any, Final

from sqlalchemy import String, Table, cast, func, select, update

from storage import outbox
from storage.database import Connection
from storage.organisations import ORGANISATION
from storage.outbox import ATTEMPT, OUTBOX, New
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
        New(
            model.at(n)._replace(organisation=here + 1 + n // EACH), model.card, f"{name}:{n}", "announcement"
        )
        for n in range(SMALL)
    ]
    outbox.add_many(tx, news, now())


async def newest(home: House, table: Table) -> int:
    """The id of the newest row."""
    rows = select(func.coalesce(func.max(table.c.id), 0))
    return int(await home.database.read(lambda tx: tx.execute(rows).scalar_one()))


async def unsent(home: House, after: int) -> bool:
    """Whether a message with a greater id than this is not sent yet."""
    rows = select(OUTBOX.c.id).where(OUTBOX.c.id > after, OUTBOX.c.state != "sent").limit(1)
    return await home.database.read(lambda tx: tx.execute(rows).first()) is not None


async def waits(home: House, after: int) -> list[float]:
    """How long each message with a greater id than this waited, in seconds."""
    rows = select(OUTBOX.c.created_at, OUTBOX.c.ended_at).where(OUTBOX.c.id > after)
    found = await home.database.read(lambda tx: tx.execute(rows).all())
    return [(ended - created).total_seconds() for created, ended in found]


async def main(large: str) -> None:
    """Let the others send, again and again; the large one has as much queued each time."""
    rounds = numbers(1)
    async with house() as home:
        model = await home.database.write(lambda tx: fill(tx, int(large)))

        async def others_send() -> Any:
            name, last, tried = (
                f"small {next(rounds)}",
                await newest(home, OUTBOX),
                await newest(home, ATTEMPT),
            )
            delivery = home.delivery(IN_FLIGHT)
            sending = asyncio.create_task(delivery.run())
            while int(large) and await newest(home, ATTEMPT) == tried:
                await asyncio.sleep(LOOK)
            await home.database.write(lambda tx: small(tx, model, name))
            while await unsent(home, last):
                await asyncio.sleep(LOOK)
            delivery.stop()
            await sending
            waited, gone = await waits(home, last), await newest(home, ATTEMPT) - tried - SMALL
            if gone:
                await home.database.write(lambda tx: more(tx, model, f"after {name}", gone))
            return waited

        await obey({"others send": others_send})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
