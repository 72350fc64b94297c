"""A console over a real store, and browsers that are signed in as people of the town."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update
from starlette.applications import Starlette

from actions.sign_in import make_link
from bot import channel as messengers
from bot.channel import REGISTRY, Channel
from bot.post import StorePost
from console.app import create
from console.entrance import Entrance
from domain.privacy_notice import told_at
from domain.rights import held
from domain.texts import Texts
from storage import roles
from storage.database import Connection, Database
from storage.sessions import SESSION
from tests.console.planted import Planted, plant
from tests.console.town import Cast, Clock, settle
from tests.storage import stores
from zinute.catalogues import load

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
# Every messenger as it is called by most: Telegram by a hook.
MESSENGERS = {
    "ZINUTE_TELEGRAM_TOKEN": "123456:ABC-def",
    "ZINUTE_TELEGRAM_MODE": "webhook",
    "ZINUTE_TELEGRAM_WEBHOOK_URL": "https://console.test/telegram/webhook",
    "ZINUTE_TELEGRAM_WEBHOOK_SECRET": "a-secret",
    "ZINUTE_SMTP_URL": "smtp://localhost",
    "ZINUTE_MAIL_FROM": "learn@library.example",
}
KEY = b"k" * 32


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def texts() -> Texts:
    return load()


@pytest.fixture
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty store; `--console-store=postgres` tries all pages behind the wall of PostgreSQL (storage/wall.py)."""
    server = partial(request.getfixturevalue, "postgres_url")
    kind = request.config.getoption("console_store")
    async with stores.opened(kind, tmp_path, server) as database:
        yield database


@pytest.fixture
async def cast(database: Database) -> Cast:
    return await database.write(settle)


@pytest.fixture
async def planted(database: Database) -> Planted:
    return await database.write(plant)


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, entrance=Entrance(key=KEY))


@pytest.fixture
async def channels(
    database: Database, texts: Texts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[list[Channel]]:
    """All messengers that there are."""
    for name, value in MESSENGERS.items():
        monkeypatch.setenv(name, value)
    post = StorePost(database, texts, clock)
    made = [
        messengers.load(name, post) for name in REGISTRY if name != "terminal"
    ]  # that one is nobody's but its own
    yield made
    for each in made:
        await each.close()


def privacy_of(organisation: int) -> str:
    """Where the people of an organisation read what becomes of their data."""
    return Texts({}, KEY).path_of(told_at(organisation))


@dataclass
class Door:
    """Lets browsers in. `base` decides over http or https."""

    app: Starlette
    database: Database
    clock: Clock
    links: int = field(default=0)

    @asynccontextmanager
    async def browser(self, base: str = "http://console.test") -> AsyncIterator[httpx.AsyncClient]:
        """A browser of nobody's."""
        through = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=through, base_url=base) as client:
            yield client

    async def link(self, person: int) -> str:
        """A new sign-in link's token."""
        self.links += 1
        token, now = f"token-{self.links}", self.clock()
        await self.database.write(lambda tx: make_link(tx, person=person, now=now, token=token))
        return token

    @asynccontextmanager
    async def signed_in(
        self, person: int, base: str = "http://console.test"
    ) -> AsyncIterator[httpx.AsyncClient]:
        """A browser in which the person has signed in."""
        token = await self.link(person)
        async with self.browser(base) as client:
            answer = await client.post("/sign-in", data={"token": token}, headers=SAME_ORIGIN)
            assert (answer.status_code, answer.headers["location"]) == (303, "/console")
            await self.database.write(lambda tx: by_two_factors(tx, person))
            yield client


def by_two_factors(tx: Connection, person: int) -> None:
    """As whoever gives rights to others has to sign in."""
    if "manage" in held(roles.of_person(tx, person)):
        tx.execute(update(SESSION).where(SESSION.c.person_id == person).values(strong=True))


@pytest.fixture
def door(app: Starlette, database: Database, clock: Clock) -> Door:
    return Door(app, database, clock)


@pytest.fixture
async def coordinator(door: Door, cast: Cast) -> AsyncIterator[httpx.AsyncClient]:
    async with door.signed_in(cast.coordinator) as client:
        yield client
