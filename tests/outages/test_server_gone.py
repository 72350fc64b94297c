"""S5: PostgreSQL goes away in the middle of everything: what was acknowledged is kept, and nothing is done twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy.engine import make_url

from tests.fakes.owner import BotApi
from tests.outages import house
from tests.outages.serving import Crowd, Service, crowd, serving, settings, stored
from tests.tools import postgres
from tests.tools.injection import Server

PEOPLE: Final = 10
MOST_IN_FLIGHT: Final = 8
RECONNECTS: Final = 5.0  # seconds
DRAINS: Final = 60.0
TIMES: Final = 8
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@dataclass(slots=True)
class Town:
    """A service on a PostgreSQL server, and people who go on saying hello. `faults` is how often something happened."""

    server: Server
    database: str
    service: Service
    people: Crowd
    faults: int = 0

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds."""
        connection = await self.server.connect(self.database)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    async def came_back(self) -> None:
        """The server is there (again): so is the service, in time."""
        took = await self.service.until_ready(DRAINS)
        print(f"fault {self.faults}: ready after {took:.1f} s")
        assert took <= RECONNECTS


@asynccontextmanager
async def town(folder: Path, bot_api: BotApi) -> AsyncIterator[Town]:
    """People say hello while the test does something to the server; at the end everything must have come right."""
    with postgres.server() as server_url:
        async with Server(server_url) as server, postgres.database(server_url) as url:
            await house.build(url)
            environment = settings(folder, ZINUTE_DATABASE=url) | bot_api.environment()
            async with serving(folder / "data", environment) as service:
                made = Town(server, str(make_url(url).database), service, await crowd(bot_api, PEOPLE))
                await made.people.hello()
                await made.people.until_answered(DRAINS)
                async with made.people.greeting(0.2):
                    yield made
                await came_right(made)


async def came_right(town: Town) -> None:
    """Nothing that was acknowledged is lost, and every update has had its one effect."""
    people = town.people
    await people.until_answered(DRAINS)
    updates = await town.rows("SELECT key, state FROM inbox")
    assert await people.confirmed() - stored(updates) == set(), "acknowledged, and lost"
    assert stored(updates) == set(people.numbers)
    assert [row for row in updates if row[1] != "done"] == []
    ((replies,),) = await town.rows("SELECT count(*) FROM outbox WHERE kind = 'reply'")
    assert replies == len(people.numbers), "one effect of each update"
    print(f"{town.faults} faults, {len(people.numbers)} updates, {await people.doubled()} answers came twice")
    assert await people.doubled() <= MOST_IN_FLIGHT * town.faults
    assert await town.service.stop() == 0


@pytest.mark.parametrize("away", [0.0, 3.0])
async def test_s5_immediate_restarts(tmp_path: Path, bot_api: BotApi, away: float) -> None:
    async with town(tmp_path, bot_api) as there:
        for _ in range(TIMES):
            there.faults += 1
            await there.server.restart(away)
            await there.came_back()
            await asyncio.sleep(0.5)  # and then in the middle of the next


async def test_s5_terminated_connections(tmp_path: Path, bot_api: BotApi) -> None:
    async with town(tmp_path, bot_api) as there:
        for _ in range(5 * TIMES):
            there.faults += 1
            await there.server.terminate(there.database)
            await asyncio.sleep(0.2)
        await there.came_back()


async def test_s5_no_connection_left(tmp_path: Path, bot_api: BotApi) -> None:
    async with town(tmp_path, bot_api) as there:
        there.faults += 1
        taken = [await there.server.connect() for _ in range(await _free(there))]
        await taken[0].execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{there.database}'"
        )
        while True:
            try:
                taken.append(await there.server.connect())
            except Exception:  # noqa: BLE001 (none is left)
                break
        await asyncio.sleep(5)  # that long it lasts
        assert not await there.service.ready()
        for connection in taken:
            await connection.close()
        await there.came_back()


async def _free(there: Town) -> int:
    taken = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
    ((free,),) = await there.rows(f"SELECT current_setting('max_connections')::int - ({taken})")
    return int(free)


async def test_s5_read_only_failover(tmp_path: Path, bot_api: BotApi) -> None:
    async with town(tmp_path, bot_api) as there:
        for value in ("on", "off"):
            there.faults += 1
            await there.server.execute(
                f"ALTER DATABASE {there.database} SET default_transaction_read_only = {value}"
            )
            await there.server.terminate(there.database)
            await asyncio.sleep(6 if value == "on" else 0)  # so long it is read-only: /readyz looks every 5 s
        await there.came_back()
