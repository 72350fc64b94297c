"""A channel as the service runs it: open, receiving, its routes served; let go of in the same order."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.channel import Channel
from tests.bot.channels.contract.house import House
from tests.bot.channels.contract.visitor import PATIENCE, Messenger

Opening = Callable[[House], AbstractAsyncContextManager[Messenger]]


@dataclass(frozen=True, slots=True)
class Running:
    """Where the channel's routes are, and the task that takes updates in."""

    url: str
    receiving: "asyncio.Task[None]"


@asynccontextmanager
async def running(channel: Channel) -> AsyncIterator[Running]:
    """The channel runs meanwhile; it is closed first, as browsers may have pages open."""
    async with _serving(channel.routes()) as url:
        try:
            await channel.open()
            receiving = asyncio.create_task(channel.receive())
            try:
                yield Running(url, receiving)
            finally:
                receiving.cancel()
                await asyncio.wait([receiving], timeout=PATIENCE)
                assert receiving.done(), "receive() cannot be cancelled"
        finally:
            await channel.close()


@asynccontextmanager
async def _serving(routes: Sequence[BaseRoute]) -> AsyncIterator[str]:
    if not routes:
        yield ""
        return
    config = uvicorn.Config(
        Starlette(routes=routes), lifespan="off", ws="none", log_config=None, log_level="critical"
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        task = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            await asyncio.sleep(0)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            await _stop(server, task)


async def _stop(server: uvicorn.Server, task: "asyncio.Task[None]") -> None:
    """What uvicorn does at its end, without the time that it gives to a balancer before."""
    task.cancel()
    for door in server.servers:
        door.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    _, running = await asyncio.wait([task, *server.server_state.tasks], timeout=PATIENCE)
    assert running == set(), "an answer does not end"
