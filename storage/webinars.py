"""Webinars: the table, the seats that are kept for places, and which webinar has to be looked at when."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    Integer,
    Select,
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
from domain.webinar import LONGEST, Webinar, Words
from storage import organisations
from storage.codec import dump
from storage.hot import Prepared
from storage.organisations import ORGANISATION
from storage.table import core

A_PAGE: Final = 50
_LOOKED: Final = text("look_at IS NOT NULL")
_SOUGHT: Final = text("seeking AND trainer_id IS NULL")


class WebinarRow(SQLModel, table=True):
    """As domain.webinar says it; `texts` is JSON. `arrivals` numbers those who register in their order.

    `look_at`: when seats have to be looked at, as an offer lapses then or kept seats are released (empty: never).
    `lead_at`: when the next trainer has to be asked, of one that is `seeking` (empty: now); its beginning: nobody is.
    `told_at`: when coordinators were told last who waits for approval, of arrivals up to `told_arrivals`.
    """

    __tablename__ = "webinar"
    __table_args__ = (
        Index("webinar_place", "organisation_id", "starts_at"),
        Index("webinar_look", "look_at", sqlite_where=_LOOKED, postgresql_where=_LOOKED),
        Index("webinar_lead_at", "lead_at", sqlite_where=_SOUGHT, postgresql_where=_SOUGHT),
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
    seeking: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    programme_id: int | None = None
    spoken: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    lead_at: datetime | None = None
    approves: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    least: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    cost: int | None = None
    currency: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    study_minutes: int | None = None
    seen_by: str = Field(default="registered", sa_column_kwargs={"server_default": text("'registered'")})
    word: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    paper: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    certifies: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    told_at: datetime | None = None
    told_arrivals: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


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
    *("seeking", "programme_id", "spoken", "approves"),
    *("cost", "currency", "study_minutes", "seen_by", "least", "word", "certifies", "paper"),
)
_NAMED: Final = ("organisation", "trainer", "programme")
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
    tx.execute(here.values(**_values(webinar, webinar.changed_at or now), look_at=now, lead_at=None))
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


def print_code(tx: Connection, webinar: int, seed: str) -> None:
    """The code on paper at its door is made of this seed from now on; "": there is none."""
    tx.execute(update(WEBINAR).where(WEBINAR.c.id == webinar).values(paper=seed))


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
    return several(tx, or_(theirs, WEBINAR.c.id.in_(sorted(also))) if also else theirs)


def of_scope(tx: Connection, scope: Scope, webinar: int) -> Webinar | None:
    """The webinar with this id, if it is of the scope's organisations, or of one above them, whose people it is for."""
    found = several(tx, and_(seen(scope), WEBINAR.c.id == webinar))
    return found[0] if found else None


def ahead(tx: Connection, scope: Scope, now: datetime, page: int) -> tuple[list[Webinar], bool]:
    """A page of the same that are not over, the next first; and whether there are more."""
    near = and_(seen(scope), WEBINAR.c.starts_at > now - timedelta(minutes=LONGEST))
    rows = select(WEBINAR.c.id).where(near).order_by(WEBINAR.c.starts_at, WEBINAR.c.id)
    found = several(tx, _on(rows, page))
    return [each for each in found[:A_PAGE] if each.ends_at > now], len(found) > A_PAGE


def before(tx: Connection, scope: Scope, now: datetime, page: int) -> tuple[list[Webinar], bool]:
    """The same of those that are over, the last first."""
    rows = select(WEBINAR.c.id).where(seen(scope), WEBINAR.c.starts_at <= now)
    rows = rows.order_by(WEBINAR.c.starts_at.desc(), WEBINAR.c.id.desc())
    found = several(tx, _on(rows, page))[::-1]
    return [each for each in found[:A_PAGE] if each.ends_at <= now], len(found) > A_PAGE


def newest(tx: Connection, scope: Scope, most: int) -> list[Webinar]:
    """So many of the same, the last first."""
    rows = select(WEBINAR.c.id).where(seen(scope)).order_by(WEBINAR.c.starts_at.desc(), WEBINAR.c.id.desc())
    return several(tx, WEBINAR.c.id.in_(rows.limit(most)))[::-1]


def seen(scope: Scope) -> ColumnElement[bool]:
    """Whether it is of the scope's organisations, or of one above them, whose people it is for."""
    found: ColumnElement[bool] = WEBINAR.c.organisation_id.in_(organisations.line(scope.at("see")))
    return found


def _on(rows: Select[Any], page: int) -> ColumnElement[bool]:
    found: ColumnElement[bool] = WEBINAR.c.id.in_(rows.offset((page - 1) * A_PAGE).limit(A_PAGE + 1))
    return found


def of_line(tx: Connection, places: Collection[int], which: Collection[int]) -> frozenset[int]:
    """Those of these webinars that these places hold, or places above them."""
    if not which:
        return frozenset()
    here = WEBINAR.c.organisation_id.in_(organisations.line(places))
    return frozenset(tx.execute(select(WEBINAR.c.id).where(WEBINAR.c.id.in_(sorted(which)), here)).scalars())


def several(tx: Connection, which: ColumnElement[bool]) -> list[Webinar]:
    """Those of which this holds, the next one first."""
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
    for name in _NAMED:
        held[name] = held.pop(f"{name}_id")
    texts = msgspec.json.decode(held.pop("texts"), type=dict[Language, Words])
    return Webinar(texts=texts, kept=kept, **held)


def _values(webinar: Webinar, changed_at: datetime) -> dict[str, Any]:
    named = {f"{name}_id": getattr(webinar, name) for name in _NAMED}
    alike = (each for each in _OWN if each not in ("id", "texts", *named))
    return {
        **{name: getattr(webinar, name) for name in alike},
        **named,
        "texts": dump(dict(webinar.texts)),
        "changed_at": changed_at,
    }


def _keep(tx: Connection, webinar: int, kept: Mapping[int, int]) -> None:
    for place, seats in kept.items():
        tx.execute(insert(KEPT).values(webinar_id=webinar, organisation_id=place, seats=seats))
