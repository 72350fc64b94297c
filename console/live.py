"""Tells an open page that something happened, as server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from console.auth import Reader, authenticate
from console.site import Site
from storage import progress

LOOK_EVERY = 1.0  # seconds; another process rings no bell of ours
BETWEEN_LOOKS = 0.5  # so that a burst of commits is one look
BEAT_EVERY = 15  # looks without news until the line is shown to be alive
RETRY = "retry: 2000\n\n"


async def show(site: Site, request: Request, _reader: Reader) -> Response:
    """`GET /console/live`: `latest` with the newest activity's id, now and at each change; `over` with the session."""
    quiet = {"X-Accel-Buffering": "no"}
    if request.method == "HEAD":
        return Response(media_type="text/event-stream", headers=quiet)
    return StreamingResponse(_events(site, request), media_type="text/event-stream", headers=quiet)


async def _events(site: Site, request: Request) -> AsyncIterator[str]:
    """The session and its rights are looked up again each time, so that an ended one hears no more."""
    told, silent = -1, 0
    yield RETRY
    while not site.closing.is_set():
        ring = site.database.bell.listen()
        found = await authenticate(site, request, acts=False)
        if found is None:
            yield "event: over\ndata:\n\n"
            return
        latest = await site.within(found[1]).database.read(partial(progress.latest, scope=found[1]))
        silent = 0 if latest != told else silent + 1
        if latest != told:
            told = latest
            yield f"event: latest\ndata: {latest}\n\n"
        elif silent % BEAT_EVERY == 0:
            yield ": alive\n\n"
        await ring.heard(LOOK_EVERY)
        await asyncio.sleep(BETWEEN_LOOKS)
