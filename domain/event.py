"""What a person did in a messenger, before it has a meaning."""

import re
from dataclasses import dataclass

from domain.code import from_hand
from domain.door import LINK
from domain.group import OfGroup


@dataclass(frozen=True, slots=True)
class Said:
    """Free text; a command when it starts with a slash."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button's data, as the messenger gave it back: untrusted."""

    data: str


@dataclass(frozen=True, slots=True)
class Left:
    """The person blocked us or deleted the chat: what is sent there does not arrive."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The person took that back: we may write again."""


Event = Said | Pressed
Presence = Left | Returned


@dataclass(frozen=True, slots=True)
class Incoming:
    """An update once it is understood: what a person did, or whether they can be written to.

    `address` is the person's place in the channel, `language` the messenger's own tag ("" when it says none). It may be
    a group's, and something that concerns us there.
    """

    address: str
    event: Event | Presence | OfGroup
    language: str = ""


PROGRAMME_LINK = "p_"  # what a link to a programme shows in place of an invitation's code, before the slug

# What an invitation's code and a step's key are made of (URL-safe base64); Telegram's deep links take 64 of them.
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Command:
    """A word of the menu and what stands behind it."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class StepPress:
    """A press on a button of a step: its key, and what was chosen ("next", "1", "ok", "=0,2")."""

    key: str
    choice: str


def command_of(text: str) -> Command | None:
    """`/start abc` as a command; Telegram's `/start@name` too. None for any other text. The link at a session's door
    says `/here`."""
    if "/" not in text:
        return None
    word, *rest = text.split(maxsplit=1)
    if not word.startswith("/") or len(word) < 2:
        return None
    name, argument = word[1:].partition("@")[0].lower(), rest[0].strip() if rest else ""
    if name == "start" and argument.startswith(LINK):
        return Command("here", argument.removeprefix(LINK))
    return Command(name, argument)


def meaning_of(event: Event) -> Command | StepPress | Said:
    """A press or a text as a command, a press on a step, or something said."""
    if isinstance(event, Said):
        return command_of(event.text) or event
    key, _, choice = event.data.partition(":")
    return command_of(event.data) or StepPress(key, choice)


def code_of(meaning: Command | StepPress | Said) -> str:
    """The invitation's code that was shown, in whichever spelling; "" for none, and for what cannot be one."""
    if not isinstance(meaning, Command) or meaning.name != "start":
        return ""
    shown = meaning.argument
    return from_hand(shown) or (shown if _CODE.fullmatch(shown) else "")


def linked(meaning: Command | StepPress | Said) -> str:
    """The slug of the programme whose link was opened; "" for none. An invitation's code may look alike."""
    shown = code_of(meaning)
    return shown.removeprefix(PROGRAMME_LINK) if shown.startswith(PROGRAMME_LINK) else ""


def key_of(meaning: Command | StepPress | Said) -> str:
    """The key of the step that was pressed; "" for none, and for what cannot be one."""
    key = meaning.key if isinstance(meaning, StepPress) else ""
    return key if _CODE.fullmatch(key) else ""
