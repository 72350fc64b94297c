"""A link by the chat, and the pages of webhooks, as somebody at a browser does it: on a phone and on a desk."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from starlette.applications import Starlette

from console.app import create
from domain.texts import Texts
from storage import addresses
from storage.database import Connection, Database
from tests.console.conftest import Door, by_two_factors
from tests.console.keys import entrance
from tests.console.planted import plant
from tests.console.test_chat_link import KARI, newest
from tests.console.test_live import base, complaints_of
from tests.console.test_signing_in_browser import looked_at
from tests.console.town import MONDAY, Cast, Clock
from tests.tools.screens import Screen, Screens

__all__ = ["base"]


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, entrance=entrance(mails=True))


async def pictured(page: Page, name: str, screen: str) -> None:
    """Keep a picture for whoever wants to look (`ZINUTE_TEST_PICTURES` is a folder)."""
    if folder := os.environ.get("ZINUTE_TEST_PICTURES"):
        await page.screenshot(path=Path(folder) / f"{name}-{screen}.png", full_page=True)


@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_a_link_by_the_chat(
    *, door: Door, cast: Cast, texts: Texts, base: str, browser_page: Screens, screen: Screen, axe: str
) -> None:
    def bind(tx: Connection) -> None:
        place = addresses.find_or_add(tx, "telegram", "kari", None, MONDAY)
        addresses.bind(tx, place.id, cast.coordinator_elsewhere, MONDAY)

    await door.database.write(bind)
    page = await browser_page(screen)
    await page.goto(f"{base}/sign-in")
    await page.locator("#ask-link").click()
    await looked_at(page, axe, screen)
    await pictured(page, "ask", screen)
    await page.locator("#email").fill(KARI)
    await page.locator("#send-chat").click()
    await expect(page.get_by_role("status")).to_contain_text("a message is on its way")
    await looked_at(page, axe, screen)
    await pictured(page, "asked", screen)
    message = await newest(door.database, texts)
    await page.goto(f"{base}/sign-in?token={message.token}")
    await expect(page.get_by_text("Which number is in the message in the chat?")).to_be_visible()
    await looked_at(page, axe, screen)
    await pictured(page, "match", screen)
    await page.get_by_role("button", name=message.number).click()
    await page.wait_for_url("**/console")


@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_a_webhook_is_set_up(
    *, door: Door, base: str, browser_page: Screens, screen: Screen, axe: str
) -> None:
    planted = await door.database.write(plant)
    manager = planted.actors["administrator", "own"]
    assert manager
    page = await browser_page(screen)
    await page.goto(f"{base}/sign-in?token={await door.link(manager)}")
    await page.get_by_role("button", name="Sign in as").click()
    await page.wait_for_url("**/console/account**")
    await door.database.write(lambda tx: by_two_factors(tx, manager))
    await page.goto(f"{base}/console/rights")
    await page.locator("#to-webhooks").click()
    await page.locator("#address").fill("https://hooks.example/in")
    await page.locator("#make").click()
    await expect(page.locator("#secret")).to_contain_text("whsec_")
    await looked_at(page, axe, screen)
    await page.locator("#kept").click()
    await page.locator("#test").click()
    await expect(page.locator("#deliveries")).to_contain_text("a test")
    await looked_at(page, axe, screen)
    await pictured(page, "webhook", screen)
    await page.locator("#back").click()
    await expect(page.locator("#webhooks")).to_contain_text("https://hooks.example/in")
    assert await complaints_of(axe, page) == []
    await pictured(page, "webhooks", screen)
