"""An announcement made in the chat, by the same actions as in the console: what somebody does, carried out and said."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from actions import compose, dispatch
from actions.announced import made
from actions.compose import Changed, Composed
from actions.dispatch import NotSent
from actions.standing import acting
from actions.turn_down import turn_down
from domain import announcing
from domain import at_announcement as to
from domain.at_announcement import Announcing, DoAnnouncement, Writing
from domain.audience import EVERYBODY
from domain.fitting import MOST_TEXT
from domain.message import Notice
from domain.organisation import Scope
from domain.person import Person
from domain.tree import in_order
from storage import addresses, organisations
from storage.addresses import Address
from storage.database import Connection
from storage.errors import NotFound
from storage.outbox import To

LONGEST = 2 * MOST_TEXT  # what is too long is kept, and said


@dataclass(frozen=True, slots=True)
class Talk:
    """Somebody who makes an announcement: where they write, and what made this turn. `mails`: mail is sent."""

    person: Person
    address: Address
    occurrence: str
    now: datetime
    mails: bool


def may(tx: Connection, person: Person, now: datetime) -> bool:
    """Whether they may announce something somewhere."""
    return bool(acting(tx, person, now).organisations)


def carry_out(tx: Connection, talk: Talk, effect: Announcing) -> Iterator[Notice]:
    """Do it; what is said of it."""
    if isinstance(effect, to.StopWriting):
        addresses.write(tx, talk.address.id, "")
        if effect.said:
            yield announcing.stopped()
        return
    scope = acting(tx, talk.person, talk.now)
    if not scope.organisations:
        addresses.write(tx, talk.address.id, "")
        yield announcing.not_yours(talk.person.organisation.contact)
        return
    try:
        yield from _done(tx, talk, scope, effect)
    except NotFound:
        addresses.write(tx, talk.address.id, "")
        yield announcing.none()


def _done(tx: Connection, talk: Talk, scope: Scope, effect: Announcing) -> Iterator[Notice]:
    match effect:
        case to.BeginAnnouncing(place, page):
            yield _begun(tx, talk, scope, place, page)
        case to.AwaitWords(writing):
            yield _awaited(tx, talk, scope, writing)
        case to.KeepWords(writing, words):
            yield from _kept(tx, talk, scope, writing, words)
        case to.DoAnnouncement():
            yield from _step(tx, talk, scope, effect)
        case to.StopWriting():
            return
        case _:
            assert_never(effect)


def _begun(tx: Connection, talk: Talk, scope: Scope, place: int, page: int) -> Notice:
    mine = scope.organisations
    if place or len(mine) == 1:
        (where,) = (place,) if place else mine
        writing = Writing(where, talk.person.language, 0, talk.now + announcing.AWAITED)
        return _awaited(tx, talk, scope, writing)
    places = [(each.id, each.name) for each in in_order(organisations.places(tx).values()) if each.id in mine]
    return announcing.where(places, page)


def _awaited(tx: Connection, talk: Talk, scope: Scope, writing: Writing) -> Notice:
    """The words are awaited from now on; raises NotFound for a place or a draft that is not theirs."""
    place = organisations.find(tx, writing.place) if writing.place in scope.organisations else None
    if place is None:
        raise NotFound
    if writing.draft and compose.one(tx, scope, writing.draft).state != "draft":
        raise NotFound
    if not writing.draft and writing.language not in place.offers:
        writing = replace(writing, language=place.offers[0])
    addresses.write(tx, talk.address.id, writing.written())
    return announcing.ask_words(writing, place.name, place.offers)


def _kept(tx: Connection, talk: Talk, scope: Scope, writing: Writing, words: str) -> Iterator[Notice]:
    """The words are those of the draft, of a new one if there is none; how it looks then."""
    addresses.write(tx, talk.address.id, "")
    said = {writing.language: words.replace("\r\n", "\n").strip()[:LONGEST]}
    composed, seen = Composed(writing.place, said, confirms=False, rule=EVERYBODY), ""
    if writing.draft:
        before = compose.one(tx, scope, writing.draft)
        composed, seen = compose.composed_of(before), compose.mark(before)
        composed = replace(composed, texts={**composed.texts, **said})
    key = f"chat:{talk.occurrence}"
    which = compose.save(tx, scope, composed, talk.now, key=key, which=writing.draft, seen=seen)
    yield from _shown(tx, talk, scope, which)


def _shown(tx: Connection, talk: Talk, scope: Scope, which: int) -> Iterator[Notice]:
    yield from announcing.shown(_made(tx, talk, scope, which))


def _made(tx: Connection, talk: Talk, scope: Scope, which: int) -> announcing.Made:
    press = hashlib.sha256(talk.occurrence.encode()).hexdigest()[:12]
    return replace(made(tx, scope, which, talk.person, talk.now), press=press)


def _step(tx: Connection, talk: Talk, scope: Scope, asked: DoAnnouncement) -> Iterator[Notice]:
    which = asked.announcement
    match asked.doing:
        case "show":
            yield from _shown(tx, talk, scope, which)
        case "status":
            yield announcing.stands(_made(tx, talk, scope, which))
        case "test":
            yield from _tested(tx, talk, scope, asked)
        case "send":
            yield from _sent(tx, talk, scope, asked)
        case "undo" | "drop":
            yield from _taken_back(tx, talk, scope, asked)
        case "approve" | "refuse":
            yield from _decided(tx, talk, scope, asked)


def _tested(tx: Connection, talk: Talk, scope: Scope, asked: DoAnnouncement) -> Iterator[Notice]:
    mine = To(talk.address.id, talk.address.channel, talk.person.id)
    dispatch.try_out(tx, scope, asked.announcement, mine, talk.now, press=asked.word)
    yield announcing.became("tested", _made(tx, talk, scope, asked.announcement))


def _sent(tx: Connection, talk: Talk, scope: Scope, asked: DoAnnouncement) -> Iterator[Notice]:
    which = asked.announcement
    try:
        dispatch.send(tx, scope, which, None, talk.now, seen=asked.word, mails=talk.mails)
    except NotSent as error:
        wrong = tuple((each.what, each.language) for each in error.faults)
        yield from announcing.shown(replace(_made(tx, talk, scope, which), faults=wrong))
        return
    except Changed:
        yield from _anew(tx, talk, scope, which)
        return
    now_ = _made(tx, talk, scope, which)
    yield announcing.stands(now_)


def _anew(tx: Connection, talk: Talk, scope: Scope, which: int) -> Iterator[Notice]:
    """It is not what they had seen."""
    yield announcing.changed()
    yield from _shown(tx, talk, scope, which)


def _taken_back(tx: Connection, talk: Talk, scope: Scope, asked: DoAnnouncement) -> Iterator[Notice]:
    deed = "undo" if asked.doing == "undo" else "discard"
    before = compose.one(tx, scope, asked.announcement).state
    done = dispatch.steer(tx, scope, asked.announcement, deed, talk.now)  # type: ignore[arg-type]
    now_ = _made(tx, talk, scope, asked.announcement)
    plain = asked.doing == "drop" or before in ("draft", "cancelled")
    yield announcing.stands(now_) if plain else announcing.became("undone" if done else "late", now_)


def _decided(tx: Connection, talk: Talk, scope: Scope, asked: DoAnnouncement) -> Iterator[Notice]:
    which, approves = asked.announcement, asked.doing == "approve"
    before = compose.one(tx, scope, which)
    if before.by == scope.person and before.state == "asked":
        yield announcing.own()
        return
    try:
        if approves:
            done = dispatch.approve(tx, scope, which, asked.word, talk.now)
        else:
            done = turn_down(tx, scope, which, asked.word, talk.person, now=talk.now, mails=talk.mails)
    except Changed:
        yield from _anew(tx, talk, scope, which)
        return
    now_ = _made(tx, talk, scope, which)
    yield announcing.became("approved" if approves else "refused", now_) if done else announcing.stands(now_)
