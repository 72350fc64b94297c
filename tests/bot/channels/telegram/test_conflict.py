"""T13 of the fault catalogue: two programs with one token, and a webhook beside polling."""

import asyncio
from random import Random

import httpx
from structlog.testing import capture_logs

from bot.channels.telegram import Telegram
from bot.channels.telegram.polling import CONFLICT_OVER, CONFLICT_WAIT, Patience, Polling, insist
from bot.channels.telegram.problem import Answered, NoConnection, Unclear
from bot.post import StorePost
from tests.bot.channels.telegram.conftest import stored
from tests.fakes.owner import BotApi

CONFLICT = Answered(409, "Conflict: terminated by other getUpdates request")


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_t13_a_webhook_that_somebody_sets_is_deleted_after_a_pause(
    bot_api: BotApi, telegram: Telegram, post: StorePost
) -> None:
    anna = await bot_api.person()
    async with httpx.AsyncClient(trust_env=False) as client:
        url = f"{bot_api.url}/bot{bot_api.token}/setWebhook"
        await client.post(url, json={"url": "http://127.0.0.1:1/hook"})
    await anna.says("labas")
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        assert (await bot_api.account())["webhook_url"] != ""
        waits.append(seconds)

    polling = Polling(telegram._fetch, telegram._take)
    with capture_logs() as logs:
        await insist(polling.once, sleep=sleep, patience=Patience(Random(1)))
    assert [wait >= CONFLICT_WAIT for wait in waits] == [True]
    (line,) = logs
    assert (line["event"], line["log_level"]) == ("telegram_conflict", "error")
    assert line["meaning"].startswith("Somebody has set a webhook for this bot")
    assert ((await bot_api.account())["webhook_url"], len(await stored(post))) == ("", 1)


async def test_t13_two_programs_with_one_token_do_not_take_turns() -> None:
    """Each conflict makes the next wait longer, also when a fetch succeeds in between; the log says it once."""
    watch = Watch()
    patience = Patience(Random(1), watch)
    waits: list[float] = []
    with capture_logs() as logs:
        for _ in range(10):
            waits.append(patience.failed(CONFLICT))
            watch.now += waits[-1]
            patience.succeeded()
    assert min(waits) >= CONFLICT_WAIT
    assert min(waits[-3:]) >= 30
    assert [line["event"] for line in logs] == ["telegram_conflict"]
    assert (
        logs[0]["meaning"] == "Another program fetches the updates of this bot: only one may use its token."
    )


def test_t13_a_conflict_that_is_over_is_forgotten() -> None:
    watch = Watch()
    patience = Patience(Random(1), watch)
    for _ in range(8):
        patience.failed(CONFLICT)
    watch.now += CONFLICT_OVER
    with capture_logs() as logs:
        patience.succeeded()
        patience.succeeded()
    assert [line["event"] for line in logs] == ["telegram_goes_on"]
    assert patience.failed(CONFLICT) == CONFLICT_WAIT


def test_a_trouble_is_told_once_and_its_end_too() -> None:
    patience = Patience(Random(1))
    with capture_logs() as logs:
        for error in (NoConnection("a"), NoConnection("a"), Unclear("b"), Unclear("b"), OSError("row 7")):
            patience.failed(error)
        patience.succeeded()
        patience.succeeded()
    told = [(line["event"], line.get("reason")) for line in logs]
    assert told == [
        ("telegram_waits", "a"),
        ("telegram_waits", "b"),
        ("telegram_waits", ""),
        ("telegram_goes_on", None),
    ]


async def test_t13_a_second_poller_loses_nothing(
    bot_api: BotApi, telegram: Telegram, post: StorePost
) -> None:
    """Whoever fetches: what is not confirmed comes to the other."""
    anna = await bot_api.person()
    await anna.says("first")
    one, other = (Polling(telegram._fetch, telegram._take) for _ in range(2))
    await one.once()
    await anna.says("then")
    await other.once()
    confirming = asyncio.create_task(other.once())
    await bot_api.confirmed({event["number"] for event in await bot_api.events("queued")})
    confirming.cancel()
    assert [row.address for row in await stored(post)] == [str(anna.id)] * 2
