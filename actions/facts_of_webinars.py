"""The webinars that somebody may register for, or is registered for, as a reply about them needs them."""

from collections.abc import Sequence
from datetime import datetime

from domain import seating
from domain.person import Person
from domain.seating import Seats
from domain.webinar import AFTERWARDS, Shown, Webinar
from storage import employments, organisations, registrations, webinars
from storage.database import Connection
from storage.registrations import Registration
from storage.stood import Stood, stood


def shown_to(tx: Connection, person: Person, now: datetime) -> tuple[Shown, ...]:
    """Those that are to come, and those that the person has been at of late."""
    mine = {each.webinar: each for each in registrations.of_person(tx, person.id)}
    places = employments.places(tx, person)
    upward = organisations.upward(tx, person.organisation.id)
    found = webinars.of_places(tx, places, now, also=mine)
    ahead = [each for each in found if each.starts_at > now or each.ends_at > now - AFTERWARDS]
    as_it_is = stood(tx, [each.id for each in ahead], person.id)
    return tuple(_shown(each, mine.get(each.id), as_it_is[each.id], upward, now) for each in ahead)


def shown_one(tx: Connection, person: Person, webinar: int, now: datetime) -> Shown | None:
    """One of these, without a look at the others; None: it is none of them."""
    found, mine = webinars.find(tx, webinar), registrations.of(tx, webinar, person.id)
    if found is None or found.ends_at <= now - AFTERWARDS:
        return None
    if mine is None or mine.state not in seating.ACTIVE:
        mine = None
        if found.starts_at <= now or not is_for(tx, found, person):
            return None
    upward = organisations.upward(tx, person.organisation.id)
    return _shown(found, mine, stood(tx, [webinar], person.id)[webinar], upward, now)


def is_for(tx: Connection, webinar: Webinar, person: Person) -> bool:
    """Whether they may register: it is for the people of where they work, or of a place above it."""
    places = employments.places(tx, person)
    return any(webinar.organisation in organisations.upward(tx, each) for each in places)


def _shown(
    webinar: Webinar, mine: Registration | None, stands: Stood, upward: Sequence[int], now: datetime
) -> Shown:
    seats = Seats(webinar.capacity, webinar.keeps(now), stands.taken)
    free = seats.free(seating.pool_of(webinar.kept, upward))
    if mine is None:
        return Shown(webinar, waiting=stands.waiting, free=free, trainer=stands.trainer)
    return Shown(
        webinar,
        mine.state,
        stands.place,
        stands.waiting,
        free,
        stands.trainer,
        mine.offer_until,
        mine.seed,
        mine.rating,
    )
