"""The list of commands that Telegram shows beside the text field, in four languages."""

from collections.abc import Callable
from typing import Final

from aiogram.methods import SetMyCommands
from aiogram.types import BotCommand

from domain.language import Language

COMMANDS: Final = (
    "continue",
    "menu",
    "progress",
    "programmes",
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
# Telegram's tag (ISO 639-1; "" is everybody else) and our language: Norwegian phones say either.
TAGS: Final[tuple[tuple[str, Language], ...]] = (
    ("", "en"),
    ("lt", "lt"),
    ("pl", "pl"),
    ("nb", "nb"),
    ("no", "nb"),
)


def command_lists(say: Callable[[Language, str], str]) -> list[SetMyCommands]:
    """The requests that set the commands, described by `say(language, "command.<name>")`."""
    return [
        SetMyCommands(
            language_code=tag or None,
            commands=[
                BotCommand(command=name, description=say(language, f"command.{name}")) for name in COMMANDS
            ],
        )
        for tag, language in TAGS
    ]
