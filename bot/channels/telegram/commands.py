"""The list of commands that Telegram shows beside the text field, in four languages."""

from collections.abc import Callable
from typing import Final

from aiogram.methods import DeleteMyCommands, SetMyCommands
from aiogram.types import BotCommand, BotCommandScopeChat

from domain.language import Language
from domain.message import Reader

COMMANDS: Final = (
    "continue",
    "menu",
    "progress",
    "programmes",
    "webinars",
    "certificates",
    "find",
    "settings",
    "language",
    "snooze",
    "leave",
    "pause",
    "resume",
    "help",
)
FURTHER: Final = ("announce",)  # of coordinators
# Telegram's tag (ISO 639-1; "" is everybody else) and our language: Norwegian phones say either.
TAGS: Final[tuple[tuple[str, Language], ...]] = (
    ("", "en"),
    ("lt", "lt"),
    ("pl", "pl"),
    ("nb", "nb"),
    ("no", "nb"),
)


def command_lists(
    say: Callable[[Language, str], str], chat: str = "", further: tuple[str, ...] = ()
) -> list[SetMyCommands]:
    """The requests that set the commands, described by `say(language, "command.<name>")`: everybody's, or those of one
    chat, with `further` ones before them."""
    return [
        SetMyCommands(
            scope=BotCommandScopeChat(chat_id=chat) if chat else None,
            language_code=tag or None,
            commands=[
                BotCommand(command=name, description=say(language, f"command.{name}"))
                for name in (*further, *COMMANDS)
            ],
        )
        for tag, language in TAGS
    ]


def lists_for(
    reader: Reader, chat: str, say: Callable[[Language, str], str]
) -> list[SetMyCommands] | list[DeleteMyCommands]:
    """The requests after which this chat lists the commands of such a reader."""
    if reader == "coordinator":
        return command_lists(say, chat, FURTHER)
    scope = BotCommandScopeChat(chat_id=chat)
    return [DeleteMyCommands(scope=scope, language_code=tag or None) for tag, _ in TAGS]
