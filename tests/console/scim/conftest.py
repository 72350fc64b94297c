"""SCIM over both stores with the planted tree in it, and directories with tokens of its places."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from starlette.applications import Starlette

from console.app import create
from console.scim.shapes import HERE, USERS
from domain.scim_user import CORE, PATCH
from domain.texts import Texts
from storage.database import Database
from tests.console.api.conftest import Gate
from tests.console.planted import Planted, plant
from tests.console.town import Clock
from tests.storage import stores

MESSAGE: Final = "urn:ietf:params:scim:api:messages:2.0:"
LIST, ERROR = f"{MESSAGE}ListResponse", f"{MESSAGE}Error"
ADDRESS: Final = "http://console.test"


@pytest.fixture(params=stores.BOTH)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(request.param, tmp_path, server) as database:
        yield database


@pytest.fixture
async def planted(database: Database) -> Planted:
    return await database.write(plant)


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, address=ADDRESS)


@pytest.fixture
def gate(app: Starlette, database: Database, clock: Clock, planted: Planted) -> Gate:
    return Gate(app, database, clock, planted)


@pytest.fixture
async def directory(gate: Gate) -> AsyncIterator[httpx.AsyncClient]:
    """The one of the organisation "own"."""
    async with gate.program(await gate.token(scopes=["provisioning"]), HERE) as client:
        yield client


def ona(**more: Any) -> dict[str, Any]:
    """Somebody new, as directories send them."""
    usual = {
        "schemas": [CORE],
        "userName": "ona@library.example",
        "name": {"givenName": "Ona", "familyName": "Onaitė"},
        "emails": [{"value": "ona@library.example", "type": "work", "primary": True}],
        "active": True,
    }
    return usual | more


async def brought(directory: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    """Somebody new, as SCIM has them."""
    answer = await directory.post(USERS, json=ona(**more))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def patched(directory: httpx.AsyncClient, which: str, *operations: dict[str, Any]) -> dict[str, Any]:
    """Somebody after these operations; what is answered is what is found afterwards."""
    answer = await directory.patch(f"{USERS}/{which}", json={"schemas": [PATCH], "Operations": operations})
    assert answer.status_code == 200, answer.text
    seen = await directory.get(f"{USERS}/{which}")
    assert seen.json() == answer.json()
    return dict(answer.json())


async def found(directory: httpx.AsyncClient, asked: str) -> list[dict[str, Any]]:
    """Those who hold a filter."""
    answer = await directory.get(USERS, params={"filter": asked})
    assert (answer.status_code, answer.json()["schemas"]) == (200, [LIST]), answer.text
    assert answer.json()["totalResults"] == len(answer.json()["Resources"])
    return list(answer.json()["Resources"])


def refused(answer: httpx.Response, status: int, kind: str | None = None) -> str:
    """The sentence of an error of SCIM."""
    told = answer.json()
    assert (answer.status_code, told["status"], told.get("scimType")) == (status, str(status), kind), told
    assert (answer.headers["content-type"], told["schemas"]) == ("application/scim+json", [ERROR])
    assert told["detail"].endswith(".")
    return str(told["detail"])
