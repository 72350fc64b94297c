"""What several commands are given, and the settings that come of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from zinute.errors import Stop

if TYPE_CHECKING:
    from zinute.config import Settings

MOST_DIGITS: Final = 9
MOST_PORT: Final = 65_535
# What to write for a setting, by what is wrong with it; of a secret nothing is ever said.
_WRITE: Final[Mapping[str, str]] = {
    "int_parsing": "write a whole number such as 8000",
    "bool_parsing": "write true or false",
    "literal_error": "write {expected}",
}


def whole(written: str | int) -> int:
    """A number of the command line: how every one there is read."""
    said = str(written)
    if not (said.isascii() and said.isdecimal()) or len(said) > MOST_DIGITS:
        raise Stop(f"'{said}' is no number that fits here: write one such as 3.")
    return int(said)


def port_of(written: str | int) -> int:
    """A port to listen on."""
    said = str(written)
    if not (said.isascii() and said.isdecimal()) or not 1 <= int(said[:MOST_DIGITS]) <= MOST_PORT:
        raise Stop(f"'{said}' is no port: write a number from 1 to {MOST_PORT}.")
    return int(said)


Numbered = Annotated[int, typer.Argument(parser=whole, metavar="NUMBER", show_default=False)]
Data = Annotated[
    Path | None,
    typer.Option(help="Folder that holds the SQLite file.", envvar="ZINUTE_DATA", show_default=False),
]
Store = Annotated[
    str | None,
    typer.Option(
        help="Database URL, such as postgresql+asyncpg://...; an SQLite file in --data if not given.",
        envvar="ZINUTE_DATABASE",
    ),
]


def settings_of(*, level: str = "", **given: object) -> "Settings":
    """The settings of the environment, with what the command line says in their place."""
    from pydantic import ValidationError

    from zinute.config import Settings
    from zinute.logs import set_up

    try:
        settings = Settings.model_validate(
            {name: value for name, value in given.items() if value is not None}
        )
    except ValidationError as error:
        first = error.errors()[0]
        name = "ZINUTE_" + "_".join(map(str, first["loc"])).upper()
        write = _WRITE.get(first["type"], "look at docs/operating.md").format_map(first.get("ctx", {}))
        raise Stop(f"The setting {name} is wrong: {write}.") from error
    set_up(settings.log_level or level or "info")
    return settings
