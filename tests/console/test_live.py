"""Live pages: the stream over real HTTP, and a page in a browser that shows an answer as it is given."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Literal

import httpx
import pytest
import uvicorn
from playwright.async_api import Page, expect
from starlette.applications import Starlette

from storage import progress, sessions
from storage.database import Connection, Database
from tests.console.conftest import Door
from tests.console.town import MONDAY, Cast, Clock, Town, seeing
from tests.storage import stores
from tests.storage.samples import enrolments_of
from tests.tools.screens import Screens

SOON = 2.0  # seconds; what the product promises


@pytest.fixture
async def base(app: Starlette) -> AsyncIterator[str]:
    """The console over real HTTP."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off", ws="none"))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await asyncio.wait_for(running, 5)


@asynccontextmanager
async def signed_in(door: Door, base: str, person: int) -> AsyncIterator[httpx.AsyncClient]:
    token = await door.link(person)
    async with httpx.AsyncClient(base_url=base, headers={"Origin": base}, timeout=5) as client:
        assert (await client.post("/sign-in", data={"token": token})).status_code == 303
        yield client


async def news(lines: AsyncIterator[str]) -> tuple[str, str]:
    """The next event and its data."""
    event = ""
    async with asyncio.timeout(SOON):
        async for line in lines:
            name, _, value = line.partition(": ")
            if name == "event":
                event = value
            elif name == "data" or line == "data:":
                return event, value
    return event, ""


def answer(tx: Connection, person: int) -> None:
    (study,) = enrolments_of(tx, person)
    Town(tx, MONDAY).answer(study.id, 1, 1, correct=True)


async def latest(database: Database, *organisations: int) -> str:
    return str(await database.read(lambda tx: progress.latest(tx, seeing(1, *organisations))))


async def test_an_answer_is_told_at_once_and_only_to_those_who_may_know(
    door: Door, database: Database, cast: Cast, base: str
) -> None:
    async with (
        signed_in(door, base, cast.coordinator) as here,
        signed_in(door, base, cast.coordinator_elsewhere) as there,
        here.stream("GET", "/console/live") as ours,
        there.stream("GET", "/console/live") as theirs,
    ):
        assert ours.headers["content-type"].startswith("text/event-stream")
        heard, silent = ours.aiter_lines(), theirs.aiter_lines()
        assert await news(heard) == ("latest", await latest(database, cast.library))
        assert await news(silent) == ("latest", await latest(database, cast.museum))
        await database.write(lambda tx: answer(tx, cast.learner))
        assert await news(heard) == ("latest", await latest(database, cast.library))
        with pytest.raises(TimeoutError):
            await news(silent)


async def test_what_another_process_writes_is_told_too(
    door: Door, database: Database, cast: Cast, base: str
) -> None:
    async with signed_in(door, base, cast.coordinator) as here, here.stream("GET", "/console/live") as ours:
        heard = ours.aiter_lines()
        await news(heard)
        async with stores.again(database) as other:
            await other.write(lambda tx: answer(tx, cast.learner))
        assert await news(heard) == ("latest", await latest(database, cast.library))


async def test_a_stream_ends_with_its_session_and_keeps_none_alive(
    door: Door, database: Database, cast: Cast, base: str, clock: Clock
) -> None:
    async with signed_in(door, base, cast.coordinator) as here, here.stream("GET", "/console/live") as ours:
        heard = ours.aiter_lines()
        await news(heard)
        clock.move(minutes=29)
        await asyncio.sleep(1.2)  # it looks again and counts as nobody's doing
        clock.move(minutes=1)
        assert await news(heard) == ("over", "")
        assert [line async for line in heard if line.strip()] == []


async def test_a_stream_ends_when_somebody_signs_out(
    door: Door, database: Database, cast: Cast, base: str
) -> None:
    async with signed_in(door, base, cast.coordinator) as here, here.stream("GET", "/console/live") as ours:
        heard = ours.aiter_lines()
        await news(heard)
        await database.write(lambda tx: sessions.end(tx, here.cookies["zinute_session"]))
        assert await news(heard) == ("over", "")


async def test_open_streams_do_not_hold_up_a_stop(door: Door, cast: Cast, app: Starlette) -> None:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off", ws="none"))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with signed_in(door, f"http://127.0.0.1:{port}", cast.coordinator) as here:
        stream = await here.send(here.build_request("GET", "/console/live"), stream=True)
        await news(stream.aiter_lines())
        server.should_exit = True
        await asyncio.wait_for(running, 3)
        await stream.aclose()


Screen = Literal["phone", "desktop"]


async def enter(page: Page, door: Door, base: str, person: int) -> list[str]:
    """Sign in through the page; what the browser complains about is gathered."""
    complaints: list[str] = []
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{base}/sign-in?token={await door.link(person)}")
    await page.get_by_role("button", name="Sign in as").click()
    await page.wait_for_url("**/console")
    await expect(page.locator("#live")).to_have_text("Live")
    return complaints


@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_a_page_shows_an_answer_within_two_seconds(
    *, door: Door, database: Database, cast: Cast, base: str, browser_page: Screens, screen: Screen
) -> None:
    page = await browser_page(screen)
    complaints = await enter(page, door, base, cast.coordinator)
    line = page.get_by_role("row").filter(has_text="Ona Onaitė")
    await expect(line).to_contain_text("1 of 2 right")
    search = page.get_by_role("searchbox")
    await search.fill("half a na")
    await search.evaluate("field => field.setSelectionRange(2, 5)")
    kept = await line.element_handle()
    began = time.monotonic()
    await database.write(lambda tx: answer(tx, cast.learner))
    await expect(line).to_contain_text("2 of 3 right", timeout=SOON * 1000)
    assert time.monotonic() - began < SOON
    await expect(line).to_contain_text("today, 09:30")
    await expect(page.locator("#live")).to_contain_text("Updated")
    assert kept is not None
    assert await kept.evaluate("row => row.isConnected")
    typed = (
        "field => [field.value, field.selectionStart, field.selectionEnd, field === document.activeElement]"
    )
    assert await search.evaluate(typed) == ["half a na", 2, 5, True]
    assert complaints == []


async def test_a_persons_page_is_live_and_stays_where_it_was_scrolled_to(
    door: Door, database: Database, cast: Cast, base: str, browser_page: Screens
) -> None:
    page = await browser_page("phone")
    complaints = await enter(page, door, base, cast.coordinator)
    await page.get_by_role("link", name="Ona Onaitė").click()
    await expect(page.get_by_role("listitem").filter(has_text="Joined through the web chat")).to_be_visible()
    await page.evaluate("scrollTo(0, 300)")
    where = await page.evaluate("scrollY")
    await database.write(lambda tx: answer(tx, cast.learner))
    told = page.get_by_role("listitem").filter(has_text="Answered “safe1q0&en?” right")
    await expect(told).to_have_count(1, timeout=SOON * 1000)
    assert where > 0
    assert await page.evaluate("document.getElementById('main').dataset.latest") == await latest(
        database, cast.library
    )
    assert complaints == []


async def test_a_page_whose_session_ended_asks_to_sign_in(
    door: Door, cast: Cast, base: str, browser_page: Screens, clock: Clock
) -> None:
    page = await browser_page("desktop")
    await enter(page, door, base, cast.coordinator)
    clock.move(minutes=30)
    await expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()


async def complaints_of(axe: str, page: Page) -> list[tuple[str, object]]:
    """What axe-core finds wrong, in the light and in the dark."""
    found = list[tuple[str, object]]()
    await page.evaluate(axe)
    for scheme in COLOURS:
        await page.emulate_media(color_scheme=scheme)
        found += [(f"{scheme}: {each['id']}", each["targets"]) for each in await page.evaluate(VIOLATIONS)]
    return found


# What is in order is thousands of elements, which need not be told.
VIOLATIONS: Final = """async () => {
  const { violations } = await axe.run({ resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => ({ id, targets: nodes.map(({ target }) => target) }));
}"""


COLOURS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
ADDRESSES = (
    "/console",
    "/console/people/{learner}",
    "/console/people/{invited}",
    "/console?q=zz",
    "/sign-in",
    "/lesson/safe/safe-0",
    "/x",
)


@pytest.mark.parametrize("language", ["lt", "pl", "nb", "en"])
async def test_pages_are_for_everyone_and_fit_a_narrow_phone(
    *, door: Door, cast: Cast, base: str, browser_page: Screens, axe: str, language: str
) -> None:
    """Nothing wider than 320 px, targets of 44 px on touch; no complaint of axe-core, light and dark."""
    page = await browser_page("phone")
    await enter(page, door, base, cast.coordinator)
    await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
    found = list[tuple[str, str, object]]()
    for address in ADDRESSES:
        await page.goto(base + address.format(learner=cast.learner, invited=cast.invited))
        if language == "lt":
            found += [(address, *said) for said in await complaints_of(axe, page)]
        await page.set_viewport_size({"width": 320, "height": 640})
        found += [(address, "320", wide) for wide in await page.evaluate(TOO_WIDE)]
        found += [(address, "44", small) for small in await page.evaluate(TOO_SMALL)]
        await page.set_viewport_size({"width": 390, "height": 844})
    assert found == []


TOO_WIDE = "document.documentElement.scrollWidth > 320 ? [document.documentElement.scrollWidth] : []"
TOO_SMALL = """
[...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
  .filter((each) => each.checkVisibility() && !each.closest(".unseen, thead, .skip"))
  .filter((each) => !each.closest("details:not([open]) > :not(summary)"))
  .filter((each) => (each.type == "checkbox" && each.closest("label") || each).getBoundingClientRect().height < 43.5)
  .map((each) => each.outerHTML.slice(0, 80))
"""
