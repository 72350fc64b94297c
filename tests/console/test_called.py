"""What browsers and messengers call besides the console: a chat is its cookie's, a hook is for who has its secret."""

from collections.abc import Iterator
from functools import partial
from typing import Final

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.channel import Channel, Hook
from bot.webhooks import Hooks, routes_of
from console.app import create
from domain.texts import Texts
from storage import webchat
from storage.database import Database
from storage.inbox import INBOX
from tests.console.conftest import MESSENGERS, SAME_ORIGIN, Door
from tests.console.planted import Planted
from tests.console.town import Clock
from tests.storage.samples import rows

SECRET: Final = MESSENGERS["ZINUTE_TELEGRAM_WEBHOOK_SECRET"]
# What each hook takes when it is called with its secret: the header that has it, and a body.
HOOKS: Final = {
    "/telegram/webhook": (
        "X-Telegram-Bot-Api-Secret-Token",
        b'{"update_id": 7, "message": {"from": {"id": 42}, "text": "labas"}}',
    )
}
WORDS: Final = "Tik mano žodžiai"


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock, channels: list[Channel]) -> Starlette:
    return create(database, texts, clock, more_routes=routes_of(channels))


@pytest.fixture
def served(app: Starlette, channels: list[Channel]) -> ASGIApp:
    """As the service serves it: hooks in front."""
    return Hooks(app, channels)


def hooks(channels: list[Channel]) -> Iterator[Hook]:
    return (route for each in channels for route in each.routes() if isinstance(route, Hook))


async def test_a_hook_takes_nothing_without_its_secret(
    served: ASGIApp, channels: list[Channel], database: Database
) -> None:
    """A new hook: add a line to HOOKS."""
    assert {(each.path, *(each.methods or ())) for each in hooks(channels)} == {
        (path, "POST") for path in HOOKS
    }
    through = httpx.ASGITransport(served)
    async with httpx.AsyncClient(transport=through, base_url="https://console.test") as caller:
        for path, (header, body) in HOOKS.items():
            for wrong in ({}, {header: ""}, {header: SECRET[:-1]}, {header: f"{SECRET}x"}):
                answer = await caller.post(path, content=body, headers={**SAME_ORIGIN, **wrong})
                assert (answer.status_code, answer.text) == (401, "")
            assert await rows(database, INBOX.c.raw) == []
            assert (await caller.post(path, content=body, headers={header: SECRET})).status_code == 200
            assert len(await rows(database, INBOX.c.raw)) == 1


async def test_a_chat_is_nobody_elses(door: Door, database: Database, planted: Planted) -> None:
    """Not of who has another cookie, or the address in the store in place of one, or any role."""
    sent = {"id": "a-message", "text": WORDS}
    async with door.browser() as mine:
        await mine.get("/chat")
        assert (await mine.post("/chat/messages", json=sent, headers=SAME_ORIGIN)).status_code == 202
        assert WORDS in (await mine.get("/chat/earlier?before=9")).text
    ((address,),) = await rows(database, INBOX.c.address)
    entries = partial(webchat.after, address=address, revision=0, most=9)
    before = await database.read(entries)
    platform = planted.actors["platform", "sector"]
    async with door.browser() as other, door.browser() as forged, door.signed_in(platform) as signed_in:
        forged.cookies.set("zinute_chat", address, domain="console.test")
        for browser in (other, forged, signed_in):
            for page in ("/chat/earlier?before=9", "/chat", "/chat/earlier?before=9"):
                assert WORDS not in (await browser.get(page)).text
            again = await browser.post("/chat/messages", json=sent, headers=SAME_ORIGIN)
            assert again.status_code == 202
    assert await database.read(entries) == before
