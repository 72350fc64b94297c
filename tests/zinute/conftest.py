"""What the tests of the assembly share: a store, its health, and counts that begin anew."""

from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest

from actions.meters import GATE, Count, Level
from bot import meters
from storage.database import Database
from tests.storage import stores


@pytest.fixture(params=stores.BOTH)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Each of the two stores, migrated, open and empty."""
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(request.param, tmp_path, server) as database:
        yield database


@pytest.fixture(autouse=True)
def _counts_begin_anew() -> Iterator[None]:
    """What the tests before counted is put away and comes back."""
    counted = [each for each in (GATE, *vars(meters).values()) if isinstance(each, Count | Level)]
    before = [dict(each.values) for each in counted]
    for each in counted:
        each.values.clear()
    yield
    for each, values in zip(counted, before, strict=True):
        each.values.clear()
        each.values.update(values)  # type: ignore[arg-type]
