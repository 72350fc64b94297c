"""Make webinars, change and cancel them, and say who was there."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from actions.register import drop_told, hold_again, pool_of
from domain.audit import Deed, What
from domain.organisation import Scope
from domain.planning import Fault, wrong
from domain.seating import SITTING, Pool
from domain.webinar import Webinar
from storage import audit, organisations, people, registrations, roles, webinars
from storage.database import Connection
from storage.errors import NotFound
from storage.registrations import Registration
from storage.wall import beyond

MOST_SHOWN: Final = 500  # of those who sit or wait, on the page


class NotHeld(Exception):
    """It cannot be so, for these reasons."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(faults))
        self.faults = tuple(faults)


def faults(
    tx: Connection,
    scope: Scope,
    planned: Webinar,
    now: datetime,
    *,
    before: Webinar | None = None,
    pools: Sequence[tuple[Registration, Pool]] | None = None,
) -> list[Fault]:
    """What is wrong with it; with one that was so `before`, also for those who are registered, whose kept seats each of
    them would take by these `pools` (None: as until now). Whoever was its trainer may remain it."""
    if planned.organisation not in scope.at("act"):
        return ["place"]
    with beyond(tx, "seats"):
        seats = registrations.seats(tx, planned, now)
    if pools is not None:
        taken = Counter(pool for each, pool in pools if each.state in SITTING)
        seats = replace(seats, taken=taken)
    under = organisations.under(tx, [planned.organisation])
    found = wrong(planned, seats, now)
    if not frozenset(planned.kept) <= under:
        found.append("kept_place")
    remains = before is not None and planned.trainer == before.trainer
    if planned.trainer is not None and not remains and planned.trainer not in trainers(tx, scope):
        found.append("trainer")
    return found


def trainers(tx: Connection, scope: Scope, before: Webinar | None = None) -> dict[int, str]:
    """Who can hold a webinar: whoever has a role at a place of the scope, and who was to hold it `before`. Names by
    people's ids."""
    remains = before.trainer if before else None
    known = {remains: people.name(tx, remains)} if remains else {}
    return known | {each.person: each.name for each in roles.everyone(tx, scope)}


def make(tx: Connection, scope: Scope, planned: Sequence[Webinar], now: datetime) -> list[int]:
    """Their ids; NotHeld where one of them cannot be, and then there is none."""
    for each in planned:
        if why := faults(tx, scope, each, now):
            raise NotHeld(why)
    new = [webinars.add(tx, each, now) for each in planned]
    if len(new) > 1:
        webinars.together(tx, new)
    for number, each in zip(new, planned, strict=True):
        _note(tx, "webinar.made", replace(each, id=number), scope, now, seats=each.capacity)
    return new


def change(tx: Connection, scope: Scope, planned: Webinar, now: datetime) -> Webinar:
    """So it is from now on. Those who are registered are told once of what they have to know; what was on its way to
    them about how it was does not go."""
    before = own(tx, scope, planned.id)
    if before.state == "cancelled":
        raise NotHeld(["cancelled"])
    if before.starts_at <= now:
        raise NotHeld(["begun"])
    pools = _pools(tx, planned) if planned.kept != before.kept else None
    if why := faults(tx, scope, planned, now, before=before, pools=pools):
        raise NotHeld(why)
    told = planned.told() != before.told()
    after = replace(
        planned,
        organisation=before.organisation,
        series=before.series,
        state=before.state,
        sequence=before.sequence + told,
        changed_at=now if told else before.changed_at,
    )
    with beyond(tx, "seats"):
        if told:
            _overtake(tx, before, now)
        webinars.put(tx, after, now)
        if told:
            hold_again(tx, after, now)
        if pools is not None:
            registrations.set_pools(tx, {each.id: pool for each, pool in pools})
    _note(tx, "webinar.changed", after, scope, now, seats=after.capacity, told=int(told))
    return after


def cancel(tx: Connection, scope: Scope, webinar: int, now: datetime) -> Webinar:
    """It is not held; everybody who sits or waits is told once."""
    before = own(tx, scope, webinar)
    if before.state == "cancelled" or before.starts_at <= now:
        return before
    after = replace(before, state="cancelled", sequence=before.sequence + 1, changed_at=now)
    with beyond(tx, "seats"):
        _overtake(tx, before, now)
        webinars.put(tx, after, now)
    _note(tx, "webinar.cancelled", after, scope, now)
    return after


def attend(tx: Connection, scope: Scope, webinar: int, there: Collection[int], now: datetime) -> None:
    """These of those who are shown were there, by the numbers of their registrations, and the others of them not.
    Until it is over nobody is told anything of that."""
    found = own(tx, scope, webinar)
    shown = {each.registration.id for each in registrations.listed(tx, scope, webinar)[:MOST_SHOWN]}
    came = shown & set(there)
    with beyond(tx, "seats"):
        registrations.attend(tx, webinar, (came, shown), max(now, found.ends_at))
    _note(tx, "webinar.attended", found, scope, now, there=len(came))


def seen(tx: Connection, scope: Scope, webinar: int) -> Webinar:
    """A webinar of a place where the scope acts; NotFound for any other."""
    found = webinars.find(tx, webinar)
    if found is None or found.organisation not in scope.at("act"):
        raise NotFound
    return found


def own(tx: Connection, scope: Scope, webinar: int) -> Webinar:
    """The same, locked."""
    seen(tx, scope, webinar)
    found = webinars.lock(tx, webinar)
    assert found is not None, "it was just seen"
    return found


def _overtake(tx: Connection, before: Webinar, now: datetime) -> None:
    """Nothing of how it was goes to anybody any more, and everybody has to be told the news."""
    drop_told(tx, before, registrations.active(tx, before.id), now)
    registrations.tell_all(tx, before.id, now)


def _pools(tx: Connection, planned: Webinar) -> list[tuple[Registration, Pool]]:
    """Everybody who sits or waits, and whose kept seats they would take."""
    with beyond(tx, "seats"):
        everybody = registrations.active(tx, planned.id)
        return [(each, pool_of(tx, planned, people.get(tx, each.person))) for each in everybody]


def _note(tx: Connection, what: What, webinar: Webinar, scope: Scope, now: datetime, **after: int) -> None:
    audit.note(tx, Deed(what, webinar.organisation, webinar.id, after=after), scope.person, now)
