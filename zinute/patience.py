"""How patient the web server is with those who call: not for ever, and not for heads of any size."""

import asyncio
import sys
from typing import ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD: Final = 64 * 1024  # bytes of a request before its body


class Patient(HttpToolsProtocol):
    """uvicorn's protocol, which by itself waits for ever for the rest of a request and takes a head of any size."""

    within: ClassVar[float] = 60.0  # seconds for a whole request to come in
    _unfinished = True  # a connection owes a request from its beginning
    _in_head = True
    _head = 0
    _until: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect the first request."""
        super().connection_made(transport)
        self._wait_or_not()

    def data_received(self, data: bytes) -> None:
        """Some of a request, or some requests."""
        super().data_received(data)
        self._head = self._head + len(data) if self._in_head else 0
        if self._head > HEAD and not self.transport.is_closing():
            self._cut_off()
        self._wait_or_not()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing any more."""
        self._unfinished = False
        self._wait_or_not()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """The parser saw the first byte of a request."""
        self._unfinished = self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The parser saw the end of a head."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The parser saw the end of a request."""
        self._unfinished = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request; one that there was no memory for is broken off, so that it comes again."""
        error = sys.exception()
        if error is not None and isinstance(error.__context__, MemoryError):
            self.transport.abort()
        else:
            super().send_400_response(msg)

    def _wait_or_not(self) -> None:
        """One timer for each unfinished request, and none for one that came in a piece."""
        if self._unfinished and self._until is None:
            self._until = self.loop.call_later(self.within, self._cut_off)
        elif not self._unfinished and self._until is not None:
            self._until.cancel()
            self._until = None

    def _cut_off(self) -> None:
        self.logger.warning("A request did not come to its end.")
        self.transport.abort()
