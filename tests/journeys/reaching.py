"""How much of what is sent the store is told, by a console that is attacked and slows nobody down."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Final

import httpx
from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send

from storage.buckets import BUCKET
from storage.database import Database
from storage.tries import DOOR_TRY
from tests.console.api.conftest import HERE, Gate
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.planted import Planted
from tests.console.town import Clock
from tests.journeys.asked import NEW, Spot, Target, bases, operations, pages, send, whole
from tests.journeys.told import Told

ENDING: Final = frozenset({"end_sessions", "set_password"})  # no session is left after these
FEWEST: Final = 3  # tries that every limit lets pass
MARK: Final = "zx7q"
# What is no number, choice or name of ours, and would be part of a statement if anything were; no "/", which ends a
# part of an address.
BATTERY: Final = (
    f"{MARK}' OR '1'='1",
    f"1) UNION SELECT NULL,'{MARK}'--",
    f'1;SELECT("{MARK}")',
    f"{MARK}'||'or'='1@example.org",
)


@dataclass
class Patient:
    """Lets everybody try as often as they want, a second after the last, with a new key; counts what is answered."""

    app: Starlette
    database: Database
    clock: Clock
    keys: "count[int]" = field(default_factory=lambda: count(1))
    asked: int = 0
    answers: Counter[int] = field(default_factory=Counter)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.answers[message["status"]] += 1
            await send(message)

        async def renewed() -> Message:
            message = await receive()
            number = f"nauja{next(self.keys):07}".encode()
            return (
                {**message, "body": message["body"].replace(NEW.encode(), number)}
                if "body" in message
                else message
            )

        if scope["type"] == "http":
            await self._wait()
            if all(name != b"idempotency-key" for name, _ in scope["headers"]):
                key = (b"idempotency-key", f"key-{next(self.keys)}".encode())
                scope = {**scope, "headers": [*scope["headers"], key]}
        await self.app(scope, renewed, counted)

    async def _wait(self) -> None:
        self.clock.move(seconds=1)
        if self.asked % FEWEST == 0:
            await self.database.write(_forget)
        self.asked += 1


def _forget(tx: Connection) -> None:
    for table in (BUCKET, DOOR_TRY):
        tx.execute(table.delete())


@dataclass(frozen=True)
class Reached:
    """A request that works, and the spots of it of which the store is told something."""

    target: Target
    spots: tuple[Spot, ...]


@dataclass
class Attacked:
    """A console with all that is planted in it, and somebody who may see and do everything in it."""

    app: Patient
    database: Database
    clock: Clock
    planted: Planted
    told: Told

    @asynccontextmanager
    async def browser(self, target: Target) -> AsyncIterator[httpx.AsyncClient]:
        """One of whoever the route is for."""
        through = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=through, base_url="http://console.test") as client:
            client.headers.update(await self.headers(target))
            yield client

    async def headers(self, target: Target) -> dict[str, str]:
        """Who asks, as headers."""
        if target.who == "program":
            gate = Gate(self.app.app, self.database, self.clock, self.planted, next(self.app.keys))
            return {"Authorization": f"Bearer {await gate.token('sector', days=300)}"}
        if target.who == "person":
            door = Door(self.app.app, self.database, self.clock, next(self.app.keys))
            async with door.signed_in(self.planted.actors["platform", "sector"]) as signed_in:
                return {**SAME_ORIGIN, "Cookie": f"zinute_session={signed_in.cookies['zinute_session']}"}
        return dict(SAME_ORIGIN)

    async def knows(self, target: Target, who: Mapping[str, str]) -> bool:
        """Whether they are still let in; nobody has to be."""
        through = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=through, base_url="http://console.test", headers=who
        ) as client:
            answer = await client.get(
                {"person": "/console/account", "program": f"{HERE}/people"}.get(target.who, "/")
            )
        return answer.status_code == 200 or target.name in ENDING

    async def targets(self) -> AsyncIterator[tuple[httpx.AsyncClient, Target]]:
        """All routes, each with all that it asks for."""
        for bare in (*pages(self.app.app, self.planted), *operations(self.planted)):
            async with self.browser(bare) as browser:
                yield browser, await whole(browser, bare)

    async def reached(self) -> AsyncIterator[Reached]:
        """Of each route the spots that have to be looked at: each once, in a request in which it tells."""
        async for browser, target in self.targets():
            left = list(target.spots)
            for base in bases(target, self.planted):
                found = tuple([each for each in left if await self.reaches(browser, base, each)])
                left = [each for each in left if each not in found]
                if found:
                    yield Reached(base, found)

    async def reaches(self, browser: httpx.AsyncClient, target: Target, spot: Spot) -> bool:
        """Whether the store is told something else for one of these words than for another: only then can they be
        a part of what it is told. (Now and then it is told that somebody was there; not twice in a row.)"""
        return await self._differs(browser, target, spot) and await self._differs(browser, target, spot)

    async def _differs(self, browser: httpx.AsyncClient, target: Target, spot: Spot) -> bool:
        heard = list[list[tuple[str, str]]]()
        for words in BATTERY:
            self.told.said.clear()
            await send(browser, target.saying(spot, words))
            heard.append(list(self.told.said))
        return any(each != heard[0] for each in heard)
