"""Contents as Telegram's methods."""

from typing import Final

from aiogram.methods import EditMessageCaption, EditMessageText, SendMessage, SendPhoto
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    MessageEntity,
)

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


def text_message(address: str, content: Content) -> SendMessage:
    """A content without a picture as one request."""
    return SendMessage(
        chat_id=address,
        text=_plain(content.text),
        entities=_entities(content.text),
        link_preview_options=_NO_PREVIEW,
        reply_markup=_keyboard(content.buttons),
        disable_notification=content.silent or None,
    )


def photo_message(address: str, content: Content, photo: InputFile | str) -> SendPhoto:
    """A content with a picture as one request; `photo` is the picture or Telegram's own id of it."""
    return SendPhoto(
        chat_id=address,
        photo=photo,
        caption=_plain(content.text) or None,
        caption_entities=_entities(content.text),
        reply_markup=_keyboard(content.buttons),
        disable_notification=content.silent or None,
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
