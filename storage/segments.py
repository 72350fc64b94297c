"""Rules of whom an announcement is for, kept under a name to be used again."""

from dataclasses import dataclass

from sqlalchemy import Connection, UniqueConstraint, delete, select, update
from sqlmodel import Field, SQLModel

from domain.audience import Rule
from domain.organisation import Scope
from storage.aiming import dump_rule, load_rule
from storage.dialect import insert_new
from storage.scoping import within
from storage.table import core


class SegmentRow(SQLModel, table=True):
    """A rule of a place (domain.audience as JSON), under a name that it alone has there."""

    __tablename__ = "segment"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    name: str
    rule: str


SEGMENT = core(SegmentRow)


@dataclass(frozen=True, slots=True)
class Segment:
    """A row, as the table says it."""

    id: int
    place: int
    name: str
    rule: Rule


def put(tx: Connection, place: int, name: str, rule: Rule) -> None:
    """Keep it; what had this name there is this from now on."""
    said, here = dump_rule(rule), (SEGMENT.c.organisation_id == place, SEGMENT.c.name == name)
    if not insert_new(tx, SEGMENT, organisation_id=place, name=name, rule=said):
        tx.execute(update(SEGMENT).where(*here).values(rule=said))


def of_scope(tx: Connection, scope: Scope) -> list[Segment]:
    """Those of the scope's places, by their names."""
    rows = select(SEGMENT).where(within(scope, SEGMENT.c.organisation_id))
    found = tx.execute(rows.order_by(SEGMENT.c.name, SEGMENT.c.id))
    return [Segment(row.id, row.organisation_id, row.name, load_rule(row.rule)) for row in found]


def drop(tx: Connection, scope: Scope, segment: int) -> bool:
    """It is not kept any more; False when the scope has none with this id."""
    one = (SEGMENT.c.id == segment, within(scope, SEGMENT.c.organisation_id))
    return tx.execute(delete(SEGMENT).where(*one)).rowcount == 1
