"""Webinars: the table, the seats that are kept for places, and which webinar has to be looked at when."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    Integer,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlmodel import Field, SQLModel

from domain.language import Language
from domain.organisation import Scope
from domain.webinar import Webinar, Words
from storage import organisations
from storage.codec import dump
from storage.hot import Prepared
from storage.organisations import ORGANISATION
from storage.table import core

_LOOKED: Final = text("look_at IS NOT NULL")


class WebinarRow(SQLModel, table=True):
    """As domain.webinar says it; `texts` is JSON. `arrivals` numbers those who register in their order.

    `look_at`: when seats have to be looked at, as an offer lapses then or kept seats are released (empty: never).
    """

    __tablename__ = "webinar"
    __table_args__ = (
        Index("webinar_place", "organisation_id", "starts_at"),
        Index("webinar_look", "look_at", sqlite_where=_LOOKED, postgresql_where=_LOOKED),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    texts: str
    starts_at: datetime
    minutes: int
    zone: str
    venue: str
    link: str
    trainer_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    capacity: int
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    release_at: datetime | None = None
    series: str
    sequence: int
    changed_at: datetime
    state: str
    arrivals: int
    look_at: datetime | None = None


class KeptRow(SQLModel, table=True):
    """Seats of a webinar that are kept for the people of a place and of all under it."""

    __tablename__ = "webinar_kept"
    webinar_id: int = Field(foreign_key="webinar.id", primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    seats: int


WEBINAR, KEPT = core(WebinarRow), core(KeptRow)
_OWN: Final = (
    *("id", "organisation_id", "texts", "starts_at", "minutes", "zone", "capacity", "venue", "link"),
    *("trainer_id", "opens_at", "closes_at", "release_at", "series", "sequence", "changed_at", "state"),
)
_COLUMNS: Final = tuple(WEBINAR.c[name] for name in _OWN)
_GET = Prepared(select(*_COLUMNS).where(WEBINAR.c.id == bindparam("which")))
_LOCK = Prepared(select(*_COLUMNS).where(WEBINAR.c.id == bindparam("which")).with_for_update())
_KEPT = Prepared(
    select(KEPT.c.organisation_id, KEPT.c.seats)
    .where(KEPT.c.webinar_id == bindparam("which"))
    .order_by(KEPT.c.organisation_id)
)
_ARRIVE = Prepared(
    update(WEBINAR)
    .where(WEBINAR.c.id == bindparam("which"))
    .values(arrivals=WEBINAR.c.arrivals + 1)
    .returning(WEBINAR.c.arrivals)
)
_TO_LOOK = Prepared(
    select(WEBINAR.c.id)
    .where(WEBINAR.c.look_at <= bindparam("now"))
    .order_by(WEBINAR.c.look_at)
    .limit(bindparam("most", type_=Integer))
)


def add(tx: Connection, webinar: Webinar, now: datetime) -> int:
    """A new webinar's id."""
    row = insert(WEBINAR).values(**_values(webinar, now), look_at=webinar.release_at, arrivals=0)
    new = int(tx.execute(row.returning(WEBINAR.c.id)).scalar_one())
    _keep(tx, new, webinar.kept)
    return new


def put(tx: Connection, webinar: Webinar, now: datetime) -> None:
    """So it stands from now on; seats are looked at as soon as may be."""
    here = update(WEBINAR).where(WEBINAR.c.id == webinar.id)
    tx.execute(here.values(**_values(webinar, webinar.changed_at or now), look_at=now))
    tx.execute(delete(KEPT).where(KEPT.c.webinar_id == webinar.id))
    _keep(tx, webinar.id, webinar.kept)


def together(tx: Connection, webinars: Sequence[int]) -> None:
    """These are one series, called by its first."""
    tx.execute(update(WEBINAR).where(WEBINAR.c.id.in_(webinars)).values(series=str(webinars[0])))


def find(tx: Connection, webinar: int) -> Webinar | None:
    """The webinar with this id."""
    return _one(tx, _GET, webinar)


def lock(tx: Connection, webinar: int) -> Webinar | None:
    """The same, and nobody else registers or changes it until the transaction ends."""
    return _one(tx, _LOCK if tx.dialect.name == "postgresql" else _GET, webinar)


def arrive(tx: Connection, webinar: int) -> int:
    """The number of whoever comes now."""
    row = _ARRIVE.row(tx, which=webinar)
    assert row is not None, "it was just locked"
    return int(row[0])


def look(tx: Connection, webinar: int, at: datetime | None) -> None:
    """Its seats have to be looked at then; None: not by themselves."""
    tx.execute(update(WEBINAR).where(WEBINAR.c.id == webinar).values(look_at=at))


def look_by(tx: Connection, webinar: int, at: datetime) -> None:
    """Its seats have to be looked at then, if not earlier."""
    later = or_(WEBINAR.c.look_at.is_(None), WEBINAR.c.look_at > at)
    tx.execute(update(WEBINAR).where(WEBINAR.c.id == webinar, later).values(look_at=at))


def to_look(tx: Connection, now: datetime, most: int) -> list[int]:
    """Webinars whose seats have to be looked at."""
    return [row[0] for row in _TO_LOOK.rows(tx, now=now, most=most)]


def of_places(
    tx: Connection, places: Collection[int], since: datetime, also: Collection[int] = ()
) -> list[Webinar]:
    """Those that are for the people of one of these places and end after `since` (or are named), the next one first."""
    theirs = and_(WEBINAR.c.organisation_id.in_(organisations.line(places)), WEBINAR.c.starts_at > since)
    return _several(tx, or_(theirs, WEBINAR.c.id.in_(sorted(also))) if also else theirs)


def of_scope(tx: Connection, scope: Scope) -> list[Webinar]:
    """Those of the scope's organisations, and those above them that are for their people too."""
    return _several(tx, WEBINAR.c.organisation_id.in_(organisations.line(scope.at("see"))))


def _several(tx: Connection, which: ColumnElement[bool]) -> list[Webinar]:
    rows = select(*_COLUMNS).where(which, WEBINAR.c.organisation_id.in_(select(ORGANISATION.c.id)))
    found = tx.execute(rows.order_by(WEBINAR.c.starts_at, WEBINAR.c.id)).all()
    kept = defaultdict[int, dict[int, int]](dict)
    mine = KEPT.c.webinar_id.in_([row[0] for row in found])
    for webinar, place, seats in tx.execute(select(KEPT).where(mine).order_by(KEPT.c.organisation_id)):
        kept[webinar][place] = seats
    return [_webinar(tuple(row), kept.get(row[0], {})) for row in found]


def _one(tx: Connection, statement: Prepared, webinar: int) -> Webinar | None:
    row = statement.row(tx, which=webinar)
    kept = dict(_KEPT.rows(tx, which=webinar))  # also where there is none: that of others costs no more
    return _webinar(row, kept) if row else None


def _webinar(row: Sequence[Any], kept: Mapping[int, int]) -> Webinar:
    held = dict(zip(_OWN, row, strict=True))
    held["organisation"], held["trainer"] = held.pop("organisation_id"), held.pop("trainer_id")
    texts = msgspec.json.decode(held.pop("texts"), type=dict[Language, Words])
    return Webinar(texts=texts, kept=kept, **held)


def _values(webinar: Webinar, changed_at: datetime) -> dict[str, Any]:
    alike = (each for each in _OWN if each not in ("id", "organisation_id", "texts", "trainer_id"))
    return {
        **{name: getattr(webinar, name) for name in alike},
        "organisation_id": webinar.organisation,
        "trainer_id": webinar.trainer,
        "texts": dump(dict(webinar.texts)),
        "changed_at": changed_at,
    }


def _keep(tx: Connection, webinar: int, kept: Mapping[int, int]) -> None:
    for place, seats in kept.items():
        tx.execute(insert(KEPT).values(webinar_id=webinar, organisation_id=place, seats=seats))
