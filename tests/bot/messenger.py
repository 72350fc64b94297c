"""A small messenger for tests: it takes text in, and records or refuses what goes out, as its test says."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from starlette.routing import BaseRoute

from domain.event import Incoming, Said
from domain.fitting import Capabilities
from domain.message import Content
from storage.database import Database
from tests.storage import stores

WORDS_ONLY = Capabilities(
    buttons=False, label=20, pictures=False, hidden=False, many=False, edits=False, idempotent=False
)
EVERYTHING = Capabilities(
    buttons=True, label=40, pictures=True, hidden=True, many=True, edits=True, idempotent=False
)
KEYED = Capabilities(
    buttons=True, label=40, pictures=True, hidden=True, many=True, edits=True, idempotent=True
)


@dataclass
class Messenger:
    """Sends what it is given, after the failures that wait in `failures` (one for each try)."""

    failures: list[BaseException] = field(default_factory=list)
    sent: list[tuple[str, str, str]] = field(default_factory=list)
    edited: list[tuple[str, str, str]] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    name: ClassVar[str] = "web"
    capabilities: ClassVar[Capabilities] = WORDS_ONLY

    @property
    def account(self) -> str:
        return "test"

    async def open(self) -> None:
        return None

    async def receive(self) -> None:
        return None

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    def decode(self, raw: str) -> Incoming | None:
        """`ana: hello` is what Ana says; `-` is nothing; what has no colon cannot be understood."""
        if raw == "-":
            return None
        address, text = raw.split(": ", 1)
        return Incoming(address, Said(text), "en")

    async def send(self, address: str, content: Content, *, key: str) -> str:
        self._try(key)
        self.sent.append((address, key, content.text.plain))
        return f"m{len(self.sent)}"

    async def edit(self, address: str, sent: str, content: Content) -> None:
        self._try(sent)
        self.edited.append((address, sent, ",".join(map(str, content.selected))))

    async def close(self) -> None:
        return None

    def _try(self, key: str) -> None:
        self.tried.append(key)
        if self.failures:
            raise self.failures.pop(0)


class Editing(Messenger):
    """The same, with everything that a messenger can have."""

    capabilities: ClassVar[Capabilities] = EVERYTHING


class Idempotent(Messenger):
    """The same, and one message for one key."""

    capabilities: ClassVar[Capabilities] = KEYED


@asynccontextmanager
async def sqlite(folder: Path) -> AsyncIterator[Database]:
    """An empty SQLite store, open."""
    async with stores.opened("sqlite", folder, str) as database:
        yield database
