"""Seats of webinars: people come and go, wait, and are given what becomes free, each under the webinar's own lock.

Between two transactions nobody waits who could sit: whoever frees a seat gives it away in the same breath.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from actions.facts_of_webinars import is_for, shown_one
from actions.tell_registered import tell, way
from domain import attending, seating
from domain import webinar as rules
from domain.attending import Became
from domain.audit import Deed
from domain.message import Notice
from domain.pacing import local
from domain.person import Person
from domain.seating import Pool, Seats
from domain.webinar import Webinar
from storage import audit, organisations, people, queueing, registrations, webinars
from storage.database import Connection
from storage.registrations import Registration

AT_ONCE: Final = 200  # in one transaction: those who register meanwhile do not notice


@dataclass(frozen=True, slots=True)
class Filled:
    """How many seats were given, and whether there is `more` to give."""

    given: int
    more: bool = False


def register(tx: Connection, person: Person, webinar: int, now: datetime, *, seed: str) -> Became:
    """A seat for this person, or the end of the waiting list; exact, whoever else comes at the same moment."""
    found = webinars.lock(tx, webinar)
    if found is None or not is_for(tx, found, person):
        return "none"
    before = registrations.of(tx, webinar, person.id)
    if before and before.state in seating.ACTIVE:
        return "already"
    takes = found.takes(now)
    if takes != "open":
        return takes
    more = fill(tx, found, now).more  # where the hour has come at which kept seats are for anybody
    pool = pool_of(tx, found, person.organisation.id)
    sits = not found.approves and not more and registrations.seats(tx, found, now).free(pool) > 0
    stands: Literal["asked", "seated", "waiting"] = (
        "asked" if found.approves else "seated" if sits else "waiting"
    )
    registrations.put(
        tx,
        webinar=webinar,
        person=person.id,
        pool=pool,
        state=stands,
        arrival=webinars.arrive(tx, webinar),
        seed=before.seed if before else seed,
        due=rules.next_rung(found, now, person) if sits else None,
        now=now,
    )
    return stands


def give_up(tx: Connection, person: Person, webinar: int, now: datetime) -> Became:
    """They cannot come, or wait no more; what they had goes on to whoever is next."""
    found = webinars.lock(tx, webinar)
    mine = registrations.of(tx, webinar, person.id) if found else None
    if found is None or mine is None or mine.state not in seating.ACTIVE:
        return "not_there"
    if found.takes(now) in ("over", "cancelled"):
        return "over"
    registrations.stand(tx, mine.id, "gone")
    drop_told(tx, found, [mine], now)
    fill(tx, found, now)
    return "left"


def take(tx: Connection, person: Person, webinar: int, now: datetime) -> Became:
    """They take the seat that is held for them, if it still is."""
    found = webinars.lock(tx, webinar)
    mine = registrations.of(tx, webinar, person.id) if found else None
    if found is None or mine is None or mine.state not in seating.ACTIVE:
        return "lapsed"
    if found.takes(now) in ("over", "cancelled"):
        return "over"
    if mine.state != "offered":
        return "already"
    if mine.offer_until is None or mine.offer_until <= now:
        tend(tx, webinar, now)
        return "lapsed"
    registrations.stand(tx, mine.id, "seated", rules.next_rung(found, now, person))
    drop_told(tx, found, [mine], now)
    return "seated"


def fill(
    tx: Connection, webinar: Webinar, now: datetime, *, approved: Collection[int] = (), most: int = AT_ONCE
) -> Filled:
    """Every free seat goes to whoever has waited longest of those who may take it; `approved` registrations are told
    why. After `most` the rest are seen to at once, in a transaction of their own, and nobody overtakes them."""
    if webinar.state != "open" or now >= webinar.starts_at:
        return Filled(0)
    seats, given, seen = registrations.seats(tx, webinar, now), 0, 0
    while (each := _next(tx, webinar, seats)) is not None:
        if seen == most:
            webinars.look_by(tx, webinar.id, now)
            return Filled(given, more=True)
        seen += 1
        who = people.get(tx, each.person)
        if has_left(who, now):
            registrations.stand(tx, each.id, "gone")
            continue
        _give(tx, webinar, each, who, approved=each.id in approved, now=now)
        seats, given = seats.take(each.pool), given + 1
    return Filled(given)


def tend(tx: Connection, webinar: int, now: datetime) -> int:
    """What time alone does to its seats: offers lapse, kept seats are released; how many seats moved. From `AT_ONCE` of
    either on there may be more."""
    found = webinars.lock(tx, webinar)
    if found is None:
        return 0
    over = registrations.lapsed(tx, webinar, now, AT_ONCE) if found.state == "open" else []
    for each in over:
        registrations.stand(tx, each.id, "gone")
        who = people.get(tx, each.person)
        told, how = attending.lapsed(found, who, now), way(tx, who, found.starts_at, now)
        tell(tx, who, told, how, key=_key(found, each, "lapsed"), not_after=found.starts_at, now=now)
    filled = fill(tx, found, now)
    more = filled.more or len(over) == AT_ONCE
    ahead = (found.release_at, registrations.next_lapse(tx, webinar))
    later = [at for at in ahead if at is not None and at > now]
    then = now if more else min(later, default=None)
    webinars.look(tx, webinar, then if found.state == "open" else None)
    return len(over) + filled.given


def ask(tx: Connection, person: Person, webinar: int, words: str, now: datetime) -> bool:
    """Keep a question to the trainer; False when they have asked enough."""
    if registrations.asked(tx, webinar, person.id) >= attending.MOST_ASKED:
        return False
    registrations.ask(tx, webinar, person.id, words, now)
    return True


def rate(tx: Connection, person: Person, webinar: int, rating: int) -> None:
    """What they say of it."""
    mine = registrations.of(tx, webinar, person.id)
    if mine and mine.state == "seated":
        registrations.rate(tx, mine.id, rating)


def said(tx: Connection, person: Person, webinar: int, result: Became, now: datetime) -> Notice:
    """What the person is told of what came of it, as it stands now."""
    found = shown_one(tx, person, webinar, now) if result != "none" else None
    if found is None:
        return attending.none()
    return attending.became(result, found, person, now)


def pool_of(tx: Connection, webinar: Webinar, place: int) -> Pool:
    """For which place the seats are kept that the people of this one may take."""
    if not webinar.kept:
        return None
    return seating.pool_of(webinar.kept, organisations.upward(tx, place))


def drop_told(tx: Connection, webinar: Webinar, whom: list[Registration], now: datetime) -> None:
    """What is on its way to them about it, as it stood until now, does not go."""
    rungs = (rules.NEWS, *rules.RUNGS)
    keys = [rules.key(webinar, each.person, rung) for each in whom for rung in rungs]
    keys += [_key(webinar, each, "seat") for each in whom]
    keys += [approval_key(webinar.id, each) for each in whom]
    queueing.drop_keys(tx, keys, now)


def hold_again(tx: Connection, webinar: Webinar, now: datetime) -> None:
    """It has changed: who has not yet said that they take the seat that is held for them has time to think anew."""
    for each in registrations.offered(tx, webinar.id):
        how = way(tx, people.get(tx, each.person), webinar.starts_at, now)
        until = seating.held_until(how.at, webinar.starts_at)
        registrations.stand(tx, each.id, "offered", (rules.NEWS, now), until)


def offer(
    tx: Connection,
    webinar: Webinar,
    each: Registration,
    who: Person,
    now: datetime,
    *,
    approved: bool = False,
) -> None:
    """Tell them of the seat that is theirs now, or that is held for them; `approved`: as somebody said so."""
    told = attending.offer(webinar, who, each.offer_until, approved=approved)
    end = each.offer_until or webinar.starts_at
    how = way(tx, who, webinar.starts_at, now)
    tell(tx, who, told, how, key=_key(webinar, each, "seat"), not_after=end, now=now)


def has_left(person: Person, now: datetime) -> bool:
    """Whether they work at no place any more: nothing reaches them."""
    return person.has_left(local(now, person).date())


def _next(tx: Connection, webinar: Webinar, seats: Seats) -> Registration | None:
    pools = seats.open_to()
    return None if pools is not None and not pools else registrations.first(tx, webinar.id, pools)


def _give(
    tx: Connection, webinar: Webinar, each: Registration, who: Person, *, approved: bool, now: datetime
) -> None:
    """A seat for somebody who waited; near the start it is held for them until they say that they take it."""
    until = None
    if seating.is_near(now, webinar.starts_at):
        until = seating.held_until(way(tx, who, webinar.starts_at, now).at, webinar.starts_at)
        registrations.stand(tx, each.id, "offered", offer_until=until)
        webinars.look_by(tx, webinar.id, until)
    else:
        registrations.stand(tx, each.id, "seated", rules.next_rung(webinar, now, who))
    offer(tx, webinar, replace(each, offer_until=until), who, now, approved=approved)
    after = {"webinar": webinar.id, "state": "offered" if until else "seated"}
    audit.note(tx, Deed("seat.given", webinar.organisation, each.person, after=after), None, now)


def approval_key(webinar: int, each: Registration) -> str:
    """What names the word on whether they were approved of."""
    return f"webinar:{webinar}:{each.person}:approval:{each.arrival}"


def _key(webinar: Webinar, each: Registration, what: str) -> str:
    return f"webinar:{webinar.id}:{each.person}:{what}:{each.arrival}:{webinar.sequence}"
