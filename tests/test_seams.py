"""What the tests stand on: the two stores, the browser, and the wall around this machine."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from tests.tools.screens import SIZES, Screens

LETTERS = "ąčęėįšųūž łśżźćńó æøå „“ – ✓"


@pytest.fixture
async def postgres(fresh_postgres_url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(fresh_postgres_url)
    yield engine
    await engine.dispose()


@pytest.mark.parametrize("time", ["first", "second"])
async def test_a_test_has_a_postgresql_database_of_its_own(postgres: AsyncEngine, time: str) -> None:
    async with postgres.begin() as connection:
        await connection.execute(text("CREATE TABLE note (words text)"))
        await connection.execute(text("INSERT INTO note VALUES (:words)"), {"words": LETTERS})
        assert (await connection.execute(text("SELECT words FROM note"))).scalars().all() == [LETTERS]


def test_a_test_has_a_sqlite_store_of_its_own(sqlite_url: str, tmp_path: Path) -> None:
    engine = create_engine(sqlite_url)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT :words"), {"words": LETTERS}).scalar() == LETTERS
    engine.dispose()
    assert [path.name for path in tmp_path.iterdir()] == ["zinute.db"]


@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_the_browser_shows_a_page(
    browser_page: Screens, axe: str, screen: Literal["phone", "desktop"]
) -> None:
    page = await browser_page(screen, language="lt")
    head = '<title>t</title><meta name="viewport" content="width=device-width">'
    await page.set_content(f"{head}<main><h1>{LETTERS}</h1></main>")
    await page.add_script_tag(content=axe)
    assert await page.inner_text("h1") == LETTERS
    assert await page.evaluate("[innerWidth, navigator.language]") == [SIZES[screen]["width"], "lt"]
    assert [found["id"] for found in (await page.evaluate("axe.run()"))["violations"]] == ["html-has-lang"]


def test_no_test_reaches_another_machine() -> None:
    with pytest.raises(UserWarning, match="tried to use socket"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
