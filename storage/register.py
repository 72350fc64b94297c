"""The register of certificates, as the coordinators of a scope read it: found, counted, revoked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, case, func, select, update

from domain.certificate import RENEWALS
from domain.organisation import Scope
from storage import programmes
from storage.certificates import ALL, CERTIFICATE, Kept, kept, sought
from storage.programmes import VERSION
from storage.progress import LARGEST_ID
from storage.scoping import within

PAGE: Final = 50
State = Literal["valid", "soon", "expired", "revoked"]
STATES: Final[tuple[State, ...]] = ("valid", "soon", "expired", "revoked")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: "" and None for any; `before` is an id. States are those of the date `on`.

    `q` is searched for in names and numbers; "soon": valid, and its renewal is announced already.
    """

    on: date
    q: str = ""
    state: str = ""
    programme: int | None = None
    person: int | None = None
    before: int = LARGEST_ID


@dataclass(frozen=True, slots=True)
class Totals:
    """How many certificates there are in the scope, how many of them are asked for, and how many by state."""

    whole: int
    asked: int
    states: Mapping[str, int]


def page(tx: Connection, scope: Scope, wanted: Wanted, most: int = PAGE) -> list[Kept]:
    """The newest certificates that are asked for, the newest first."""
    rows = ALL.where(*_asked(scope, wanted), CERTIFICATE.c.id < wanted.before, *_in_state(wanted))
    return [kept(row) for row in tx.execute(rows.order_by(CERTIFICATE.c.id.desc()).limit(most))]


def totals(tx: Connection, scope: Scope, wanted: Wanted) -> Totals:
    """How many there are, whatever state is asked for."""
    here = within(scope, CERTIFICATE.c.organisation_id)
    whole = tx.execute(select(func.count()).select_from(CERTIFICATE).where(here)).scalar_one()
    counts = [func.coalesce(func.sum(case((_is(state, wanted.on), 1), else_=0)), 0) for state in STATES]
    found = tx.execute(select(func.count(), *counts).select_from(CERTIFICATE).where(*_asked(scope, wanted)))
    asked, *each = found.one()
    states: dict[str, int] = dict(zip(STATES, map(int, each), strict=True))
    return Totals(whole, states.get(wanted.state, asked), states)


def one(tx: Connection, scope: Scope, certificate: int) -> Kept | None:
    """The certificate with this id, if the scope has it."""
    if not 0 < certificate <= LARGEST_ID:
        return None
    row = tx.execute(ALL.where(*_this(scope, certificate))).one_or_none()
    return kept(row) if row else None


def taught(tx: Connection, scope: Scope) -> list[tuple[int, int]]:
    """The programmes that certificates of the scope are about: their ids, and the newest version's of each."""
    ids = select(VERSION.c.programme_id).join(CERTIFICATE, CERTIFICATE.c.version_id == VERSION.c.id)
    found = tx.execute(ids.where(within(scope, CERTIFICATE.c.organisation_id)).distinct()).scalars()
    newest = programmes.newest(tx)
    return [(programme, newest[programme]) for programme in sorted(found)]


def revoke(tx: Connection, scope: Scope, certificate: int, *, reason: str, on: date) -> bool:
    """It is worth nothing from now on, and its renewal is not announced; False when it was revoked before."""
    stands = (*_this(scope, certificate), CERTIFICATE.c.revoked_on.is_(None))
    values = {"revoked_on": on, "revoked_by": scope.person, "reason": reason, "announce_at": None}
    return tx.execute(update(CERTIFICATE).where(*stands).values(**values)).rowcount == 1


def _this(scope: Scope, certificate: int) -> tuple[ColumnElement[bool], ...]:
    return CERTIFICATE.c.id == certificate, within(scope, CERTIFICATE.c.organisation_id)


def _asked(scope: Scope, wanted: Wanted) -> list[ColumnElement[bool]]:
    asked = [within(scope, CERTIFICATE.c.organisation_id)]
    if wanted.q:
        asked.append(CERTIFICATE.c.sought.contains(sought(wanted.q), autoescape=True))
    if wanted.programme is not None:
        of: Any = select(VERSION.c.id).where(VERSION.c.programme_id == wanted.programme)
        asked.append(CERTIFICATE.c.version_id.in_(of))
    if wanted.person is not None:
        asked.append(CERTIFICATE.c.person_id == wanted.person)
    return asked


def _in_state(wanted: Wanted) -> list[ColumnElement[bool]]:
    return [_is(state, wanted.on) for state in STATES if state == wanted.state]


def _is(state: State, on: date) -> ColumnElement[bool]:
    expires, stands = CERTIFICATE.c.expires_on, CERTIFICATE.c.revoked_on.is_(None)
    match state:
        case "revoked":
            return CERTIFICATE.c.revoked_on.is_not(None)
        case "expired":
            return stands & (expires < on)
        case "soon":
            return stands & (expires >= on) & (expires <= on + timedelta(days=max(RENEWALS)))
    return stands & (expires.is_(None) | (expires >= on))
