"""Announcements: what a coordinator tells many people, stored once; from its first draft to what became of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection, Index, Row, bindparam, delete, select, text, update
from sqlmodel import Field, SQLModel

from domain.enclosed import NOTHING, Enclosed
from domain.language import Language
from domain.organisation import Scope
from storage.codec import dump
from storage.dialect import insert_new
from storage.hot import Prepared
from storage.scoping import within
from storage.table import EMPTY, NO, TRUE, ZERO, core

State = Literal["draft", "asked", "due", "sending", "paused", "cancelled", "template"]
# It waits: five a day are made, it could not be begun; or it is a draft again, as its days were over or it was dropped
# after a restore.
Why = Literal["", "often", "failed", "over", "restored"]
BEFORE: Final[tuple[State, ...]] = ("draft", "asked", "due")  # nobody has been told anything
CAMPAIGN: Final = "campaign:"  # with which the keys of those begin that a campaign makes
_DUE = text("state = 'due'")
_CHASED, _FOLLOWS = text("chase_at IS NOT NULL"), text("first_id IS NOT NULL")


class AnnouncementRow(SQLModel, table=True):
    """`key` is the caller's own, so that telling twice is telling once; `texts` is JSON, a plain text by language.

    `state`: a coordinator's draft, asked of a second person, due (at `send_at`), then sending, paused or cancelled. Or
    a template, which is never sent.
    `audience` is the rule of whom it is for ("": whoever announced it said so, and it is the service's own), `enclosed`
    is JSON, what goes along, `confirms` that people are asked whether they have read it.
    `by_id` is who announced it, `approved_by` the other person who approved it (None: the service itself, nobody);
    `begun_at` when it became messages, which are of use for so many `days`. `revision` counts its changes after that,
    the last one at `revised_at`; `withdrawn`: it was to be no more. `own_hour`: each
    gets it at their own lesson hour from `send_at` on. `why` it waits or is a draft again ("": as somebody wanted).
    `groups` are the numbers of the group chats that it goes to as well, or (without `to_people`) alone.

    `first_id`: it reminds some of the people of that one (no foreign key: SQLite adds none to a table that is there).
    Who has not confirmed is reminded every `chase_days`, `chase_times` at most, next at `chase_at`.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        Index("announcement_due", "send_at", sqlite_where=_DUE, postgresql_where=_DUE),
        Index("announcement_chase", "chase_at", sqlite_where=_CHASED, postgresql_where=_CHASED),
        Index("announcement_first", "first_id", sqlite_where=_FOLLOWS, postgresql_where=_FOLLOWS),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    texts: str
    mandatory: bool
    state: str
    not_after: datetime
    created_at: datetime
    by_id: int | None = Field(default=None, foreign_key="person.id")
    approved_by: int | None = Field(default=None, foreign_key="person.id")
    audience: str = Field(default="", sa_column_kwargs=EMPTY)
    enclosed: str = Field(default="{}", sa_column_kwargs={"server_default": "{}"})
    confirms: bool = Field(default=False, sa_column_kwargs=NO)
    send_at: datetime | None = None
    begun_at: datetime | None = None
    days: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    own_hour: bool = Field(default=False, sa_column_kwargs=NO)
    why: str = Field(default="", sa_column_kwargs=EMPTY)
    first_id: int | None = None
    chase_days: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    chase_times: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    chase_at: datetime | None = None
    groups: str = Field(default="", sa_column_kwargs=EMPTY)
    to_people: bool = Field(default=True, sa_column_kwargs=TRUE)
    revision: int = Field(default=0, sa_column_kwargs=ZERO)
    revised_at: datetime | None = None
    withdrawn: bool = Field(default=False, sa_column_kwargs=NO)


ANNOUNCEMENT = core(AnnouncementRow)
_REVISION = Prepared(select(ANNOUNCEMENT.c.revision).where(ANNOUNCEMENT.c.id == bindparam("which")))


@dataclass(frozen=True, slots=True)
class Announced:
    """An announcement as it stands; `audience` as in the table."""

    id: int
    texts: dict[Language, str]
    mandatory: bool
    state: State
    not_after: datetime
    organisation: int | None = None
    by: int | None = None
    approved_by: int | None = None
    audience: str = ""
    enclosed: Enclosed = NOTHING
    confirms: bool = False
    created_at: datetime | None = None
    send_at: datetime | None = None
    begun_at: datetime | None = None
    days: int = 1
    own_hour: bool = False
    why: Why = ""
    first: int | None = None
    chase_days: int = 1
    chase_times: int = 0
    chase_at: datetime | None = None
    groups: tuple[int, ...] = ()
    to_people: bool = True
    revision: int = 0
    revised_at: datetime | None = None
    withdrawn: bool = False


def add(  # noqa: PLR0913 (each is a column)
    tx: Connection,
    *,
    key: str,
    organisation: int | None,
    texts: Mapping[Language, str],
    mandatory: bool,
    not_after: datetime,
    at: datetime,
    by: int | None = None,
    approved_by: int | None = None,
    state: State = "sending",
    audience: str = "",
    enclosed: Enclosed = NOTHING,
    confirms: bool = False,
    days: int = 1,
    groups: Sequence[int] = (),
    to_people: bool = True,
) -> bool:
    """Keep a new announcement; False when its key is there already."""
    return insert_new(
        tx,
        ANNOUNCEMENT,
        key=key,
        organisation_id=organisation,
        texts=_dump(texts),
        mandatory=mandatory,
        state=state,
        not_after=not_after,
        created_at=at,
        by_id=by,
        approved_by=approved_by,
        audience=audience,
        enclosed=dump(enclosed),
        confirms=confirms,
        days=days,
        groups=_listed(groups),
        to_people=to_people,
        begun_at=None if state in BEFORE else at,
    )


def by_key(tx: Connection, key: str) -> Announced:
    """The announcement with this key."""
    return read(tx.execute(select(ANNOUNCEMENT).where(ANNOUNCEMENT.c.key == key)).one())


def get(tx: Connection, announcement: int) -> Announced:
    """The announcement with this id."""
    return read(tx.execute(select(ANNOUNCEMENT).where(ANNOUNCEMENT.c.id == announcement)).one())


def lock(tx: Connection, announcement: int) -> None:
    """Nobody else changes it before the transaction ends."""
    tx.execute(select(ANNOUNCEMENT.c.id).where(ANNOUNCEMENT.c.id == announcement).with_for_update())


def of_scope(
    tx: Connection, scope: Scope, announcement: int | None = None, most: int = 100, before: int = 0
) -> list[Announced]:
    """The announcements of the scope's coordinators, or this one of them, the newest first; those `before` one. What
    campaigns announce is seen with them."""
    rows = select(ANNOUNCEMENT).where(
        within(scope, ANNOUNCEMENT.c.organisation_id),
        ANNOUNCEMENT.c.audience != "",
        ANNOUNCEMENT.c.state != "template",
    )
    rows = rows.where(
        ANNOUNCEMENT.c.id == announcement
        if announcement is not None
        else ~ANNOUNCEMENT.c.key.startswith(CAMPAIGN, autoescape=True)
    )
    if before:
        rows = rows.where(ANNOUNCEMENT.c.id < before)
    return [read(row) for row in tx.execute(rows.order_by(ANNOUNCEMENT.c.id.desc()).limit(most))]


def part(tx: Connection, scope: Scope, after: int, most: int) -> list[Announced]:
    """The announcements of the scope's coordinators along their ids, those of campaigns too."""
    mine = (
        within(scope, ANNOUNCEMENT.c.organisation_id),
        ANNOUNCEMENT.c.audience != "",
        ANNOUNCEMENT.c.state != "template",
    )
    rows = select(ANNOUNCEMENT).where(*mine, ANNOUNCEMENT.c.id > after).order_by(ANNOUNCEMENT.c.id)
    return [read(row) for row in tx.execute(rows.limit(most))]


def templates(tx: Connection, scope: Scope) -> list[Announced]:
    """The templates of the scope's places, the newest first."""
    here = (within(scope, ANNOUNCEMENT.c.organisation_id), ANNOUNCEMENT.c.state == "template")
    rows = select(ANNOUNCEMENT).where(*here).order_by(ANNOUNCEMENT.c.id.desc())
    return [read(row) for row in tx.execute(rows)]


def drop(tx: Connection, template: int) -> None:
    """A template is no more."""
    tx.execute(delete(ANNOUNCEMENT).where(ANNOUNCEMENT.c.id == template, ANNOUNCEMENT.c.state == "template"))


def due(tx: Connection, now: datetime) -> list[int]:
    """Those whose time has come, the longest due first."""
    rows = select(ANNOUNCEMENT.c.id).where(_DUE, ANNOUNCEMENT.c.send_at <= now)
    return list(tx.execute(rows.order_by(ANNOUNCEMENT.c.send_at, ANNOUNCEMENT.c.id)).scalars())


def write(  # noqa: PLR0913 (each is a column)
    tx: Connection,
    announcement: int,
    *,
    organisation: int,
    texts: Mapping[Language, str],
    audience: str,
    confirms: bool,
    days: int,
    by: int,
    groups: Sequence[int] = (),
    to_people: bool = True,
) -> bool:
    """This is what the draft says from now on, and nobody has approved it; False when it is no draft any more."""
    values = {"organisation_id": organisation, "texts": _dump(texts), "audience": audience}
    values |= {"confirms": confirms, "days": days, "by_id": by, "approved_by": None, "why": ""}
    values |= {"groups": _listed(groups), "to_people": to_people}
    return turn(tx, announcement, "draft", "draft", **values)


def enclose(tx: Connection, announcement: int, enclosed: Enclosed, by: int) -> bool:
    """This is what goes along with the draft from now on; False when it is no draft any more."""
    return turn(tx, announcement, "draft", "draft", enclosed=dump(enclosed), by_id=by, approved_by=None)


def turn(tx: Connection, announcement: int, before: State, after: State, **values: Any) -> bool:
    """It goes from one state to another, with these values; False when somebody else was first."""
    mine = (ANNOUNCEMENT.c.id == announcement, ANNOUNCEMENT.c.state == before)
    return tx.execute(update(ANNOUNCEMENT).where(*mine).values(state=after, **values)).rowcount == 1


def revise(
    tx: Connection, announcement: int, at: datetime, *, texts: Mapping[Language, str], withdrawn: bool = False
) -> None:
    """What went says this from now on, or is taken back."""
    mine = update(ANNOUNCEMENT).where(ANNOUNCEMENT.c.id == announcement)
    values = {"texts": _dump(texts), "revised_at": at, "withdrawn": withdrawn}
    tx.execute(mine.values(revision=ANNOUNCEMENT.c.revision + 1, **values))


def revision(tx: Connection, announcement: int) -> int:
    """Which of its texts it has: another number, other words."""
    row = _REVISION.row(tx, which=announcement)
    return int(row[0]) if row else 0


def lasts(tx: Connection, announcement: int, until: datetime) -> None:
    """It is of no use later than that."""
    tx.execute(update(ANNOUNCEMENT).where(ANNOUNCEMENT.c.id == announcement).values(not_after=until))


def set_state(tx: Connection, announcement: int, state: State) -> None:
    """Sending, paused or cancelled; what was cancelled stays so."""
    mine = (ANNOUNCEMENT.c.id == announcement, ANNOUNCEMENT.c.state != "cancelled")
    tx.execute(update(ANNOUNCEMENT).where(*mine).values(state=state))


def digests(tx: Connection, places: Sequence[int]) -> list[str]:
    """Those of the bytes that go along with what is announced at these places."""
    rows = select(ANNOUNCEMENT.c.enclosed).where(ANNOUNCEMENT.c.organisation_id.in_(places))
    return [each for raw in tx.execute(rows).scalars() for each in _enclosed(raw).digests]


def _enclosed(raw: str) -> Enclosed:
    return msgspec.json.decode(raw, type=Enclosed)


def _dump(texts: Mapping[Language, str]) -> str:
    return json.dumps(dict(texts), ensure_ascii=False)


def _listed(groups: Sequence[int]) -> str:
    return ",".join(map(str, groups))


def read(row: Row[Any]) -> Announced:
    """A row, as the table says it."""
    return Announced(
        row.id,
        json.loads(row.texts),
        row.mandatory,
        row.state,
        row.not_after,
        row.organisation_id,
        row.by_id,
        row.approved_by,
        row.audience,
        _enclosed(row.enclosed),
        row.confirms,
        row.created_at,
        row.send_at,
        row.begun_at,
        row.days,
        row.own_hour,
        row.why,
        row.first_id,
        row.chase_days,
        row.chase_times,
        row.chase_at,
        tuple(int(each) for each in row.groups.split(",") if each),
        row.to_people,
        row.revision,
        row.revised_at,
        row.withdrawn,
    )
