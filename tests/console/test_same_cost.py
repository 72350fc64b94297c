"""What is of others costs what is not there costs, for every route: no clock tells whether there is one."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import process_time
from typing import Final

import httpx
import pytest
from starlette.applications import Starlette

from console.api.app import OPERATIONS
from console.app import create
from console.scim.shapes import HERE as SCIM
from console.scim.shapes import USERS
from domain.texts import Texts
from storage.database import Database
from tests.console.api.conftest import HERE as API
from tests.console.api.conftest import Gate
from tests.console.api.test_api_matrix import NEEDS as OF_API
from tests.console.api.test_api_matrix import asked, id_of
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.papers import Maker
from tests.console.planted import Planted
from tests.console.test_matrix import NEEDS, Need
from tests.console.test_rights import counted
from tests.console.town import Clock

MISSING: Final = 999_999
TIMES, ROUNDS, APART = 40, 6, 0.1
POSTS: Final = (
    "reply",
    "revoke",
    "unbind",
    "assignment_end",
    "carry_out",
)  # and some that would do something


@dataclass(frozen=True)
class Pair:
    """A request for somebody else's, and the same for what there is not; `token`: it is a program's."""

    name: str
    method: str
    theirs: str
    none: str
    token: bool = False
    role: str = "administrator"


def of_console(planted: Planted) -> Iterator[Pair]:
    for (method, name), need in NEEDS.items():
        if need.thing and (method == "GET" or name in POSTS):
            role = "author" if need.right == "write" else "administrator"
            theirs, none = (filled(planted, need, place) for place in ("other", ""))
            yield Pair(name, method, theirs, none, role=role)


def filled(planted: Planted, need: Need, place: str) -> str:
    """The address of a thing of a place; "": of nothing that there is."""
    return need.address.format(
        id=planted.ids.get((need.thing, place), MISSING),
        version=planted.versions.get(place, MISSING),
        at=place or "nobod",
        place=planted.organisations.get(place, MISSING),
    )


def of_programs(planted: Planted) -> Iterator[Pair]:
    for each in OPERATIONS:
        if each.method == "GET" and "{id}" in each.path:
            need = OF_API[each.name]
            which = (id_of(planted, need.thing, "other"), MISSING)
            theirs, none = (f"{API}{each.path.format(id=one)}{asked(planted, need)}" for one in which)
            yield Pair(each.name, "GET", theirs, none, token=True)
    theirs, none = (f"{SCIM}{USERS}/{one}" for one in (planted.ids["person", "other"], MISSING))
    yield Pair("scim", "GET", theirs, none, token=True)


NAMES: Final = (
    *(name for (method, name), need in NEEDS.items() if need.thing and (method == "GET" or name in POSTS)),
    *(each.name for each in OPERATIONS if each.method == "GET" and "{id}" in each.path),
    "scim",
)


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, documents=Maker())


@dataclass
class Asker:
    """Asks as somebody who has nothing to do with the other organisation."""

    client: httpx.AsyncClient
    clock: Clock

    async def cost(self, method: str, address: str) -> float:
        """Processor time of the whole process, so that others on the machine do not count."""
        self.clock.move(milliseconds=200)  # so that no program asks too often
        began = process_time()
        answer = await self.client.request(method, address, headers=SAME_ORIGIN)
        took = process_time() - began
        assert answer.status_code == 404, (address, answer.text)
        return took


@asynccontextmanager
async def asking_as(door: Door, planted: Planted, pair: Pair) -> AsyncIterator[Asker]:
    """Somebody of "own", or a program of theirs."""
    if pair.token:
        gate = Gate(door.app, door.database, door.clock, planted)
        async with gate.program(await gate.token(), "") as client:
            yield Asker(client, door.clock)
        return
    async with door.signed_in(planted.actors[pair.role, "own"]) as client:
        yield Asker(client, door.clock)


@pytest.mark.parametrize("name", NAMES)
async def test_anothers_and_a_missing_one_cost_the_same(door: Door, planted: Planted, name: str) -> None:
    [pair] = [each for each in (*of_console(planted), *of_programs(planted)) if each.name == name]
    two = pair.theirs, pair.none
    async with asking_as(door, planted, pair) as asks:
        await asks.cost(pair.method, pair.none)  # whoever asks is looked up and kept at the first time
        said = list[list[str]]()
        for place in two:
            with counted() as statements:
                await asks.cost(pair.method, place)
            said.append(statements)
        assert said[0] == said[1] != []
        apart = list[float]()
        for _ in range(ROUNDS):
            pairs = [[await asks.cost(pair.method, place) for place in two] for _ in range(TIMES)]
            theirs, none = (min(costs) for costs in zip(*pairs, strict=True))
            apart.append(abs(theirs - none) / none)
            if apart[-1] <= APART:
                return
    pytest.fail(f"it can be told by the time whether there is one: {apart}")
