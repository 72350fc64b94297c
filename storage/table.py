"""SQLModel defines every table; statements are written against its Core table."""

from sqlalchemy import Table
from sqlmodel import SQLModel


def core(model: type[SQLModel]) -> Table:
    """The Core table of a `table=True` model."""
    table = model.__table__  # type: ignore[attr-defined]
    assert isinstance(table, Table)
    return table
