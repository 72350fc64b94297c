"""Asks organisations' providers beside the event loop and the console's own threads, and remembers what they said."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import ip_address
from time import monotonic
from typing import Any, Final
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

LONGEST: Final = 1_000_000  # bytes of a provider's answer
PIECE: Final = 65_536
PATIENCE: Final = 10.0  # seconds for a whole answer
PARALLEL: Final = 8  # questions at once
EACH: Final = 2  # of them to one host: a slow one leaves room for the others
KEPT: Final = 600.0  # seconds
SETTLED: Final = 60.0  # seconds in which what was just asked for is not asked for again
MOST: Final = 1_000  # answers that are remembered


class Untrusted(Exception):
    """What the provider said cannot be relied on; the message says why, for the log."""


@dataclass(frozen=True, slots=True)
class _Told:
    at: float
    answer: dict[str, Any]


class Asking:
    """Asks providers. An answer to a question that is no secret is good for ten minutes."""

    def __init__(self, patience: float = PATIENCE, clock: Callable[[], float] = monotonic) -> None:
        self._pool = ThreadPoolExecutor(PARALLEL, "provider")
        self._patience, self._clock = patience, clock
        self._rooms = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(EACH))
        self._told = dict[str, _Told]()

    async def known(self, address: str, *, newer: bool = False) -> dict[str, Any]:
        """What there is at the address, as JSON; `newer`: what was said longer than a minute ago does not do."""
        told = self._told.get(address)
        if told and self._clock() - told.at < (SETTLED if newer else KEPT):
            return told.answer
        answer = await self.tell(address)
        if len(self._told) >= MOST:
            self._told.clear()
        self._told[address] = _Told(self._clock(), answer)
        return answer

    async def tell(
        self, address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """What the provider answers now, as JSON; raises Untrusted."""
        if not is_safe(address):
            raise Untrusted("an address of it is not safe")
        data = urlencode(form).encode() if form is not None else None
        request = Request(address, data, {"Accept": "application/json", **(headers or {})})  # noqa: S310 (is_safe)
        try:
            told = json.loads(await self._get(request))
        except (OSError, HTTPException, ValueError, RecursionError) as error:
            raise Untrusted(f"it does not answer as it should ({type(error).__name__})") from error
        if not isinstance(told, dict):
            raise Untrusted("it does not answer as it should")
        return told

    async def _get(self, request: Request) -> bytes:
        """The whole answer in time. A thread that is still held up then counts until it is not."""
        room = self._rooms[request.host]

        def over(done: asyncio.Future[bytes]) -> None:
            room.release()
            if not done.cancelled():
                done.exception()  # it was told, or nobody waits for it any more

        async with asyncio.timeout(self._patience):
            await room.acquire()
            getting = asyncio.get_running_loop().run_in_executor(self._pool, _get, request, self._patience)
            getting.add_done_callback(over)
            return await asyncio.shield(getting)


def is_safe(address: str) -> bool:
    """Whether nobody on the way can read it: https, or the same machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return True
    try:
        return parts.scheme == "http" and ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


class NoDetours(HTTPRedirectHandler):
    """A provider that sends us elsewhere is not followed."""

    def redirect_request(self, *_given: object) -> None:
        return None


def _get(request: Request, patience: float) -> bytes:
    """An answer up to LONGEST, as far as it comes in time."""
    until, told = monotonic() + patience, bytearray()
    with build_opener(NoDetours).open(request, timeout=patience) as answer:
        while len(told) < LONGEST and monotonic() < until and (piece := answer.read1(PIECE)):
            told += piece
    return bytes(told)
