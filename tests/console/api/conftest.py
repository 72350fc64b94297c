"""The API over both stores with the planted tree in it, and programs with tokens of its places."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import httpx
import pytest
from starlette.applications import Starlette

from domain.api_token import BYTES, SCOPES, TokenScope, written
from storage import api_tokens
from storage.api_tokens import New
from storage.database import Connection, Database
from tests.console.planted import Planted
from tests.console.town import Clock
from tests.storage import stores

HERE: Final = "/api/v1"
MAKERS: Final = {"unit": "own"}  # who manages a place, where it is not its own administrator


@pytest.fixture(params=stores.BOTH)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(request.param, tmp_path, server) as database:
        yield database


@dataclass
class Gate:
    """Lets programs in."""

    app: Starlette
    database: Database
    clock: Clock
    planted: Planted
    keys: int = field(default=0)

    async def token(
        self, place: str = "own", scopes: Sequence[TokenScope] = SCOPES, *, days: float = 30
    ) -> str:
        """A new token of a place."""
        self.keys += 1
        token = written(self.keys.to_bytes(BYTES))
        maker = self.planted.actors["administrator", MAKERS.get(place, place)]
        ends = self.clock() + timedelta(days=days)
        new = New(self.planted.organisations[place], f"token {self.keys}", tuple(scopes), ends)

        def add(tx: Connection) -> None:
            api_tokens.add(tx, new, token, maker, self.clock())

        await self.database.write(add)
        return token

    @asynccontextmanager
    async def program(self, token: str = "", at: str = HERE) -> AsyncIterator[httpx.AsyncClient]:
        """A program with this token, which asks `at` the API or another place."""
        through = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with httpx.AsyncClient(
            transport=through, base_url=f"http://console.test{at}", headers=headers
        ) as client:
            yield client

    def key(self) -> dict[str, str]:
        """The header of a new request."""
        self.keys += 1
        return {"Idempotency-Key": f"key-{self.keys}"}


@pytest.fixture
def gate(app: Starlette, database: Database, clock: Clock, planted: Planted) -> Gate:
    return Gate(app, database, clock, planted)


@pytest.fixture
async def program(gate: Gate) -> AsyncIterator[httpx.AsyncClient]:
    """One that may do everything at "own" and under it."""
    async with gate.program(await gate.token()) as client:
        yield client
