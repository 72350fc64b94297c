"""Networks that fail: T3 and T4 of the fault catalogue, through a proxy that goes wrong on demand."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.channel import Ambiguous, NotConnected, SendError
from bot.channels.telegram import Telegram
from bot.channels.telegram.api import DEADLINE, connect
from bot.channels.telegram.wire import CONNECT
from domain.message import Content
from domain.text import Text
from tests.bot.channels.telegram.conftest import MakeTelegram
from tests.fakes.owner import BotApi
from tests.fakes.person import Person
from tests.tools.proxy import Mode, Proxy, proxy_to

PLAIN = Content(Text("Labas"))
AT_ONCE = 8


@pytest.fixture
async def proxy(bot_api: BotApi) -> AsyncIterator[Proxy]:
    """Before the fake server."""
    async with proxy_to(urlsplit(bot_api.url).port or 0, interval=0.02) as proxy:
        yield proxy


@pytest.fixture
async def telegram(bot_api: BotApi, make_telegram: MakeTelegram, proxy: Proxy) -> Telegram:
    """A channel behind the proxy, that waits one second for an answer."""
    channel = make_telegram(bot_api.environment() | {"ZINUTE_TELEGRAM_API": proxy.url})
    channel._bot.session.timeout = 1.0
    return channel


@pytest.fixture
async def anna(bot_api: BotApi) -> Person:
    person = await bot_api.person()
    await person.says("/start")
    return person


async def outcomes(telegram: Telegram, person: Person, times: int = AT_ONCE) -> list[type[SendError] | None]:
    """How sends at once end."""

    async def outcome() -> type[SendError] | None:
        try:
            await telegram.send(str(person.id), PLAIN, key="k")
        except SendError as error:
            return type(error)
        return None

    return await asyncio.gather(*(outcome() for _ in range(times)))


def test_t4_a_request_ends_within_20_to_35_seconds(bot_api: BotApi) -> None:
    bot = connect(bot_api.token, bot_api.url)
    assert bot.session.timeout == DEADLINE
    assert 20 <= DEADLINE <= 35
    assert CONNECT < DEADLINE


async def test_t3_nothing_has_left_while_nobody_listens(
    bot_api: BotApi, telegram: Telegram, proxy: Proxy, anna: Person
) -> None:
    await proxy.turn("refuse")
    assert await outcomes(telegram, anna) == [NotConnected] * AT_ONCE
    await proxy.turn("pass")
    assert await outcomes(telegram, anna, 1) == [None]
    assert len(await bot_api.ledger("sent")) == 1


async def test_t3_a_name_that_is_not_known(
    bot_api: BotApi, make_telegram: MakeTelegram, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*where: Any, **options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    nowhere = make_telegram(bot_api.environment() | {"ZINUTE_TELEGRAM_API": "http://bot.example"})
    assert await outcomes(nowhere, anna) == [NotConnected] * AT_ONCE


async def test_t3_a_server_that_speaks_no_tls(
    bot_api: BotApi, make_telegram: MakeTelegram, anna: Person, proxy: Proxy
) -> None:
    secure = proxy.url.replace("http:", "https:")
    channel = make_telegram(bot_api.environment() | {"ZINUTE_TELEGRAM_API": secure})
    assert await outcomes(channel, anna) == [NotConnected] * AT_ONCE
    assert await bot_api.ledger("sent") == []


async def test_t3_a_connection_that_is_never_made(
    bot_api: BotApi, make_telegram: MakeTelegram, anna: Person
) -> None:
    """A listener whose queue is full lets the first packets of others fall."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.socket() as first:
        first.connect(full.getsockname())
        address = f"http://127.0.0.1:{full.getsockname()[1]}"
        channel = make_telegram(bot_api.environment() | {"ZINUTE_TELEGRAM_API": address})
        channel._bot.session.timeout = 0.5
        assert await outcomes(channel, anna) == [NotConnected] * AT_ONCE


@pytest.mark.parametrize(
    ("mode", "outcome"),
    [
        ("silence", Ambiguous),
        ("deaf", Ambiguous),
        ("half-close", Ambiguous),
        ("drip", Ambiguous),
        ("reset", None),  # the half of the answer that came says ok
    ],
)
async def test_t4_an_answer_that_does_not_come_whole(
    telegram: Telegram, proxy: Proxy, anna: Person, mode: Mode, outcome: type[SendError] | None
) -> None:
    delivered = 0 if mode == "silence" else AT_ONCE
    await proxy.turn(mode)
    began = asyncio.get_running_loop().time()
    assert await outcomes(telegram, anna) == [outcome] * AT_ONCE
    assert asyncio.get_running_loop().time() - began < 5  # side by side, and no longer than the deadline
    assert len(await anna.chat()) == 1 + delivered
    await proxy.turn("pass")
    telegram._bot.session.timeout = DEADLINE  # a second that is up is of the first half
    assert await outcomes(telegram, anna) == [None] * AT_ONCE
    assert len(await anna.chat()) == 1 + delivered + AT_ONCE


async def test_a_connection_is_used_again_and_a_broken_one_is_not(
    telegram: Telegram, proxy: Proxy, anna: Person
) -> None:
    for _ in range(5):
        await outcomes(telegram, anna, 1)
    assert proxy.accepted == 1
    await proxy.turn("pass")  # drops it
    assert await outcomes(telegram, anna, 1) == [None]
    assert proxy.accepted == 2


async def test_a_send_that_is_cancelled_takes_its_connection_along(
    bot_api: BotApi, telegram: Telegram, proxy: Proxy, anna: Person
) -> None:
    """Its answer must not become that of the next."""
    await proxy.turn("deaf")
    sending = asyncio.create_task(telegram.send(str(anna.id), PLAIN, key="k"))

    async def taken() -> bool | None:
        return bool(await bot_api.ledger("sent")) or None

    assert await bot_api.until(taken)
    sending.cancel()
    assert isinstance((await asyncio.gather(sending, return_exceptions=True))[0], asyncio.CancelledError)
    await proxy.turn("pass")
    sent = await telegram.send(str(anna.id), PLAIN, key="k")
    assert sent == str((await bot_api.ledger("sent"))[-1]["message"])
