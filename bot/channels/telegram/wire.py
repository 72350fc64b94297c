"""HTTP/1.1 to one server over kept connections: it is always known how far a request got.

aiohttp's client takes four times the CPU for a message: this one does only what the Bot API needs.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import certifi
from httptools import HttpParserError, HttpResponseParser

CONNECT: Final = 10.0  # seconds for a connection: longer than this and nothing was sent
MOST_BYTES: Final = 32_000_000  # of an answer; Telegram's own are at most 4 MB
_IDLE: Final = 15.0  # seconds after which a connection may be closed by the other side just when it is used


class NotConnected(Exception):
    """There was no connection: nothing has left."""


@dataclass(slots=True)
class Answer:
    """What came back; `status` is 0 when nothing did, `broken` why there is no more of it ("" when it is whole)."""

    status: int = 0
    retry_after: str | None = None
    body: bytes = b""
    broken: str = ""
    date: str | None = None


class Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[Answer] | None = None
        self._idle_since = 0.0
        self._kept = True
        self._begin()

    @property
    def usable(self) -> bool:
        """Whether another request may be sent."""
        fresh = self._loop.time() - self._idle_since < _IDLE
        return self._kept and fresh and self._answer is None and not self._transport.is_closing()

    def send(self, request: bytes, seconds: float) -> asyncio.Future[Answer]:
        """Write a request; its answer, whole or broken, at the latest after `seconds`. It raises nothing."""
        self._begin()
        answer = self._answer = self._loop.create_future()
        self._timer = self._loop.call_later(max(0.0, seconds), self._end, "TimeoutError")
        self._transport.write(request)
        return answer

    def close(self) -> None:
        """Let go; a request that waits is broken."""
        self._end("closed")
        self._transport.abort()

    def _begin(self) -> None:
        self._parser = HttpResponseParser(self)
        self._status, self._body = 0, bytearray()
        self._retry_after: str | None = None
        self._date: str | None = None

    def _end(self, broken: str = "") -> None:
        """Give the answer as far as it came; a connection with a broken one is not used again."""
        answer, self._answer = self._answer, None
        if broken:
            self._kept = False
            self._transport.close()
        if answer is not None:
            self._timer.cancel()
            self._idle_since = self._loop.time()
            if not answer.done():
                answer.set_result(
                    Answer(self._status, self._retry_after, bytes(self._body), broken, self._date)
                )

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._idle_since = transport, self._loop.time()

    def data_received(self, data: bytes) -> None:
        """Read on; what nobody asked for ends the connection."""
        if self._answer is None:
            return self.close()
        try:
            self._parser.feed_data(data)
        except HttpParserError as error:
            self._end(type(error).__name__)

    def connection_lost(self, error: Exception | None) -> None:
        """The other side has gone."""
        self._end(type(error).__name__ if error else "closed by the server")

    # httptools

    def on_message_begin(self) -> None:
        """An answer begins; one that nobody asked for ends the connection."""
        if self._answer is None:
            self._transport.close()

    def on_headers_complete(self) -> None:
        """The status is known."""
        self._status = self._parser.get_status_code()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Of all headers these matter; the parser itself knows those about the body."""
        if name.lower() == b"retry-after":
            self._retry_after = value.decode("latin-1")
        elif name.lower() == b"date":
            self._date = value.decode("latin-1")

    def on_body(self, data: bytes) -> None:
        """Collect the body, up to MOST_BYTES."""
        self._body += data
        if len(self._body) > MOST_BYTES:
            self._end("too long")

    def on_message_complete(self) -> None:
        """The answer is whole, unless it only says that one will follow (1xx)."""
        if self._status >= 200:
            self._kept = self._parser.should_keep_alive()
            self._end()


class Wire:
    """Requests to the server at `base`, an http or https address."""

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self._host, self._secure = parts.hostname or "", parts.scheme == "https"
        self._port = parts.port or (443 if self._secure else 80)
        self._idle: list[Connection] = []
        self._tls: ssl.SSLContext | None = None

    async def ask(self, request: bytes, seconds: float, written: Callable[[], None] | None = None) -> Answer:
        """Send a whole request; `written` is called once it has left. Raises NotConnected only."""
        began = asyncio.get_running_loop().time()
        connection = self._kept() or await self._connected(seconds)
        answer = connection.send(request, seconds - (asyncio.get_running_loop().time() - began))
        try:
            if written is not None:
                written()
            return await answer
        finally:
            if connection.usable:
                self._idle.append(connection)
            else:
                connection.close()

    def close(self) -> None:
        """Close the connections that nobody uses."""
        for connection in self._idle:
            connection.close()
        self._idle.clear()

    def _kept(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                return connection
            connection.close()
        return None

    async def _connected(self, seconds: float) -> Connection:
        loop = asyncio.get_running_loop()
        if self._secure and self._tls is None:
            self._tls = ssl.create_default_context(cafile=certifi.where())
        try:
            async with asyncio.timeout(min(CONNECT, seconds)):
                _, connection = await loop.create_connection(
                    Connection, self._host, self._port, ssl=self._tls, happy_eyeballs_delay=0.25
                )
        except (OSError, UnicodeError) as error:
            raise NotConnected(type(error).__name__) from error
        return connection
