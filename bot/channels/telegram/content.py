"""Contents as Telegram's methods."""

from typing import Any, Final

from aiogram.methods import (
    EditMessageCaption,
    EditMessageText,
    SendDocument,
    SendMessage,
    SendPhoto,
    SendPoll,
)
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputPollOption,
    LinkPreviewOptions,
    MessageEntity,
)

from domain.message import Button, Content, Quiz
from domain.text import Entity, EntityKind, Text, units

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
_PATTERN: Final = SendMessage(chat_id=0, text="").model_copy(
    update={"link_preview_options": {"is_disabled": True}}
)
Json = dict[str, Any]


def text_message(address: str, content: Content) -> SendMessage:
    """A content without a picture as one request.

    It is what is sent most: aiogram's types are checked once, in the pattern, and not for each of its buttons (25 µs).
    """
    return _PATTERN.model_copy(
        update={
            "chat_id": address,
            "text": _plain(content.text),
            "entities": [_entity(each) for each in content.text.entities] or None,
            "reply_markup": {"inline_keyboard": _rows(content.buttons)} if content.buttons else None,
            "disable_notification": content.silent or None,
        }
    )


def quiz_message(address: str, content: Content, quiz: Quiz) -> SendPoll:
    """A quiz as one request; nobody is told who answered what."""
    return SendPoll(
        chat_id=address,
        question=_plain(Text(quiz.prompt)),
        options=[InputPollOption(text=_plain(Text(each))) for each in quiz.options],
        type="quiz",
        is_anonymous=True,
        correct_option_ids=[quiz.right],
        explanation=_plain(Text(quiz.why)) or None,
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


def document_message(address: str, content: Content, file: InputFile | str) -> SendDocument:
    """A content with a file as one request; `file` is the file or Telegram's own id of it."""
    return SendDocument(
        chat_id=address,
        document=file,
        caption=_plain(content.text) or None,
        caption_entities=_entities(content.text),
        reply_markup=_keyboard(content.buttons),
        disable_notification=content.silent or None,
    )


def edited_message(address: str, message: int, content: Content) -> EditMessageText | EditMessageCaption:
    """The change of a message that was sent; a picture or a file stays, its caption changes."""
    keyboard, entities = _keyboard(content.buttons), _entities(content.text)
    if content.picture or content.paper:
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


def _entity(each: Entity) -> Json:
    entity: Json = {"type": _KINDS[each.kind], "offset": each.offset, "length": each.length}
    return entity | {"url": each.url} if each.url else entity


def _entities(text: Text) -> list[MessageEntity] | None:
    return [MessageEntity(**_entity(each)) for each in text.entities] or None


def _rows(buttons: tuple[Button, ...]) -> list[list[Json]]:
    """Buttons in one column, or in two where all labels are short."""
    columns = 2 if all(units(button.label) <= SHORT_LABEL for button in buttons) else 1
    keys = [_key(button) for button in buttons]
    return [keys[at : at + columns] for at in range(0, len(keys), columns)]


def _key(button: Button) -> Json:
    if button.url:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.data}


def _keyboard(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    rows = [[InlineKeyboardButton(**key) for key in row] for row in _rows(buttons)]
    return InlineKeyboardMarkup(inline_keyboard=rows)
