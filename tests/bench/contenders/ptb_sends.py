"""python-telegram-bot's Bot in a loop, as its users write it: the other library's way to send."""

import asyncio
import json
import sys
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity
from telegram.request import HTTPXRequest

from tests.bench.child import IN_FLIGHT, Stopwatch, obey, side_by_side


async def main(url: str, body: str) -> None:
    """Send to the Bot API at `url`; `body` is the model of a message, of which the chat differs."""
    message = json.loads(body)
    request = HTTPXRequest(connection_pool_size=IN_FLIGHT, pool_timeout=60, read_timeout=60)
    async with Bot("1:token", base_url=f"{url}/bot", request=request) as bot:

        async def send_one(chat: int) -> None:
            entities = [MessageEntity(**each) for each in message.get("entities", ())]
            keyboard = [
                [InlineKeyboardButton(key["text"], callback_data=key["callback_data"]) for key in row]
                for row in message["reply_markup"]["inline_keyboard"]
            ]
            sent = await bot.send_message(
                chat,
                message["text"],
                entities=entities,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=InlineKeyboardMarkup(keyboard),
            )
            assert sent.message_id

        async def send(count: int) -> Any:
            watch = Stopwatch()
            await side_by_side(range(10**9, 10**9 + count), send_one)
            return watch.lap(count)

        await obey({"send": send})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
