"""Webinars in a browser: made, changed and ticked off by keyboard alone; the pages are for everybody."""

from datetime import timedelta
from functools import partial

import pytest
from playwright.async_api import Page, expect

from actions import register
from domain.language import LANGUAGES
from storage import people, registrations
from storage.database import Connection, Database
from tests.console.by_keyboard import press, reach
from tests.console.conftest import Door
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, enter
from tests.console.test_sharing_in_browser import looks_well
from tests.console.town import MONDAY, Cast, Clock
from tests.tools.screens import Screen, Screens

__all__ = ["base"]

HERE = "/console/webinars"


async def types(page: Page, field: str, words: str) -> None:
    """Go to the field as the keyboard does, and write."""
    await reach(page, field)
    if await page.locator(f"#{field}").get_attribute("type") in ("date", "time"):
        await page.locator(f"#{field}").fill(words)  # how these are typed depends on the browser's language
    else:
        await page.keyboard.press("Control+A")
        await page.keyboard.type(words)


async def presses(page: Page, button: str) -> None:
    await press(page, button)


async def fits_everywhere(page: Page, base: str, screen: Screen) -> None:
    """On the narrowest phone, in every language."""
    for language in LANGUAGES:
        await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
        for part in ("", "/1", "/1/edit", "/new", "/trainers", "/recordings"):
            place = f"{HERE}{part}"
            await page.goto(f"{base}{place}")
            await page.set_viewport_size({"width": 320, "height": 640})
            assert (language, place, await page.evaluate(TOO_WIDE)) == (language, place, [])
            assert screen == "desktop" or await page.evaluate(TOO_SMALL) == []


async def makes(page: Page, base: str, screen: Screen, axe: str) -> None:
    """A webinar, in spite of a slip."""
    await page.goto(f"{base}{HERE}")
    await looks_well(page, screen, axe, "webinars-none")
    await presses(page, "new")
    written = {"title_en": "Viruses", "date": "2026-12-07", "time": "10:00", "link": "meet", "capacity": "2"}
    for field, words in written.items():
        await types(page, field, words)
    await presses(page, "save")
    await expect(page.locator("#faults")).to_contain_text("That is not a link")
    await looks_well(page, screen, axe, "webinar-form")
    await types(page, "link", "https://meet.example/a")
    await presses(page, "save")
    await expect(page.locator("#done")).to_contain_text("People can register")


async def look_well(page: Page, base: str, screen: Screen, axe: str) -> None:
    """Trainers, recordings, and the page of a webinar, which stays open."""
    for name in ("trainers", "recordings", "1"):
        await page.goto(f"{base}{HERE}/{name}")
        await looks_well(page, screen, axe, f"webinars-{name}")


async def records(page: Page, screen: Screen, axe: str) -> None:
    """From the page of a webinar that is over: the link to its recording."""
    await presses(page, "recording")
    await types(page, "link", "https://rec.example/1")
    await looks_well(page, screen, axe, "recording")
    await presses(page, "save")
    await expect(page.locator("#done")).to_contain_text("told of it")


@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_a_coordinator_makes_one_and_says_who_was_there(
    *,
    door: Door,
    cast: Cast,
    database: Database,
    base: str,
    browser_page: Screens,
    screen: Screen,
    axe: str,
    clock: Clock,
) -> None:
    page = await browser_page(screen)
    await enter(page, door, base, cast.coordinator)
    await makes(page, base, screen, axe)

    def come(tx: Connection) -> None:
        for who in (cast.learner, cast.invited):
            assert register.register(tx, people.get(tx, who), 1, MONDAY, seed=f"s{who}") == "seated"
        people.grant(tx, cast.learner, cast.library, "trainer")
        registrations.ask(tx, 1, cast.learner, "Ar bus įrašas?", MONDAY)

    await database.write(come)
    await look_well(page, base, screen, axe)
    await fits_everywhere(page, base, screen)
    clock.at = MONDAY + timedelta(days=14, hours=2)
    await enter(page, door, base, cast.coordinator)
    await page.goto(f"{base}{HERE}/1")
    await page.locator("input[name=there]").first.focus()
    await page.keyboard.press("Space")
    await presses(page, "attend")
    await expect(page.locator("#done")).to_contain_text("")
    await records(page, screen, axe)
    found = await database.read(partial(registrations.active, webinar=1))
    assert [each.attended for each in found] == [True, False]
