"""Organisations: the table and its queries."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime, time
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlmodel import Field, SQLModel

from domain.language import Language
from domain.messengers import ALWAYS
from domain.organisation import Organisation
from domain.tree import TOP, Level, Own, Place, effective
from storage import bulk
from storage.codec import dump
from storage.hot import Prepared
from storage.table import EMPTY, ZERO, core


class OrganisationRow(SQLModel, table=True):
    """An institution whose people learn, a part of one, or what several belong to (`level`, `above_id`).

    `own` is JSON with what is set here. The columns from `country` to `keep` are what holds here, set here or above:
    they are written anew for all under a place that changes, so that nobody who reads them has to climb. `opens` and
    `closes` are HH:MM, local. `sector` is kept to show the programmes for it first ("": none). `messengers` are
    channels with commas between them ("": all that there are), as `languages` and `days_off` are. `closed_at`: since
    then nobody works there; once its people are erased the row names nothing, and only stands for what others count.
    """

    __tablename__ = "organisation"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    country: str
    zone: str
    language: str
    contact: str
    sector: str = Field(default="", sa_column_kwargs=EMPTY)
    above_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    level: str = Field(sa_column_kwargs={"server_default": text("'organisation'")})
    own: str = Field(sa_column_kwargs={"server_default": text("'{}'")})
    opens: str = Field(sa_column_kwargs={"server_default": text("'08:00'")})
    closes: str = Field(sa_column_kwargs={"server_default": text("'18:00'")})
    cap: int = Field(sa_column_kwargs={"server_default": text("3")})
    keep: int = Field(sa_column_kwargs={"server_default": text("3")})
    messengers: str = Field(default="", sa_column_kwargs=EMPTY)
    approver_above: int = Field(default=0, sa_column_kwargs=ZERO)
    languages: str = Field(default="", sa_column_kwargs=EMPTY)
    days_off: str = Field(default="", sa_column_kwargs=EMPTY)
    closed_at: datetime | None = None


ORGANISATION = core(OrganisationRow)
_LISTS: Final = ("messengers", "languages", "days_off")
_PEOPLE_HAVE: Final = {each.name for each in fields(Organisation)}
HELD: Final = tuple(each.name for each in fields(Own) if each.name in _PEOPLE_HAVE)
NAMES: Final = ("id", "name", "above", *HELD)  # as domain.organisation has them
COLUMNS: Final = (*(ORGANISATION.c[name] for name in ("id", "name", "above_id", *HELD)),)
_ALONE: Final = text("LOCK TABLE organisation IN SHARE ROW EXCLUSIVE MODE")  # rows that are not there yet too
_SOME: Final = Prepared(
    lambda dialect: select(*COLUMNS).where(bulk.among(dialect, ORGANISATION.c.id, "which"))
)
_PLACE: Final = tuple(
    ORGANISATION.c[name] for name in ("id", "name", "level", "above_id", "own", "closed_at")
)


def add(tx: Connection, *, name: str, country: str, zone: str, language: Language, contact: str) -> int:
    """The id of a new organisation that stands alone."""
    return add_place(tx, name, Own(country, zone, language, contact))


def add_place(
    tx: Connection, name: str, own: Own, level: Level = "organisation", above: int | None = None
) -> int:
    """A new place's id. With what holds above it, `own` has to say everything that must hold."""
    held = effective(own, _held(tx, above) if above is not None else TOP)
    row = insert(ORGANISATION).values(
        name=name, level=level, above_id=above, own=_dump(own), **_columns(held)
    )
    return int(tx.execute(row.returning(ORGANISATION.c.id)).scalar_one())


def find(tx: Connection, organisation: int) -> Organisation | None:
    """The organisation with this id, if there is one."""
    row = tx.execute(select(*COLUMNS).where(ORGANISATION.c.id == organisation)).one_or_none()
    return of_row(row) if row else None


def some(tx: Connection, organisations: Collection[int]) -> dict[int, Organisation]:
    """Those with these ids, by id."""
    return {row[0]: of_row(row) for row in _SOME.rows(tx, which=bulk.listed(tx, organisations))}


def of_row(row: Sequence[Any]) -> Organisation:
    """An organisation from the values of COLUMNS. (The same few in every row of a large query are made once.)"""
    return _organisation(*row)


def places(tx: Connection, *, to_change: bool = False) -> dict[int, Place]:
    """The whole tree; `to_change`: nobody else changes it until the transaction ends (SQLite has one writer anyway)."""
    if to_change and tx.dialect.name == "postgresql":
        tx.execute(_ALONE)
    found = tx.execute(select(*_PLACE).order_by(ORGANISATION.c.id))
    return {
        row.id: Place(row.id, row.name, row.level, row.above_id, _load(row.own), row.closed_at is not None)
        for row in found
    }


def closed(tx: Connection) -> frozenset[int]:
    """The places that are closed."""
    rows = select(ORGANISATION.c.id).where(ORGANISATION.c.closed_at.is_not(None))
    return frozenset(tx.execute(rows).scalars())


def close(tx: Connection, which: Collection[int], at: datetime) -> None:
    """Nobody works at these places any more."""
    here = ORGANISATION.c.id.in_(sorted(which))
    tx.execute(update(ORGANISATION).where(here, ORGANISATION.c.closed_at.is_(None)).values(closed_at=at))


def forget(tx: Connection, which: Collection[int]) -> None:
    """Nothing of these places is left but their numbers, where they stood, and in which zone their days began."""
    for each in sorted(which):
        gone = {
            "name": f"#{each}",
            "contact": "",
            "sector": "",
            "own": _dump(Own()),
            **dict.fromkeys(_LISTS, ""),
        }
        tx.execute(update(ORGANISATION).where(ORGANISATION.c.id == each).values(**gone))


def names(tx: Connection) -> dict[int, tuple[str, int | None]]:
    """What each place is called, and what it is under."""
    rows = select(ORGANISATION.c.id, ORGANISATION.c.name, ORGANISATION.c.above_id)
    return {row[0]: (row[1], row[2]) for row in tx.execute(rows)}


def put(tx: Connection, place: Place, held: Mapping[int, Own]) -> None:
    """This is how a place stands from now on, and what holds there and under it."""
    here = ORGANISATION.c.id == place.id
    tx.execute(
        update(ORGANISATION).where(here).values(name=place.name, above_id=place.above, own=_dump(place.own))
    )
    for number, own in held.items():
        tx.execute(update(ORGANISATION).where(ORGANISATION.c.id == number).values(**_columns(own)))


def under(tx: Connection, tops: Iterable[int]) -> frozenset[int]:
    """These, and all under them."""
    tree = select(ORGANISATION.c.id).where(ORGANISATION.c.id.in_(tops)).cte("tree", recursive=True)
    below = select(ORGANISATION.c.id).join(tree, ORGANISATION.c.above_id == tree.c.id)
    return frozenset(tx.execute(select(tree.union(below).c.id)).scalars())


def line(places: Collection[int]) -> Select[Any]:
    """The ids of these, and of all above them, for a condition."""
    here = select(ORGANISATION.c.id, ORGANISATION.c.above_id).where(ORGANISATION.c.id.in_(sorted(places)))
    way = here.cte("way", recursive=True)
    above = select(ORGANISATION.c.id, ORGANISATION.c.above_id).join(way, ORGANISATION.c.id == way.c.above_id)
    return select(way.union(above).c.id)


def upward(tx: Connection, organisation: int) -> list[int]:
    """The organisation, the one above it, and so on to the top."""
    here = select(ORGANISATION.c.id, ORGANISATION.c.above_id, literal(0).label("height"))
    way = here.where(ORGANISATION.c.id == organisation).cte("way", recursive=True)
    above = select(ORGANISATION.c.id, ORGANISATION.c.above_id, way.c.height + 1)
    way = way.union_all(above.join(way, ORGANISATION.c.id == way.c.above_id))
    return list(tx.execute(select(way.c.id).order_by(way.c.height)).scalars())


def _held(tx: Connection, organisation: int) -> Own:
    """What holds at a place that is there."""
    there = of_row(tx.execute(select(*COLUMNS).where(ORGANISATION.c.id == organisation)).one())
    return Own(**{name: getattr(there, name) for name in HELD})


def _columns(held: Own) -> dict[str, Any]:
    values = {name: getattr(held, name) for name in HELD}
    values |= {name: ",".join(values[name]) for name in _LISTS}
    return values | {name: f"{values[name]:%H:%M}" for name in ("opens", "closes")}


@lru_cache(maxsize=4096)
def _organisation(*values: Any) -> Organisation:
    held = dict(zip(NAMES, values, strict=True))
    held |= {name: listed(held[name]) for name in _LISTS}
    return Organisation(**held | {name: time.fromisoformat(held[name]) for name in ("opens", "closes")})


def listed(written: str) -> tuple[str, ...]:
    """What stands in a column between commas."""
    return tuple(written.split(",")) if written else ()


def allowed(channel: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the organisation of a query's row allows this channel to its people (domain.messengers.allows).

    Without parameters, and without LIKE, whose signs drivers take for theirs.
    """
    comma: ColumnElement[str] = literal_column("','")
    every: ColumnElement[str] = literal_column(f"',{','.join(ALWAYS)},'")
    empty: ColumnElement[str] = literal_column("''")
    named = comma.concat(ORGANISATION.c.messengers).concat(every)
    without = func.replace(named, comma.concat(channel).concat(comma), empty)
    return or_(ORGANISATION.c.messengers == empty, without != named)


def _dump(own: Own) -> str:
    return dump({name: value for name, value in asdict(own).items() if value is not None})


def _load(written: str) -> Own:
    return msgspec.json.decode(written, type=Own)
