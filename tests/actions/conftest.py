"""Stores for the use cases: the contract on both, and one with the programmes that ship with the product."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from storage.database import Database
from tests.storage import stores


@pytest.fixture(params=stores.BOTH)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Each of the two stores, migrated, open and empty."""
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(request.param, tmp_path, server) as database:
        yield database


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty SQLite store, for rules that no store can change."""
    async with stores.opened("sqlite", tmp_path, str) as database:
        yield database


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Database]:
    """A SQLite store with the programmes that ship with the product."""
    async with stores.opened("sqlite", tmp_path, str, with_library=True) as database:
        yield database


@pytest.fixture(params=stores.BOTH)
async def library_on_both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Each of the two stores with the programmes that ship with the product."""
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(request.param, tmp_path, server, with_library=True) as database:
        yield database
