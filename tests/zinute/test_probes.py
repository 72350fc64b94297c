"""Who may see what of the service: anybody that it lives and is ready, this machine and the token's holder the rest."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot import meters
from storage.database import Database
from tests.bot.messenger import Messenger
from tests.storage import stores
from tests.storage.samples import MONDAY
from zinute.health import Health
from zinute.metrics import Metrics
from zinute.probes import routes
from zinute.watchdog import Watchdog

HERE, ELSEWHERE = "127.0.0.1", "203.0.113.9"
TOKEN = "ąžuolas-that-nobody-guesses"
RIGHT = {b"Authorization": f"Bearer {TOKEN}".encode()}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """One store is enough for questions of who may ask."""
    async with stores.opened("sqlite", tmp_path, str) as database:
        yield database


@asynccontextmanager
async def caller(database: Database, peer: str, token: str = TOKEN) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who calls from `peer`."""
    health = Health(database, [Messenger()], lambda: MONDAY)
    meters.ROOMS.set(1, "inbound")
    app = Starlette(routes=routes(health, Metrics(health, Watchdog()), token))
    transport = httpx.ASGITransport(app, client=(peer, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://10.0.0.7:8000") as client:
        yield client


async def test_every_probe_is_tried_here(database: Database) -> None:
    """A new one: say below who may see what of it."""
    health = Health(database, [Messenger()], lambda: MONDAY)
    there = [
        each.path for each in routes(health, Metrics(health, Watchdog()), TOKEN) if isinstance(each, Route)
    ]
    assert there == ["/livez", "/readyz", "/metrics"]


@pytest.mark.parametrize(
    ("peer", "headers", "token", "sees"),
    [
        (HERE, {}, TOKEN, True),
        (HERE, {}, "", True),
        ("::1", {}, "", True),
        (HERE, {b"X-Forwarded-For": ELSEWHERE.encode()}, TOKEN, False),
        (HERE, {b"X-Forwarded-Proto": b"https"}, TOKEN, False),
        (HERE, {b"Forwarded": f"for={ELSEWHERE}".encode()}, TOKEN, False),
        (HERE, {b"X-Forwarded-For": ELSEWHERE.encode(), **RIGHT}, TOKEN, True),
        (ELSEWHERE, {}, TOKEN, False),
        (ELSEWHERE, RIGHT, TOKEN, True),
        (ELSEWHERE, RIGHT, "", False),
        (ELSEWHERE, {b"Authorization": b"Bearer "}, "", False),
        (ELSEWHERE, {b"Authorization": b"Bearer wrong"}, TOKEN, False),
        (ELSEWHERE, {b"Authorization": b"Bearer \xff\xfe"}, TOKEN, False),
        (ELSEWHERE, {b"Authorization": TOKEN.encode()}, TOKEN, False),
        ("not an address", {}, TOKEN, False),
    ],
)
async def test_details_are_for_this_machine_and_the_token(
    database: Database, peer: str, headers: dict[bytes, bytes], token: str, sees: bool
) -> None:
    async with caller(database, peer, token) as client:
        measured = await client.get("/metrics", headers=headers)
        ready = await client.get("/readyz", headers=headers)
        live = await client.get("/livez", headers=headers)
    assert measured.status_code == (200 if sees else 404)
    assert ("checks" in ready.json()) == sees
    assert ready.json()["ready"] is True
    assert (live.status_code, live.text) == (200, "ok")


async def checks(client: httpx.AsyncClient) -> tuple[int, dict[str, Any]]:
    answer = await client.get("/readyz")
    return answer.status_code, answer.json()["checks"]


async def test_a_fallen_room_is_named_and_makes_it_unready(database: Database) -> None:
    async with caller(database, HERE) as client:
        meters.ROOMS.set(0, "to telegram")
        status, found = await checks(client)
    assert (status, found["rooms"]) == (503, {"well": False, "says": "Not running: to telegram."})


async def test_a_store_that_is_away_makes_it_unready_and_the_metrics_say_so(database: Database) -> None:
    await database.close()
    async with caller(database, HERE) as client:
        status, found = await checks(client)
        measured = (await client.get("/metrics")).text
        live = await client.get("/livez")
    assert (status, found["store"]["well"], "schema" in found) == (503, False, False)
    assert "\nzinute_store_up 0.0\n" in measured
    assert "zinute_outbox_ready" not in measured
    assert live.status_code == 200
