"""The stream of a page: what it has not seen, then what happens, as server-sent events.

Every event but those of the first history has the chat's revision as its id, so that a page that was cut off
asks for what came after. `anew`: forget what you have (too much was missed, or the store is older than the
page). `ready`: this was all until now. `beat`: nothing happened, the line is alive.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot.channels.web.entry import listed
from bot.channels.web.feed import Feed
from storage import webchat
from storage.database import Connection, Database

HISTORY: Final = 100  # entries that a new page gets; it asks for earlier ones when they are wanted
AT_ONCE: Final = 200
RETRY: Final = "retry: 1500\n\n"
ANEW: Final = "event: anew\ndata: 1\n\n"
BEAT: Final = "event: beat\ndata: 1\n\n"


@dataclass(frozen=True, slots=True)
class _Start:
    """What a page gets first, and the revision that it has seen then."""

    seen: int
    events: tuple[str, ...]


async def events(
    database: Database, feed: Feed, address: str, *, seen: int | None, beat: float
) -> AsyncIterator[str]:
    """The stream of a page that has `seen` this revision (None: nothing); `beat`: see WebChat."""
    with feed.page(address) as page:
        start = await database.read(partial(_start, address=address, seen=seen))
        yield RETRY + "".join(start.events)
        after = start.seen
        while not page.ended:
            if not await page.news(beat):
                yield BEAT
            while entries := await database.read(
                partial(webchat.after, address=address, revision=after, most=AT_ONCE)
            ):
                after = entries[-1].revision
                yield "".join(_event(entry) for entry in entries)


def _start(tx: Connection, *, address: str, seen: int | None) -> _Start:
    head = webchat.head(tx, address)
    if seen is not None and seen <= head:
        missed = webchat.after(tx, address, seen, AT_ONCE)
        if len(missed) < AT_ONCE:
            return _Start(head, (*map(_event, missed), _ready(head)))
    history = webchat.before(tx, address, None, HISTORY)
    first = [] if seen is None else [ANEW]
    first += [_event(entry, numbered=False) for entry in history]
    return _Start(head, (*first, _ready(head, more=len(history) == HISTORY)))


def _event(entry: webchat.Entry, *, numbered: bool = True) -> str:
    number = f"id: {entry.revision}\n" if numbered else ""
    return f"{number}data: {json.dumps(listed(entry))}\n\n"


def _ready(head: int, *, more: bool | None = None) -> str:
    data = json.dumps({} if more is None else {"more": more})
    return f"id: {head}\nevent: ready\ndata: {data}\n\n"
