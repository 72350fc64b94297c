"""A launch campaign in a browser by keyboard alone: from its preparation to the first results, as its time goes by."""

import csv
from collections.abc import Coroutine
from functools import partial
from typing import Any

import pytest
from playwright.async_api import Page, expect
from starlette.applications import Starlette

from actions.campaign_steps import Means
from console.app import create
from console.entrance import Entrance
from domain.language import LANGUAGES
from domain.texts import Texts
from scheduler.jobs import announce, campaign
from storage.announcements import ANNOUNCEMENT
from storage.database import Connection, Database
from storage.people import PERSON
from tests.console.by_keyboard import choose, download, press, unfold, write
from tests.console.conftest import Door
from tests.console.test_campaigns import HERE, KEY, Country, settle
from tests.console.test_live import TOO_WIDE, base, enter
from tests.console.test_sharing_in_browser import looks_well
from tests.console.town import Clock, Town
from tests.storage.samples import rows
from tests.tools.screens import Screen, Screens
from zinute.previews import Maker

__all__ = ["base"]
Shown = partial[Coroutine[Any, Any, None]]
LIVE = 8_000  # milliseconds; a busy machine has them


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, previews=Maker(texts), entrance=Entrance(KEY, mails=True))


@pytest.fixture
async def country(database: Database) -> Country:
    return await database.write(settle)


async def look(database: Database, clock: Clock) -> None:
    """The scheduler looks, until what came of it has gone out."""
    for _ in range(2):
        await campaign.campaigning(Means(KEY, "https://console.test")).run(database, clock())
        await announce.JOB.run(database, clock())
        clock.move(minutes=1)


async def joins(database: Database, name: str) -> None:
    """Somebody comes in by their invitation."""

    def unit(tx: Connection) -> None:
        [who] = tx.execute(PERSON.select().where(PERSON.c.name == name)).all()
        Town(tx).join(who.id)

    await database.write(unit)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_a_campaign_from_its_preparation_to_the_first_results(
    *,
    door: Door,
    country: Country,
    database: Database,
    clock: Clock,
    base: str,
    browser_page: Screens,
    screen: Screen,
    axe: str,
) -> None:
    page, shown = await browser_page(screen), partial(looks_well, screen=screen, axe=axe)
    complaints = await enter(page, door, base, country.boss)
    await page.goto(f"{base}/console/announcements")
    await press(page, "campaigns")
    await page.wait_for_url(f"**{HERE}")
    await shown(page, name="campaigns-none")
    await prepare(page, shown)
    await look(database, clock)
    there = page.locator(f"#at-{country.library}")
    await expect(there).to_contain_text("told", timeout=LIVE)
    await expect(page.locator(f"#at-{country.museum}")).to_contain_text("no coordinator here")
    await later(page, door, base, country, days=1)
    await expect(page.locator("#figure-invited")).to_contain_text("3 of 5 invited", timeout=LIVE)
    await joins(database, "Ona Rimaite")
    await expect(page.locator("#figure-joined")).to_contain_text("2 of 5 joined", timeout=LIVE)
    await hold(page, country)
    for days in (6, 8):  # the reminder fell on a Sunday, and what comes after it keeps its distance
        await later(page, door, base, country, days=days)
    await shown(page, name="campaign-running")
    await who_stands_there(page, country, shown)
    texts = [row[0] for row in await rows(database, ANNOUNCEMENT.c.texts)]
    assert any("Žmonių: 4. Prisijungė: < 5. Pradėjo: 0. Baigė: 0." in each for each in texts)
    given = list(csv.DictReader((await download(page, "csv")).splitlines()))
    assert [(each["name"], each["joined"], each["results"]) for each in given] == [
        ("Biblioteka", "2", "done"),
        ("Muziejus", "0", "skipped"),
    ]
    await page.goto(f"{base}{HERE}")
    await shown(page, name="campaigns")
    assert complaints == []
    await fits(page, base)


async def prepare(page: Page, shown: Shown) -> None:
    """A draft in the ready texts, one of them changed, with one reminder; it starts."""
    await press(page, "new")
    await shown(page, name="campaign-form")
    await choose(page, "way", "mail")
    await write(page, "day-again", "")
    await page.keyboard.press("Delete")
    await unfold(page, "open-heads")
    await write(page, "heads-en", "{organisation} begins to learn.")
    await press(page, "keep")
    await expect(page.locator("#state")).to_have_text("draft")
    await expect(page.locator("main")).to_contain_text("No coordinator: nobody will be told.")
    await shown(page, name="campaign-draft")
    await press(page, "start")
    await expect(page.locator("#state")).to_have_text("running")
    await shown(page, name="campaign-begun")


async def later(page: Page, door: Door, base: str, country: Country, *, days: int) -> None:
    """So many days go by, and the coordinator comes in again."""
    await page.goto("about:blank")  # or its stream would see that the session is over
    door.clock.move(days=days)
    await look(door.database, door.clock)
    await enter(page, door, base, country.boss)
    await page.goto(f"{base}{HERE}/1")


async def hold(page: Page, country: Country) -> None:
    """One organisation waits for a moment, and goes on."""
    await press(page, f"pause-{country.library}")
    await expect(page.locator(f"#at-{country.library}")).to_contain_text("paused")
    await press(page, f"resume-{country.library}")
    await expect(page.locator(f"#at-{country.library}")).not_to_contain_text("paused")


async def who_stands_there(page: Page, country: Country, shown: Shown) -> None:
    """A figure opens whom it is, and the way leads back."""
    await press(page, f"unreachable-{country.library}")
    await expect(page.get_by_role("rowheader")).to_have_text(["Be Pašto"])
    await shown(page, name="campaign-people")
    await press(page, "back")
    await expect(page.locator("#csv")).to_be_visible()


async def fits(page: Page, base: str) -> None:
    """In every language, on a narrow phone."""
    for language in LANGUAGES:
        await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
        for place in ("", "/new", "/1", "/1/people"):
            await page.goto(f"{base}{HERE}{place}")
            await page.set_viewport_size({"width": 320, "height": 640})
            assert (language, place, await page.evaluate(TOO_WIDE)) == (language, place, [])
