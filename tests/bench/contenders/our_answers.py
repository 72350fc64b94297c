"""The product's way to take answers: webhook, inbox, conversation, one transaction; and sending, if asked."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from time import process_time
from typing import Any, Final

from sqlalchemy import select

from actions.announce import announce
from actions.keys import new_key
from bot.inbound import Inbound
from bot.webhooks import Hooks, routes_of
from console.app import create
from domain.language import Language
from scheduler.runner import Runner
from storage.addresses import ADDRESS
from storage.inbox import INBOX
from storage.outbox import OUTBOX, in_state
from tests.bench.child import Act, obey
from tests.bench.clock import now
from tests.bench.rooms import House, house
from tests.bench.world import settle
from zinute import memory
from zinute.web import Server, listen

TEXTS: Final[Mapping[Language, str]] = {
    "lt": "Rytoj biblioteka dirbs iki 16 valandos.",
    "en": "Tomorrow the library closes at four.",
}


@asynccontextmanager
async def served(home: House) -> AsyncIterator[int]:
    """The port of the whole web application; what comes in is handled."""
    door = listen("127.0.0.1", 0)
    app = create(home.database, home.texts, now, more_routes=routes_of([home.channel]))
    channels = {home.channel.name: home.channel}
    inbound = Inbound(home.database, channels, now, new_key)
    home.post.handler = inbound

    async def closing() -> None:
        app.state.closing.set()
        inbound.stop()

    server = Server(Hooks(app, [home.channel]), started=lambda: None, closing=closing)
    handling = asyncio.create_task(inbound.run())
    serving = asyncio.create_task(server.serve(sockets=[door]))
    yield door.getsockname()[1]
    server.leave()
    await asyncio.gather(serving, handling)


@asynccontextmanager
async def sending(home: House) -> AsyncIterator[None]:
    """Messages go out meanwhile, and the scheduler looks after what waits."""
    delivery, runner = home.delivery(), Runner(home.database, now)
    room = asyncio.create_task(delivery.run())
    runner.start()
    yield
    runner.stop()
    delivery.stop()
    await room


async def open_ones(home: House) -> Any:
    """How many messages are not settled."""
    left = select(OUTBOX.c.id).where(in_state("ready", "sending", "waiting")).limit(100_000)
    return await home.database.read(lambda tx: len(tx.execute(left).all()))


async def replies(home: House) -> Any:
    """How long each reply took, in seconds: from the update's arrival until the reply was settled."""
    rows = (
        select(INBOX.c.received_at, OUTBOX.c.ended_at)
        .join_from(OUTBOX, ADDRESS, ADDRESS.c.id == OUTBOX.c.address_id)
        .join(INBOX, INBOX.c.address == ADDRESS.c.key)
        .where(OUTBOX.c.kind == "reply", OUTBOX.c.ended_at.is_not(None))
    )
    found = await home.database.read(lambda tx: tx.execute(rows).all())
    return [(ended - received).total_seconds() for received, ended in found]


async def main(learners: str, sends: str = "") -> None:
    """Serve so many learners."""
    async with house() as home:
        await home.database.write(lambda tx: settle(tx, int(learners)))
        memory.settle()  # as the service does when everything is loaded
        async with served(home) as port:

            async def tell_port() -> Any:
                return port

            async def tell_cpu() -> Any:
                return process_time()

            async def tell(recipients: int) -> Any:
                """Announce something to so many."""
                count = await home.database.write(
                    lambda tx: announce(
                        tx,
                        key=f"to {recipients}",
                        organisation=None,
                        texts=TEXTS,
                        people=range(1, recipients + 1),
                        now=now(),
                    )
                )
                assert count == recipients, f"{count} people were told"

            acts: dict[str, Act] = {"port": tell_port, "cpu": tell_cpu, "announce": tell}
            acts |= {"open": lambda: open_ones(home), "replies": lambda: replies(home)}
            if not sends:
                await obey(acts)
                return
            async with sending(home):
                await obey(acts)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
