"""A journey in a browser: a programme of others is copied, offered, taken into a list, and follows its original."""

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from domain.text import Text
from storage import programmes
from storage.database import Database
from tests.console.conftest import Door
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, complaints_of, enter
from tests.console.test_sharing import HERE, OPEN, app, rasa
from tests.console.town import MONDAY, Cast
from tests.tools.screens import SIZES, Screen, Screens

__all__ = ["app", "base", "rasa"]
SHOTS = os.environ.get("ZINUTE_SHOTS", "")  # a folder for what the pages look like


async def looks_well(page: Page, screen: Screen, axe: str, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}-{screen}.png", full_page=True)
    assert await page.evaluate(TOO_WIDE.replace("320", str(SIZES[screen]["width"]))) == []
    assert await page.evaluate(TOO_SMALL) == [] or screen == "desktop"
    assert await complaints_of(axe, page) == []


@pytest.mark.parametrize("screen", ["phone", "desktop"])
@pytest.mark.usefixtures("rasa")
async def test_a_programme_is_copied_offered_taken_into_a_list_and_follows_its_original(
    *,
    door: Door,
    cast: Cast,
    database: Database,
    base: str,
    browser_page: Screens,
    screen: Screen,
    axe: str,
) -> None:
    page = await browser_page(screen)
    await enter(page, door, base, cast.coordinator)
    await page.goto(f"{base}/console/lessons")
    await looks_well(page, screen, axe, "lessons")
    await page.locator("#copy-safe").click()
    await expect(page.locator("#done")).to_contain_text("This is your copy")
    await page.locator("#reach").select_option("everybody")
    await page.locator("#share").click()
    await expect(page.locator("#reach-now")).to_have_text("Offered to every organisation")
    await looks_well(page, screen, axe, "sharing")
    first = OPEN.lessons[0]
    texts = tuple(
        replace(each, cards=(replace(each.cards[0], text=Text("New.")), *each.cards[1:]))
        for each in first.texts
    )
    newer = replace(OPEN, lessons=(replace(first, texts=texts),))
    await database.write(partial(programmes.publish, programme=newer, at=MONDAY))
    await page.locator("#original").click()
    await expect(page.locator("#change-safe-0")).to_have_text("lesson0-en")
    await looks_well(page, screen, axe, "original")
    await page.locator("#take-safe-0").click()
    await expect(page.locator("#done")).to_contain_text("Taken over")
    await page.goto(f"{base}{HERE}")
    await looks_well(page, screen, axe, "programme")
    other = await browser_page(screen)
    await enter(other, door, base, cast.coordinator_elsewhere)
    await other.goto(f"{base}/console/programmes")
    await other.locator("#offered").click()
    await looks_well(other, screen, axe, "offered")
    await other.get_by_role("button", name="Take into our list").click()
    await expect(other.locator("#done")).to_have_text("The programme is in your list.")
    await looks_well(other, screen, axe, "adopted")
