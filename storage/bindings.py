"""Who came in and who has not: people by where they stand, and the addresses that became theirs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, or_, select, update

from domain.organisation import Scope
from storage.addresses import ADDRESS
from storage.invitations import INVITATION
from storage.outbox import OUTBOX, in_state, open_at
from storage.people import PERSON, there
from storage.scoping import within

Standing = Literal["joined", "invited", "expired", "new"]
STANDINGS: Final[tuple[Standing, ...]] = get_args(Standing)
PAGE: Final = 50
_UNUSED: Final = (INVITATION.c.person_id == PERSON.c.id, INVITATION.c.used_at.is_(None))
_THERE: Final = exists().where(ADDRESS.c.person_id == PERSON.c.id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who of the roster is asked for: at one of these organisations (None: any), by name or e-mail, in one state."""

    now: datetime
    houses: frozenset[int] | None = None
    q: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Entrant:
    """A person: "joined", "invited" (a code is good until `ends`), "expired" (it was not used), or "new" (none yet)."""

    person: int
    name: str
    email: str
    organisation: int
    state: Standing
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class Binding:
    """An address that became a person's, and by which way its code had gone out ("" where nobody knows)."""

    address: int
    channel: str
    person: int
    name: str
    organisation: int
    at: datetime
    way: str
    reachable: bool


def entrants(
    tx: Connection,
    scope: Scope,
    wanted: Wanted,
    most: int,
    *,
    start: int = 0,
    key: Callable[[str], Any] = str.casefold,
) -> list[Entrant]:
    """Those who are asked for, by name as `key` sorts names: no store sorts as languages do (Ł after L, Š after S)."""
    asked = _asked(scope, wanted)
    asked += [stands(wanted.now) == wanted.state] if wanted.state else []
    names = tx.execute(select(PERSON.c.id, PERSON.c.name).where(*asked))
    page = [who for who, _ in sorted(names, key=lambda each: (key(each[1]), each[0]))[start : start + most]]
    alive = and_(*_UNUSED, INVITATION.c.replaced_at.is_(None))
    ends: Any = select(func.max(INVITATION.c.expires_at)).where(alive).correlate(PERSON).scalar_subquery()
    columns = (PERSON.c.id, PERSON.c.name, PERSON.c.email, PERSON.c.organisation_id)
    rows = select(*columns, stands(wanted.now), ends).where(PERSON.c.id.in_(page))
    found = {row.id: Entrant(*row) for row in tx.execute(rows)}
    return [found[who] for who in page]


def totals(tx: Connection, scope: Scope, wanted: Wanted) -> Mapping[str, int]:
    """How many people stand where, whatever state is asked for."""
    each = select(stands(wanted.now).label("state")).where(*_asked(scope, wanted)).subquery()
    found = tx.execute(select(each.c.state, func.count()).group_by(each.c.state))
    return dict.fromkeys(STANDINGS, 0) | {row.state: row[1] for row in found}


def missing(
    tx: Connection,
    scope: Scope,
    wanted: Wanted,
    most: int,
    *,
    ends_by: datetime,
    only: Sequence[int] | None = None,
) -> list[int]:
    """The people, or `only` these of them, who have not joined, by name.

    Without those who have a code that is good until `ends_by` or longer: somebody made it in between.
    """
    newer = (*_UNUSED, INVITATION.c.replaced_at.is_(None), INVITATION.c.expires_at >= ends_by)
    rows = select(PERSON.c.id).where(*_asked(scope, wanted), ~_THERE, ~exists().where(*newer))
    rows = rows.where(stands(wanted.now) == wanted.state) if wanted.state else rows
    rows = rows.where(PERSON.c.id.in_(only)) if only is not None else rows
    ordered = rows.order_by(func.lower(PERSON.c.name), PERSON.c.id).limit(most)
    return list(tx.execute(ordered).scalars())


def fresh(tx: Connection, scope: Scope, most: int, start: int = 0) -> list[Binding]:
    """The addresses that became somebody's in the scope, the newest first."""
    rows = _bindings(scope).order_by(ADDRESS.c.bound_at.desc(), ADDRESS.c.id.desc())
    return [Binding(*row) for row in tx.execute(rows.limit(most).offset(start))]


def one(tx: Connection, scope: Scope, address: int) -> Binding | None:
    """The binding of this address, if it is in the scope."""
    row = tx.execute(_bindings(scope).where(ADDRESS.c.id == address)).one_or_none()
    return Binding(*row) if row else None


def drop_open(tx: Connection, address: int, now: datetime) -> list[tuple[Any, str]]:
    """What has not gone to an address does not go any more; the kind and the step of each message."""
    open_ = (open_at(address), in_state("ready", "waiting", "held"))
    left = tx.execute(select(OUTBOX.c.id, OUTBOX.c.kind, OUTBOX.c.step).where(*open_)).all()
    gone = {"state": "dropped", "reason": "unbound", "ended_at": now, "day": ""}
    tx.execute(update(OUTBOX).where(*open_).values(**gone))
    return [(row.kind, row.step) for row in left]


def _bindings(scope: Scope) -> Select[Any]:
    theirs = (PERSON.c.id, PERSON.c.name, PERSON.c.organisation_id)
    way = func.coalesce(INVITATION.c.way, "")
    rows = select(
        ADDRESS.c.id, ADDRESS.c.channel, *theirs, ADDRESS.c.bound_at, way, ADDRESS.c.reachable
    ).join_from(ADDRESS, PERSON, PERSON.c.id == ADDRESS.c.person_id)
    rows = rows.outerjoin(INVITATION, INVITATION.c.id == ADDRESS.c.bound_by)
    return rows.where(ADDRESS.c.bound_at.is_not(None), within(scope, PERSON.c.organisation_id))


def stands(now: datetime) -> ColumnElement[str]:
    """Where somebody stands, as `Standing` says."""
    alive = exists().where(*_UNUSED, INVITATION.c.replaced_at.is_(None), INVITATION.c.expires_at >= now)
    return case((_THERE, "joined"), (alive, "invited"), (exists().where(*_UNUSED), "expired"), else_="new")


def _asked(scope: Scope, wanted: Wanted) -> list[ColumnElement[bool]]:
    asked = [within(scope, PERSON.c.organisation_id), there(wanted.now)]
    if wanted.houses is not None:
        asked.append(PERSON.c.organisation_id.in_(sorted(wanted.houses)))
    if wanted.q:
        sought = (PERSON.c.name, PERSON.c.email)
        asked.append(or_(*(each.icontains(wanted.q, autoescape=True) for each in sought)))
    return asked
