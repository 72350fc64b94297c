"""Doorsteps: who is on the way in, how far they are, and what they ask a coordinator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, update
from sqlmodel import Field, SQLModel

from domain.mailbox import Mailed
from domain.organisation import Scope
from storage import employments
from storage.addresses import ADDRESS
from storage.hot import Prepared
from storage.people import PERSON, there
from storage.scoping import within
from storage.table import core


class DoorstepRow(SQLModel, table=True):
    """An address that is nobody's yet. `organisation_id` is whose link was opened, `invitation_id` whose code was not
    enough; `seed`, `sent_at` and `wrong` are those of the code that went to `email`, `proved` that it was typed.
    `asked_at`: a coordinator is asked to let them in by this `name`.
    """

    __tablename__ = "doorstep"
    address_id: int = Field(primary_key=True, foreign_key="address.id")
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    invitation_id: int | None = None
    email: str = ""
    seed: str = ""
    sent_at: datetime | None = None
    wrong: int = 0
    proved: bool = False
    name: str = ""
    asked_at: datetime | None = None
    touched_at: datetime = Field(index=True)


DOORSTEP = core(DoorstepRow)
_OF = Prepared(
    select(
        *(DOORSTEP.c[name] for name in ("organisation_id", "invitation_id", "email", "seed")),
        *(DOORSTEP.c[name] for name in ("sent_at", "wrong", "proved", "asked_at")),
    ).where(DOORSTEP.c.address_id == bindparam("which"))
)
_REQUESTED: Final = ("address_id", "organisation_id", "name", "email", "asked_at")


@dataclass(frozen=True, slots=True)
class Doorstep:
    """How far somebody is."""

    organisation: int
    invitation: int | None
    email: str
    mailed: Mailed | None
    proved: bool
    asked: bool


@dataclass(frozen=True, slots=True)
class Requested:
    """Somebody who asks to be let in, by the address in a messenger."""

    address: int
    organisation: int
    name: str
    email: str
    asked_at: datetime
    channel: str
    language: str


def of(tx: Connection, address: int) -> Doorstep | None:
    """Where the address is on the way in."""
    row = _OF.row(tx, which=address)
    if row is None:
        return None
    house, invitation, email, seed, sent_at, wrong, proved, asked_at = row
    mailed = Mailed("", seed, sent_at, wrong) if seed else None
    return Doorstep(house, invitation, email, mailed, bool(proved), asked_at is not None)


def knock(tx: Connection, address: int, organisation: int, invitation: int | None, at: datetime) -> None:
    """The address begins on its way in, anew if it was on one."""
    leave(tx, address)
    new = {"organisation_id": organisation, "invitation_id": invitation, "email": "", "seed": ""}
    rest = {"wrong": 0, "proved": False, "name": "", "touched_at": at}
    tx.execute(insert(DOORSTEP).values(address_id=address, **new, **rest))


def mail(tx: Connection, address: int, email: str, mailed: Mailed) -> bool:
    """This code goes to this e-mail address; False when the address is not on its way in any more."""
    values = {"email": email, "seed": mailed.seed, "sent_at": mailed.sent_at, "wrong": 0}
    return _change(tx, address, {"asked_at": None}, {**values, "touched_at": mailed.sent_at})


def count_wrong(tx: Connection, address: int, mailed: Mailed) -> bool:
    """Something else was typed for a code; False when it does not stand as it was seen any more."""
    return _change(tx, address, {"seed": mailed.seed, "wrong": mailed.wrong}, {"wrong": mailed.wrong + 1})


def prove(tx: Connection, address: int, mailed: Mailed) -> bool:
    """The code was typed; False when it does not stand as it was seen any more."""
    return _change(tx, address, {"seed": mailed.seed, "proved": False}, {"proved": True, "seed": ""})


def ask(tx: Connection, address: int, name: str, at: datetime) -> bool:
    """A coordinator is asked to let them in; False when that was done."""
    return _change(tx, address, {"proved": True, "asked_at": None}, {"name": name, "asked_at": at})


def leave(tx: Connection, address: int) -> bool:
    """The address is not on its way in any more; False when it was not."""
    return tx.execute(delete(DOORSTEP).where(DOORSTEP.c.address_id == address)).rowcount == 1


def requests(tx: Connection, scope: Scope, address: int | None = None) -> Sequence[Requested]:
    """Who asks the scope's organisations to be let in, the oldest first; or the one at this address."""
    columns = (*(DOORSTEP.c[name] for name in _REQUESTED), ADDRESS.c.channel, ADDRESS.c.language)
    rows = select(*columns).join_from(DOORSTEP, ADDRESS, ADDRESS.c.id == DOORSTEP.c.address_id)
    rows = rows.where(DOORSTEP.c.asked_at.is_not(None), within(scope, DOORSTEP.c.organisation_id))
    rows = rows.where(DOORSTEP.c.address_id == address) if address is not None else rows
    return [Requested(*row) for row in tx.execute(rows.order_by(DOORSTEP.c.asked_at))]


def forget(tx: Connection, before: datetime, *, asked_before: datetime) -> int:
    """Delete the doorsteps on which nothing happened since; those of who asks a coordinator by when they asked."""
    idle = and_(DOORSTEP.c.touched_at < before, DOORSTEP.c.asked_at.is_(None))
    return tx.execute(delete(DOORSTEP).where(or_(idle, DOORSTEP.c.asked_at < asked_before))).rowcount


def roster(tx: Connection, email: str, houses: frozenset[int], now: datetime) -> int | None:
    """The person of these organisations with this e-mail address, who has not left."""
    works = employments.addressed(houses, now.date().isoformat())
    theirs = (func.lower(PERSON.c.email) == email.lower(), works)
    return tx.execute(
        select(PERSON.c.id).where(*theirs, there(now)).order_by(PERSON.c.id).limit(1)
    ).scalar_one_or_none()


def _change(tx: Connection, address: int, seen: dict[str, Any], values: dict[str, Any]) -> bool:
    stands = (
        DOORSTEP.c[name].is_(None) if value is None else DOORSTEP.c[name] == value
        for name, value in seen.items()
    )
    here = update(DOORSTEP).where(DOORSTEP.c.address_id == address, *stands)
    return tx.execute(here.values(**values)).rowcount == 1
