"""Tells an open page that something happened, as server-sent events."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from console.auth import Reader, authenticate
from console.site import Site
from domain.organisation import Scope
from storage import progress
from storage.database import Connection

LOOK_EVERY = 1.0  # seconds; another process rings no bell of ours
APART = 0.5  # of that lie between two looks, so that a burst of commits is one look
BEAT_EVERY = 15  # looks without news until the line is shown to be alive
REST = 15.0  # seconds between two looks at what changes no more
RETRY = "retry: 2000\n\n"


async def show(site: Site, request: Request, _reader: Reader) -> Response:
    """`GET /console/live`: `latest` with the newest activity's id, now and at each change; `over` with the session."""
    return stream(site, request, progress.latest)


def stream(
    site: Site,
    request: Request,
    look: Callable[[Connection, Scope], object],
    every: float = LOOK_EVERY,
    rests: Callable[[object], bool] = lambda _: False,
    *,
    acts: Callable[[], bool] = lambda: False,
) -> Response:
    """The same with whatever `look` sees; it looks at least `every` so many seconds, and half of them apart, and seldom
    while what it saw `rests`. `acts`: that the page is open keeps the session from being idle now."""
    quiet = {"X-Accel-Buffering": "no"}
    if request.method == "HEAD":
        return Response(media_type="text/event-stream", headers=quiet)
    return StreamingResponse(
        _events(site, request, look, every, rests, acts), media_type="text/event-stream", headers=quiet
    )


def _seen(tx: Connection, look: Callable[[Connection, Scope], object], scope: Scope) -> object:
    return look(tx, scope)


async def _events(  # noqa: PLR0917 (as stream is asked)
    site: Site,
    request: Request,
    look: Callable[[Connection, Scope], object],
    every: float,
    rests: Callable[[object], bool],
    acts: Callable[[], bool],
) -> AsyncIterator[str]:
    """The session and its rights are looked up again each time, so that an ended one hears no more."""
    told: object = None
    silent = 0
    yield RETRY
    while not site.closing.is_set():
        ring = site.database.bell.listen()
        found = await authenticate(site, request, acts=acts())
        if found is None:
            yield "event: over\ndata:\n\n"
            return
        latest = await site.within(found[1]).database.read(partial(_seen, look=look, scope=found[1]))
        silent = 0 if latest != told else silent + 1
        if latest != told:
            told = latest
            yield f"event: latest\ndata: {latest}\n\n"
        elif silent % BEAT_EVERY == 0 or rests(latest):
            yield ": alive\n\n"
        if rests(latest):
            with suppress(TimeoutError):
                await asyncio.wait_for(site.closing.wait(), REST)
            continue
        await ring.heard(every)
        await asyncio.sleep(every * APART)
