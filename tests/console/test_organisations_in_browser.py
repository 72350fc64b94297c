"""The tree of organisations in a browser: an administrator changes a place, and the pages are for everybody."""

from functools import partial

import pytest
from playwright.async_api import expect

from domain.language import LANGUAGES
from storage import people
from storage.database import Database
from tests.console.conftest import Door, by_two_factors
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, enter
from tests.console.test_organisations import HERE, unit
from tests.console.test_sharing_in_browser import looks_well
from tests.console.town import Cast
from tests.tools.screens import Screen, Screens

__all__ = ["base", "unit"]


@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_an_administrator_finds_a_place_and_changes_it(
    *,
    door: Door,
    cast: Cast,
    database: Database,
    base: str,
    browser_page: Screens,
    screen: Screen,
    axe: str,
    unit: int,
) -> None:
    page = await browser_page(screen)
    await enter(page, door, base, cast.coordinator)
    grant = partial(people.grant, person=cast.coordinator, organisation=cast.library, role="administrator")
    await database.write(grant)
    await database.write(partial(by_two_factors, person=cast.coordinator))
    await page.goto(f"{base}{HERE}")
    await looks_well(page, screen, axe, "organisations")
    await page.locator(f"#place-{unit} a").click()
    await looks_well(page, screen, axe, "organisation")
    await page.locator("#edit").click()
    await page.locator("#set-closes").fill("07:00")
    await page.locator("#save").click()
    await expect(page.locator("#wrong")).to_contain_text("would end before they begin")
    await expect(page.locator("#set-closes")).to_be_focused()
    await looks_well(page, screen, axe, "organisation-edit")
    await page.locator("#set-closes").fill("17:00")
    await page.locator("#save").click()
    await expect(page.locator("#done")).to_have_text("It is changed.")
    await expect(page.locator("#held-closes")).to_contain_text("17:00")
    await page.locator("#edit").click()
    await page.locator("#new").fill("Žaislų kampas")
    await page.locator("#add").click()
    await expect(page.locator("#done")).to_contain_text("It is added.")
    await page.locator("#back").click()
    await expect(page.locator("main")).to_contain_text("Žaislų kampas")
    for language in LANGUAGES:
        await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
        for place in (HERE, f"{HERE}/{unit}", f"{HERE}/{unit}/edit"):
            await page.goto(f"{base}{place}")
            await page.set_viewport_size({"width": 320, "height": 640})
            assert (language, place, await page.evaluate(TOO_WIDE)) == (language, place, [])
            assert screen == "desktop" or await page.evaluate(TOO_SMALL) == []
