"""A mail server on this machine, and the channel that hands its mail in there."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.channel import load
from bot.channels.email import Email
from storage.database import Database
from tests.bot.channels.contract.house import House
from tests.fakes.mail import MailServer, mail_server
from tests.storage import stores

FROM = "Zinutė <mokymai@zinute.example>"
Opened = AbstractAsyncContextManager[tuple[Email, MailServer]]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty store."""
    async with stores.opened("sqlite", tmp_path, str) as database:
        yield database


@pytest.fixture
def house(database: Database) -> House:
    """The house around the channel."""
    return House(database)


@pytest.fixture
def opened(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Opened]:
    """Opens a channel to a server of its own; `url` is what the address of the server is made into."""

    @asynccontextmanager
    async def opens(
        url: str = "smtp://127.0.0.1:{}", **options: Any
    ) -> AsyncIterator[tuple[Email, MailServer]]:
        async with mail_server(**options) as server:
            monkeypatch.setenv("ZINUTE_SMTP_URL", url.format(server.port))
            monkeypatch.setenv("ZINUTE_MAIL_FROM", FROM)
            channel = load("email", house.post)
            assert isinstance(channel, Email)
            try:
                yield channel, server
            finally:
                await channel.close()

    return opens


@pytest.fixture
async def both(opened: Callable[..., Opened]) -> AsyncIterator[tuple[Email, MailServer]]:
    """The channel, and a server that asks nothing of it."""
    async with opened() as pair:
        yield pair
