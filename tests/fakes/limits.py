"""Telegram's limits (Bot API, methods and types), stricter than Telegram where it mends silently."""

import re
from collections.abc import Iterable
from io import BytesIO
from typing import Final

from aiogram.methods import SendPoll
from aiogram.types import BotCommand, InlineKeyboardMarkup, MessageEntity
from PIL import Image, UnidentifiedImageError

TEXT: Final = 4096  # UTF-16 units
CAPTION: Final = 1024
ENTITIES: Final = 100
DATA: Final = 64  # bytes
PHOTO: Final = 10_000_000  # bytes
DOCUMENT: Final = 50_000_000  # bytes
DOWNLOAD: Final = 20_000_000  # bytes
COMMANDS: Final = 100

SENDABLE: Final = frozenset(
    {
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
    }
)


class Refusal(Exception):
    """What Telegram answers instead of a result."""

    def __init__(
        self,
        code: int,
        description: str,
        retry_after: int | None = None,
        migrate_to: int | None = None,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to = migrate_to


def bad(description: str) -> Refusal:
    """A 400."""
    return Refusal(400, f"Bad Request: {description}")


def check_text(text: str, entities: Iterable[MessageEntity] | None) -> None:
    """A message's text: 1 to 4096 UTF-16 units, and its entities."""
    _check_unicode(text)
    if not text.strip():
        raise bad("message text is empty")
    if _units(text) > TEXT:
        raise bad("message is too long")
    check_entities(text, list(entities or ()))


def check_caption(caption: str, entities: Iterable[MessageEntity] | None) -> None:
    """A picture's caption: at most 1024 UTF-16 units, and its entities."""
    _check_unicode(caption)
    if _units(caption) > CAPTION:
        raise bad("message caption is too long")
    check_entities(caption, list(entities or ()))


def check_poll(method: SendPoll, options: list[str]) -> None:
    """A quiz: its question, its options, one of them right, and why."""
    for text in (method.question, method.explanation or "", *options):
        _check_unicode(text)
    if method.type != "quiz" or len(method.correct_option_ids or ()) != 1:
        raise bad("a quiz has one right option here")
    if not 1 <= len(method.question.strip()) <= 300:
        raise bad("poll question must be non-empty and of at most 300 characters")
    if not 2 <= len(options) <= 12 or any(not 1 <= len(each.strip()) <= 100 for each in options):
        raise bad("poll must have 2 to 12 options of 1 to 100 characters")
    if len({each.strip() for each in options}) < len(options):
        raise bad("POLL_OPTION_DUPLICATE")
    if (method.correct_option_ids or [0])[0] >= len(options):
        raise bad("wrong correct option ID specified")
    why = method.explanation or ""
    if len(why) > 200 or why.count("\n") > 2:
        raise bad("poll explanation is too long")


def check_entities(text: str, entities: list[MessageEntity]) -> None:
    """Entities are of a known kind, lie inside the text on whole characters, and nest or lie apart."""
    if len(entities) > ENTITIES:
        raise bad("too many entities")
    encoded = text.encode("utf-16-le")
    for entity in entities:
        _check_entity(encoded, entity)
    for one in entities:
        for other in entities:
            if one.offset < other.offset < one.offset + one.length < other.offset + other.length:
                raise bad("entities overlap")


def _check_entity(encoded: bytes, entity: MessageEntity) -> None:
    end = entity.offset + entity.length
    if entity.type not in SENDABLE:
        raise bad(f"entity of type {entity.type} cannot be sent")
    if entity.offset < 0 or entity.length < 1 or end * 2 > len(encoded):
        raise bad(f"entity beginning at UTF-16 offset {entity.offset} ends after the end of the text")
    for edge in (entity.offset, end):
        if _is_low_surrogate(encoded[edge * 2 : edge * 2 + 2]):
            raise bad(f"entity at UTF-16 offset {entity.offset} begins or ends in the middle of a symbol")
    if (entity.type == "text_link") != bool(entity.url):
        raise bad("a text_link, and nothing else, has a URL")
    if entity.url and not re.match(r"(https?://|tg://|mailto:)\S+$", entity.url):
        raise bad(f"wrong URL in a text_link: {entity.url}")


def check_keyboard(markup: InlineKeyboardMarkup | None) -> None:
    """Buttons have a label, and 1 to 64 bytes of data or an address; at most 8 in a row and 100 in all."""
    rows = markup.inline_keyboard if markup else []
    if sum(map(len, rows)) > 100 or any(not 1 <= len(row) <= 8 for row in rows):
        raise bad("reply markup is too long")
    for button in (button for row in rows for button in row):
        if not button.text.strip():
            raise bad("text of an inline keyboard button must be non-empty")
        if button.url is not None:
            if button.callback_data is not None or not re.match(
                r"(https?://[^/\s]+\.[^/\s]+|tg://)\S*$", button.url
            ):
                raise bad(f"inline keyboard button URL '{button.url}' is invalid: wrong HTTP URL")
        elif button.callback_data is None or not 1 <= len(button.callback_data.encode()) <= DATA:
            raise bad("BUTTON_DATA_INVALID")


def check_document(data: bytes) -> None:
    """An uploaded file: at most 50 MB, and not empty."""
    if len(data) > DOCUMENT:
        raise Refusal(413, "Request Entity Too Large")
    if not data:
        raise bad("file must be non-empty")


def check_photo(data: bytes) -> tuple[int, int]:
    """Width and height of an uploaded picture: at most 10 MB, 10,000 pixels of both together, 20 to 1."""
    if len(data) > PHOTO:
        raise Refusal(413, "Request Entity Too Large")
    try:
        with Image.open(BytesIO(data)) as image:
            image.load()
            width, height = image.size
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise bad("IMAGE_PROCESS_FAILED") from error
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return width, height


def check_commands(commands: list[BotCommand]) -> None:
    """At most 100; a name is 1 to 32 of a-z, 0-9 and _, a description 1 to 256 characters."""
    if len(commands) > COMMANDS:
        raise bad("too many commands")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command.command):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command.description.strip()) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


def check_language(tag: str | None) -> str:
    """A two-letter language code, or none."""
    if tag and not re.fullmatch(r"[a-z]{2}", tag):
        raise bad("invalid language code specified")
    return tag or ""


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _check_unicode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise bad("strings must be encoded in UTF-8") from error


def _is_low_surrogate(pair: bytes) -> bool:
    return len(pair) == 2 and 0xDC <= pair[1] <= 0xDF
