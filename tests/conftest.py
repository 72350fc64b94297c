"""What the tests of every room may ask for: the two stores, and a browser."""

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from tests.tools import browser, postgres
from tests.tools.screens import Screens

pytest_plugins = ["tests.fakes.plugin"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What may take longest comes first, so that at the end no process waits for another's last test."""
    items.sort(key=_patience, reverse=True)


def _patience(item: pytest.Item) -> float:
    marked = item.get_closest_marker("timeout")
    return float(marked.args[0]) if marked else 0


def pytest_collection_finish() -> None:
    """What is there by now stays to the end: no later search for garbage looks at it again."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    """On which store the console's pages are tried, where a test does not try both."""
    parser.addoption("--console-store", choices=("sqlite", "postgres"), default="sqlite")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite store that does not exist yet."""
    return f"sqlite:///{tmp_path / 'zinute.db'}"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of this test run; its database `postgres` is nobody's: see fresh_postgres_url."""
    with postgres.server() as url:
        yield url


@pytest.fixture
async def fresh_postgres_url(postgres_url: str) -> AsyncIterator[str]:
    """An empty PostgreSQL database of this test alone."""
    async with postgres.database(postgres_url) as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Path:
    """A browser that starts headless."""
    found = browser.find()
    if found is None:
        pytest.fail("There is no Chromium for the tests yet: './run test' fetches one.")
    return found


@pytest.fixture(scope="session")
def axe() -> str:
    """The text of axe-core, to run in a page that is checked for accessibility."""
    return browser.AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser_address(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the one running browser of this test run is driven."""
    with browser.running(chromium, tmp_path_factory.mktemp("browser")) as address:
        yield address


@pytest.fixture
async def browser_page(browser_address: str) -> AsyncIterator[Screens]:
    """Opens pages in new profiles: `await browser_page("phone")` or `await browser_page("desktop")`."""
    async with async_playwright() as playwright:
        connected = await playwright.chromium.connect_over_cdp(browser_address)
        screens = Screens(connected)
        yield screens
        await screens.close()
        await connected.close()
