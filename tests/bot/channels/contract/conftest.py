"""Each messenger of the registry in turn, running on a real store, and somebody who visits it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channel import REGISTRY
from tests.bot.channels.contract.house import House
from tests.bot.channels.contract.meeting import Met, meet
from tests.bot.channels.contract.messengers import PREPARE
from tests.bot.channels.contract.running import Opening
from tests.bot.channels.contract.visitor import Messenger
from tests.storage import stores


@pytest.fixture(params=REGISTRY)
def name(request: pytest.FixtureRequest) -> str:
    """The name of each messenger."""
    return str(request.param)


@pytest.fixture
def opening(request: pytest.FixtureRequest, name: str) -> Opening:
    """How the messenger is opened."""
    if name not in PREPARE:
        pytest.fail(f"Nobody visits {name} yet: give it a line in tests/bot/channels/contract/messengers.py.")
    return PREPARE[name](request)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """An empty store."""
    async with stores.opened("sqlite", tmp_path, str) as database:
        yield House(database)


@pytest.fixture
async def messenger(house: House, opening: Opening) -> AsyncIterator[Messenger]:
    """The messenger, running on the empty store."""
    async with opening(house) as messenger:
        yield messenger


@pytest.fixture
async def met(house: House, messenger: Messenger) -> Met:
    """Somebody who has just come."""
    return await meet(house, messenger)
