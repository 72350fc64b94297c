"""The fake server is as strict as Telegram, and keeps updates as Telegram does."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.fakes.owner import BotApi
from tests.fakes.person import Person

LONG_KEYBOARD = [[{"text": "A", "callback_data": "a"}] * 9]


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture
async def anna(bot_api: BotApi) -> Person:
    person = await bot_api.person()
    await person.says("/start")
    return person


async def call(web: httpx.AsyncClient, api: BotApi, method: str, **fields: Any) -> tuple[int, Any]:
    """Status, and the result or the description."""
    answer = await web.post(f"{api.url}/bot{api.token}/{method}", json=fields)
    body = answer.json()
    assert (body["ok"], body.get("error_code", 200)) == (answer.status_code == 200, answer.status_code)
    return answer.status_code, body["result"] if body["ok"] else body["description"]


def bold(offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": "bold", "offset": offset, "length": length} | more


@pytest.mark.parametrize(
    ("fields", "description"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "🎓" * 2049}, "message is too long"),
        ({"text": "x", "entities": [bold(0, 2)]}, "ends after the end of the text"),
        ({"text": "x", "entities": [bold(0, 0)]}, "ends after the end of the text"),
        ({"text": "x", "entities": [bold(-1, 1)]}, "ends after the end of the text"),
        ({"text": "🎓x", "entities": [bold(1, 2)]}, "in the middle of a symbol"),
        ({"text": "🎓x", "entities": [bold(0, 1)]}, "in the middle of a symbol"),
        ({"text": "xyz", "entities": [bold(0, 2), bold(1, 2)]}, "entities overlap"),
        ({"text": "x", "entities": [bold(0, 1, type="loud")]}, "cannot be sent"),
        ({"text": "x", "entities": [bold(0, 1, type="text_link")]}, "has a URL"),
        ({"text": "x", "entities": [bold(0, 1, type="text_link", url="javascript:1")]}, "wrong URL"),
        ({"text": "x", "entities": [bold(0, 1)] * 101}, "too many entities"),
        ({"text": "x", "entities": [{"type": "bold"}]}, "Field required"),
        ({"text": "x", "parse_mode": "HTML"}, "parse_mode"),
        ({"text": "x", "colour": "red"}, "unknown parameters"),
        ({"text": "x", "reply_markup": {"inline_keyboard": LONG_KEYBOARD}}, "too long"),
        ({"text": "x", "reply_markup": {"keyboard": [[{"text": "A"}]]}}, "only inline keyboards"),
        ({}, "text: Field required"),
    ],
)
async def test_a_wrong_message_is_refused(
    web: httpx.AsyncClient, bot_api: BotApi, anna: Person, fields: dict[str, Any], description: str
) -> None:
    status, said = await call(web, bot_api, "sendMessage", chat_id=anna.id, **fields)
    assert (status, description in said) == (400, True), said
    assert await bot_api.ledger("sent") == []


@pytest.mark.parametrize(
    ("data", "status"), [("", 400), ("d" * 65, 400), ("ž" * 33, 400), ("d" * 64, 200), ("ž" * 32, 200)]
)
async def test_a_button_carries_1_to_64_bytes(
    web: httpx.AsyncClient, bot_api: BotApi, anna: Person, data: str, status: int
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "A", "callback_data": data}]]}
    answer = await call(web, bot_api, "sendMessage", chat_id=anna.id, text="?", reply_markup=keyboard)
    assert answer[0] == status


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://learn.example/certificate/q", 200),
        ("tg://user?id=1", 200),
        ("/certificate/q", 400),
        ("http://localhost:8000/x", 400),
        ("javascript:alert(1)", 400),
    ],
)
async def test_a_button_may_open_an_address_of_the_web(
    web: httpx.AsyncClient, bot_api: BotApi, anna: Person, url: str, status: int
) -> None:
    for more, expected in (({}, status), ({"callback_data": "a"}, 400)):
        keyboard = {"inline_keyboard": [[{"text": "A", "url": url, **more}]]}
        answer = await call(web, bot_api, "sendMessage", chat_id=anna.id, text="?", reply_markup=keyboard)
        assert answer[0] == expected


async def test_the_longest_text_and_nested_entities_are_taken(
    web: httpx.AsyncClient, bot_api: BotApi, anna: Person
) -> None:
    entities = [bold(0, 4096), bold(2, 4, type="italic")]
    answer = await call(web, bot_api, "sendMessage", chat_id=anna.id, text="🎓" * 2048, entities=entities)
    assert answer[0] == 200


@pytest.mark.parametrize(
    ("size", "description"),
    [((1, 1), ""), ((9_990, 11), "PHOTO_INVALID_DIMENSIONS"), ((210, 10), "PHOTO_INVALID_DIMENSIONS")],
)
async def test_a_picture_has_limits(
    web: httpx.AsyncClient, bot_api: BotApi, anna: Person, size: tuple[int, int], description: str
) -> None:
    data = BytesIO()
    Image.new("1", size).save(data, "PNG")
    url = f"{bot_api.url}/bot{bot_api.token}/sendPhoto"
    form = {"chat_id": str(anna.id), "caption": "c"}
    answer = (await web.post(url, data=form, files={"photo": ("p.png", data.getvalue())})).json()
    assert answer.get("description", "").removeprefix("Bad Request: ") == description


@pytest.mark.parametrize(
    ("fields", "description"),
    [
        ({"photo": "unknown"}, "wrong file identifier"),
        ({"photo": "https://example.org/p.png"}, "wrong file identifier"),
        ({"photo": "attach://nothing"}, "wrong file identifier"),
        ({"photo": "x", "caption": "c" * 1025}, "caption is too long"),
    ],
)
async def test_a_wrong_picture_is_refused(
    web: httpx.AsyncClient, bot_api: BotApi, anna: Person, fields: dict[str, Any], description: str
) -> None:
    status, said = await call(web, bot_api, "sendPhoto", chat_id=anna.id, **fields)
    assert (status, description in said) == (400, True), said


async def test_a_wrong_token_and_an_unknown_method_are_refused(
    web: httpx.AsyncClient, bot_api: BotApi
) -> None:
    for path, status in ((f"bot{bot_api.token}x/getMe", 401), (f"bot{bot_api.token}/sendFlowers", 404)):
        assert (await web.get(f"{bot_api.url}/{path}")).status_code == status
    assert (await web.get(f"{bot_api.url}/bot{bot_api.token}/GETME")).status_code == 200


async def numbers(web: httpx.AsyncClient, api: BotApi, **fields: Any) -> list[int]:
    _, updates = await call(web, api, "getUpdates", **fields)
    return [update["update_id"] for update in updates]


async def test_an_offset_confirms_what_is_below_it(web: httpx.AsyncClient, bot_api: BotApi) -> None:
    await bot_api.numbers_from(100)
    for _ in range(5):
        await bot_api.gives(poll={})
    assert await numbers(web, bot_api) == [100, 101, 102, 103, 104]
    assert await numbers(web, bot_api, limit=2) == [100, 101]
    assert await numbers(web, bot_api, offset=102) == [102, 103, 104]
    assert await numbers(web, bot_api, offset=999) == [102, 103, 104]  # too far ahead: from the head
    assert await numbers(web, bot_api, offset=-1) == [104]
    assert await numbers(web, bot_api, offset=105) == []
    assert [entry["number"] for entry in await bot_api.ledger("confirmed")] == [100, 101, 102, 103, 104]


async def test_a_fetch_waits_for_an_update(web: httpx.AsyncClient, bot_api: BotApi) -> None:
    fetching = asyncio.create_task(numbers(web, bot_api, timeout=30))
    await started(bot_api, "getUpdates", 1)
    number = await bot_api.gives(poll={})
    assert await asyncio.wait_for(fetching, 10) == [number]


async def test_a_second_fetch_ends_the_first(web: httpx.AsyncClient, bot_api: BotApi) -> None:
    first = asyncio.create_task(call(web, bot_api, "getUpdates", timeout=30))
    await started(bot_api, "getUpdates", 1)
    second = asyncio.create_task(call(web, bot_api, "getUpdates", timeout=30))
    status, description = await asyncio.wait_for(first, 10)
    assert (status, "terminated by other getUpdates" in description) == (409, True)
    number = await bot_api.gives(poll={})
    assert (await asyncio.wait_for(second, 10))[1][0]["update_id"] == number


async def started(api: BotApi, method: str, times: int) -> None:
    """Return when a method has been called so often."""

    async def look() -> bool | None:
        called = [event for event in await api.events("called") if event["method"] == method]
        return len(called) >= times or None

    assert await api.until(look)


async def test_there_is_no_fetching_while_there_is_a_webhook(web: httpx.AsyncClient, bot_api: BotApi) -> None:
    await call(web, bot_api, "setWebhook", url="http://127.0.0.1:1/hook")
    status, description = await call(web, bot_api, "getUpdates")
    assert (status, "while webhook is active" in description) == (409, True)
    await call(web, bot_api, "deleteWebhook")
    assert await numbers(web, bot_api) == []


@pytest.mark.parametrize(
    ("fields", "description"),
    [
        ({"url": "http://learn.example.lt/hook"}, "HTTPS URL"),
        ({"url": "http://127.0.0.1:1/hook", "secret_token": "ą"}, "unallowed characters"),
    ],
)
async def test_a_wrong_webhook_is_refused(
    web: httpx.AsyncClient, bot_api: BotApi, fields: dict[str, Any], description: str
) -> None:
    status, said = await call(web, bot_api, "setWebhook", **fields)
    assert (status, description in said) == (400, True), said


async def test_updates_live_as_long_as_telegram_keeps_them(
    web: httpx.AsyncClient, bot_api: BotApi, anna: Person
) -> None:
    message = await anna.says("labas")
    await anna.forges(message, "k:1")
    assert len(await numbers(web, bot_api)) == 3
    await bot_api.advance(151)
    assert len(await numbers(web, bot_api)) == 2
    await bot_api.advance(86_400)
    assert await numbers(web, bot_api) == []
    assert await bot_api.ledger("confirmed") == []


async def test_only_updates_that_were_asked_for_are_kept(web: httpx.AsyncClient, bot_api: BotApi) -> None:
    await numbers(web, bot_api, allowed_updates=["callback_query"])
    person = await bot_api.person()
    message = await person.says("/start")
    await person.forges(message, "k:1")
    _, updates = await call(web, bot_api, "getUpdates")
    assert [sorted(update) for update in updates] == [["callback_query", "update_id"]]


async def test_a_press_is_answered_within_150_seconds(
    web: httpx.AsyncClient, bot_api: BotApi, anna: Person
) -> None:
    await anna.forges(await anna.says("labas"), "k:1")
    _, updates = await call(web, bot_api, "getUpdates")
    press = updates[-1]["callback_query"]["id"]
    assert (await call(web, bot_api, "answerCallbackQuery", callback_query_id=press))[0] == 200
    await bot_api.advance(151)
    for known in (press, "123"):
        status, said = await call(web, bot_api, "answerCallbackQuery", callback_query_id=known)
        assert (status, "query is too old" in said) == (400, True)
