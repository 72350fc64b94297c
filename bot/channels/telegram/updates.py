"""Telegram's updates: what is read of one at the door, and what a person did in one that was stored."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from bot.channel import Update
from domain import group
from domain.event import Event, Incoming, Left, Presence, Pressed, Returned, Said
from domain.group import Back, Gone, Moved, OfGroup

# What a person can send that is no text (Bot API, Message); service messages ("pinned a message") are not in it.
MEDIA: Final = frozenset(
    {
        "animation",
        "audio",
        "checklist",
        "contact",
        "dice",
        "document",
        "game",
        "location",
        "paid_media",
        "photo",
        "poll",
        "sticker",
        "story",
        "venue",
        "video",
        "video_note",
        "voice",
    }
)
_PRESENCE: Final[dict[str, Presence]] = {"kicked": Left(), "left": Left(), "member": Returned()}
_THERE: Final[dict[str, OfGroup]] = {
    "kicked": Gone(),
    "left": Gone(),
    "restricted": Gone(),
    "member": Back(),
    "administrator": Back(),
}
KINDS: Final[dict[str, group.Kind]] = {"group": "group", "supergroup": "group", "channel": "channel"}
_NUMBER: Final = re.compile(rb'\{\s*"update_id"\s*:\s*(\d{1,19})\s*[,}]')
_MOST: Final = 2**63


@dataclass(frozen=True, slots=True)
class Arrived:
    """An update at the door. `number` is Telegram's (None for none), `press` the id by which a press is answered.

    What people say to each other in a group does not concern us: it is not even stored.
    """

    update: Update
    number: int | None
    press: str | None
    concerns: bool = True


class _Sender(msgspec.Struct):
    id: int


class _Where(msgspec.Struct):
    type: str


class _Part(msgspec.Struct):
    sender: _Sender = msgspec.field(name="from")
    id: str | None = None
    chat: _Where | None = None


class _Envelope(msgspec.Struct):
    """What nearly every update is; any other takes the slow way."""

    update_id: int
    message: _Part | None = None
    callback_query: _Part | None = None
    my_chat_member: _Part | None = None


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)


def arrived(body: bytes) -> Arrived:
    """An update of any shape, ready to be stored; one without a sender belongs to the address "".

    ValueError when it is no JSON that can be read.
    """
    try:
        envelope = _ENVELOPE.decode(body)
        part = envelope.message or envelope.callback_query or envelope.my_chat_member
        alone = part is not None and (part.chat is None or part.chat.type == "private")
        if part is not None and alone and 0 <= envelope.update_id < _MOST:
            press = envelope.callback_query.id if envelope.callback_query else None
            number = envelope.update_id
            return Arrived(Update(str(number), str(part.sender.id), body.decode()), number, press)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        pass
    return _oddly_arrived(body)


def _oddly_arrived(body: bytes) -> Arrived:
    """`raw` becomes ASCII, so that no store chokes on half a surrogate pair or on bytes that are no text."""
    try:
        update = json.loads(body)
    except RecursionError as error:
        raise ValueError("too deep") from error
    fields: dict[str, Any] = update if isinstance(update, dict) else {}
    number, raw = _number(fields.get("update_id")), json.dumps(update)
    said = fields.get("message") or fields.get("channel_post")
    grouped = _in_group(said) or _in_group(fields.get("my_chat_member"))
    address = "" if grouped else next((sender for part in fields.values() if (sender := _sender(part))), "")
    press, concerns = _press(fields.get("callback_query")), not _in_group(said) or _concerns(said)
    return Arrived(Update(_key(number, raw), address, raw), number, press, concerns)


def _in_group(part: object) -> bool:
    """Whether it is about a chat of several. Nobody there is a sender of ours: nobody is told to slow down."""
    chat = part.get("chat") if isinstance(part, dict) else None
    kind = chat.get("type") if isinstance(chat, dict) else None
    return isinstance(kind, str) and kind in KINDS


def _concerns(said: Any) -> bool:
    """Whether a message in a group is something for us."""
    text = said.get("text")
    return "migrate_to_chat_id" in said or (
        isinstance(text, str) and group.bound(text, "", "group") is not None
    )


def fetched(body: bytes) -> Arrived:
    """An update of a list that Telegram gave; what is no JSON is kept too, so that it does not come for ever."""
    try:
        return arrived(body)
    except ValueError:
        return _unreadable(body)


def _unreadable(body: bytes) -> Arrived:
    found = _NUMBER.match(body)
    number = _number(int(found[1])) if found else None
    raw = body.decode("ascii", "backslashreplace").replace("\0", "\\x00")
    return Arrived(Update(_key(number, raw), "", raw), number, None)


def _key(number: int | None, raw: str) -> str:
    return str(number) if number is not None else f"odd-{hashlib.sha256(raw.encode()).hexdigest()}"


def _number(given: object) -> int | None:
    return given if type(given) is int and 0 <= given < _MOST else None


def _sender(part: object) -> str:
    sender = part.get("from") if isinstance(part, dict) else None
    identity = sender.get("id") if isinstance(sender, dict) else None
    return str(identity) if type(identity) is int else ""


def _press(query: object) -> str | None:
    identity = query.get("id") if isinstance(query, dict) else None
    return identity if isinstance(identity, str) else None


class _User(msgspec.Struct):
    id: int
    is_bot: bool
    language_code: str | None = None


class _Chat(msgspec.Struct):
    id: int
    type: str
    title: str = ""


class _Message(msgspec.Struct):
    message_id: int
    chat: _Chat
    sender: _User | None = msgspec.field(name="from", default=None)
    text: str | None = None
    migrate_to_chat_id: int | None = None


class _Shown(msgspec.Struct):
    """The message under a button that was pressed."""

    chat: _Chat


class _Query(msgspec.Struct):
    id: str
    sender: _User = msgspec.field(name="from")
    message: _Shown | None = None
    data: str | None = None


class _Member(msgspec.Struct):
    status: str


class _Change(msgspec.Struct):
    chat: _Chat
    sender: _User = msgspec.field(name="from")
    new_chat_member: _Member


class _Update(msgspec.Struct):
    update_id: int
    message: _Message | None = None
    channel_post: _Message | None = None
    callback_query: _Query | None = None
    my_chat_member: _Change | None = None


class _Contents(msgspec.Struct):
    message: dict[str, msgspec.Raw]


_UPDATE: Final = msgspec.json.Decoder(_Update)
_CONTENTS: Final = msgspec.json.Decoder(_Contents)


def incoming(raw: str) -> Incoming | None:
    """What a person did in a private chat, or what concerns us in a group; None for anything else.

    msgspec.MsgspecError (or ValueError, RecursionError) when it cannot be understood.
    """
    update = _UPDATE.decode(raw)
    if post := update.channel_post:
        return _in(post.chat, _posted(post))
    if (message := update.message) and message.chat.type in KINDS:
        return _in(message.chat, _posted(message))
    if message:
        return _of(message.sender, message.chat, _said(message, raw))
    if query := update.callback_query:
        pressed = Pressed(query.data) if query.data is not None else None
        return _of(query.sender, query.message.chat, pressed) if query.message else None
    if (change := update.my_chat_member) and change.chat.type in KINDS:
        return _in(change.chat, _THERE.get(change.new_chat_member.status))
    if change:
        return _of(change.sender, change.chat, _PRESENCE.get(change.new_chat_member.status))
    return None


def _in(chat: _Chat, event: OfGroup | None) -> Incoming | None:
    """What concerns us in a group; it is nobody's answer to anything."""
    return Incoming(str(chat.id), event) if event is not None else None


def _posted(message: _Message) -> OfGroup | None:
    if message.migrate_to_chat_id is not None:
        return Moved(str(message.migrate_to_chat_id))
    return group.bound(message.text or "", message.chat.title, KINDS[message.chat.type])


def _of(person: _User | None, chat: _Chat, event: Event | Presence | None) -> Incoming | None:
    """Only what a person does in the chat with the bot alone counts."""
    if person is None or person.is_bot or event is None:
        return None
    if chat.type != "private" or chat.id != person.id:
        return None
    return Incoming(str(person.id), event, person.language_code or "")


def _said(message: _Message, raw: str) -> Said | None:
    if message.text is not None:
        return Said(message.text)
    held = {name for name, value in _CONTENTS.decode(raw).message.items() if bytes(value) != b"null"}
    return Said("") if held & MEDIA else None
