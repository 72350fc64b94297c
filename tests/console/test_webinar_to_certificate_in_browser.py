"""A session from its form to a certificate, by keyboard alone: made, registered for, checked in at, and certified."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Page, expect
from starlette.applications import Starlette

from actions.keys import new_key
from bot import channel as messengers
from bot.channel import Channel
from bot.delivery import Delivery
from bot.inbound import Inbound
from bot.lease import Lease
from bot.post import StorePost
from bot.webhooks import routes_of
from bot.words import Words
from console.app import create
from domain.texts import Texts
from scheduler.jobs import webinars as job
from storage.database import Database
from storage.registrations import REGISTRATION
from tests.console import by_keyboard
from tests.console.conftest import KEY, Door
from tests.console.keys import entrance
from tests.console.test_live import base, enter
from tests.console.test_sharing_in_browser import looks_well
from tests.console.test_webinars_in_browser import HERE, types
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows
from tests.tools.screens import Screen, Screens
from zinute.documents import Maker

__all__ = ["base"]

SOON: Final = 20_000  # milliseconds
DAY: Final = MONDAY + timedelta(days=14)  # half an hour before the start
BEFORE, BEGUN, OVER = (DAY + timedelta(minutes=each) for each in (-10, 10, 95))
WRITTEN: Final = {
    "title_en": "Viruses",
    "title_lt": "Virusai",
    "date": "2026-12-07",
    "time": "10:00",
    "venue": "Didžioji salė",
    "hours": "1.5",
    "capacity": "9",
}


@pytest.fixture
async def chat(database: Database, texts: Texts, clock: Clock) -> AsyncIterator[Channel]:
    """The web chat, with whoever answers in it."""
    post = StorePost(database, texts, clock)
    channel = messengers.load("web", post)
    answering = Inbound(database, {"web": channel}, clock, new_key, door_key=KEY)
    post.handler = answering
    sending = Delivery(database, channel, Words(texts), Lease(database, "web", "here"), clock)
    rooms = [asyncio.create_task(answering.run()), asyncio.create_task(sending.run())]
    yield channel
    answering.stop()
    sending.stop()
    await channel.close()
    for room in rooms:
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(room, 10)


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock, chat: Channel, tmp_path: Path) -> Starlette:
    papers = Maker(texts, "http://console.test", tmp_path / "badge.pem")
    routes = routes_of([chat])
    return create(
        database,
        texts,
        clock,
        more_routes=routes,
        documents=papers,
        doors=[chat],
        entrance=entrance(),
        address="http://console.test",
    )


async def makes(page: Page, base: str, screen: Screen, axe: str) -> None:
    await page.goto(f"{base}{HERE}/new")
    for field, words in WRITTEN.items():
        await types(page, field, words)
    await by_keyboard.reach(page, "certifies")
    await page.keyboard.press("Space")
    await looks_well(page, screen, axe, "journey-form")
    await by_keyboard.press(page, "save")
    await expect(page.locator("#done")).to_contain_text("People can register")


async def says(page: Page, words: str, answer: str) -> None:
    """Write in the chat what one can also press, and wait for what is said."""
    await by_keyboard.reach(page, "field")
    await page.keyboard.type(words)
    await page.keyboard.press("Enter")
    await hears(page, answer)


async def hears(page: Page, answer: str) -> None:
    await expect(page.locator(".entry").last).to_contain_text(answer, timeout=SOON)


async def registers(page: Page, base: str, cast: Cast) -> None:
    """Join by the code of an invitation, and have a seat."""
    await page.goto(f"{base}/chat?code=code-{cast.invited}-{cast.safe[0]}&lang=en")
    await hears(page, "J")
    await says(page, "/yes", "")
    await says(page, "/agree", "")
    await says(page, "/webinars", "Virus")
    await says(page, "/webinar 1", "Didžioji salė")
    await says(page, "/register 1", "Didžioji salė")


async def checks_in(phone: Page, place: str, axe: str) -> None:
    """Where the picture at the door leads."""
    await phone.goto(place)
    await looks_well(phone, "phone", axe, "journey-here")
    await phone.get_by_role("link", name="Web chat").focus()
    await phone.keyboard.press("Enter")
    await hears(phone, "you are here")


@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_from_its_form_to_a_certificate(
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
    page, phone = await browser_page(screen), await browser_page("phone")
    await enter(page, door, base, cast.coordinator)
    await makes(page, base, screen, axe)
    await registers(phone, base, cast)
    clock.at = BEFORE
    await enter(page, door, base, cast.coordinator)
    await page.goto(f"{base}{HERE}/1")
    await by_keyboard.press(page, "door")
    await expect(page.locator("#closed")).to_contain_text("30 min")
    await looks_well(page, screen, axe, "journey-door-closed")
    clock.at = BEGUN
    await expect(page.locator("#code code")).to_be_visible(timeout=SOON)
    await looks_well(page, screen, axe, "journey-door")
    shown = (await page.locator("#code code").inner_text()).removeprefix("/here ")
    await checks_in(phone, f"{base}/webinar/door/{shown}", axe)
    await expect(page.locator("#there")).to_contain_text("1 of 1", timeout=SOON)
    assert await rows(database, REGISTRATION.c.attended, REGISTRATION.c.seen_by) == [(True, "door")]
    clock.at = OVER
    await job.JOB.run(database, OVER)
    opens = phone.locator("a[href^='/certificate/']").first
    await expect(opens).to_be_visible(timeout=SOON)
    await looks_well(phone, "phone", axe, f"journey-thanks-{screen}")
    public = await browser_page(screen)
    await public.goto(f"{base}{await opens.get_attribute('href')}")
    await expect(public.locator("main")).to_contain_text("Certificate of attendance No. 2026-000001")
    await expect(public.locator("main")).to_contain_text("Didžioji salė")
    await looks_well(public, screen, axe, "journey-certificate")
