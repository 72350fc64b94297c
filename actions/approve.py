"""Registrations that whoever holds a webinar approves of, or not; their order of arrival is kept."""

from collections.abc import Collection
from datetime import datetime

from actions.organise import own
from actions.register import AT_ONCE, approval_key, fill
from actions.tell_registered import tell, way
from domain import attending
from domain.audit import Deed, What
from domain.message import Notice
from domain.organisation import Scope
from domain.person import Person
from domain.webinar import Webinar
from storage import audit, people, pools, registrations
from storage.database import Connection
from storage.registrations import Registration
from storage.wall import beyond


def approve(tx: Connection, scope: Scope, webinar: int, those: Collection[int], now: datetime) -> int:
    """These have a seat, or wait in line as if they had from when they came; how many there were."""
    found = own(tx, scope, webinar)
    with beyond(tx, "seats"):
        return accept(tx, found, pools.asking(tx, webinar, those), scope.person, now)


def refuse(tx: Connection, scope: Scope, webinar: int, those: Collection[int], now: datetime) -> int:
    """These have not, and are told so; how many there were."""
    found = own(tx, scope, webinar)
    with beyond(tx, "seats"):
        asking = pools.asking(tx, webinar, those) if found.starts_at > now else []
        for each in asking:
            who = people.get(tx, each.person)
            registrations.stand(tx, each.id, "gone")
            _tell(tx, found, each, who, attending.refused(found, who), now=now)
            audit.note(tx, _deed("seat.refused", found, who.id), scope.person, now)
    return len(asking)


def accept(
    tx: Connection, webinar: Webinar, asking: Collection[Registration], by: int | None, now: datetime
) -> int:
    """The same of those who wait for approval of a webinar that is locked."""
    if webinar.starts_at <= now or webinar.state != "open":
        return 0
    for each in asking:
        registrations.stand(tx, each.id, "waiting")
    these = frozenset(each.id for each in asking)
    fill(tx, webinar, now, approved=these, most=max(AT_ONCE, len(these)))
    for each in asking:
        who, after = people.get(tx, each.person), registrations.of(tx, webinar.id, each.person)
        if after and after.state == "waiting":
            told = attending.approved(webinar, who, registrations.place(tx, after))
            _tell(tx, webinar, each, who, told, now=now)
        audit.note(tx, _deed("seat.approved", webinar, who.id), by, now)
    return len(asking)


def _tell(
    tx: Connection, webinar: Webinar, each: Registration, who: Person, told: Notice, *, now: datetime
) -> None:
    key = approval_key(webinar.id, each)
    how, end = way(tx, who, webinar.starts_at, now), webinar.starts_at
    tell(tx, who, told, how, key=key, not_after=end, now=now)


def _deed(what: What, webinar: Webinar, who: int) -> Deed:
    return Deed(what, webinar.organisation, who, after={"webinar": webinar.id})
