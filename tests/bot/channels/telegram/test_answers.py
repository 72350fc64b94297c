"""Whatever Telegram answers to a message: T1, T2, T5, T6, T7 and T11 of the fault catalogue, at the channel."""

from dataclasses import replace
from typing import Any

import pytest

from bot.channel import (
    AccountRefused,
    Ambiguous,
    Limited,
    Refused,
    SendError,
    Unreachable,
)
from bot.channels.telegram import Telegram
from bot.post import StorePost
from domain.message import Button, Content
from domain.text import Text, join, marked
from tests.bot.channels.telegram.conftest import receiving, stored
from tests.fakes.owner import BotApi
from tests.fakes.person import Person

PLAIN = Content(Text("Labas"))
RESTART = "Internal Server Error: restart"


@pytest.fixture
async def anna(bot_api: BotApi) -> Person:
    person = await bot_api.person()
    await person.says("/start")
    return person


async def tried(api: BotApi, method: str = "sendMessage") -> int:
    """How many requests there were."""
    return len([event for event in await api.events("called", "fault") if event["method"] == method])


@pytest.mark.parametrize("seconds", [1, 35, 3600])
async def test_t1_a_429_says_how_long_the_account_waits(
    bot_api: BotApi, telegram: Telegram, anna: Person, seconds: int
) -> None:
    await bot_api.fails("send", status=429, retry_after=seconds)
    with pytest.raises(Limited) as caught:
        await telegram.send(str(anna.id), PLAIN, key="k")
    assert caught.value.retry_after == seconds
    assert await bot_api.ledger("sent") == []


async def test_t1_every_tenth_and_a_storm_and_no_seconds(
    bot_api: BotApi, telegram: Telegram, anna: Person
) -> None:
    await bot_api.fails("send", status=429, every=10, times=2)
    limited = [await refused(telegram, anna) for _ in range(20)]
    assert [kind for kind in limited if kind] == [Limited] * 2
    assert (limited[9], limited[19]) == (Limited, Limited)
    await bot_api.fails("send", status=429, body="<html>", content_type="text/html", seconds=30)
    assert [await refused(telegram, anna) for _ in range(5)] == [Limited] * 5
    await bot_api.calms()
    assert await refused(telegram, anna) is None
    assert len(await bot_api.ledger("sent")) == 19


async def refused(telegram: Telegram, person: Person) -> type[SendError] | None:
    """The error that sending to them ends with."""
    try:
        await telegram.send(str(person.id), PLAIN, key="k")
    except SendError as error:
        return type(error)
    return None


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize(
    "answer",
    [{"description": RESTART}, {"body": "<html>Bad</html>", "content_type": "text/html"}, {"body": ""}],
    ids=["restart", "html", "empty"],
)
async def test_t2_a_server_that_fails_leaves_it_open(
    bot_api: BotApi, telegram: Telegram, anna: Person, status: int, answer: dict[str, Any]
) -> None:
    for accept, delivered in ((False, 0), (True, 1)):
        await bot_api.fails("sendMessage", status=status, accept=accept, **answer)
        assert await refused(telegram, anna) is Ambiguous
        assert len(await bot_api.ledger("sent")) == delivered


NUMBER = '{"ok": true, "result": {"message_id": '


@pytest.mark.parametrize(
    ("body", "known"),
    [
        (NUMBER + '{message_id}, "brand_new": [{"thing": 1}]}, "more": 1}', True),
        (NUMBER + '{message_id}, "date": "odd", "chat": 7}}', True),
        (NUMBER + '{message_id}, "text": "\\ud83d"}}', True),
        (NUMBER + "{message_id}, broken", True),
        (NUMBER + '"{message_id}"}}', False),
        (NUMBER + "{message_id}.5}}", False),
        (NUMBER + "null}}", False),
        ('{"ok": true, "result": []}', False),
        ('{"ok": true}', False),
    ],
)
async def test_t5_ok_is_sent_whatever_else_is_said(
    bot_api: BotApi, telegram: Telegram, anna: Person, body: str, known: bool
) -> None:
    for pad in (0, 5_000_000):
        await bot_api.fails("sendMessage", accept=True, body=body, pad=pad)
        sent = await telegram.send(str(anna.id), PLAIN, key="k")
        entry = (await bot_api.ledger("sent"))[-1]
        assert sent == (str(entry["message"]) if known else "")
    assert len(await bot_api.ledger("sent")) == 2


@pytest.mark.parametrize(
    "body", ["not JSON", "[]", '{"ok": "true"}', '{"ok": 1}', '{"result": {}}', "\x00", "null"]
)
async def test_t5_an_answer_without_ok_leaves_it_open(
    bot_api: BotApi, telegram: Telegram, anna: Person, body: str
) -> None:
    await bot_api.fails("sendMessage", accept=True, body=body)
    assert await refused(telegram, anna) is Ambiguous
    assert len(await bot_api.ledger("sent")) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 403, "description": "Forbidden: bot was blocked by the user"}, Unreachable),
        ({"status": 403, "description": "Forbidden: user is deactivated"}, Unreachable),
        ({"status": 400, "description": "Bad Request: chat not found"}, Unreachable),
        ({"status": 400, "description": "Bad Request: ?", "migrate_to": -1001}, Unreachable),
        ({"status": 401, "description": "Unauthorized"}, AccountRefused),
        ({"status": 404, "description": "Not Found"}, AccountRefused),
        ({"status": 413, "description": "Request Entity Too Large"}, Refused),
        ({"status": 413, "body": "<html>", "content_type": "text/html"}, Refused),
        ({"status": 400, "description": "Bad Request: message is too long"}, Refused),
        ({"status": 400, "description": "Bad Request: BUTTON_DATA_INVALID"}, Refused),
    ],
)
async def test_t6_a_refusal_is_named_after_one_attempt(
    bot_api: BotApi, telegram: Telegram, anna: Person, fault: dict[str, Any], kind: type[SendError]
) -> None:
    await bot_api.fails("sendMessage", **fault)
    assert await refused(telegram, anna) is kind
    assert (await tried(bot_api), await bot_api.ledger("sent")) == (1, [])


async def test_t6_people_who_are_gone_are_unreachable_and_others_are_not(
    bot_api: BotApi, telegram: Telegram, anna: Person
) -> None:
    gone = [await bot_api.person() for _ in range(4)]
    for person in gone[:3]:
        await person.says("/start")
    await gone[0].blocks()
    await gone[1].deactivates()
    await gone[2].migrates(-1001)
    assert [await refused(telegram, person) for person in gone] == [Unreachable] * 4
    assert await refused(telegram, anna) is None


async def test_t6_a_revoked_token_is_the_accounts_trouble(
    bot_api: BotApi, telegram: Telegram, anna: Person
) -> None:
    await bot_api.revoke()
    assert await refused(telegram, anna) is AccountRefused


NO_ENTITIES = {"status": 400, "description": "Bad Request: can't parse entities: ?"}


async def test_t7_a_text_whose_entities_are_refused_goes_plain_once(
    bot_api: BotApi, telegram: Telegram, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    content = Content(join(marked("Labas", "bold"), Text("rytas")), buttons=(Button("A", "s:1"),))
    await bot_api.fails("sendMessage", **NO_ENTITIES)
    sent = await telegram.send(str(anna.id), content, key="k")
    seen = await anna.waits_for("rytas")
    assert (str(seen.id), seen.text, seen.entities, seen.labels) == (sent, "Labas\n\nrytas", (), ["A"])
    await bot_api.fails("editMessageText", **NO_ENTITIES)
    await telegram.edit(str(anna.id), sent, replace(content, text=marked("Vakaras", "bold")))
    assert (await anna.waits_for("Vakaras")).entities == ()
    await bot_api.fails("sendMessage", times=2, **NO_ENTITIES)
    with pytest.raises(Refused):
        await telegram.send(str(anna.id), content, key="k")
    assert len(await bot_api.ledger("sent")) == 1


async def test_t7_a_plain_text_is_not_tried_again(bot_api: BotApi, telegram: Telegram, anna: Person) -> None:
    await bot_api.fails("sendMessage", **NO_ENTITIES)
    assert (await refused(telegram, anna), await tried(bot_api)) == (Refused, 1)


async def test_t11_a_press_that_is_answered_too_late_is_stored_all_the_same(
    bot_api: BotApi, telegram: Telegram, post: StorePost, anna: Person
) -> None:
    await bot_api.fails("answerCallbackQuery", status=400, description="Bad Request: query is too old")
    message = await anna.says("labas")
    async with receiving(telegram):
        await anna.forges(message, "step:1")
        await bot_api.confirmed({event["number"] for event in await bot_api.events("queued")})

        async def told() -> bool | None:
            return bool(await bot_api.events("fault")) or None

        assert await bot_api.until(told)
    assert len(await stored(post)) == 3


async def test_a_second_copy_makes_no_sound(bot_api: BotApi, telegram: Telegram, anna: Person) -> None:
    await telegram.send(str(anna.id), replace(PLAIN, silent=True), key="k")
    await telegram.send(str(anna.id), PLAIN, key="k")
    assert [entry["silent"] for entry in await bot_api.ledger("sent")] == [True, False]
