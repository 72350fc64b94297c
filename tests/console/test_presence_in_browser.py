"""Attendance in a browser: a webinar made, its report brought, one row decided, all by keyboard alone."""

from datetime import timedelta

import pytest
from playwright.async_api import FilePayload, Page, expect

from actions import register
from domain.language import LANGUAGES
from storage import people
from storage.database import Connection, Database
from storage.people import PERSON
from storage.registrations import REGISTRATION
from tests.console.conftest import Door
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, enter
from tests.console.test_sharing_in_browser import looks_well
from tests.console.test_webinar_presence import report
from tests.console.test_webinars_in_browser import HERE, presses, types
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows
from tests.tools.screens import Screen, Screens

__all__ = ["base"]

WRITTEN = {
    "title_en": "Viruses",
    "date": "2026-12-07",
    "time": "10:00",
    "link": "https://meet.example/a",
    "capacity": "9",
    "least": "30",
    "word": "Gintaras",
}
SEEN = (REGISTRATION.c.attended, REGISTRATION.c.minutes, REGISTRATION.c.seen_by)
TIMES = "2026-12-07 10:00:00,2026-12-07 10:45:00,45"


async def brought(database: Database, cast: Cast) -> bytes:
    """A report of somebody who joined twice, of a name alone, of somebody else, and of a formula."""
    found = await rows(database, PERSON.c.id, PERSON.c.name, PERSON.c.email)
    names, emails = {row[0]: row[1] for row in found}, {row[0]: row[2] for row in found}
    return report(
        f"X,{emails[cast.learner]},{TIMES}",
        f"X,{emails[cast.learner]},{TIMES}",
        f"{names[cast.invited]},,{TIMES}",
        f"Kazys Kazlauskas,kazys@kitur.example,{TIMES}",
        f"=1+1,,{TIMES}",
    )


async def fits_everywhere(page: Page, base: str, screen: Screen) -> None:
    """On the narrowest phone, in every language."""
    for language in LANGUAGES:
        await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
        for place in (f"{HERE}/1/presence", f"{HERE}/1/presence/1", f"{HERE}/1/presence/1?fate=unreadable"):
            await page.goto(f"{base}{place}")
            await page.set_viewport_size({"width": 320, "height": 640})
            assert (language, place, await page.evaluate(TOO_WIDE)) == (language, place, [])
            assert screen == "desktop" or await page.evaluate(TOO_SMALL) == []


@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_a_coordinator_brings_a_report_and_decides_a_row(
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
    await page.goto(f"{base}{HERE}/new")
    for field, words in WRITTEN.items():
        await types(page, field, words)
    await presses(page, "save")
    await expect(page.locator("#done")).to_contain_text("People can register")

    def come(tx: Connection) -> None:
        for who in (cast.learner, cast.invited):
            assert register.register(tx, people.get(tx, who), 1, MONDAY, seed=f"s{who}") == "seated"

    await database.write(come)
    buffer = await brought(database, cast)
    clock.at = MONDAY + timedelta(days=14, hours=3)
    await enter(page, door, base, cast.coordinator)
    await page.goto(f"{base}{HERE}/1")
    await looks_well(page, screen, axe, "webinar-over")
    await presses(page, "presence")
    await expect(page.locator("#file")).to_be_visible()
    await looks_well(page, screen, axe, "presence")
    file: FilePayload = {"name": "participants_81234.csv", "mimeType": "text/csv", "buffer": buffer}
    await page.locator("#file").set_input_files(file)
    await presses(page, "look")
    await expect(page.locator("#who-4")).to_be_visible(timeout=20_000)  # a process of its own reads the file
    await looks_well(page, screen, axe, "presence-report")
    await fits_everywhere(page, base, screen)
    await page.context.clear_cookies(name="zinute_language")
    await page.goto(f"{base}{HERE}/1/presence/1")
    await page.locator("#who-4").press("ArrowDown")
    await presses(page, "go")
    await expect(page.locator("#done")).to_be_visible(timeout=20_000)
    await looks_well(page, screen, axe, "presence-taken")
    assert await rows(database, *SEEN) == [(True, 45, "report")] * 2
