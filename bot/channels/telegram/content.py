"""Contents as Telegram's methods, and Telegram's updates as what a person did."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from aiogram.enums import ContentType
from aiogram.methods import EditMessageCaption, EditMessageText, SendMessage, SendPhoto
from aiogram.types import (
    CallbackQuery,
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    User,
)
from aiogram.types import Update as TelegramUpdate

from bot.channel import Update
from domain.event import Event, Incoming, Pressed, Said
from domain.message import Button, Content
from domain.text import EntityKind, Text, units

SHORT_LABEL: Final = 12  # UTF-16 units; two such buttons are read well side by side on a phone

_KINDS: Final[dict[EntityKind, str]] = {
    "bold": "bold",
    "italic": "italic",
    "strike": "strikethrough",
    "code": "code",
    "quote": "blockquote",
    "link": "text_link",
    "hidden": "spoiler",
}
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
# What a person can send that is no text; service messages ("pinned a message") are not in it.
_MEDIA: Final = frozenset(
    {
        ContentType.ANIMATION,
        ContentType.AUDIO,
        ContentType.CHECKLIST,
        ContentType.CONTACT,
        ContentType.DICE,
        ContentType.DOCUMENT,
        ContentType.GAME,
        ContentType.LOCATION,
        ContentType.PAID_MEDIA,
        ContentType.PHOTO,
        ContentType.POLL,
        ContentType.STICKER,
        ContentType.STORY,
        ContentType.VENUE,
        ContentType.VIDEO,
        ContentType.VIDEO_NOTE,
        ContentType.VOICE,
    }
)


def text_message(address: str, content: Content) -> SendMessage:
    """A content without a picture as one request."""
    return SendMessage(
        chat_id=address,
        text=_plain(content.text),
        entities=_entities(content.text),
        link_preview_options=_NO_PREVIEW,
        reply_markup=_keyboard(content.buttons),
    )


def photo_message(address: str, content: Content, photo: InputFile | str) -> SendPhoto:
    """A content with a picture as one request; `photo` is the picture or Telegram's own id of it."""
    return SendPhoto(
        chat_id=address,
        photo=photo,
        caption=_plain(content.text) or None,
        caption_entities=_entities(content.text),
        reply_markup=_keyboard(content.buttons),
    )


def edited_message(address: str, message: int, content: Content) -> EditMessageText | EditMessageCaption:
    """The change of a message that was sent; a picture stays, its caption changes."""
    keyboard, entities = _keyboard(content.buttons), _entities(content.text)
    if content.picture:
        return EditMessageCaption(
            chat_id=address,
            message_id=message,
            caption=_plain(content.text),
            caption_entities=entities,
            reply_markup=keyboard,
        )
    return EditMessageText(
        chat_id=address,
        message_id=message,
        text=_plain(content.text),
        entities=entities,
        link_preview_options=_NO_PREVIEW,
        reply_markup=keyboard,
    )


def _plain(text: Text) -> str:
    """The characters; UnicodeEncodeError when there is half a surrogate pair among them."""
    text.plain.encode()
    return text.plain


def _entities(text: Text) -> list[MessageEntity] | None:
    return [
        MessageEntity(type=_KINDS[each.kind], offset=each.offset, length=each.length, url=each.url or None)
        for each in text.entities
    ] or None


def _keyboard(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    columns = 2 if all(units(button.label) <= SHORT_LABEL for button in buttons) else 1
    keys = [InlineKeyboardButton(text=button.label, callback_data=button.data) for button in buttons]
    rows = [keys[at : at + columns] for at in range(0, len(keys), columns)]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def envelope(update: object) -> Update:
    """An update of any shape, ready to be stored; one without a sender belongs to the address "".

    `raw` is ASCII only, so that no store chokes on half a surrogate pair.
    """
    raw = json.dumps(update)
    fields: Mapping[str, Any] = update if isinstance(update, dict) else {}
    number = number_of(update)
    key = str(number) if number is not None else f"odd-{hashlib.sha256(raw.encode()).hexdigest()}"
    return Update(key, next((sender for part in fields.values() if (sender := _sender(part))), ""), raw)


def number_of(update: object) -> int | None:
    """Telegram's number of an update; None when there is none."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if type(number) is int else None


def press_of(update: object) -> str | None:
    """The id of the button press in an update, by which it is answered; None when it is no press."""
    query = update.get("callback_query") if isinstance(update, dict) else None
    identity = query.get("id") if isinstance(query, dict) else None
    return identity if isinstance(identity, str) else None


def _sender(part: object) -> str:
    sender = part.get("from") if isinstance(part, dict) else None
    identity = sender.get("id") if isinstance(sender, dict) else None
    return str(identity) if type(identity) is int else ""


def incoming(raw: str) -> Incoming | None:
    """What a person did in a private chat; None for anything else. Raises when it is no update."""
    update = TelegramUpdate.model_validate_json(raw)
    if update.message:
        return _done(update.message.from_user, update.message.chat, _said(update.message))
    query = update.callback_query
    if query and query.message:
        return _done(query.from_user, query.message.chat, _pressed(query))
    return None


def _done(person: User | None, chat: Chat, event: Event | None) -> Incoming | None:
    if person is None or person.is_bot or person.id != chat.id or event is None:
        return None
    return Incoming(str(person.id), event, person.language_code or "")


def _said(message: Message) -> Said | None:
    if message.text is not None:
        return Said(message.text)
    return Said("") if message.content_type in _MEDIA else None


def _pressed(query: CallbackQuery) -> Pressed | None:
    return None if query.data is None else Pressed(query.data)
