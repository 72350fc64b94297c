"""The check-in at a door in the console: a screen, a paper, and the page behind the picture, each for whom it is."""

import re
from datetime import timedelta
from functools import partial

import httpx
import pytest
from starlette.applications import Starlette

from console.app import create
from domain import door as rules
from domain.texts import Texts
from storage import attended, sessions, webinars
from storage.database import Database
from tests.console.conftest import KEY, SAME_ORIGIN, Door
from tests.console.keys import entrance
from tests.console.papers import Maker
from tests.console.test_catalogue import Somewhere
from tests.console.test_live import base, news, signed_in
from tests.console.test_webinars import HERE, come, made, sends
from tests.console.town import MONDAY, Cast, Clock, seeing

__all__ = ["base"]

SITE = "https://learn.example"
START = MONDAY + timedelta(days=14, minutes=30)
CODE = re.compile(r"/here ([0-9A-Z]{4}-[0-9A-Z]{4})")


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    doors = [Somewhere("web", "/chat?code="), Somewhere("telegram", "https://t.me/bot?start=")]
    papers = Maker()
    return create(database, texts, clock, documents=papers, entrance=entrance(), address=SITE, doors=doors)


def code_in(page: str) -> str:
    found = CODE.search(page)
    assert found
    return found[1]


async def test_the_screen_shows_the_code_of_the_minute(
    coordinator: httpx.AsyncClient, door: Door, database: Database, cast: Cast, clock: Clock
) -> None:
    which = await made(coordinator, cast, venue="Salė", capacity="5")
    await come(database, which, cast.learner, cast.invited)
    assert f'href="{HERE}/{which}/door"' in (await coordinator.get(f"{HERE}/{which}")).text
    early = (await coordinator.get(f"{HERE}/{which}/door")).text
    assert ("The code appears 30 min before" in early, CODE.search(early)) == (True, None)
    held = await database.read(partial(webinars.find, webinar=int(which)))
    assert held is not None
    codes = list[str]()
    for clock.at in (START, START + timedelta(minutes=1)):
        async with door.signed_in(cast.coordinator) as later:
            page = (await later.get(f"{HERE}/{which}/door")).text
        codes.append(code_in(page))
        assert rules.read(KEY, held, codes[-1], clock.at) == "right"
        assert "There: 0 of 2 with a seat" in page
    assert codes[0] != codes[1]


async def test_a_session_that_is_held_nowhere_has_no_door(coordinator: httpx.AsyncClient, cast: Cast) -> None:
    which = await made(coordinator, cast)
    assert "/door" not in (await coordinator.get(f"{HERE}/{which}")).text
    for path in ("door", "door/live", "door/paper"):
        assert (await coordinator.get(f"{HERE}/{which}/{path}")).status_code == 404


async def test_paper_is_chosen_and_taken_back(coordinator: httpx.AsyncClient, cast: Cast) -> None:
    which = await made(coordinator, cast, venue="Salė")
    assert (await coordinator.get(f"{HERE}/{which}/door/paper")).status_code == 404
    codes = list[str]()
    for _ in range(2):
        printed = await sends(coordinator, f"{which}/door", do="print")
        assert printed.headers["location"] == f"{HERE}/{which}/door/paper"
        page = (await coordinator.get(f"{HERE}/{which}/door/paper")).text
        codes.append(code_in(page))
    assert codes[0] != codes[1]
    assert 'id="stop"' in (await coordinator.get(f"{HERE}/{which}/door")).text
    stopped = await sends(coordinator, f"{which}/door", do="stop")
    assert stopped.headers["location"] == f"{HERE}/{which}/door"
    assert (await coordinator.get(f"{HERE}/{which}/door/paper")).status_code == 404


async def test_the_picture_leads_to_every_messenger(
    door: Door, coordinator: httpx.AsyncClient, cast: Cast
) -> None:
    which = await made(coordinator, cast, venue="Salė")
    await sends(coordinator, f"{which}/door", do="print")
    code = code_in((await coordinator.get(f"{HERE}/{which}/door/paper")).text)
    async with door.browser() as anybody:
        page = await anybody.get(rules.page(code))
        for link in (f"/chat?code=here_{code}", f"https://t.me/bot?start=here_{code}"):
            assert f'href="{link}"' in page.text
        assert f"/here {code}" in page.text
        for odd in ("0000", "0000-000U", "x" * 9):
            assert (await anybody.get(f"/webinar/door/{odd}")).status_code == 404


async def test_an_open_screen_hears_who_came_and_stays_signed_in_until_it_is_over(
    *,
    door: Door,
    coordinator: httpx.AsyncClient,
    database: Database,
    cast: Cast,
    clock: Clock,
    base: str,
) -> None:
    which = await made(coordinator, cast, venue="Salė", capacity="5")
    await come(database, which, cast.learner)
    clock.at = START
    async with signed_in(door, base, cast.coordinator) as screen:
        token = screen.cookies["zinute_session"]
        place = f"{HERE}/{which}/door/live"
        async with screen.stream("GET", place) as answer:
            lines = answer.aiter_lines()
            first = await news(lines)
            assert first == ("latest", f"{rules.step(START)}-0-1")
            clock.at = START + timedelta(minutes=25)
            assert await news(lines) == ("latest", f"{rules.step(clock.at)}-0-1")
            clock.at = START + timedelta(minutes=50)
            assert await news(lines) == ("latest", f"{rules.step(clock.at)}-0-1")
        alive = partial(sessions.alive, token=token)
        assert await database.read(partial(alive, now=clock.at)) is not None
        clock.at = START + timedelta(minutes=61)
        async with screen.stream("GET", place) as answer:
            await news(answer.aiter_lines())
        assert await database.read(partial(alive, now=START + timedelta(minutes=82))) is None


async def test_a_screen_of_a_session_far_ahead_keeps_nobody_signed_in(
    *, door: Door, coordinator: httpx.AsyncClient, database: Database, cast: Cast, clock: Clock, base: str
) -> None:
    which = await made(coordinator, cast, venue="Salė")
    async with signed_in(door, base, cast.coordinator) as screen:
        token = screen.cookies["zinute_session"]
        clock.at += timedelta(minutes=25)
        async with screen.stream("GET", f"{HERE}/{which}/door/live") as answer:
            await news(answer.aiter_lines())
        alive = partial(sessions.alive, token=token, now=clock.at + timedelta(minutes=10))
        assert await database.read(alive) is None


async def test_nobody_else_sees_or_prints_it(door: Door, coordinator: httpx.AsyncClient, cast: Cast) -> None:
    which = await made(coordinator, cast, venue="Salė")
    async with door.signed_in(cast.coordinator_elsewhere) as other:
        assert (await other.get(f"{HERE}/{which}/door")).status_code == 404
        answer = await other.post(f"{HERE}/{which}/door", data={"do": "print"}, headers=SAME_ORIGIN)
        assert answer.status_code == 404
    assert (await coordinator.get(f"{HERE}/{which}/door/paper")).status_code == 404


async def test_there_are_as_many_as_the_reader_sees(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    which = int(await made(coordinator, cast, venue="Salė", capacity="5"))
    await come(database, str(which), cast.learner)
    for place, expected in ((cast.library, (0, 1)), (cast.museum, (0, 0))):
        scope = seeing(cast.coordinator, place)
        assert await database.read(partial(attended.present, scope=scope, webinar=which)) == expected
