"""Tells every open page when something happened in its chat, with one look at the store for all of them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import structlog

from storage import webchat
from storage.database import Database

LOOK = 1.0  # seconds until the next look when no bell rings: another process may have written
MOST_PAGES = 12  # open pages of one visitor; the oldest ends when there is one more
log = structlog.get_logger(__name__)


class Page:
    """An open page, waiting. `ended` says that it must close its stream."""

    def __init__(self) -> None:
        self.ended = False
        self._head = -1
        self._news = asyncio.Event()

    def tell(self, head: int) -> None:
        """The chat has come to this head."""
        if head != self._head:
            self._head = head
            self._news.set()

    def end(self) -> None:
        """Close the stream."""
        self.ended = True
        self._news.set()

    async def news(self, within: float) -> bool:
        """Wait until something happened or the page must end; False when `within` seconds passed without."""
        try:
            async with asyncio.timeout(within):  # not wait_for: in Python 3.11 it can swallow a cancellation
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True


class Feed:
    """The open pages by address. It looks at the store only while there are any."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pages: dict[str, list[Page]] = {}
        self._watch: asyncio.Task[None] | None = None
        self._closed = False

    @contextmanager
    def page(self, address: str) -> Iterator[Page]:
        """A page that is told what happens at the address until it is closed."""
        page = Page()
        pages = self._pages.setdefault(address, [])
        pages.append(page)
        if len(pages) > MOST_PAGES:
            pages[0].end()
        self._look(page)
        try:
            yield page
        finally:
            pages.remove(page)
            if not pages and self._pages.get(address) is pages:
                del self._pages[address]

    async def close(self) -> None:
        """End every page, now and from now on."""
        self._closed = True
        if self._watch:
            self._watch.cancel()
            await asyncio.wait([self._watch])
        self._end_all()

    def _look(self, page: Page) -> None:
        if self._closed:
            page.end()
        elif self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._watching(), name="web chat feed")
            self._watch.add_done_callback(self._stopped)

    async def _watching(self) -> None:
        while self._pages:
            ring = self._database.bell.listen()
            heads = await self._database.read(partial(webchat.heads, addresses=tuple(self._pages)))
            for address, head in heads.items():
                for page in self._pages.get(address, ()):
                    page.tell(head)
            await ring.heard(LOOK)

    def _stopped(self, watch: asyncio.Task[None]) -> None:
        """No page may stay that nobody tells anything; its browser comes back, which starts a new watch."""
        if not watch.cancelled() and (error := watch.exception()):
            log.warning("web chat feed failed", error=type(error).__name__)
            self._end_all()

    def _end_all(self) -> None:
        for pages in list(self._pages.values()):
            for page in pages:
                page.end()
