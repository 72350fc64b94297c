"""aiogram and python-telegram-bot, as they come, behind one set of verbs; each verb says what the library saw."""

from typing import Any, Protocol

import aiogram
import telegram
from aiogram import types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.request import HTTPXRequest

Saw = dict[str, Any]
Entity = tuple[str, int, int]
Rows = list[list[tuple[str, str]]]


class Client(Protocol):
    """What both libraries are asked to do."""

    async def me(self) -> Saw: ...
    async def set_commands(self, language: str, commands: list[tuple[str, str]]) -> list[tuple[str, str]]: ...
    async def updates(self, offset: int | None) -> list[Saw]: ...
    async def text(self, chat: int, text: str, entities: list[Entity], rows: Rows) -> Saw: ...
    async def photo(self, chat: int, photo: bytes | str, caption: str, entities: list[Entity]) -> Saw: ...
    async def change_text(self, chat: int, message: int, text: str, rows: Rows) -> Saw: ...
    async def change_caption(self, chat: int, message: int, caption: str) -> Saw: ...
    async def change_keyboard(self, chat: int, message: int, rows: Rows) -> Saw: ...
    async def answer(self, press: str) -> bool: ...
    async def webhook(self, url: str) -> Saw: ...
    async def refusal(self, chat: int) -> tuple[str, str]: ...
    async def close(self) -> None: ...


def seen(message: Any) -> Saw:
    """A message as the library decoded it; both name the fields alike."""
    keyboard = message.reply_markup.inline_keyboard if message.reply_markup else []
    entities = message.entities or message.caption_entities or ()
    return {
        "message": message.message_id,
        "chat": (message.chat.id, str(message.chat.type)),
        "from": (message.from_user.first_name, message.from_user.is_bot, message.from_user.language_code),
        "text": message.text or "",
        "caption": message.caption or "",
        "entities": [(str(each.type), each.offset, each.length, each.url) for each in entities],
        "rows": [[(button.text, button.callback_data) for button in row] for row in keyboard],
        "sizes": [(size.width, size.height, size.file_unique_id) for size in message.photo or ()],
    }


def event(update: Any) -> Saw:
    """An update as the library decoded it."""
    query, change = update.callback_query, update.my_chat_member
    if query:
        return {"pressed": query.data, "on": seen(query.message), "press": query.id, "by": query.from_user.id}
    if change:
        return {"was": str(change.old_chat_member.status), "is": str(change.new_chat_member.status)}
    return {"said": seen(update.message)}


def _words(message: str) -> str:
    """A refusal in words; python-telegram-bot takes "Bad Request: " off and writes the rest with a capital."""
    return message.lower().removeprefix("bad request: ")


class Aiogram:
    """aiogram's Bot over its own session."""

    def __init__(self, url: str, token: str) -> None:
        self._bot = aiogram.Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))

    async def me(self) -> Saw:
        me = await self._bot.get_me()
        return {"is_bot": me.is_bot, "name": me.first_name, "inline": me.supports_inline_queries}

    async def set_commands(self, language: str, commands: list[tuple[str, str]]) -> list[tuple[str, str]]:
        made = [types.BotCommand(command=name, description=words) for name, words in commands]
        await self._bot.set_my_commands(made, language_code=language)
        kept = await self._bot.get_my_commands(language_code=language)
        return [(each.command, each.description) for each in kept]

    async def updates(self, offset: int | None) -> list[Saw]:
        found = await self._bot.get_updates(offset=offset, timeout=0)
        return [{"number": update.update_id} | event(update) for update in found]

    async def text(self, chat: int, text: str, entities: list[Entity], rows: Rows) -> Saw:
        marks = self._entities(entities)
        return seen(await self._bot.send_message(chat, text, entities=marks, reply_markup=self._keys(rows)))

    async def photo(self, chat: int, photo: bytes | str, caption: str, entities: list[Entity]) -> Saw:
        file = photo if isinstance(photo, str) else types.BufferedInputFile(photo, "p.png")
        marks = self._entities(entities)
        sent = await self._bot.send_photo(chat, file, caption=caption, caption_entities=marks)
        return seen(sent) | {"file": sent.photo[-1].file_id if sent.photo else ""}

    async def change_text(self, chat: int, message: int, text: str, rows: Rows) -> Saw:
        keys = self._keys(rows)
        return seen(
            await self._bot.edit_message_text(text, chat_id=chat, message_id=message, reply_markup=keys)
        )

    async def change_caption(self, chat: int, message: int, caption: str) -> Saw:
        return seen(await self._bot.edit_message_caption(chat_id=chat, message_id=message, caption=caption))

    async def change_keyboard(self, chat: int, message: int, rows: Rows) -> Saw:
        keys = self._keys(rows)
        return seen(
            await self._bot.edit_message_reply_markup(chat_id=chat, message_id=message, reply_markup=keys)
        )

    async def answer(self, press: str) -> bool:
        return await self._bot.answer_callback_query(press)

    async def webhook(self, url: str) -> Saw:
        await self._bot.set_webhook(url, secret_token="s", allowed_updates=["message"])
        info = await self._bot.get_webhook_info()
        await self._bot.delete_webhook()
        return {"url": info.url, "pending": info.pending_update_count, "allowed": info.allowed_updates}

    async def refusal(self, chat: int) -> tuple[str, str]:
        try:
            await self._bot.send_message(chat, "?")
        except aiogram.exceptions.TelegramAPIError as error:
            return type(error).__name__.removeprefix("Telegram").removesuffix("Error"), _words(error.message)
        return "", ""

    async def close(self) -> None:
        await self._bot.session.close()

    def _entities(self, entities: list[Entity]) -> list[types.MessageEntity]:
        return [types.MessageEntity(type=kind, offset=at, length=length) for kind, at, length in entities]

    def _keys(self, rows: Rows) -> types.InlineKeyboardMarkup | None:
        keys = [[types.InlineKeyboardButton(text=a, callback_data=b) for a, b in row] for row in rows]
        return types.InlineKeyboardMarkup(inline_keyboard=keys) if rows else None


class Ptb:
    """python-telegram-bot's Bot over its own request class."""

    def __init__(self, url: str, token: str) -> None:
        direct = {"trust_env": False}
        requests = [HTTPXRequest(httpx_kwargs=dict(direct)) for _ in range(2)]
        self._bot = telegram.Bot(
            token, base_url=f"{url}/bot", request=requests[0], get_updates_request=requests[1]
        )

    async def me(self) -> Saw:
        await self._bot.initialize()
        me = await self._bot.get_me()
        return {"is_bot": me.is_bot, "name": me.first_name, "inline": me.supports_inline_queries}

    async def set_commands(self, language: str, commands: list[tuple[str, str]]) -> list[tuple[str, str]]:
        await self._bot.set_my_commands(commands, language_code=language)
        return [(each.command, each.description) for each in await self._bot.get_my_commands(None, language)]

    async def updates(self, offset: int | None) -> list[Saw]:
        found = await self._bot.get_updates(offset=offset, timeout=0)
        return [{"number": update.update_id} | event(update) for update in found]

    async def text(self, chat: int, text: str, entities: list[Entity], rows: Rows) -> Saw:
        marks = self._entities(entities)
        return seen(await self._bot.send_message(chat, text, entities=marks, reply_markup=self._keys(rows)))

    async def photo(self, chat: int, photo: bytes | str, caption: str, entities: list[Entity]) -> Saw:
        marks = self._entities(entities)
        sent = await self._bot.send_photo(
            chat, photo, caption=caption, caption_entities=marks, filename="p.png"
        )
        return seen(sent) | {"file": sent.photo[-1].file_id}

    async def change_text(self, chat: int, message: int, text: str, rows: Rows) -> Saw:
        return seen(await self._bot.edit_message_text(text, chat, message, reply_markup=self._keys(rows)))

    async def change_caption(self, chat: int, message: int, caption: str) -> Saw:
        return seen(await self._bot.edit_message_caption(chat, message, caption=caption))

    async def change_keyboard(self, chat: int, message: int, rows: Rows) -> Saw:
        return seen(await self._bot.edit_message_reply_markup(chat, message, reply_markup=self._keys(rows)))

    async def answer(self, press: str) -> bool:
        return await self._bot.answer_callback_query(press)

    async def webhook(self, url: str) -> Saw:
        await self._bot.set_webhook(url, secret_token="s", allowed_updates=["message"])
        info = await self._bot.get_webhook_info()
        await self._bot.delete_webhook()
        return {"url": info.url, "pending": info.pending_update_count, "allowed": list(info.allowed_updates)}

    async def refusal(self, chat: int) -> tuple[str, str]:
        try:
            await self._bot.send_message(chat, "?")
        except telegram.error.TelegramError as error:
            return type(error).__name__, _words(error.message)
        return "", ""

    async def close(self) -> None:
        await self._bot.shutdown()

    def _entities(self, entities: list[Entity]) -> list[telegram.MessageEntity]:
        return [telegram.MessageEntity(kind, at, length) for kind, at, length in entities]

    def _keys(self, rows: Rows) -> telegram.InlineKeyboardMarkup | None:
        keys = [[telegram.InlineKeyboardButton(a, callback_data=b) for a, b in row] for row in rows]
        return telegram.InlineKeyboardMarkup(keys) if rows else None
