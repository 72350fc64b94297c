"""SQLModel defines every table; statements are written against its Core table."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ForeignKeyConstraint, Table, text
from sqlmodel import SQLModel

SQLModel.model_config["defer_build"] = (
    True  # only tables are used of models: what would check rows is never made
)


def core(model: type[SQLModel]) -> Table:
    """The Core table of a `table=True` model."""
    table = model.__table__  # type: ignore[attr-defined]
    assert isinstance(table, Table)
    return table


def agree(name: str, other: str, with_its: Mapping[str, str]) -> ForeignKeyConstraint:
    """Two columns of a row are those of one row of the table `other`, which is one of each such pair: the store refuses
    a row that says of another that it is somebody else's. `with_its`: the names there by those here."""
    return ForeignKeyConstraint(list(with_its), [f"{other}.{each}" for each in with_its.values()], name)


# What rows hold that were there before their table had the column.
EMPTY: Final[dict[str, Any]] = {"server_default": text("''")}
ZERO: Final[dict[str, Any]] = {"server_default": text("0")}
NO: Final[dict[str, Any]] = {"server_default": text("false")}
TRUE: Final[dict[str, Any]] = {"server_default": text("true")}
LESSON: Final[dict[str, Any]] = {"server_default": text("'lesson'")}
