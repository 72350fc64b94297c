"""The channel's settings, and what it tells Telegram when the service starts."""

import asyncio
import logging
from pathlib import Path

import pytest

from bot.channel import ChannelError, load
from bot.channels.telegram import Telegram
from bot.channels.telegram.commands import COMMANDS
from bot.post import StorePost
from domain.message import Content
from domain.text import Text
from tests.bot.channels.telegram.conftest import MakeTelegram, receiving, serving, stored
from tests.fakes.owner import SECRET, BotApi

TOKEN = {"ZINUTE_TELEGRAM_TOKEN": "123456:ABC-def_9"}
WEBHOOK = TOKEN | {
    "ZINUTE_TELEGRAM_MODE": "webhook",
    "ZINUTE_TELEGRAM_WEBHOOK_URL": "https://learn.example.lt/telegram/webhook",
}
SECRET_SETTING = "ZINUTE_TELEGRAM_WEBHOOK_SECRET"


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "ZINUTE_TELEGRAM_TOKEN must be"),
        ({"ZINUTE_TELEGRAM_TOKEN": "word"}, "ZINUTE_TELEGRAM_TOKEN must be"),
        ({"ZINUTE_TELEGRAM_TOKEN": "1:a b"}, "ZINUTE_TELEGRAM_TOKEN must be"),
        ({"ZINUTE_TELEGRAM_TOKEN": "1:a/../b"}, "ZINUTE_TELEGRAM_TOKEN must be"),
        ({"ZINUTE_TELEGRAM_TOKEN_FILE": "/no/such/file"}, "ZINUTE_TELEGRAM_TOKEN_FILE names a file"),
        (TOKEN | {"ZINUTE_TELEGRAM_MODE": "pigeon"}, "ZINUTE_TELEGRAM_MODE: Input should be"),
        (TOKEN | {"ZINUTE_TELEGRAM_API": "telegram"}, "ZINUTE_TELEGRAM_API: Input should be"),
        (WEBHOOK, "ZINUTE_TELEGRAM_WEBHOOK_SECRET must be"),
        (WEBHOOK | {SECRET_SETTING: "ąžuolas"}, "ZINUTE_TELEGRAM_WEBHOOK_SECRET must be"),
        (WEBHOOK | {SECRET_SETTING: "x" * 257}, "ZINUTE_TELEGRAM_WEBHOOK_SECRET must be"),
        (TOKEN | {"ZINUTE_TELEGRAM_MODE": "webhook"}, "ZINUTE_TELEGRAM_WEBHOOK_URL must be"),
    ],
)
async def test_a_wrong_setting_is_named_in_one_sentence(
    make_telegram: MakeTelegram, settings: dict[str, str], named: str
) -> None:
    with pytest.raises(ChannelError) as caught:
        make_telegram(settings)
    sentence = str(caught.value)
    assert sentence.startswith(named)
    assert (sentence.count("\n"), sentence[-1]) == (0, ".")
    assert [value for value in settings.values() if ":" in value and value in sentence] == []


async def test_secrets_may_be_in_files(make_telegram: MakeTelegram, tmp_path: Path) -> None:
    token, secret = tmp_path / "token", tmp_path / "secret"
    token.write_text("123456:ABC-def_9\n", encoding="utf-8")
    secret.write_text("a-secret\n", encoding="utf-8")
    files = {"ZINUTE_TELEGRAM_TOKEN_FILE": str(token), "ZINUTE_TELEGRAM_WEBHOOK_SECRET_FILE": str(secret)}
    settings = {name: value for name, value in WEBHOOK.items() if name not in TOKEN}
    channel = make_telegram(settings | files)
    assert (channel.account, len(channel.routes())) == ("123456", 1)


async def test_the_registry_makes_it(post: StorePost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZINUTE_TELEGRAM_TOKEN", TOKEN["ZINUTE_TELEGRAM_TOKEN"])
    channel = load("telegram", post)
    assert isinstance(channel, Telegram)
    assert (channel.name, channel.account, list(channel.routes())) == ("telegram", "123456", [])
    await channel.close()


async def test_the_commands_are_set_in_four_languages(
    bot_api: BotApi, telegram: Telegram, post: StorePost
) -> None:
    languages = {"": "en", "lt": "lt", "pl": "pl", "nb": "nb", "no": "nb"}
    shown = {
        tag: [(each["command"], each["description"]) for each in commands]
        for tag, commands in (await bot_api.account())["commands"].items()
    }
    texts = post.texts.catalogues
    assert shown == {
        tag: [(name, texts[language].gettext(f"command.{name}")) for name in COMMANDS]  # type: ignore[index]
        for tag, language in languages.items()
    }


async def test_coordinators_have_a_command_more_in_their_own_chat(
    bot_api: BotApi, telegram: Telegram, post: StorePost
) -> None:
    ben = await bot_api.person("Ben")
    await ben.says("/start")

    async def listed(many: int) -> dict[str, list[str]]:
        """What is listed in Ben's chat, once the requests for it were answered."""

        async def look() -> bool | None:
            return len(await bot_api.events("commands")) == many or None

        assert await bot_api.until(look)
        commands = (await bot_api.account())["commands"].items()
        return {tag: [each["command"] for each in there] for tag, there in commands if ":" in tag}

    await telegram.send(str(ben.id), Content(Text("Labas"), reader="coordinator"), key="a")
    tags = ("", "lt", "pl", "nb", "no")
    assert await listed(10) == {f"{ben.id}:{tag}": ["announce", *COMMANDS] for tag in tags}
    await telegram.send(str(ben.id), Content(Text("Labas"), reader="learner"), key="b")
    assert await listed(15) == {}
    await bot_api.fails("setMyCommands", status=400)
    assert await telegram.send(str(ben.id), Content(Text("Labas"), reader="coordinator"), key="c")


async def test_a_link_opens_the_bot_with_a_code_once_its_name_is_known(
    make_telegram: MakeTelegram, telegram: Telegram, bot_api: BotApi
) -> None:
    assert make_telegram(bot_api.environment()).link("read-1-2") == ""
    assert telegram.link("read-1-2") == f"https://t.me/zinute_{telegram.account}_bot?start=read-1-2"


async def test_a_token_that_telegram_refuses_stops_the_service(
    bot_api: BotApi, make_telegram: MakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await bot_api.revoke()
    channel = make_telegram(bot_api.environment())
    for refused in (channel.open, channel.receive):
        with pytest.raises(ChannelError, match=r"^Telegram refuses the bot's token: .*ZINUTE_TELEGRAM_TOKEN"):
            await refused()
    assert bot_api.token not in caplog.text


async def test_a_token_that_is_revoked_later_ends_receiving(bot_api: BotApi, telegram: Telegram) -> None:
    anna = await bot_api.person()
    task = asyncio.create_task(telegram.receive())
    await anna.says("/start")
    await bot_api.confirmed({(await bot_api.events("queued"))[0]["number"]})
    await bot_api.revoke()
    await anna.says("labas")  # ends the fetch that is waiting
    with pytest.raises(ChannelError, match="refuses the bot's token"):
        await asyncio.wait_for(task, 10)


async def test_a_network_that_is_away_does_not_stop_the_service(
    bot_api: BotApi, make_telegram: MakeTelegram, post: StorePost
) -> None:
    await bot_api.fails("getMe", then="close", times=2)
    channel = make_telegram(bot_api.environment())
    await channel.open()
    assert channel.account == str(bot_api.id)
    anna = await bot_api.person()
    await anna.says("/start")
    async with receiving(channel):
        await bot_api.confirmed({(await bot_api.events("queued"))[0]["number"]})
    assert len(await stored(post)) == 1
    assert set((await bot_api.account())["commands"]) == {"", "lt", "pl", "nb", "no"}


async def test_commands_that_telegram_refuses_do_not_stop_the_service(
    bot_api: BotApi, make_telegram: MakeTelegram
) -> None:
    await bot_api.fails("setMyCommands", status=400, description="Bad Request: invalid language code")
    await make_telegram(bot_api.environment()).open()
    assert set((await bot_api.account())["commands"]) == {"lt", "pl", "nb", "no"}


async def test_a_webhook_that_telegram_refuses_is_named(bot_api: BotApi, make_telegram: MakeTelegram) -> None:
    channel = make_telegram(bot_api.environment(webhook="http://learn.example.lt/telegram/webhook"))
    with pytest.raises(ChannelError, match=r"^Telegram refuses ZINUTE_TELEGRAM_WEBHOOK_URL: .* HTTPS"):
        await channel.open()


async def test_going_from_webhook_to_polling_drops_nothing(
    bot_api: BotApi, make_telegram: MakeTelegram, post: StorePost
) -> None:
    hooked = make_telegram(bot_api.environment(webhook="http://127.0.0.1:1/telegram/webhook"))
    await hooked.open()
    await hooked.receive()  # returns: updates come by HTTP
    assert (await bot_api.account())["webhook_url"] == "http://127.0.0.1:1/telegram/webhook"
    anna = await bot_api.person()
    await anna.says("/start")
    polling = make_telegram(bot_api.environment())
    await polling.open()
    async with receiving(polling):
        await bot_api.confirmed({(await bot_api.events("queued"))[0]["number"]})
    assert [waiting.address for waiting in await stored(post)] == [str(anna.id)]


async def test_updates_come_by_webhook(bot_api: BotApi, make_telegram: MakeTelegram, post: StorePost) -> None:
    channel = make_telegram(bot_api.environment(webhook="http://127.0.0.1:1/placeholder"))
    anna = await bot_api.person()
    async with serving(channel.routes()) as port:
        address = f"http://127.0.0.1:{port}/telegram/webhook"
        hooked = make_telegram(bot_api.environment(webhook=address))
        await hooked.open()
        await anna.says("/start")
        await bot_api.confirmed({(await bot_api.events("queued"))[0]["number"]})
    assert [event["status"] for event in await bot_api.events("delivered")] == [200]
    assert [waiting.address for waiting in await stored(post)] == [str(anna.id)]
    assert SECRET not in (await stored(post))[0].raw


async def test_a_link_opens_the_bot_once_telegram_told_its_name(
    bot_api: BotApi, make_telegram: MakeTelegram
) -> None:
    channel = make_telegram(bot_api.environment())
    before = channel.link("p_safe-online")
    await channel.open()
    there = f"https://t.me/zinute_{bot_api.id}_bot?start=p_safe-online"
    assert (before, channel.link("p_safe-online")) == ("", there)
