"""Somebody who has no seat writes the word of a webinar, or the code at its door: they are there, and have one."""

from collections.abc import Collection
from datetime import datetime, timedelta

from actions.register import drop_told, pool_of
from domain import checking_in, door
from domain.at_webinar import WalkIn
from domain.audit import Deed
from domain.checking_in import LATE, WALK_INS
from domain.message import Notice
from domain.person import Person
from domain.presence import By
from domain.seating import Pool
from domain.webinar import LONGEST, Webinar
from storage import attended, audit, buckets, employments, registrations, webinars
from storage.database import Connection
from storage.registrations import Registration

_BEFORE = timedelta(minutes=LONGEST) + LATE


def walk_in(tx: Connection, person: Person, said: WalkIn, key: bytes, now: datetime) -> Notice:
    """They were there, if it is the word or the code of one for them that is on, and there is a seat; they may be wrong
    so many times. `key` makes the codes at doors."""
    if buckets.take(tx, WALK_INS, str(person.id), now):
        return checking_in.without("many")
    told = come_in(tx, person, (said.word, said.seed), key, now)
    if told is None:
        return checking_in.without("not_now")
    buckets.give_back(tx, WALK_INS, str(person.id), now)
    return told


def come_in(
    tx: Connection,
    person: Person,
    said: tuple[str, str],
    key: bytes,
    now: datetime,
    *,
    but: Collection[int] = (),
) -> Notice | None:
    """What comes of a word (and the seed of a link) that is shown at one of those for them, `but` for these; None: it
    is shown nowhere."""
    word, seed = said
    found = webinars.of_places(tx, employments.places(tx, person), now - _BEFORE)
    found = [each for each in found if each.id not in but]
    shows = next((each for each in found if _shows(each, word, key, now)), None)
    if shows is None:
        old = any(door.read(key, each, word, now) == "old" for each in found)
        return checking_in.without("old") if old else None
    meant = webinars.lock(tx, shows.id)
    if meant is None or not _shows(meant, word, key, now):
        return None
    mine, pool = registrations.of(tx, meant.id, person.id), pool_of(tx, meant, person.organisation.id)
    free, there = registrations.seats(tx, meant, now).free(pool), attended.there(tx, meant.id)
    stands = mine.state if mine else None
    if stays := checking_in.may_walk_in(meant, stands, there=there, free=free, now=now):
        return checking_in.without(stays)
    _sit(tx, meant, person, mine, (pool, seed), now)
    sits = registrations.of(tx, meant.id, person.id)
    assert sits is not None, "it was just put there"
    by: By = "door" if door.read(key, meant, word, now) == "right" else "word"
    attended.said(tx, sits.id, max(now, meant.ends_at), by=by)
    deed = Deed("seat.walked_in", meant.organisation, person.id, after={"webinar": meant.id})
    audit.note(tx, deed, person.id, now)
    return checking_in.came("walked_in", meant, left=0)


def _sit(  # noqa: PLR0917
    tx: Connection,
    meant: Webinar,
    person: Person,
    mine: Registration | None,
    new: tuple[Pool, str],
    now: datetime,
) -> None:
    """They have a seat, by their registration or by a new one, of this pool and with this seed."""
    pool, seed = new
    if mine is None or mine.state == "gone":
        registrations.put(
            tx,
            webinar=meant.id,
            person=person.id,
            pool=pool,
            state="seated",
            arrival=webinars.arrive(tx, meant.id),
            seed=mine.seed if mine else seed,
            due=None,
            now=now,
        )
    else:
        drop_told(tx, meant, [mine], now)
        registrations.stand(tx, mine.id, "seated")


def _shows(webinar: Webinar, word: str, key: bytes, now: datetime) -> bool:
    """Whether this is what it shows now."""
    by_word = checking_in.can(webinar, now) and checking_in.same(word, webinar.word)
    return by_word or door.read(key, webinar, word, now) == "right"
