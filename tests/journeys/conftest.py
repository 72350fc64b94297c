"""One demonstration for the journeys of different people."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.running import Running, demo, free_port


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    """A new demonstration."""
    async with demo(tmp_path / "demo", free_port()) as started:
        yield started
