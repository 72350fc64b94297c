"""A Bot API server that writes down the messages it gets: what the others have to post is what we post."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

from aiohttp import web

API: Final = "ZINUTE_TELEGRAM_API"


@asynccontextmanager
async def recorded() -> AsyncIterator[tuple[str, list[Any]]]:
    """Where it is, and the bodies of messages that came."""
    bodies = list[Any]()

    async def take(request: web.Request) -> web.Response:
        if request.path.endswith("/sendMessage"):
            bodies.append(await request.json())
        return web.json_response({"ok": True, "result": {"message_id": 1}})

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", bodies
    finally:
        await runner.cleanup()


@contextmanager
def pointed_at(url: str) -> Iterator[None]:
    """A Telegram channel that is made in here calls this server."""
    before = os.environ[API]
    os.environ[API] = url
    try:
        yield
    finally:
        os.environ[API] = before
