"""What the service's log says of requests: each way in, each vain try, what was refused, which limits were reached."""

from typing import Any

import pytest
from starlette.applications import Starlette
from structlog.testing import capture_logs

from console.app import create
from domain.texts import Texts
from storage.database import Database
from tests.console.api.conftest import HERE, Gate
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.keys import OTHER, PASSWORD, RASA, add_phone, choose, enter, entrance, post
from tests.console.planted import plant
from tests.console.town import Cast, Clock

Line = dict[str, Any]


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, entrance=entrance(mails=True))


def told(logs: Any, *fields: str) -> list[tuple[object, ...]]:
    """The lines, each by these fields."""
    return [tuple(line.get(name) for name in ("event", *fields)) for line in logs]


async def test_every_way_in_is_told_with_who_and_how(door: Door, cast: Cast, clock: Clock) -> None:
    with capture_logs() as logs:
        async with door.signed_in(cast.coordinator) as browser:
            await choose(browser)
            phone, _ = await add_phone(browser, clock())
            clock.move(minutes=1)
            await post(browser, "/console/proof", password=PASSWORD)
        async with door.browser() as browser:
            await enter(browser)
            clock.move(minutes=1)
            await post(browser, "/sign-in/second", code=phone.code(clock()))
    assert told(logs, "how", "shown", "person") == [
        ("signed in", "use_link", "in", cast.coordinator),
        ("proved", "prove", "again", cast.coordinator),
        ("proved", "use_password", "first factor", cast.coordinator),
        ("signed in", "use_second", "in", cast.coordinator),
    ]


async def test_every_vain_try_is_told(door: Door, cast: Cast, clock: Clock) -> None:
    async with door.signed_in(cast.coordinator) as browser, door.browser() as other:
        await choose(browser)
        await add_phone(browser, clock())
        with capture_logs() as logs:
            await post(browser, "/console/proof", password=OTHER)
            await post(browser, "/console/proof/passkey", credential="{}")
            await enter(other, OTHER)
            await enter(other, OTHER, "nobody@example.org")
            await post(other, "/sign-in", token="none")
            await post(other, "/sign-in/code", code="AAAA-AAAA-AAAA")
            await post(other, "/sign-in/passkey", credential="{}")
            await other.get("/sign-in/organisation/back?state=x&code=y")
            await enter(other)
            await post(other, "/sign-in/second", code="000000")
    vain = [line for line in logs if line["event"] == "not signed in"]
    assert told(vain, "how", "status", "person") == [
        ("not signed in", "prove", 422, cast.coordinator),
        ("not signed in", "prove_passkey", 303, cast.coordinator),
        ("not signed in", "use_password", 422, cast.coordinator),
        ("not signed in", "use_password", 422, None),
        ("not signed in", "use_link", 410, None),
        ("not signed in", "use_code", 422, None),
        ("not signed in", "use_passkey", 422, None),
        ("not signed in", "provider_back", 403, None),
        ("not signed in", "use_second", 422, cast.coordinator),
    ]
    assert {line["log_level"] for line in vain} == {"warning"}


async def test_what_was_refused_is_told_with_who_asked(door: Door, cast: Cast) -> None:
    async with door.signed_in(cast.coordinator) as browser, door.browser() as other:
        with capture_logs() as logs:
            await browser.get("/console/rights")
            await browser.get("/console/people/999999")
            await browser.post("/console/messages/again", headers={"Sec-Fetch-Site": "cross-site"})
            await browser.post("/console/language", content=b"a" * 2**21, headers=SAME_ORIGIN)
            await other.get("/console/people/999999")
            await other.get("/none")
    assert told(logs, "status", "route", "person") == [
        ("refused", 403, "/console/rights", cast.coordinator),
        ("refused", 404, "/console/people/{id}", cast.coordinator),
        ("refused", 403, None, None),
        ("refused", 413, "/console/language", None),
    ]


async def test_limits_that_are_reached_are_told(door: Door, cast: Cast) -> None:
    async with door.signed_in(cast.coordinator) as browser, door.browser() as other:
        await choose(browser)
        with capture_logs() as logs:
            for _ in range(11):
                await enter(other, OTHER)
            for _ in range(4):
                await post(other, "/sign-in/link", email="nobody@example.org")
    slow = [line for line in logs if line["event"] == "too many tries"]
    assert told(slow, "route", "log_level") == [
        ("too many tries", "/sign-in/password", "warning"),
        ("too many tries", "/sign-in/link", "warning"),
    ]


async def test_programs_are_told_of_by_their_tokens(app: Starlette, database: Database, clock: Clock) -> None:
    gate = Gate(app, database, clock, await database.write(plant))
    token, narrow = await gate.token(days=1), await gate.token(scopes=("people:read",))
    with capture_logs() as logs:
        async with gate.program(narrow) as program:
            await program.get("/assignments")
            await program.get("/people/999999")
        async with gate.program(token) as program:
            clock.move(days=2)
            await program.get("/people")
        async with gate.program("zin_none") as program:
            await program.get("/people")
    lines = told(logs, "status", "route", "token")
    assert [each[:3] for each in lines] == [
        ("refused", 403, "/assignments"),
        ("refused", 404, "/people/{id}"),
        ("refused", 401, "/people"),
        ("refused", 401, "/people"),
    ]
    assert [each[3] is None for each in lines] == [False, False, False, True]
    assert lines[0][3] == lines[1][3] != lines[2][3]
    assert HERE not in str(logs)


async def test_no_name_address_or_secret_is_told(door: Door, cast: Cast) -> None:
    with capture_logs() as logs:
        async with door.signed_in(cast.coordinator) as browser, door.browser() as other:
            await choose(browser)
            await enter(other, OTHER, "kanarija@example.org")
            await enter(other)
            await browser.get("/console/people/999999?q=kanarija")
            said = str(logs)
    assert len(logs) == 4
    secrets = ("token-1", PASSWORD, OTHER, RASA, "kanarija", "Rasa", "example.org", *browser.cookies.values())
    assert [each for each in secrets if each in said] == []
