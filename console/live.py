"""Tells an open page that something happened, as server-sent events."""

from collections.abc import AsyncIterator
from functools import partial

import anyio
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from console.auth import Reader, authenticate
from console.site import Site
from storage import progress

LOOK_EVERY = 1.0  # seconds; another process rings no bell of ours
BETWEEN_LOOKS = 0.1  # so that a burst of commits is one look
HEARTBEAT = 15
COME_BACK_MS = 2000


async def show(site: Site, request: Request, _reader: Reader) -> Response:
    """`GET /console/live`: `latest` with the newest activity's id, now and at each change; `over` with the session."""
    return EventSourceResponse(_events(site, request), ping=HEARTBEAT, sep="\n")


async def _events(site: Site, request: Request) -> AsyncIterator[ServerSentEvent]:
    """The session and its rights are looked up again each time, so that an ended one hears no more."""
    told = -1
    while True:
        found = await authenticate(site, request, acts=False)
        if found is None:
            yield ServerSentEvent(event="over", data="")
            return
        latest = await site.database.read(partial(progress.latest, scope=found[1]))
        if latest != told:
            told = latest
            yield ServerSentEvent(event="latest", data=str(latest), retry=COME_BACK_MS)
        await site.database.bell.heard(LOOK_EVERY)
        await anyio.sleep(BETWEEN_LOOKS)
