"""Organisations: the table and its queries."""

from typing import Final

from sqlalchemy import Connection, insert, select, update
from sqlmodel import Field, SQLModel

from domain.language import Language
from domain.organisation import Organisation
from storage.table import EMPTY, core


class OrganisationRow(SQLModel, table=True):
    """An institution whose people learn; `sector` is kept to show them the programmes for it first."""

    __tablename__ = "organisation"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    country: str
    zone: str
    language: str
    contact: str
    sector: str = Field(default="", sa_column_kwargs=EMPTY)


ORGANISATION = core(OrganisationRow)
NAMES: Final = (
    "id",
    "name",
    "country",
    "zone",
    "language",
    "contact",
    "sector",
)  # as domain.organisation has them


def add(tx: Connection, *, name: str, country: str, zone: str, language: Language, contact: str) -> int:
    """A new organisation's id."""
    row = insert(ORGANISATION).values(
        name=name, country=country, zone=zone, language=language, contact=contact
    )
    return int(tx.execute(row.returning(ORGANISATION.c.id)).scalar_one())


def set_sector(tx: Connection, organisation: int, sector: str) -> bool:
    """Whether there is such an organisation; it belongs to this sector from now on ("": to none)."""
    changed = update(ORGANISATION).where(ORGANISATION.c.id == organisation).values(sector=sector)
    return tx.execute(changed).rowcount > 0


def find(tx: Connection, organisation: int) -> Organisation | None:
    """The organisation with this id, if there is one."""
    row = tx.execute(select(ORGANISATION).where(ORGANISATION.c.id == organisation)).one_or_none()
    return Organisation(**row._mapping) if row else None


def every(tx: Connection) -> list[Organisation]:
    """All organisations in the order in which they were added."""
    return [
        Organisation(**row._mapping) for row in tx.execute(select(ORGANISATION).order_by(ORGANISATION.c.id))
    ]
