"""Whose programmes are, whom they are for, what they are copies of, and which an organisation has in its list."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, delete, exists, func, insert, or_, select, update
from sqlmodel import Field, SQLModel

from domain.organisation import Scope
from domain.sharing import Basis, Reach
from storage.bulk import one_of
from storage.dialect import insert_new
from storage.enrolments import ENROLMENT
from storage.organisations import ORGANISATION, names
from storage.people import PERSON
from storage.programmes import PROGRAMME, VERSION, version
from storage.scoping import theirs as taught
from storage.scoping import within
from storage.table import core
from storage.wall import beyond


class ForkRow(SQLModel, table=True):
    """A programme that began as a copy of the version `made_from`; its authors looked at what changed up to `seen`."""

    __tablename__ = "fork"
    programme_id: int = Field(primary_key=True, foreign_key="programme.id")
    made_from: int = Field(foreign_key="programme_version.id")
    seen: int = Field(foreign_key="programme_version.id")


class AdoptionRow(SQLModel, table=True):
    """An offered programme that an organisation has taken into its list: its people and all under it may learn it."""

    __tablename__ = "adoption"
    programme_id: int = Field(primary_key=True, foreign_key="programme.id")
    organisation_id: int = Field(primary_key=True, foreign_key="organisation.id", index=True)
    at: datetime


FORK, ADOPTION = core(ForkRow), core(AdoptionRow)
_NEWEST: Final = func.max(VERSION.c.id)
_OFFERED: Final = PROGRAMME.c.reach == "everybody"
_OURS: Final = PROGRAMME.c.owner_id.is_(None)  # the installation's


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose a programme is (None: the installation's), what that is called, and whom it is for."""

    owner: int | None
    by: str
    reach: Reach


@dataclass(frozen=True, slots=True)
class Fork:
    """What a programme is a copy of: the version, its programme, and the version up to which changes were seen."""

    made_from: int
    upstream: int
    seen: int


def listed(tx: Connection, places: Collection[int]) -> dict[int, int]:
    """The newest version's id of every programme that people of any of these places may learn, by the programme's id.

    Those are the installation's, what is owned there or above, and what was taken into a list there or above.
    """
    return _newest(tx, _listed(places))


def for_all(tx: Connection, places: Collection[int]) -> dict[int, int]:
    """The same of every programme that people of all these places may learn."""
    above = {place: over for place, (_, over) in names(tx).items()}
    tops = [listed(tx, [place]) for place in places if above.get(place) not in places]
    return {each: tops[0][each] for each in tops[0] if all(each in top for top in tops)} if tops else {}


def offered(tx: Connection) -> dict[int, int]:
    """The same of every programme that is offered to everybody."""
    return _newest(tx, _OFFERED)


def unlisted(tx: Connection, place: int) -> frozenset[int]:
    """The programmes that people of this place may not learn."""
    return frozenset(tx.execute(select(PROGRAMME.c.id).where(~_listed([place]))).scalars())


def may_read(tx: Connection, version_id: int, place: int | None) -> bool:
    """Whether somebody of the place (None: of none) may read this version: it is offered, or they may learn it."""
    return _is_of(tx, version_id, or_(_OFFERED, _listed([place])) if place is not None else _OFFERED)


def may_begin(tx: Connection, version_id: int, places: Collection[int]) -> bool:
    """Whether people of one of these places may begin the programme of this version, and again."""
    return _is_of(tx, version_id, _listed(places))


def known(tx: Connection, scope: Scope) -> dict[int, int]:
    """The newest version's id of what the scope's people may learn; of what they only learn already, that of theirs.

    So nobody sees what its owner changes in a programme that is not for them any more.
    """
    newest = select(_NEWEST).where(VERSION.c.programme_id == PROGRAMME.c.id).scalar_subquery()
    learnt = select(func.max(ENROLMENT.c.version_id)).join(PERSON, PERSON.c.id == ENROLMENT.c.person_id)
    mine = learnt.where(*taught(scope, None), ENROLMENT.c.programme_id == PROGRAMME.c.id)
    theirs = _listed_from(within(scope, ORGANISATION.c.id))
    shown = case((theirs, newest), else_=mine.scalar_subquery())
    rows = tx.execute(select(PROGRAMME.c.id, shown).order_by(PROGRAMME.c.id))
    return {row[0]: row[1] for row in rows if row[1] is not None}


def standings(tx: Connection, programme: int | None = None) -> dict[int, Standing]:
    """How every programme stands, or this one, by its id."""
    rows = select(PROGRAMME.c.id, PROGRAMME.c.owner_id, PROGRAMME.c.reach)
    found = tx.execute(rows if programme is None else rows.where(PROGRAMME.c.id == programme)).all()
    with beyond(tx, "owners"):
        called = _called(tx, {row.owner_id for row in found} - {None})
    return {row.id: Standing(row.owner_id, called.get(row.owner_id, ""), row.reach) for row in found}


def add(tx: Connection, slug: str, owner: int, made_from: int) -> int:
    """The id of a new draft of an organisation, which is a copy of this version."""
    row = insert(PROGRAMME).values(slug=slug, owner_id=owner, reach="draft")
    new = int(tx.execute(row.returning(PROGRAMME.c.id)).scalar_one())
    tx.execute(insert(FORK).values(programme_id=new, made_from=made_from, seen=made_from))
    return new


def put(tx: Connection, programme: int, *, owner: int | None, reach: Reach) -> None:
    """It is theirs, and for these, from now on."""
    tx.execute(update(PROGRAMME).where(PROGRAMME.c.id == programme).values(owner_id=owner, reach=reach))


def fork(tx: Connection, programme: int) -> Fork | None:
    """What it is a copy of; None where it is none."""
    rows = select(FORK.c.made_from, VERSION.c.programme_id, FORK.c.seen)
    rows = rows.join_from(FORK, VERSION, VERSION.c.id == FORK.c.made_from)
    row = tx.execute(rows.where(FORK.c.programme_id == programme)).one_or_none()
    return Fork(*row) if row else None


def copies(tx: Connection, programme: int, places: Collection[int]) -> dict[int, str]:
    """The names of the first copies of a programme, whichever version they are of, by the places that own them."""
    rows = select(PROGRAMME.c.owner_id, PROGRAMME.c.slug).join(FORK, FORK.c.programme_id == PROGRAMME.c.id)
    rows = rows.join(VERSION, VERSION.c.id == FORK.c.made_from)
    rows = rows.where(VERSION.c.programme_id == programme, one_of(PROGRAMME.c.owner_id, places))
    return {row[0]: row[1] for row in tx.execute(rows.order_by(PROGRAMME.c.id.desc()))}


def see(tx: Connection, programme: int, seen: int) -> None:
    """The authors of a copy have looked at what changed up to this version."""
    tx.execute(update(FORK).where(FORK.c.programme_id == programme).values(seen=seen))


def bases(tx: Connection) -> dict[int, tuple[Basis, ...]]:
    """What each copy was made of, and what that was made of, by the copy's id; nothing of what is no copy."""
    rows = select(FORK.c.programme_id, VERSION.c.programme_id, VERSION.c.id, VERSION.c.number)
    rows = rows.join_from(FORK, VERSION, VERSION.c.id == FORK.c.made_from)
    made = {row[0]: tuple(row[1:]) for row in tx.execute(rows)}
    owners = {programme: each.by for programme, each in standings(tx).items()} if made else {}

    def line(programme: int) -> Iterable[Basis]:
        while programme in made:
            programme, made_from, number = made[programme]
            was = version(tx, made_from)
            yield Basis(was, number, was.rules.owner or owners[programme])

    return {each: tuple(line(each)) for each in made}


def adopt(tx: Connection, programme: int, organisation: int, at: datetime) -> bool:
    """Take it into the organisation's list; False when it is there."""
    return insert_new(tx, ADOPTION, programme_id=programme, organisation_id=organisation, at=at)


def drop(tx: Connection, programme: int, organisation: int) -> bool:
    """Take it off the list; False when it was not there."""
    which = (ADOPTION.c.programme_id == programme, ADOPTION.c.organisation_id == organisation)
    return tx.execute(delete(ADOPTION).where(*which)).rowcount == 1


def has_adopted(tx: Connection, programme: int, organisation: int) -> bool:
    """Whether it is in the organisation's own list."""
    which = (ADOPTION.c.programme_id == programme, ADOPTION.c.organisation_id == organisation)
    return tx.execute(select(ADOPTION.c.at).where(*which)).one_or_none() is not None


def adopted(tx: Connection, scope: Scope) -> list[tuple[int, int]]:
    """What places of the scope have in their lists, as (programme, place)."""
    rows = select(ADOPTION.c.programme_id, ADOPTION.c.organisation_id)
    mine = within(scope, ADOPTION.c.organisation_id)
    return [(row[0], row[1]) for row in tx.execute(rows.where(mine).order_by(ADOPTION.c.at))]


def _called(tx: Connection, places: Collection[int]) -> dict[int, str]:
    """What these are called; asked of none too, so that no clock tells what is not there."""
    rows = select(ORGANISATION.c.id, ORGANISATION.c.name).where(one_of(ORGANISATION.c.id, places))
    return {row.id: row.name for row in tx.execute(rows)}


def _newest(tx: Connection, which: ColumnElement[bool]) -> dict[int, int]:
    rows = select(PROGRAMME.c.id, _NEWEST).join(VERSION, VERSION.c.programme_id == PROGRAMME.c.id)
    rows = rows.where(which).group_by(PROGRAMME.c.id).order_by(PROGRAMME.c.id)
    return {row[0]: row[1] for row in tx.execute(rows)}


def _is_of(tx: Connection, version_id: int, which: ColumnElement[bool]) -> bool:
    rows = select(VERSION.c.id).join(PROGRAMME, PROGRAMME.c.id == VERSION.c.programme_id)
    return tx.execute(rows.where(VERSION.c.id == version_id, which)).one_or_none() is not None


def _listed(places: Collection[int]) -> ColumnElement[bool]:
    """Whether people of one of these places may learn it."""
    return _listed_from(ORGANISATION.c.id.in_(sorted(places)))


def _listed_from(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same of the places of which this is true."""
    start = select(ORGANISATION.c.id, ORGANISATION.c.above_id).where(which)
    tree = start.cte("line", recursive=True)
    over = select(ORGANISATION.c.id, ORGANISATION.c.above_id).join(tree, ORGANISATION.c.id == tree.c.above_id)
    line: Any = select(tree.union(over).c.id)
    taken = exists().where(ADOPTION.c.programme_id == PROGRAMME.c.id, ADOPTION.c.organisation_id.in_(line))
    theirs = PROGRAMME.c.owner_id.in_(line) & (PROGRAMME.c.reach != "draft")
    return or_(_OURS, theirs, _OFFERED & taken)
