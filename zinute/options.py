"""What several commands are given, and the settings that come of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zinute.errors import Stop

if TYPE_CHECKING:
    from zinute.config import Settings

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
        raise Stop(f"The setting {name} is wrong: {first['msg'].lower()}.") from error
    set_up(settings.log_level or level or "info")
    return settings
