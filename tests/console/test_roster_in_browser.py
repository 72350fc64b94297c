"""Importing a roster as somebody at a browser does it: on a phone and at a desk, without a complaint of axe."""

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.console.conftest import Door
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, complaints_of, enter
from tests.console.test_roster import ROWS
from tests.console.town import Cast
from tests.tools.screens import SIZES, Screen, Screens

__all__ = ["base"]
READ = 20_000  # milliseconds in which a process of its own starts on a busy machine, and reads


@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_a_browser_imports_a_roster_and_takes_it_back(
    *, door: Door, cast: Cast, base: str, browser_page: Screens, screen: Screen, axe: str
) -> None:
    page = await browser_page(screen, language="lt")
    await enter(page, door, base, cast.coordinator)

    async def look(name: str) -> None:
        if folder := os.environ.get("SHOTS"):
            await page.screenshot(path=Path(folder) / f"{name}-{screen}.png", full_page=True)
        assert await page.evaluate(TOO_WIDE.replace("320", str(SIZES[screen]["width"]))) == []
        small = [each for each in await page.evaluate(TOO_SMALL) if "checkbox" not in each]
        assert small == [] or screen == "desktop"
        assert await complaints_of(axe, page) == []

    await page.locator("#to-add").click()
    await look("person")
    await page.goto(f"{base}/console")
    await page.locator("#to-import").click()
    await look("import")
    file = {"name": "žmonės.csv", "mimeType": "text/csv", "buffer": ROWS.encode("cp1257")}
    await page.locator("#file").set_input_files(file)  # type: ignore[arg-type]
    await page.locator("#look").click()
    await expect(page.locator("#in-error")).to_be_visible(timeout=READ)
    await look("preview")
    await page.locator("#in-new").click()
    await look("new")
    await page.locator("#partly").check()
    await page.locator("#go").click()
    await expect(page.locator("#done")).to_be_visible(timeout=READ)
    await look("done")
    await page.locator("#undo").click()
    await expect(page.locator("#undo")).to_have_count(0)
    await look("undone")
    await page.locator("#back").click()
    await look("list")
