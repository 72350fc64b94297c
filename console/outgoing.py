"""Opens addresses that others gave: nothing inside, the very machine that was looked at, and no longer than said."""

import asyncio
import ssl
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from socket import IPPROTO_TCP, getaddrinfo
from typing import Any, Final
from urllib.parse import urlsplit

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from console.reach import (
    AWAY,
    INSIDE,
    PORT,
    PORTS,
    SLOW,
    Forbidden,
    Target,
    Unreachable,
    leads_out,
    may_open,
    target_of,
)

HEAD: Final = 65_536  # bytes before and beside an answer's body
_PIECE: Final = 65_536
_LOOKING: Final = 8  # names that are looked up at once
Names = Callable[..., Sequence[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of an address."""

    address: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = None

    @property
    def method(self) -> str:
        """POST where something is sent."""
        return "GET" if self.body is None else "POST"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and as much of the body as was asked for."""

    status: int
    body: bytes


class Outgoing:
    """Opens addresses. `private`: those inside a network too, as whoever runs the installation has said."""

    def __init__(
        self, *, private: bool = False, tls: ssl.SSLContext | None = None, names: Names = getaddrinfo
    ) -> None:
        """`names` looks up where a name leads, in a thread."""
        self._private, self._tls, self._look_up = private, tls, names
        self._threads = ThreadPoolExecutor(_LOOKING, "names")

    def leads_out(self, address: str) -> bool:
        """Whether the address may be opened as far as it says itself; Forbidden for one that cannot be read."""
        return leads_out(address, private=self._private)

    async def ask(self, request: Request, patience: float, most: int, near: str = "") -> Answer:
        """The answer and at most so many bytes of its body, within `patience` seconds; raises Unreachable.

        It is followed nowhere else. `near` is an address that whoever runs the installation named: its host may be
        inside.
        """
        target = target_of(request.address)
        named = bool(near) and urlsplit(near).hostname == target.host
        try:
            async with asyncio.timeout(patience):
                return await self._ask(request, target, most, anywhere=self._private or named)
        except TimeoutError as error:
            raise Unreachable(SLOW) from error
        except (OSError, UnicodeError, HttpParserError, HttpParserUpgrade) as error:
            raise Unreachable(f"{AWAY} ({type(error).__name__})") from error

    async def _ask(self, request: Request, target: Target, most: int, *, anywhere: bool) -> Answer:
        if not anywhere and target.port not in PORTS:
            raise Forbidden(f"{PORT} ({target.port})")
        reader, writer = await self._connected(target, await self._looked_up(target, anywhere=anywhere))
        try:
            writer.write(_written(request, target))
            return await _answered(reader, most)
        finally:
            writer.transport.abort()

    async def _looked_up(self, target: Target, *, anywhere: bool) -> Sequence[str]:
        """Where the name leads now; Forbidden if any of it is where nobody is to be led."""
        loop, asked = asyncio.get_running_loop(), (target.host, target.port)
        found = await loop.run_in_executor(self._threads, lambda: self._look_up(*asked, proto=IPPROTO_TCP))
        places = list(dict.fromkeys(str(each[4][0]) for each in found))
        if not all(may_open(each, private=anywhere) for each in places):
            raise Forbidden(INSIDE)
        return places

    async def _connected(
        self, target: Target, places: Sequence[str]
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """To one of these and to nothing that the name may lead to by now; the certificate is the name's."""
        if target.secure and self._tls is None:
            self._tls = ssl.create_default_context()
        failed: OSError = ConnectionError("no address")
        for place in places:
            try:
                return await asyncio.open_connection(
                    place,
                    target.port,
                    ssl=self._tls if target.secure else None,
                    server_hostname=target.host if target.secure else None,
                )
            except OSError as error:
                failed = error
        raise failed


def _written(request: Request, target: Target) -> bytes:
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = target.port == (443 if target.secure else 80)
    headers = {
        "Host": host if usual else f"{host}:{target.port}",
        "User-Agent": "Zinute",
        "Connection": "close",
        **({} if request.body is None else {"Content-Length": str(len(request.body))}),
        **request.headers,
    }
    lines = [
        f"{request.method} {target.path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (request.body or b"")


class _Heard:
    """What the parser makes of the answer so far; what comes after it is not looked at."""

    def __init__(self, most: int) -> None:
        self.body, self.status, self.whole, self._most = bytearray(), 0, False, most
        self.parser = HttpResponseParser(self)

    def on_headers_complete(self) -> None:
        """The status is known."""
        if not self.whole:
            self.status = self.parser.get_status_code()

    def on_body(self, piece: bytes) -> None:
        """What is beyond the most is not looked at."""
        if not self.whole:
            self.body += piece[: self._most - len(self.body)]
            self.whole = len(self.body) >= self._most

    def on_message_complete(self) -> None:
        """Unless it only says that an answer will follow (1xx)."""
        self.whole = self.whole or self.status >= 200


async def _answered(reader: asyncio.StreamReader, most: int) -> Answer:
    heard, read = _Heard(most), 0
    while not heard.whole and read < most + HEAD and (piece := await reader.read(_PIECE)):
        read += len(piece)
        try:
            heard.parser.feed_data(piece)
        except HttpParserError:
            if not heard.whole:
                raise
    if heard.status < 200:
        raise ConnectionError("no answer")
    return Answer(heard.status, bytes(heard.body))
