"""Whom an announcement is for in a browser: labels, a kept group, what is said before it goes, and what came of it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import update
from starlette.applications import Starlette

from console.app import create
from domain.language import LANGUAGES
from domain.texts import Texts
from scheduler.jobs import announce
from storage.confirmations import confirm
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.console.conftest import Door
from tests.console.test_announcements_in_browser import press
from tests.console.test_live import TOO_WIDE, base, enter
from tests.console.test_sharing_in_browser import looks_well
from tests.console.town import Cast, Clock
from tests.tools.screens import Screen, Screens
from zinute.previews import Maker

__all__ = ["base"]
TEXTS = {"text-lt": "Penktadienį 9 val. susitinkame skaitykloje.", "text-en": "We meet on Friday at nine."}
Look = Callable[[str], Awaitable[object]]


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, previews=Maker(texts))


@pytest.mark.timeout(180)
@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_a_group_is_kept_and_used_and_its_announcement_compared(
    *,
    door: Door,
    cast: Cast,
    database: Database,
    clock: Clock,
    base: str,
    browser_page: Screens,
    screen: Screen,
    axe: str,
) -> None:
    clock.move(days=4, hours=9)  # Friday, 18:30
    page = await browser_page(screen)
    complaints = await enter(page, door, base, cast.coordinator)
    look = partial(looks_well, page, screen, axe)
    await label(page, base, cast, look)
    await write(page, base)
    await page.locator("#what-1").select_option("tag:vairuotojai")
    await press(page, "keep")
    await expect(page.locator("#late")).to_contain_text("Nobody will get it")
    await keep_group(page, look)
    await write(page, base)
    await page.locator("#segment").select_option(label="Vairuotojai")
    await press(page, "fill")
    await expect(page.locator("#what-1")).to_have_value("tag:vairuotojai")
    await look("aimed-composing")
    await press(page, "keep")
    await expect(page.locator("#reach")).to_be_visible()
    await send(page, base)
    await look("aimed-due")
    clock.move(days=2, hours=14.5)
    assert await announce.JOB.run(database, clock()) == 2
    await database.write(partial(arrived, person=cast.learner, clock=clock))
    await page.goto("about:blank")
    await page.context.clear_cookies()
    await enter(page, door, base, cast.coordinator)
    await page.goto(f"{base}/console/announcements/2")
    await expect(page.locator("#beside-1")).to_contain_text("2 h")
    await look("aimed-compared")
    assert complaints == []
    await fits(page, base)


async def label(page: Page, base: str, cast: Cast, look: Look) -> None:
    """Somebody gets two labels."""
    await page.goto(f"{base}/console/people/{cast.learner}/edit")
    await page.locator("#email").fill("ona@example.org")
    await page.locator("#tags").fill("vairuotojai; pirma pagalba")
    await look("aimed-tags")
    await press(page, "save")
    await expect(page.locator("#edit")).to_be_visible()


async def write(page: Page, base: str) -> None:
    """The words of a new one, which is to be confirmed."""
    await page.goto(f"{base}/console/announcements/new")
    for field, words in TEXTS.items():
        await page.locator(f"#{field}").fill(words)
    await page.locator("#confirms").check()
    await page.locator("#chase-times").select_option("2")


async def keep_group(page: Page, look: Look) -> None:
    """Whom it is for gets a name."""
    await page.locator("#segment").click()
    await page.locator("#name").fill("Vairuotojai")
    await look("aimed-draft")
    await press(page, "keep-segment")
    await expect(page.locator("#segment-1")).to_contain_text("Library: tag: vairuotojai")
    await look("aimed-groups")


async def send(page: Page, base: str) -> None:
    """Both go on Monday, to each at their own hour."""
    for number in (1, 2):
        await page.goto(f"{base}/console/announcements/{number}")
        await page.locator("#when").fill("2026-11-30T09:00")
        await page.locator("#own").check()
        await press(page, "send")
        await expect(page.locator("#hourly")).to_be_visible()


async def fits(page: Page, base: str) -> None:
    """In every language, on a narrow phone."""
    for language in LANGUAGES:
        await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
        for place in ("/segments", "/new", "/2"):
            await page.goto(f"{base}/console/announcements{place}")
            await page.set_viewport_size({"width": 320, "height": 640})
            assert (language, place, await page.evaluate(TOO_WIDE)) == (language, place, [])


def arrived(tx: Connection, person: int, clock: Clock) -> None:
    """Both did, and two hours later the person says of each that they have read it."""
    tx.execute(update(OUTBOX).values(state="sent", ended_at=clock()))
    for number in (1, 2):
        confirm(tx, number, person, clock() + timedelta(hours=2))
