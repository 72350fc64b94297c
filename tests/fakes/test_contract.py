"""One script through two independent libraries: both see the same, so the fake server speaks the Bot API."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.fakes.clients import Aiogram, Client, Ptb, Saw
from tests.fakes.owner import BotApi

TEXT = "Ačiū 👩‍🏫🎓"
WEBHOOK = "http://127.0.0.1:1/telegram/webhook"


def picture() -> bytes:
    data = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(data, "PNG")
    return data.getvalue()


async def script(api: BotApi, client: Client) -> list[Any]:
    """What the library saw, step by step. Nothing in it depends on the account or the moment."""
    anna = await api.person()
    await api.numbers_from(1000)
    saw: list[Any] = [await client.me(), await client.set_commands("lt", [("menu", "Meniu – čia")])]
    await anna.says("/start KODAS")
    saw.append(await client.updates(None))
    saw.append(await client.text(anna.id, TEXT, [("bold", 0, 4), ("spoiler", 10, 2)], [[("A", "k:1")]]))
    pressed = await anna.presses("A")
    presses = await client.updates(1001)
    saw += [without_account(presses[0]), await client.answer(presses[0]["press"])]
    saw.append(await client.change_text(anna.id, pressed.id, "Jau", [[("B", "k:2"), ("C", "k:3")]]))
    saw.append(await client.change_keyboard(anna.id, pressed.id, [[("D", "k:4")]]))
    uploaded = await client.photo(anna.id, picture(), TEXT, [("italic", 5, 5)])
    again = await client.photo(anna.id, uploaded["file"], "", [])
    assert again["file"] == uploaded["file"]
    saw += [without_account(uploaded), without_account(again)]
    saw.append(await client.change_caption(anna.id, again["message"], "Stalas"))
    await anna.blocks()
    saw += [await client.updates(1002), await client.updates(1003)]
    saw += [await client.refusal(anna.id), await client.refusal(7), await client.webhook(WEBHOOK)]
    saw.append([strip(entry) for entry in await api.ledger()])
    await client.close()
    return saw


def without_account(saw: Saw) -> Saw:
    return {name: value for name, value in saw.items() if name not in ("press", "file")}


def strip(entry: Saw) -> Saw:
    """A line of the ledger without its number, time, and the ids that have the account in them."""
    kept = {name: value for name, value in entry.items() if name not in ("n", "at", "press")}
    if "photo" in kept.get("content", {}):
        kept["content"] = kept["content"] | {"photo": "photo"}
    return kept


@pytest.fixture
async def other_api(bot_api_url: str) -> Any:
    async with httpx.AsyncClient(timeout=70, trust_env=False) as client:
        made = (await client.post(f"{bot_api_url}/control/bots")).json()
        yield BotApi(bot_api_url, made["id"], made["token"], client)


async def test_two_libraries_see_the_same(bot_api: BotApi, other_api: BotApi) -> None:
    one = await script(bot_api, Aiogram(bot_api.url, bot_api.token))
    two = await script(other_api, Ptb(other_api.url, other_api.token))
    assert len(one) == len(two)
    for here, there in zip(one, two, strict=True):
        assert here == there


@pytest.mark.parametrize("make", [Aiogram, Ptb])
async def test_the_script_goes_as_it_should(bot_api: BotApi, make: Callable[[str, str], Client]) -> None:
    saw = await script(bot_api, make(bot_api.url, bot_api.token))
    assert saw[1] == [("menu", "Meniu – čia")]
    assert (saw[2][0]["number"], saw[2][0]["said"]["text"]) == (1000, "/start KODAS")
    assert saw[2][0]["said"]["entities"] == [("bot_command", 0, 6, None)]
    assert (saw[3]["text"], saw[3]["entities"]) == (TEXT, [("bold", 0, 4, None), ("spoiler", 10, 2, None)])
    assert (saw[4]["pressed"], saw[4]["on"]["text"], saw[5]) == ("k:1", TEXT, True)
    assert (saw[6]["text"], saw[7]["rows"]) == ("Jau", [[("D", "k:4")]])
    assert [size[:2] for size in saw[8]["sizes"]] == [(90, 90), (64, 48)]
    assert (saw[8]["caption"], saw[9]["caption"], saw[10]["caption"]) == (TEXT, "", "Stalas")
    assert (saw[11], saw[12]) == ([{"number": 1002, "was": "member", "is": "kicked"}], [])
    assert saw[13] == ("Forbidden", "forbidden: bot was blocked by the user")
    assert saw[14] == ("BadRequest", "chat not found")
    assert saw[15] == {"url": WEBHOOK, "pending": 0, "allowed": ["message"]}
    counted = [entry["what"] for entry in saw[-1]]
    assert {what: counted.count(what) for what in counted} == {
        "confirmed": 3,
        "sent": 3,
        "answered": 1,
        "edited": 3,
    }
