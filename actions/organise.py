"""Make webinars, change and cancel them, and say who was there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from actions import lead
from actions.register import drop_told, hold_again, pool_of
from domain import door
from domain.audit import Deed, What
from domain.organisation import Scope
from domain.planning import Fault, wrong
from domain.seating import Pool
from domain.webinar import Webinar
from storage import attended, audit, organisations, people, pools, registrations, roles, webinars
from storage.database import Connection
from storage.errors import NotFound
from storage.wall import beyond

MOST_SHOWN: Final = 500  # of those who wait to be approved of, on the page


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
    taken: Mapping[Pool, int] | None = None,
) -> list[Fault]:
    """What is wrong with it; with one that was so `before`, also for those who are registered, of whom so many would
    sit of each pool (None: as until now). Whoever was its trainer may remain it."""
    if planned.organisation not in scope.at("act"):
        return ["place"]
    with beyond(tx, "seats"):
        seats = registrations.seats(tx, planned, now)
    if taken is not None:
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
        there = replace(each, id=number)
        with beyond(tx, "holders"):
            lead.changed(tx, None, there, now)
        _note(tx, "webinar.made", there, scope, now, seats=each.capacity)
    return new


def change(tx: Connection, scope: Scope, planned: Webinar, now: datetime) -> Webinar:
    """So it is from now on. Those who are registered are told once of what they have to know; what was on its way to
    them about how it was does not go."""
    before = own(tx, scope, planned.id)
    if before.state == "cancelled":
        raise NotHeld(["cancelled"])
    if before.starts_at <= now:
        raise NotHeld(["begun"])
    moved, taken = _pools(tx, planned) if planned.kept != before.kept else ({}, None)
    if why := faults(tx, scope, planned, now, before=before, taken=taken):
        raise NotHeld(why)
    told = planned.told() != before.told()
    stays = before.seeking and planned.trainer is not None and planned.trainer == before.trainer
    after = replace(
        planned,
        seeking=planned.seeking or stays,
        organisation=before.organisation,
        series=before.series,
        state=before.state,
        paper=before.paper,
        sequence=before.sequence + told,
        changed_at=now if told else before.changed_at,
    )
    with beyond(tx, "seats"):
        if told:
            _overtake(tx, before, now)
        webinars.put(tx, after, now)
        if told:
            hold_again(tx, after, now)
            if not door.can(after, now):
                attended.forget(tx, after.id)
        pools.put(tx, after.id, moved)
        if not after.approves:
            pools.let_in(tx, after.id)
        lead.changed(tx, before, after, now)
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
        lead.changed(tx, before, after, now)
    _note(tx, "webinar.cancelled", after, scope, now)
    return after


def attend(
    tx: Connection,
    scope: Scope,
    webinar: int,
    said: Mapping[int, bool],
    now: datetime,
    *,
    ticked: Collection[int],
) -> None:
    """Whether each of these was there, by the numbers of their registrations; nobody else's changes. `ticked` are those
    who were shown as having been there: what became known meanwhile of somebody who is said to be as they were shown
    stays, such as that they checked in. Until it is over nobody is told anything of that, and nobody is absent of whom
    nothing was known before."""
    found = own(tx, scope, webinar)
    mine = {
        each.registration.id: each.registration.attended for each in registrations.listed(tx, scope, webinar)
    }
    over = now >= found.ends_at
    moved = {
        each
        for each in mine.keys() & said.keys()
        if said[each] != (each in ticked) or (over and mine[each] is None)
    }
    came = {each for each in moved if said[each]}
    with beyond(tx, "seats"):
        attended.attend(tx, webinar, (came, moved), max(now, found.ends_at))
    _note(tx, "webinar.attended", found, scope, now, there=len(came))


def print_code(tx: Connection, scope: Scope, webinar: int, seed: str, now: datetime) -> None:
    """The code on paper at its door is made of this seed from now on, and what was printed before is worth nothing;
    "": there is none any more."""
    found = own(tx, scope, webinar)
    webinars.print_code(tx, webinar, seed)
    _note(tx, "webinar.printed", found, scope, now, on=int(bool(seed)))


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


def _pools(tx: Connection, planned: Webinar) -> tuple[dict[int, Pool], dict[Pool, int]]:
    """Whose kept seats the people of each place would take who sit or wait, and how many of each pool would sit."""
    with beyond(tx, "seats"):
        sitting = pools.places(tx, planned.id)
        mine = {place: pool_of(tx, planned, place) for place in sitting}
    return mine, pools.of_pool(mine, sitting)


def _note(tx: Connection, what: What, webinar: Webinar, scope: Scope, now: datetime, **after: int) -> None:
    audit.note(tx, Deed(what, webinar.organisation, webinar.id, after=after), scope.person, now)
