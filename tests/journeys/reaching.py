"""How much of what is sent the store is told, by a console that is attacked and slows nobody down."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Final, TypeVar

import httpx
from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send

from storage.database import Connection, Database, Unit
from tests.console.api.conftest import HERE, Gate
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.planted import Planted
from tests.console.town import Clock
from tests.journeys.asked import Spot, Target, bases, of_directory, operations, pages, send, whole
from tests.journeys.told import Told

T = TypeVar("T")
MARK: Final = "zxqv"
# What is no number, choice or name of ours, and would be part of a statement if anything were; no "/", which ends a
# part of an address.
BATTERY: Final = (
    f"{MARK}' OR '1'='1",
    f"1) UNION SELECT NULL,'{MARK}'--",
    f'1;SELECT("{MARK}")',
    f"{MARK}'||'or'='1@example.org",
)


class Undone(Exception):
    """What was written is taken back."""


class Forgetful(Database):
    """A store that carries everything out and, while it `forgets`, keeps nothing: whoever tries a thousand times is
    always the first, and nobody is slowed down for it.
    """

    forgets = False

    async def write(self, unit: Unit[T]) -> T:
        """What `unit` returns."""
        if not self.forgets:
            return await super().write(unit)
        done = list[T]()

        def undone(tx: Connection) -> None:
            done.append(unit(tx))
            raise Undone

        with suppress(Undone):
            await super().write(undone)
        return done[-1]


@dataclass
class Patient:
    """Counts what is answered; a tenth of a second passes with each request, so that no program asks too often."""

    app: Starlette
    clock: Clock
    answers: Counter[int] = field(default_factory=Counter)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.answers[int(message["status"])] += 1
            await send(message)

        self.clock.move(seconds=0.1)
        await self.app(scope, receive, counted)


@dataclass(frozen=True)
class Reached:
    """A request that works, and the spots of it of which the store is told something."""

    target: Target
    spots: tuple[Spot, ...]


@dataclass
class Attacked:
    """A console with all that is planted in it, and somebody who may see and do everything in it."""

    app: Patient
    database: Forgetful
    clock: Clock
    planted: Planted
    told: Told
    came: "count[int]" = field(default_factory=lambda: count(1))

    @asynccontextmanager
    async def browser(self, target: Target) -> AsyncIterator[httpx.AsyncClient]:
        """One of whoever the route is for."""
        through = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=through, base_url="http://console.test") as client:
            client.headers.update(await self.headers(target))
            yield client

    async def headers(self, target: Target) -> dict[str, str]:
        """Who asks, as headers; that they came in is kept."""
        self.database.forgets = False
        found = await self._come_in(target)
        self.database.forgets = True
        return found

    async def _come_in(self, target: Target) -> dict[str, str]:
        if target.who == "program":
            gate = Gate(self.app.app, self.database, self.clock, self.planted, next(self.came))
            return {
                "Authorization": f"Bearer {await gate.token('sector', days=300)}",
                "Idempotency-Key": "key",
            }
        if target.who == "person":
            door = Door(self.app.app, self.database, self.clock, next(self.came))
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
        return answer.status_code == 200

    async def targets(self) -> AsyncIterator[tuple[httpx.AsyncClient, Target]]:
        """All routes, each with all that it asks for."""
        for bare in (
            *pages(self.app.app, self.planted),
            *operations(self.planted),
            *of_directory(self.planted),
        ):
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
        """Whether the store is told the words, or something else for one than for another: only then can they be a
        part of what it is told. Where it is told something else each time (codes), the words themselves decide.
        """
        heard = list[list[tuple[str, str]]]()
        for words in (*BATTERY, BATTERY[0]):
            self.told.said.clear()
            await send(browser, target.saying(spot, words))
            heard.append(list(self.told.said))
        by_chance = heard[0] != heard[-1]
        told = any(MARK in values.lower() for each in heard for _, values in each)
        return told or (not by_chance and any(each != heard[0] for each in heard))
