"""The contract of the store is tried on both stores."""

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
