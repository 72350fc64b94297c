"""Asks organisations' providers beside the event loop, and remembers what they said."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from console.outgoing import Outgoing, Request
from console.reach import Unreachable

LONGEST: Final = 1_000_000  # bytes of a provider's answer
PATIENCE: Final = 10.0  # seconds for a whole answer, of which a third to wait for others
EACH: Final = 2  # questions at once to one host
KEPT: Final = 600.0  # seconds
SETTLED: Final = 60.0  # seconds in which what was just asked for is not asked for again
MOST: Final = 1_000  # answers that are remembered
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class Untrusted(Exception):
    """What the provider said cannot be relied on; the message says why, for the log."""


@dataclass(frozen=True, slots=True)
class _Told:
    at: float
    answer: dict[str, Any]


class Asking:
    """Asks providers. An answer to a question that is no secret is good for ten minutes.

    `near` is the issuer, which whoever runs the installation named: what it says of other places is its own word, and
    they are opened only where everybody may go.
    """

    def __init__(
        self,
        outgoing: Outgoing | None = None,
        *,
        patience: float = PATIENCE,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._outgoing = outgoing or Outgoing()
        self._patience, self._clock = patience, clock
        self._rooms = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(EACH))
        self._told = dict[str, _Told]()

    def leads_out(self, address: str) -> bool:
        """Whether an address may be opened, as far as it says itself."""
        return self._outgoing.leads_out(address)

    async def known(self, address: str, near: str, *, newer: bool = False) -> dict[str, Any]:
        """What there is at the address, as JSON; `newer`: what was said longer than a minute ago does not do."""
        told = self._told.get(address)
        if told and self._clock() - told.at < (SETTLED if newer else KEPT):
            return told.answer
        answer = await self.tell(address, near)
        if len(self._told) >= MOST:
            self._told.clear()
        self._told[address] = _Told(self._clock(), answer)
        return answer

    async def tell(
        self,
        address: str,
        near: str,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """What the provider answers now, as JSON; raises Untrusted."""
        body = urlencode(form).encode() if form is not None else None
        given = {"Accept": "application/json", **(_FORM if form is not None else {}), **(headers or {})}
        try:
            async with self._room(urlsplit(address).netloc):
                request = Request(address, given, body)
                answer = await self._outgoing.ask(request, self._patience * 2 / 3, LONGEST, near)
            told = json.loads(answer.body)
        except (Unreachable, TimeoutError, ValueError, RecursionError) as error:
            raise Untrusted(
                f"it does not answer as it should ({str(error) or type(error).__name__})"
            ) from error
        if not 200 <= answer.status < 300 or not isinstance(told, dict):
            raise Untrusted("it does not answer as it should")
        return told

    @asynccontextmanager
    async def _room(self, host: str) -> AsyncIterator[None]:
        """One of EACH places at this host; whoever waits too long goes without, as the host is slow."""
        async with asyncio.timeout(self._patience / 3):
            await self._rooms[host].acquire()
        try:
            yield
        finally:
            self._rooms[host].release()
