"""A web chat that runs, and who visits it: over HTTP, and with a browser."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page

from storage.database import Database
from tests.bot.channels.web.served import Served, served
from tests.bot.channels.web.talk import Say
from tests.bot.channels.web.visitor import Visitor, visiting
from tests.tools.screens import Screens


@pytest.fixture
async def web(sqlite: Database) -> AsyncIterator[Served]:
    """A web chat that runs."""
    async with served(sqlite) as running:
        yield running


@pytest.fixture
async def visitor(web: Served) -> AsyncIterator[Visitor]:
    async with visiting(web) as someone:
        yield someone


@pytest.fixture
async def page(web: Served, browser_page: Screens) -> AsyncIterator[Page]:
    """The chat, open on a phone; at the end, nothing in it may have gone wrong unseen."""
    page = await browser_page("phone")
    page.set_default_timeout(8000)
    errors = list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)
    await page.goto(f"{web.url}/chat")
    yield page
    assert errors == []


@pytest.fixture
def say(web: Served, page: Page) -> Say:
    """The bot, in the page's chat."""
    return Say(web, page)
