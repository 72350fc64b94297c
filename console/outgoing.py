"""Opens addresses that others gave: nothing inside, the very machine that was looked at, and no longer than said."""

import asyncio
import ssl
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from socket import IPPROTO_TCP, getaddrinfo
from typing import Any, Final
from urllib.parse import urlsplit

from httptools import HttpParserError, HttpResponseParser

PORTS: Final = frozenset({443, 8443})  # of what is outside: nobody is to be sent to mail servers and the like
MOST_ADDRESS: Final = 2_000  # characters
HEAD: Final = 65_536  # bytes before and beside an answer's body
_PIECE: Final = 65_536
_LOOKING: Final = 8  # names that are looked up at once
_WORLD: Final = IPv6Network("2000::/3")  # all of IPv6 that is given out to the public
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")  # IPv4 behind NAT64
# Where clouds tell their machines secrets, by whatever name; of a network of one's own, the rest.
_NEVER: Final = tuple(map(ip_network, ("169.254.0.0/16", "100.64.0.0/10", "fe80::/10", "fd00:ec2::/32")))
_OWN: Final = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "::1/128", "fc00::/7"))
)


Names = Callable[..., Sequence[tuple[Any, ...]]]


class Unreachable(Exception):
    """There is no answer; the message says why, in a few words for the log."""


class Forbidden(Unreachable):
    """The address is not one that may be opened."""


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


@dataclass(frozen=True, slots=True)
class _Target:
    secure: bool
    host: str
    port: int
    path: str


class Outgoing:
    """Opens addresses. `private`: those inside a network too, as whoever runs the installation has said."""

    def __init__(
        self, *, private: bool = False, tls: ssl.SSLContext | None = None, names: Names = getaddrinfo
    ) -> None:
        """`names` looks up where a name leads, in a thread."""
        self._private, self._tls, self._look_up = private, tls, names
        self._threads = ThreadPoolExecutor(_LOOKING, "names")

    async def ask(self, request: Request, patience: float, most: int, near: str = "") -> Answer:
        """The answer and at most so many bytes of its body, within `patience` seconds; raises Unreachable.

        It is followed nowhere else. `near` is an address that whoever runs the installation named: its host may be
        inside.
        """
        target = _target(request.address)
        named = bool(near) and urlsplit(near).hostname == target.host
        try:
            async with asyncio.timeout(patience):
                return await self._ask(request, target, most, anywhere=self._private or named)
        except TimeoutError as error:
            raise Unreachable("it takes too long") from error
        except (OSError, HttpParserError) as error:
            raise Unreachable(f"it cannot be reached ({type(error).__name__})") from error

    async def _ask(self, request: Request, target: _Target, most: int, *, anywhere: bool) -> Answer:
        if not anywhere and target.port not in PORTS:
            raise Forbidden(f"port {target.port} is not opened")
        reader, writer = await self._connected(target, await self._looked_up(target, anywhere=anywhere))
        try:
            writer.write(_written(request, target))
            return await _answered(reader, most)
        finally:
            writer.transport.abort()

    async def _looked_up(self, target: _Target, *, anywhere: bool) -> Sequence[str]:
        """Where the name leads now; Forbidden if any of it is where nobody is to be led."""
        loop, asked = asyncio.get_running_loop(), (target.host, target.port)
        found = await loop.run_in_executor(self._threads, lambda: self._look_up(*asked, proto=IPPROTO_TCP))
        places = list(dict.fromkeys(str(each[4][0]) for each in found))
        if not all(may_open(each, private=anywhere) for each in places):
            raise Forbidden("it leads inside")
        return places

    async def _connected(
        self, target: _Target, places: Sequence[str]
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


def is_safe(address: str) -> bool:
    """Whether nobody on the way can read it: https, or the same machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return True
    try:
        return parts.scheme == "http" and ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def is_writable(address: str) -> bool:
    """Whether it is an address that can be opened at all, wherever it leads."""
    try:
        _target(address)
    except Forbidden:
        return False
    return True


def may_open(place: str, *, private: bool) -> bool:
    """Whether this numeric address is of the public; `private`: or of a network of one's own."""
    here = _plain(ip_address(place))
    if here.is_multicast or any(here in each for each in _NEVER):
        return False
    if any(here in each for each in _OWN):
        return private
    return here.is_global and (isinstance(here, IPv4Address) or (here in _WORLD and here.sixtofour is None))


def _plain(place: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(place, IPv6Address):
        if place.ipv4_mapped:
            return place.ipv4_mapped
        if place in _TRANSLATED:
            return IPv4Address(int(place) & 0xFFFFFFFF)
    return place


def _target(address: str) -> _Target:
    """An address in its parts; Forbidden for one that could be read in two ways, or by somebody on the way."""
    if len(address) > MOST_ADDRESS or not address.isascii() or "\\" in address or not _visible(address):
        raise Forbidden("the address cannot be read")
    try:
        parts = urlsplit(address)
        secure, safe = parts.scheme == "https", is_safe(address)
        port = parts.port or (443 if secure else 80)
    except ValueError as error:
        raise Forbidden("the address cannot be read") from error
    if not safe or "@" in parts.netloc or parts.fragment or not parts.hostname:
        raise Forbidden("the address is not safe")
    query = f"?{parts.query}" if parts.query else ""
    return _Target(secure, parts.hostname, port, (parts.path or "/") + query)


def _visible(address: str) -> bool:
    return all("!" <= each <= "~" for each in address)


def _written(request: Request, target: _Target) -> bytes:
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
