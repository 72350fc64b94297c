"""Somebody says that they are at a webinar, by the word that is shown there or by the code at its door."""

from datetime import datetime

from actions.walk_in import come_in
from domain import checking_in, door
from domain.at_webinar import SayHere
from domain.checking_in import MOST_TRIES
from domain.door import Read
from domain.message import Notice
from domain.person import Person
from domain.presence import By
from storage import attended, registrations, webinars
from storage.database import Connection


def say_here(tx: Connection, person: Person, said: SayHere, key: bytes, now: datetime) -> Notice:
    """They are there, if it is the code or the word of one of these, or of another one at which there is a seat for
    them; they may be wrong so many times, and that counts at each. `key` makes the codes at doors."""
    worth = {each: _at_door(tx, each, said.word, key, now) for each in said.webinars}
    which = next((each for each in said.webinars if worth[each] == "right"), said.webinars[0])
    if set(worth.values()) == {"no"} and (told := _elsewhere(tx, person, said, which, key, now)):
        return told
    found, mine = webinars.lock(tx, which), registrations.of(tx, which, person.id)
    assert found is not None, "facts named it"
    can = checking_in.can(found, now)
    if mine is None or mine.state != "seated" or not (can or door.can(found, now)):
        return checking_in.came("not_now", found, left=0)
    by_word = can and checking_in.same(said.word, found.word)
    left = MOST_TRIES - mine.tries
    if not by_word and set(worth.values()) == {"no"}:
        attended.tried(tx, person.id, said.webinars, MOST_TRIES)
        return checking_in.came("wrong" if left > 1 else "many", found, left=max(left - 1, 0))
    if left <= 0:
        return checking_in.came("many", found, left=0)
    if worth[which] == "right" or by_word:
        by: By = "door" if worth[which] == "right" else "word"
        known = attended.said(tx, mine.id, max(now, found.ends_at), by=by)
        return checking_in.came(
            ("at_door" if by == "door" else "done") if known else "by_hand", found, left=left
        )
    return checking_in.came("old", found, left=left)


def _elsewhere(  # noqa: PLR0917
    tx: Connection, person: Person, said: SayHere, which: int, key: bytes, now: datetime
) -> Notice | None:
    """What comes of it where they have no seat, unless it is the word of this one, or they were wrong too often. None
    of the others is locked: of two people nobody waits for the other."""
    found, mine = webinars.find(tx, which), registrations.of(tx, which, person.id)
    by_word = found is not None and checking_in.can(found, now) and checking_in.same(said.word, found.word)
    if by_word or mine is None or mine.tries >= MOST_TRIES:
        return None
    return come_in(tx, person, (said.word, said.seed), key, now, but=said.webinars)


def _at_door(tx: Connection, webinar: int, word: str, key: bytes, now: datetime) -> Read:
    found = webinars.find(tx, webinar)
    return door.read(key, found, word, now) if found else "no"
