"""The audit log: a table to which rows are only added, each sealed with the one before it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Index, Select, delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Field, SQLModel

from domain.audit import NOTHING, OF_PEOPLE, Deed, End, Row, follow, seal
from domain.organisation import Scope
from storage.bulk import one_of
from storage.codec import dump
from storage.people import PERSON
from storage.progress import LARGEST_ID
from storage.scoping import people, within
from storage.table import core
from storage.wall import beyond

PAGE: Final = 50
KEPT: Final = timedelta(days=731)  # 24 months
STEP: Final = timedelta(days=7)
AT_ONCE: Final = 10_000
_ALONE: Final = text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE")


class AuditRow(SQLModel, table=True):
    """Who did what to what: kept for 24 months, to be able to say who saw and changed what. Ids only, no names.

    Nothing refers to people or organisations by a foreign key, so that the row of a deed outlives them. Triggers refuse
    every change; only rows before one that a "log.shortened" is about can go.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("audit_about", "what", "about_id", "at"),
        Index("audit_organisation", "organisation_id", "number"),
    )
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: str
    person_id: int | None = Field(default=None, index=True)
    what: str
    organisation_id: int | None = None
    about_id: int | None = None
    before: str
    after: str
    seal: str


AUDIT = core(AuditRow)
_UNREADABLE: Final = Row(0, "", None, "", None, None, "", "", "")  # follows nothing
_WHO, _ABOUT = PERSON.alias("who"), PERSON.alias("about")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: "" and None for any; `before` is a number."""

    what: str = ""
    people: frozenset[int] | None = None
    before: int = LARGEST_ID


@dataclass(frozen=True, slots=True)
class Entry:
    """A deed as it is shown; names are "" of those whom the scope does not see."""

    number: int
    at: datetime
    who: int | None
    name: str
    what: str
    organisation: int
    about: int | None
    about_name: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: where it ended, how many rows it went through, the first wrong one."""

    end: End
    rows: int
    wrong: int | None


def alone(tx: Connection) -> None:
    """Nobody else adds a row until the transaction ends; SQLite has one writer anyway."""
    if tx.dialect.name == "postgresql":
        with beyond(tx, "audit"):
            tx.execute(_ALONE)


def note(tx: Connection, deed: Deed, who: int | None, now: datetime) -> None:
    """Add a row, in the transaction of what it tells; `who` is a person (None: whoever runs the installation)."""
    with beyond(tx, "audit"):
        _add(tx, deed, who, now)


def _add(tx: Connection, deed: Deed, who: int | None, now: datetime) -> None:
    alone(tx)
    end = _end(tx)
    values = (
        *(end.number + 1, written(now), who, deed.what, deed.organisation, deed.about),
        *(dump(dict(deed.before)), dump(dict(deed.after))),
    )
    row = dict(zip(AUDIT.c.keys(), (*values, seal(end.seal, values)), strict=True))
    tx.execute(insert(AUDIT).values(**row))


def seen_today(tx: Connection, who: int, person: int, now: datetime) -> bool:
    """Whether it is kept already that they saw the person on this day (UTC)."""
    today = (AUDIT.c.what == "person.seen", AUDIT.c.about_id == person, AUDIT.c.at >= written(now)[:10])
    rows = select(AUDIT.c.number).where(*today, AUDIT.c.person_id == who).limit(1)
    return tx.execute(rows).one_or_none() is not None


def unseen(tx: Connection, who: int, looks: Sequence[Deed], since: datetime) -> list[Deed]:
    """Those looks at lists that are not kept as theirs since then."""
    lately = (AUDIT.c.what == "list.seen", AUDIT.c.about_id.is_(None), AUDIT.c.at >= written(since))
    rows = select(AUDIT.c.organisation_id, AUDIT.c.after).where(*lately, AUDIT.c.person_id == who)
    kept = {tuple(row) for row in tx.execute(rows)}
    return [each for each in looks if (each.organisation, dump(dict(each.after))) not in kept]


def page(tx: Connection, scope: Scope, wanted: Wanted, most: int = PAGE) -> list[Entry]:
    """The newest deeds of the scope's organisations that are asked for, the newest first."""
    rows = _entries(scope).where(AUDIT.c.number < wanted.before)
    if wanted.what:
        rows = rows.where(AUDIT.c.what == wanted.what)
    if wanted.people is not None:
        rows = rows.where(one_of(AUDIT.c.person_id, wanted.people))
    return [_entry(row) for row in tx.execute(rows.order_by(AUDIT.c.number.desc()).limit(most))]


def check(tx: Connection, told: Callable[[int], None], most: int = AT_ONCE) -> Checked:
    """Go through the whole chain; `told` hears from time to time how many rows were gone through."""
    end = begun = _beginning(tx)
    wrong: int | None = None
    while wrong is None and (rows := _after(tx, end, most)):
        end, wrong = follow(end, rows)
        told(end.number - begun.number)
    return Checked(end, end.number - begun.number, wrong)


def shorten(tx: Connection, until: datetime, now: datetime) -> int:
    """Forget what is older: how many rows. The chain itself says up to where, and with which seal it goes on.

    A clock that jumps takes little along: nothing that comes after a row that is to stay goes, whatever its time, and
    each call goes on by no more than STEP.
    """
    alone(tx)
    oldest = tx.execute(select(AUDIT.c.at).order_by(AUDIT.c.number).limit(1)).scalar_one_or_none()
    if oldest is None:
        return 0
    reach = min(written(until), written(datetime.fromisoformat(oldest) + STEP))
    stays = (AUDIT.c.at >= written(until), AUDIT.c.at <= written(now))
    first = tx.execute(select(func.min(AUDIT.c.number)).where(*stays)).scalar_one()
    old = select(AUDIT.c.number, AUDIT.c.seal).where(AUDIT.c.at < reach)
    if first is not None:
        old = old.where(AUDIT.c.number < first)
    last = tx.execute(old.order_by(AUDIT.c.number.desc()).limit(1)).one_or_none()
    if last is None:
        return 0
    note(tx, Deed("log.shortened", about=last.number, before={"seal": last.seal}), None, now)
    return tx.execute(delete(AUDIT).where(AUDIT.c.number <= last.number)).rowcount


def _end(tx: Connection) -> End:
    rows = select(AUDIT.c.number, AUDIT.c.seal).order_by(AUDIT.c.number.desc()).limit(1)
    row = tx.execute(rows).one_or_none()
    return End(*row) if row else NOTHING


def _beginning(tx: Connection) -> End:
    """Where the rows that are there go on from: nothing, or what was shortened last."""
    first = tx.execute(select(func.min(AUDIT.c.number))).scalar_one()
    cut = select(AUDIT.c.before).where(AUDIT.c.what == "log.shortened", AUDIT.c.about_id == (first or 1) - 1)
    before = tx.execute(cut.limit(1)).scalar_one_or_none()
    if not before:
        return NOTHING
    try:
        return End(first - 1, msgspec.json.decode(before)["seal"])
    except (msgspec.DecodeError, LookupError, TypeError):
        return NOTHING


def _after(tx: Connection, end: End, most: int) -> Sequence[Row]:
    """The next rows, up to one that cannot even be read."""
    rows = select(AUDIT).where(AUDIT.c.number > end.number).order_by(AUDIT.c.number)
    try:
        return [Row(*row) for row in tx.execute(rows.limit(most))]
    except DBAPIError:
        return _after(tx, end, most // 2) if most > 1 else [_UNREADABLE]


def _entries(scope: Scope) -> Select[Any]:
    """Deeds of the scope's organisations, with the names of those whom it sees."""
    who = (_WHO.c.id == AUDIT.c.person_id) & people(scope, _WHO)
    about = (_ABOUT.c.id == AUDIT.c.about_id) & AUDIT.c.what.in_(OF_PEOPLE)
    rows = select(
        *(AUDIT.c[name] for name in ("number", "at", "person_id")),
        func.coalesce(_WHO.c.name, ""),
        *(AUDIT.c[name] for name in ("what", "organisation_id", "about_id")),
        func.coalesce(_ABOUT.c.name, ""),
        *(AUDIT.c[name] for name in ("before", "after")),
    )
    rows = rows.select_from(AUDIT).join(_WHO, who, isouter=True)
    rows = rows.join(_ABOUT, about & people(scope, _ABOUT), isouter=True)
    return rows.where(within(scope, AUDIT.c.organisation_id))


def _entry(row: Sequence[Any]) -> Entry:
    entry = Entry(*row)
    before, after = (msgspec.json.decode(each) for each in row[-2:])
    return replace(entry, at=datetime.fromisoformat(row[1]), before=before, after=after)


def written(at: datetime) -> str:
    """A moment as the log keeps it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
