"""People in Telegram who can be written to, and what they got."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import httpx

from tests.fakes.owner import BotApi

AT_ONCE: Final = 1000


async def started(bot_api: BotApi, number: int) -> list[int]:
    """So many new people who have started the bot; what they wrote to start it is forgotten."""
    chats: list[int] = (await bot_api.burst(people=number, text="/start"))["people"]
    async with httpx.AsyncClient(trust_env=False, timeout=30) as web:
        at = f"{bot_api.url}/bot{bot_api.token}/getUpdates"
        (last,) = (await web.post(at, json={"offset": -1})).json()["result"]
        await web.post(at, json={"offset": last["update_id"] + 1})
    return chats


async def texts_sent(bot_api: BotApi) -> list[tuple[int, str]]:
    """Chat and text of each message that was sent, in order."""
    return [(int(entry["chat"]), _text(entry)) for entry in await bot_api.ledger("sent")]


async def copies(bot_api: BotApi, text: str) -> Counter[int]:
    """How often each chat got a message with this text in it."""
    return Counter(chat for chat, each in await texts_sent(bot_api) if text in each)


async def until_sent(bot_api: BotApi, text: str, chats: Sequence[int], within: float) -> None:
    """Return when each of these chats has got a message with this text in it."""

    async def look() -> bool | None:
        return set(chats) <= set(await copies(bot_api, text)) or None

    missing = len(chats) - len(await copies(bot_api, text))
    assert await bot_api.until(look, patience=within), f"{missing} have not got {text!r} within {within} s"


def _text(entry: dict[str, Any]) -> str:
    content = entry["content"]
    return str(content.get("text", content.get("caption", "")))
