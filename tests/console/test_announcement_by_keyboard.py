"""An announcement in a browser by keyboard alone: composed, counted, approved by a second person, watched, exported."""

import csv

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import update
from starlette.applications import Starlette

from console.app import create
from domain.texts import Texts
from scheduler.jobs import announce
from storage.confirmations import confirm
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.console.by_keyboard import choose, download, press, reach, write
from tests.console.conftest import Door
from tests.console.test_announcements_in_browser import LIVE, other
from tests.console.test_live import base, enter
from tests.console.test_sharing_in_browser import looks_well
from tests.console.town import Cast, Clock
from tests.tools.screens import Screen, Screens
from zinute.previews import Maker

__all__ = ["base", "other"]


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, previews=Maker(texts))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_an_announcement_by_keyboard_from_its_words_to_its_file(
    *,
    door: Door,
    cast: Cast,
    database: Database,
    clock: Clock,
    base: str,
    browser_page: Screens,
    screen: Screen,
    axe: str,
    other: int,
) -> None:
    page, second = await browser_page(screen), await browser_page(screen)
    complaints = await enter(page, door, base, cast.coordinator)
    complaints += await enter(second, door, base, other)
    await compose(page, base)
    await looks_well(page, screen, axe, "keyboard-draft")
    await press(page, "send")
    await expect(page.locator("#state")).to_have_text("waits for a second person")
    await approve(second, base)
    await expect(page.locator("#state")).to_have_text("waits for its time", timeout=LIVE)
    clock.move(seconds=30)
    assert await announce.JOB.run(database, clock()) == 3
    await expect(page.locator("#figure-queued")).to_contain_text("3 of 3 wait", timeout=LIVE)
    await database.write(lambda tx: goes(tx, cast.learner, clock))
    await expect(page.locator("#figure-sent")).to_contain_text("2 of 3 sent", timeout=LIVE)
    await expect(page.locator("#figure-failed")).to_contain_text("1 of 3", timeout=LIVE)
    await expect(page.locator("#figure-confirmed")).to_contain_text("1 of 3 confirmed", timeout=LIVE)
    await expect(page.locator("#state")).to_have_text("done", timeout=LIVE)
    await looks_well(page, screen, axe, "keyboard-gone")
    await press(page, "everybody")
    given = (await download(page, "csv")).removeprefix("\ufeff")
    rows = {each["name"]: each for each in csv.DictReader(given.splitlines())}
    assert {name: (each["state"], each["reason"], each["confirmed_at"]) for name, each in rows.items()} == {
        "Ona Onaitė": ("sent", "", "2026-11-23T07:30:30+00:00"),
        "Antra Antraitė": ("sent", "", ""),
        "Trečia Trečiaitė": ("failed", "blocked", ""),
    }
    assert {each["organisation"] for each in rows.values()} == {"Library"}
    assert complaints == []


async def compose(page: Page, base: str) -> None:
    """To those who read Lithuanian, who are asked to confirm it; counted."""
    await page.goto(f"{base}/console/announcements")
    await press(page, "new")
    await write(page, "text-lt", "Penktadienį 9 val. susitinkame skaitykloje.")
    await reach(page, "confirms")
    await page.keyboard.press("Space")
    await choose(page, "what-1", "language:lt")
    await press(page, "keep")
    await expect(page.locator("#reach")).to_have_text("Reaches 3 people")
    await expect(page.locator("#second")).to_be_visible()


async def approve(second: Page, base: str) -> None:
    """Another coordinator finds it in the list, and approves it."""
    await second.goto(f"{base}/console/announcements")
    await press(second, "see-1")
    await press(second, "approve")
    await expect(second.locator("#state")).to_have_text("waits for its time")


def goes(tx: Connection, learner: int, clock: Clock) -> None:
    """It arrives, but for one; the learner confirms it."""
    mine = OUTBOX.c.kind == "announcement"
    tx.execute(update(OUTBOX).where(mine).values(state="sent", ended_at=clock()))
    last = max(row.id for row in tx.execute(OUTBOX.select().where(mine)))
    failed = {"state": "failed", "reason": "blocked"}
    tx.execute(update(OUTBOX).where(OUTBOX.c.id == last).values(**failed))
    confirm(tx, 1, learner, clock())
