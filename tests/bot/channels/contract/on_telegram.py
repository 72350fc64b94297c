"""People with Telegram, at an account of its own of the fake Bot API server."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

import pytest

from bot.channel import load
from tests.bot.channels.contract.house import House
from tests.bot.channels.contract.running import Opening, running
from tests.bot.channels.contract.visitor import (
    PATIENCE,
    Messenger,
    Shown,
    Visitor,
    finds,
    stretch,
    ticked,
)
from tests.fakes.owner import BotApi
from tests.fakes.person import Person, Seen

KINDS: Final = {"strikethrough": "strike", "blockquote": "quote", "text_link": "link", "spoiler": "hidden"}


def prepare(request: pytest.FixtureRequest) -> Opening:
    """A bot account, and the settings to use it."""
    api: BotApi = request.getfixturevalue("bot_api")
    environment: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    for name, value in api.environment().items():
        environment.setenv(name, value)
    return partial(opened, api=api)


@asynccontextmanager
async def opened(house: House, *, api: BotApi) -> AsyncIterator[Messenger]:
    """Telegram by long polling."""
    channel = load("telegram", house.post)

    async def visitor() -> Visitor:
        return TelegramVisitor(api, await api.person("Ona", "lt"))

    async with running(channel) as run:
        yield Messenger(channel, run.receiving, visitor, crowd=True)


class TelegramVisitor:
    """A phone."""

    def __init__(self, api: BotApi, person: Person) -> None:
        self._api, self._person, self._version = api, person, 0
        self._chat: list[Seen] = []

    async def says(self, text: str) -> None:
        await self._person.says(text)
        await self._api.confirmed({event["number"] for event in await self._api.events("queued")})

    async def presses(self, label: str) -> None:
        place, way = await finds(self, label)
        await self._person.forges(self._chat[place].id, self._chat[place].data(way))

    async def chooses(self, options: Sequence[str], then: str) -> None:
        for option in (*options, then):
            await self.presses(option)

    async def sees(self) -> list[Shown]:
        self._version = (await self._api.get("/wait", after=0, seconds=0))["version"]
        self._chat = [seen for seen in await self._person.chat() if not seen.mine]
        return [_shown(seen) for seen in self._chat]

    async def changes(self) -> None:
        await self._api.get("/wait", after=self._version, seconds=PATIENCE)

    async def goes(self) -> None:
        """They block the bot."""
        await self._person.blocks()


def _shown(seen: Seen) -> Shown:
    return Shown(
        text=seen.text,
        labels=tuple(seen.labels),
        picture=seen.picture,
        file=seen.file,
        selected=ticked(seen.labels),
        marks=tuple(_mark(seen.text, entity) for entity in seen.entities),
        links=tuple(entity["url"] for entity in seen.entities if entity["type"] == "text_link"),
        opens=tuple((label, data) for row in seen.rows for label, data in row if data.startswith("https://")),
    )


def _mark(plain: str, entity: dict[str, Any]) -> tuple[str, str]:
    return KINDS.get(entity["type"], entity["type"]), stretch(plain, entity["offset"], entity["length"])
