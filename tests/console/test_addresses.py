"""Every address with a part that is nothing of ours: a calm answer, whoever asks, on both stores."""

import re
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.channels.web.channel import WebChat
from bot.post import StorePost
from console.app import create
from domain.texts import Texts
from storage.database import Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.papers import Maker
from tests.console.town import Cast, Clock
from tests.storage import stores

GAP: Final = re.compile(r"{(\w+)(:\w+)?}")
GOOD: Final = {"slug": "safe", "programme": "safe", "lesson": "safe-0", "language": "lt", "digest": "0" * 64}
ODD: Final = {
    "nothing": "%00",
    "nothing at its end": "safe%00",
    "a line": "%0a",
    "long": "a" * 5_000,
    "a long number": "9" * 5_000,
    "letters": "%C5%BEod%C5%BEiai",
    "digits": "%EF%BC%91",
    "no UTF-8": "%ff%fe",
    "half a letter": "%ED%A0%80",
    "quotes": "%27%22%3B--",
}


@pytest.fixture(params=stores.BOTH)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Each of the two stores."""
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(request.param, tmp_path, server) as database:
        yield database


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    chat = WebChat(StorePost(database, texts, clock))
    return create(database, texts, clock, more_routes=chat.routes(), documents=Maker())


def addresses(app: Starlette, odd: str) -> list[tuple[str, str]]:
    """For each gap of each route, the address with this in it, and what is usual in its other gaps."""
    routes = [route for route in app.routes if isinstance(route, Route)]
    return [
        (method, GAP.sub(lambda gap: odd if gap[1] == name else GOOD.get(gap[1], "1"), route.path))  # noqa: B023
        for route in routes
        for method in sorted(route.methods or ())
        for name, _ in GAP.findall(route.path)
    ]


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
async def test_what_no_address_can_have_is_not_found(door: Door, cast: Cast, odd: str) -> None:
    asked = addresses(door.app, odd)
    assert len(asked) > 40
    assert {"/chat/pictures/" + odd, "/lesson/safe/" + odd} <= {address for _, address in asked}
    for person in (cast.author, cast.coordinator):
        async with door.signed_in(person) as browser:
            for method, address in asked:
                answer = await browser.request(method, address, headers=SAME_ORIGIN)
                assert answer.status_code in (403, 404), (method, address)
