"""Updates are stored before Telegram may forget them; nothing that one of them is harms another."""

import asyncio
import json
from random import Random
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channel import ChannelError, Update
from bot.channels.telegram import Telegram
from bot.channels.telegram.polling import Patience, Polling, insist, pause
from bot.channels.telegram.problem import Answered, NoConnection, Unclear
from bot.post import StorePost
from domain.event import Incoming, Left, Pressed, Said
from tests.bot.channels.telegram.conftest import MakeTelegram, receiving, stored
from tests.fakes.owner import BotApi


async def queued(bot_api: BotApi) -> list[int]:
    return [event["number"] for event in await bot_api.events("queued")]


async def test_what_people_do_is_stored_and_understood(
    bot_api: BotApi, telegram: Telegram, post: StorePost
) -> None:
    anna = await bot_api.person("Anna", "lt")
    await anna.says("/start KODAS")
    message = await anna.says("Labas 🎓")
    async with receiving(telegram):
        await anna.forges(message, "step:1")
        await anna.sends(sticker={"file_id": "s", "file_unique_id": "u"} | STICKER)
        await anna.blocks()
        await bot_api.confirmed(set(await queued(bot_api)))
    rows = await stored(post)
    person = str(anna.id)
    assert [(row.account, row.address) for row in rows] == [(telegram.account, person)] * 5
    assert [telegram.decode(row.raw) for row in rows] == [
        Incoming(person, Said("/start KODAS"), "lt"),
        Incoming(person, Said("Labas 🎓"), "lt"),
        Incoming(person, Pressed("step:1"), "lt"),
        Incoming(person, Said(""), "lt"),
        Incoming(person, Left(), "lt"),
    ]


STICKER = {"type": "regular", "width": 9, "height": 9, "is_animated": False, "is_video": False}


async def test_a_press_is_answered_so_that_its_button_rests(bot_api: BotApi, telegram: Telegram) -> None:
    anna = await bot_api.person()
    message = await anna.says("/start")
    await bot_api.fails("answerCallbackQuery", status=400, description="Bad Request: query is too old")
    async with receiving(telegram):
        await anna.forges(message, "first")
        await bot_api.confirmed(set(await queued(bot_api)))
        await anna.forges(message, "second")

        async def answered() -> list[dict[str, Any]] | None:
            return await bot_api.ledger("answered") or None

        assert await bot_api.until(answered)
        await bot_api.confirmed(set(await queued(bot_api)))


class Door(StorePost):
    """A post that is held up after, or before, an update is stored."""

    def __init__(self, post: StorePost) -> None:
        super().__init__(post.database, post.texts, post.now)
        self.stored = asyncio.Event()
        self.failures = 0

    async def receive(self, channel: str, account: str, update: Update) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("disk full")
        await super().receive(channel, account, update)
        self.stored.set()


class Wall(Door):
    """A post that never returns once it has stored."""

    async def receive(self, channel: str, account: str, update: Update) -> None:
        await super().receive(channel, account, update)
        await asyncio.Event().wait()


async def test_an_update_comes_again_after_a_death_before_its_confirmation(
    bot_api: BotApi, make_telegram: MakeTelegram, post: StorePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await bot_api.person()
    await anna.says("/start")
    for name, value in bot_api.environment().items():
        monkeypatch.setenv(name, value)
    wall = Wall(post)
    dying = Telegram(wall)
    async with receiving(dying):
        await asyncio.wait_for(wall.stored.wait(), 10)
    await dying.close()
    assert await bot_api.ledger("confirmed") == []
    assert len(await stored(post)) == 1
    async with receiving(make_telegram(bot_api.environment())):
        await bot_api.confirmed(set(await queued(bot_api)))
    assert len(await stored(post)) == 1


async def test_a_store_that_is_away_confirms_nothing(
    bot_api: BotApi, post: StorePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await bot_api.person()
    for text in ("one", "two", "three"):
        await anna.says(text)
    for name, value in bot_api.environment().items():
        monkeypatch.setenv(name, value)
    door = Door(post)
    door.failures = 1
    channel = Telegram(door)
    async with receiving(channel):
        await bot_api.confirmed(set(await queued(bot_api)))
    await channel.close()
    assert [json.loads(row.raw)["message"]["text"] for row in await stored(post)] == ["one", "two", "three"]


ODD: list[dict[str, Any]] = [
    {"message": {"message_id": 1, "forward_origin": {"type": "hidden_user", "date": 1}}},
    {"message": None},
    {"message": "word"},
    {"callback_query": {"id": 7, "from": {"id": "x\ud83d"}}},
    {"brand_new_thing": {"from": {"id": True}}},
    {},
]


@pytest.mark.parametrize("odd", ODD, ids=str)
async def test_an_odd_update_does_not_harm_its_neighbours(
    bot_api: BotApi, telegram: Telegram, post: StorePost, odd: dict[str, Any]
) -> None:
    anna = await bot_api.person()
    await anna.says("before")
    await bot_api.gives(**odd)
    await anna.says("after")
    async with receiving(telegram):
        await bot_api.confirmed(set(await queued(bot_api)))
    rows = await stored(post)
    assert [row.address for row in rows] == [str(anna.id), "", str(anna.id)]
    assert [telegram.decode(row.raw) for row in (rows[0], rows[2])] == [
        Incoming(str(anna.id), Said(text), "lt") for text in ("before", "after")
    ]


async def test_numbers_that_start_lower_are_no_duplicates(
    bot_api: BotApi, telegram: Telegram, post: StorePost
) -> None:
    anna = await bot_api.person()
    async with receiving(telegram):
        for number, text in ((900_000_000, "one"), (899_999_995, "two"), (5, "three")):
            await bot_api.numbers_from(number)
            await anna.says(text)
            await bot_api.confirmed({number})
    assert [json.loads(row.raw)["message"]["text"] for row in await stored(post)] == ["one", "two", "three"]


NUMBERLESS = '{"ok": true, "result": [{"message": {"text": "odd"}}, {"update_id": "7"}]}'


async def test_updates_without_numbers_are_fetched_again_after_a_pause_that_grows(
    bot_api: BotApi, telegram: Telegram, post: StorePost
) -> None:
    """None of them can be confirmed, so they come again and again, until Telegram counts again."""
    anna = await bot_api.person()
    await anna.says("labas")
    await bot_api.fails("getUpdates", status=200, body=NUMBERLESS, times=5)
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    polling = Polling(telegram._fetch, telegram._take)
    with capture_logs() as logs:
        await insist(polling.once, sleep=sleep, patience=Patience(Random(1)))
    assert [2**n / 2 <= wait <= 2**n for n, wait in enumerate(waits)] == [True] * 5
    assert [(line["event"], line.get("failures")) for line in logs] == [
        ("telegram_waits", None),
        ("telegram_goes_on", 5),
    ]
    assert [row.address for row in await stored(post)] == ["", "", str(anna.id)]


async def test_a_number_among_updates_without_one_is_enough_to_go_on(
    bot_api: BotApi, telegram: Telegram, post: StorePost
) -> None:
    anna = await bot_api.person()
    await anna.says("labas")
    (number,) = await queued(bot_api)
    some = f'{{"ok": true, "result": [{{}}, {{"update_id": {number}}}, {{}}]}}'
    await bot_api.fails("getUpdates", status=200, body=some)
    async with receiving(telegram):
        await bot_api.confirmed({number})
    assert [row.key for row in await stored(post)][1:] == [str(number)]


async def test_polling_goes_on_after_a_conflict_and_a_flood_limit(
    bot_api: BotApi, telegram: Telegram, post: StorePost
) -> None:
    anna = await bot_api.person()
    await anna.says("labas")
    await bot_api.fails("getUpdates", status=409, description="Conflict: terminated by other getUpdates")
    await bot_api.fails("getUpdates", status=429, retry_after=7)
    await bot_api.fails("getUpdates", then="cut", accept=True)
    await bot_api.fails("getUpdates", status=200, body='{"ok": true, "result": {}}')
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    polling = Polling(telegram._fetch, telegram._take)
    await insist(polling.once, sleep=sleep, patience=Patience(Random(1)))
    assert len(await stored(post)) == 1
    assert len(waits) == 4
    assert waits[0] >= 5
    assert waits[1] >= 7


@pytest.mark.parametrize(
    ("error", "failures", "least", "most"),
    [
        (NoConnection(), 1, 0.5, 1),
        (Unclear(), 4, 4, 8),
        (OSError(), 50, 1.5, 3),
        (Answered(500, ""), 50, 30, 60),
        (Answered(409, ""), 1, 5, 5),
        (Answered(409, ""), 50, 30, 60),
        (Answered(429, "", 17.0), 1, 17, 17),
        (Answered(429, "", 600.0), 50, 600, 600),
        (Answered(429, ""), 1, 0.5, 1),
    ],
)
def test_waits_are_as_long_as_asked_and_capped_otherwise(
    error: Exception, failures: int, least: float, most: float
) -> None:
    waits = [pause(error, failures, Random(seed)) for seed in range(200)]
    assert least <= min(waits)
    assert max(waits) <= most


@pytest.mark.parametrize("code", [401, 404])
async def test_a_refused_token_is_not_tried_again(code: int) -> None:
    async def refused() -> None:
        raise Answered(code, "Unauthorized")

    with pytest.raises(ChannelError):
        await insist(refused, patience=Patience(Random(1)))
