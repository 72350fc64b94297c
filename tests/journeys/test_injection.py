"""Nothing that is sent becomes a part of a statement: heard at the store's drivers, and looked for by sqlmap."""

import os
import re
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.web import WebChat
from bot.post import StorePost
from console.app import create
from console.pages.front import Host
from domain.texts import Texts
from storage.database import Connection, Database
from tests.console.conftest import texts
from tests.console.keys import entrance
from tests.console.papers import Maker
from tests.console.planted import plant
from tests.console.test_live import base
from tests.console.town import Clock
from tests.journeys.asked import Spot, Target, send
from tests.journeys.reaching import MARK, Attacked, Forgetful, Patient
from tests.journeys.sqlmap import Attack, groups
from tests.journeys.told import Told, listening
from tests.storage import stores
from tests.storage.stores import Kind

__all__ = ["base", "texts"]
ONLY: Final = os.environ.get("ZINUTE_SQLMAP_ONLY", "")  # a pattern for the names of routes
WORD: Final = f"{MARK}'\")--"
LEAK: Final = "/leak"
PAYLOAD: Final = re.compile(r"\b\d{4}\s*=\s*\d{4}\b")  # what sqlmap writes into what it sends: 1234=1234


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return listening(monkeypatch)


@pytest.fixture(params=stores.BOTH)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
async def database(
    told: Told, kind: Kind, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Forgetful]:
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(kind, tmp_path, server, door=Forgetful) as database:
        assert isinstance(database, Forgetful)
        yield database


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Patient:
    chat = WebChat(StorePost(database, texts, clock))
    leaks = partial(leak, database)
    console = create(
        database,
        texts,
        clock,
        hosts=[Host("Library", "lt", 1, "Rasa", ())],
        documents=Maker(),
        doors=[chat],
        entrance=entrance(mails=True),
        more_routes=[*chat.routes(), Route(LEAK + "/{part}", leaks, methods=["GET", "POST"], name="leak")],
    )
    return Patient(console, clock)


@pytest.fixture
async def attacked(app: Patient, database: Forgetful, clock: Clock, told: Told) -> Attacked:
    return Attacked(app, database, clock, await database.write(plant), told)


async def leak(database: Database, request: Request) -> Response:
    """What every route would be that made statements of words."""
    form = await request.form()
    fields = await request.json() if "json" in request.headers.get("content-type", "") else {}
    named = (request.query_params.get("q"), form.get("q"), fields.get("q"), request.cookies.get("c"))
    key, part = request.headers.get("idempotency-key", ""), request.path_params["part"]
    own = next((each for each in named if each), key)
    asked = own or (part if part != "1" else request.headers.get("referer", ""))

    def look(tx: Connection) -> str:
        return str(tx.execute(text(f"SELECT name FROM person WHERE name = '{asked}'")).all())

    return PlainTextResponse(await database.read(look))


LEAKS: Final = (
    Spot("path", "part"),
    Spot("query", "q"),
    Spot("form", "q"),
    Spot("json", "q"),
    Spot("header", "Referer"),
    Spot("header", "Idempotency-Key"),
    Spot("cookie", "c"),
)


def leaking(spot: Spot) -> Target:
    """A request with one spot that leaks."""
    given = {} if spot.place == "path" else {spot: "1"}
    method = "POST" if spot.place in ("form", "json") else "GET"
    part = "2" if spot.place == "path" else "1"
    return Target("leak", method, LEAK + "/{part}", {"part": part}, "nobody", given)


@pytest.mark.timeout(120)
async def test_no_word_of_a_request_is_in_a_statement(attacked: Attacked, told: Told) -> None:
    tried = 0
    async for browser, target in attacked.targets():
        for spot in target.spots:
            await send(browser, target.saying(spot, WORD))
            tried += 1
    assert [each for each in told.texts if MARK in each.lower()] == []
    assert tried > 600
    assert max(attacked.app.answers) < 500


@pytest.mark.parametrize("spot", LEAKS, ids=str)
async def test_a_word_in_a_statement_is_heard(attacked: Attacked, told: Told, spot: Spot) -> None:
    async with attacked.browser(leaking(spot)) as browser:
        await send(browser, leaking(spot).saying(spot, WORD))
        assert await attacked.reaches(browser, leaking(spot), spot)
    assert [each for each in told.texts if MARK in each] != []


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_no_parameter_becomes_a_statement(
    *, kind: Kind, attacked: Attacked, base: str, told: Told, tmp_path: Path
) -> None:
    """Each spot of which the store is told anything, whatever the words: the others cannot be part of a statement."""
    attack, wrong, looked = Attack(base, kind, tmp_path), list[object](), 0
    for reached in [each async for each in attacked.reached() if re.search(ONLY, each.target.name)]:
        target, who = reached.target, await attacked.headers(reached.target)
        for spots in groups(reached.spots):
            verdict = await attack.at(target, spots, who)
            said = "nothing found" if verdict.whole else " ".join(verdict.found) or "not at its end"
            print(kind, target.method, target.name, *(each.name for each in spots), said, sep=" ", flush=True)
            looked += len(spots)
            if verdict.found or not verdict.whole or len(verdict.tested) < len(spots):
                wrong.append((target, spots, verdict.tested, verdict.said[-1500:]))
        if not await attacked.knows(target, who):
            wrong.append((target, "the session had ended"))
    print(kind, looked, "parameters,", attacked.app.answers)
    assert wrong == []
    assert looked >= 30 or ONLY
    assert [each for each in told.texts if PAYLOAD.search(each)] == []
    assert max(attacked.app.answers) < 500


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("spot", LEAKS, ids=str)
async def test_it_finds_what_is_there(
    *, kind: Kind, attacked: Attacked, base: str, tmp_path: Path, spot: Spot
) -> None:
    target = leaking(spot)
    verdict = await Attack(base, kind, tmp_path).at(target, (spot,), await attacked.headers(target))
    assert verdict.found, verdict.said[-1500:]
