"""SQLModel defines every table; statements are written against its Core table."""

from typing import Any, Final

from sqlalchemy import Table, text
from sqlmodel import SQLModel

SQLModel.model_config["defer_build"] = (
    True  # only tables are used of models: what would check rows is never made
)


def core(model: type[SQLModel]) -> Table:
    """The Core table of a `table=True` model."""
    table = model.__table__  # type: ignore[attr-defined]
    assert isinstance(table, Table)
    return table


# What rows hold that were there before their table had the column.
EMPTY: Final[dict[str, Any]] = {"server_default": text("''")}
ZERO: Final[dict[str, Any]] = {"server_default": text("0")}
NO: Final[dict[str, Any]] = {"server_default": text("false")}
TRUE: Final[dict[str, Any]] = {"server_default": text("true")}
LESSON: Final[dict[str, Any]] = {"server_default": text("'lesson'")}
