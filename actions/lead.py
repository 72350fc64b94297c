"""Sessions find their trainers: the suitable one with the fewest is asked, then the next; under the webinar's lock."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from actions.tell_registered import tell, way
from domain import leading, leading_talk
from domain.audit import Deed, Values
from domain.language import Language
from domain.leading import Led
from domain.leading_talk import A_PAGE, MOST_LISTED, Room
from domain.message import Notice
from domain.organisation import Scope
from domain.person import Person
from domain.webinar import AFTERWARDS, Webinar
from storage import addresses, audit, leads, people, queueing, registrations, roles, webinars
from storage.database import Connection
from storage.errors import NotFound
from storage.leads import Asked


def seek(tx: Connection, webinar: int, now: datetime) -> int:
    """Ask whoever is next, once whoever was asked did not answer in time; how many were asked or told.

    Where nobody is left, those who coordinate it are told, once for each time that it changes.
    """
    found = webinars.lock(tx, webinar)
    if found is None or not _seeks(found, now):
        return 0
    waits = leads.waits(tx, webinar)
    if waits and waits.sequence == found.sequence and waits.until > now:
        leads.look(tx, webinar, waits.until)
        return 0
    if waits:
        leads.settle(tx, waits.id, "silent" if waits.sequence == found.sequence else "withdrawn")
    asked = {each.person for each in leads.of(tx, found)}
    able = (each for each in leads.trainers(tx, found, now) if _reached(tx, each.person))
    chosen = leading.next_trainer(found, able, asked)
    if chosen is None:
        leads.look(tx, webinar, found.starts_at)
        return _tell_coordinators(tx, found, len(asked), now)
    who = chosen.person
    how = way(tx, who, found.starts_at, now)
    until = leading.answer_by(how.at, found.starts_at)
    leads.ask(tx, found, who.id, until, now)
    leads.look(tx, webinar, until)
    told = leading_talk.offer(found, who, until)
    tell(tx, who, told, how, key=_key(webinar, who.id, found.sequence), not_after=until, now=now)
    return 1


def accept(tx: Connection, person: Person, webinar: int, now: datetime) -> Led:
    """They hold it, if they are the one who is asked, and hold nothing else then; whoever else answers."""
    found = webinars.lock(tx, webinar)
    if found and found.trainer == person.id:
        return "already"
    asked = leads.waits(tx, webinar) if found else None
    if found is None or asked is None or not _still(asked, found, person, now):
        return "gone"
    [trainer] = leads.of_people(tx, [person.id], found.starts_at, found.zone)
    own = leading.Session(found.starts_at, found.ends_at)
    others = list(trainer.sessions)
    others.remove(own)  # what they are asked to hold is among what they hold
    if not leading.free(replace(trainer, sessions=tuple(others)), found):
        leads.settle(tx, asked.id, "declined", "busy")
        leads.name(tx, webinar, None)
        return "busy"
    leads.settle(tx, asked.id, "accepted")
    leads.name(tx, webinar, person.id)
    _note(tx, found, person, "accepted", now)
    return "accepted"


def decline(tx: Connection, person: Person, webinar: int, why: str, now: datetime) -> Notice:
    """They do not hold it, or not any more, and the next is asked; or they say why they did not."""
    found, asked = webinars.lock(tx, webinar), leads.newest(tx, webinar, person.id)
    if found is None or (asked is None and found.trainer != person.id):
        return leading_talk.none()
    if found.trainer == person.id:
        return _give_back(tx, found, asked, person, why, now=now)
    assert asked is not None, "they were asked"
    if asked.state == "declined" and why:
        leads.settle(tx, asked.id, "declined", why)
        return leading_talk.thanks()
    if not _still(asked, found, person, now):
        return leading_talk.became("gone", found, person)
    leads.settle(tx, asked.id, "declined", why)
    leads.name(tx, webinar, None)
    _note(tx, found, person, "declined", now)
    return leading_talk.became("declined", found, person, why=why)


def show(tx: Connection, person: Person, webinar: int, page: int, now: datetime) -> Notice:
    """A session of theirs, or one that they are asked to hold; or all of them."""
    if not webinar:
        held = leads.held(tx, person.id, now - AFTERWARDS, MOST_LISTED)
        return leading_talk.all_of(person, held, leads.offered(tx, person.id, now, MOST_LISTED))
    found = webinars.find(tx, webinar)
    if found and found.trainer == person.id and found.state == "open":
        return leading_talk.room(found, person, _room(tx, found, page), page, now)
    asked = leads.waits(tx, webinar) if found else None
    if found and asked and _still(asked, found, person, now):
        return leading_talk.offer(found, person, asked.until)
    return leading_talk.none()


def changed(tx: Connection, before: Webinar | None, after: Webinar, now: datetime) -> None:
    """Whoever holds it is told that they do, or how it is from now on; whoever was asked need not answer any more,
    where it changed or seeks nobody."""
    waits = leads.waits(tx, after.id)
    if waits and (waits.sequence != after.sequence or not _seeks(after, now)):
        leads.settle(tx, waits.id, "withdrawn")
        queueing.drop_keys(tx, [_key(after.id, waits.person, waits.sequence)], now)
    if after.trainer is None or (before and before.sequence == after.sequence):
        return
    who = people.get(tx, after.trainer)
    told = leading_talk.told(after, who, known=before is not None and before.trainer == after.trainer)
    how, key = way(tx, who, after.starts_at, now), f"webinar:{after.id}:{who.id}:led:{after.sequence}"
    tell(tx, who, told, how, key=key, not_after=after.starts_at, now=now)


def say(
    tx: Connection,
    scope: Scope,
    person: int,
    can: tuple[Collection[Language], Collection[int]],
    now: datetime,
) -> None:
    """What a trainer can do, by whoever acts where they are at home; NotFound for any other."""
    mine = {each.person.id: each.person for each in leads.of_scope(tx, scope, now, "UTC")}
    who = mine.get(person)
    if who is None or who.organisation.id not in scope.at("act"):
        raise NotFound
    leads.say(tx, person, *can)
    after: Values = {"languages": len(can[0]), "programmes": len(can[1])}
    audit.note(tx, Deed("trainer.changed", who.organisation.id, person, after=after), scope.person, now)


def _seeks(webinar: Webinar, now: datetime) -> bool:
    sought = webinar.seeking and webinar.trainer is None
    return sought and webinar.state == "open" and webinar.starts_at > now


def _still(asked: Asked, webinar: Webinar, person: Person, now: datetime) -> bool:
    mine = asked.person == person.id and asked.state == "offered" and asked.sequence == webinar.sequence
    return mine and asked.until > now and _seeks(webinar, now)


def _give_back(
    tx: Connection, webinar: Webinar, asked: Asked | None, person: Person, why: str, *, now: datetime
) -> Notice:
    if webinar.starts_at <= now or webinar.state != "open":
        return leading_talk.became("gone", webinar, person)
    if asked and asked.sequence == webinar.sequence:
        leads.settle(tx, asked.id, "declined", why)
    else:
        leads.ask(tx, webinar, person.id, now, now)
        waits = leads.newest(tx, webinar.id, person.id)
        assert waits is not None, "it was just put there"
        leads.settle(tx, waits.id, "declined", why)
    leads.name(tx, webinar.id, None)
    _note(tx, webinar, person, "given_back", now)
    if not webinar.seeking:
        leads.look(tx, webinar.id, webinar.starts_at)
        _tell_coordinators(tx, webinar, 0, now)
    return leading_talk.became("given_back", webinar, person, why=why)


def _reached(tx: Connection, person: Person) -> bool:
    return addresses.of_person(tx, person.id, person.organisation.messengers) is not None


def _room(tx: Connection, webinar: Webinar, page: int) -> Room:
    many, first = registrations.taken(tx, [webinar.id]).get(webinar.id, {}), (page - 1) * A_PAGE
    return Room(
        leads.guests(tx, webinar.id, first, A_PAGE),
        many.get("seated", 0) + many.get("offered", 0),
        many.get("waiting", 0),
        leads.questions(tx, webinar.id, first, A_PAGE),
        leading.feedback(leads.ratings(tx, webinar.id)),
    )


def _tell_coordinators(tx: Connection, webinar: Webinar, asked: int, now: datetime) -> int:
    """The nearest who may change it, from its place upwards."""
    _, found = roles.nearest(tx, webinar.organisation, now, "act")
    for person in found:
        who = people.get(tx, person)
        how = way(tx, who, webinar.starts_at, now)
        told, key = leading_talk.nobody(webinar, who), _key(webinar.id, person, webinar.sequence)
        tell(tx, who, told, how, key=f"{key}:{asked}", not_after=webinar.starts_at, now=now)
    return len(found)


def _key(webinar: int, person: int, sequence: int) -> str:
    return f"webinar:{webinar}:{person}:lead:{sequence}"


def _note(tx: Connection, webinar: Webinar, who: Person, state: str, now: datetime) -> None:
    after: Values = {"webinar": webinar.id, "state": state}
    audit.note(tx, Deed("webinar.led", webinar.organisation, who.id, after=after), who.id, now)
