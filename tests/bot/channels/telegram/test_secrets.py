"""T14 of the fault catalogue: no token in logs and errors, whatever fails, and files as Telegram gives them."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from aiogram.methods import GetUpdates
from structlog.testing import capture_logs

from bot.channel import ChannelError, SendError
from bot.channels.telegram import Telegram
from bot.channels.telegram.polling import Polling, insist
from bot.channels.telegram.problem import Problem
from domain.message import Content
from domain.text import Text
from tests.bot.channels.telegram.conftest import MakeTelegram
from tests.fakes.owner import SECRET, BotApi

PLAIN = Content(Text("Labas"))
FAULTS: list[dict[str, Any]] = [
    {"then": "close"},
    {"then": "cut"},
    {"then": "cut", "accept": True},
    {"status": 302, "body": ""},
    {"status": 400, "description": "Bad Request: chat not found"},
    {"status": 401, "description": "Unauthorized"},
    {"status": 404, "description": "Not Found"},
    {"status": 409, "description": "Conflict: terminated by other getUpdates request"},
    {"status": 429, "retry_after": 3},
    {"status": 500, "body": "<html>"},
    {"status": 200, "body": "{"},
    {"status": 400, "description": "Bad Request: can't parse entities"},
]


async def failures(act: Callable[[], Awaitable[object]]) -> str:
    """All that can be read of the error that `act` ends with, its causes and their traces too."""
    try:
        await act()
    except (SendError, ChannelError, Problem) as error:
        return "".join(traceback.format_exception(error)) + repr(error) + repr(error.__cause__)
    return ""


async def test_t14_no_token_in_any_log_or_error(
    bot_api: BotApi, make_telegram: MakeTelegram, caplog: pytest.LogCaptureFixture, unused_tcp_port: int
) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    nowhere = {"ZINUTE_TELEGRAM_API": f"http://127.0.0.1:{unused_tcp_port}"}
    hooked = bot_api.environment(webhook="http://learn.example.lt/hook")
    settings = [bot_api.environment(), bot_api.environment() | nowhere, hooked]
    read: list[str] = []
    with capture_logs() as logs:
        for each in settings:
            channel = make_telegram(each)
            read += [await failures(channel.open), repr(channel), str(vars(channel))]
            for fault in FAULTS:
                read += await one_fault(bot_api, channel, fault)
    read += [str(logs), caplog.text]
    everything = "\n".join(read)
    secret = bot_api.token.partition(":")[2]
    assert "telegram_conflict" in everything  # there is something that could leak
    assert [canary for canary in (secret, SECRET) if canary in everything] == []


async def one_fault(bot_api: BotApi, channel: Telegram, fault: dict[str, Any]) -> list[str]:
    """What can be read when each thing that the channel does meets this fault."""

    async def stop(seconds: float) -> None:
        raise ChannelError("enough")

    async def poll() -> None:
        polling = Polling(lambda offset: channel._bot(method()), channel._take)
        await insist(polling.once, sleep=stop, patience=channel._patience)

    acts = [
        lambda: channel.send("1", PLAIN, key="k"),
        lambda: channel.edit("1", "7", PLAIN),
        lambda: channel._answer("9"),
        poll,
    ]
    read = []
    for act in acts:
        await bot_api.fails("*", **fault)
        read.append(await failures(act))
    await bot_api.calms()
    return read


def method() -> Any:
    """A fetch that does not wait."""
    return GetUpdates(timeout=0)


async def test_t14_a_link_to_a_file_ends_after_an_hour_and_sizes_are_only_told(bot_api: BotApi) -> None:
    """What the fake server does, as getFile is documented; the channel fetches no files of people."""
    anna = await bot_api.person()
    small, large = (
        await anna.sends_file(b"x" * 99, announced=9),
        await anna.sends_file(b"x", announced=20_000_001),
    )
    async with httpx.AsyncClient(trust_env=False) as client:
        api = f"{bot_api.url}/bot{bot_api.token}/getFile"
        told = (await client.post(api, json={"file_id": small})).json()["result"]
        link = f"{bot_api.url}/file/bot{bot_api.token}/{told['file_path']}"
        fetched = await client.get(link)
        assert (told["file_size"], len(fetched.content)) == (9, 99)
        refused = (await client.post(api, json={"file_id": large})).json()
        assert (refused["error_code"], refused["description"]) == (400, "Bad Request: file is too big")
        await bot_api.advance(3601)
        assert (await client.get(link)).status_code == 404
