"""Tell those who may approve an announcement that one waits for them."""

from datetime import datetime, timedelta
from typing import Final

from actions import ask_gate, compose
from actions.announced import reaching, written
from actions.invite import mail
from domain import announcing
from domain.gate import Drop
from domain.mailbox import usable
from domain.message import Notice
from domain.person import Person
from domain.tree import upward
from storage import addresses, organisations, outbox, people, roles
from storage.announcements import Announced
from storage.database import Connection
from storage.outbox import New, To
from storage.wall import beyond

USE: Final = timedelta(days=14)  # of being told: over weekends and holidays, and most leaves


def want_approval(tx: Connection, announced: Announced, now: datetime, *, mails: bool) -> None:
    """Everybody who may announce things there is told, but whoever announces it: in the chat, when the gate lets it go;
    by mail, where any is sent, whoever has none, or would be told there too late."""
    place = announced.organisation
    assert place is not None, "a coordinator's is of a place"
    with beyond(tx, "holders"):
        places = organisations.places(tx)
        reached = compose.reach(tx, compose.composed_of(announced), now)
        line = [each.id for each in upward(places, place)]
        for person, _ in roles.managers(tx, line, now, "act"):
            if person != announced.by:
                who = people.get(tx, person)
                seen = reaching(written(tx, announced, who), reached)
                key = f"approval:{announced.id}:{person}:{now.isoformat()}"
                tell(
                    tx, who, key, announcing.wanted(seen), announcing.wanted_mail(seen), now=now, mails=mails
                )


def tell(
    tx: Connection, who: Person, key: str, said: Notice, mailed: Notice, *, now: datetime, mails: bool
) -> None:
    """In the chat when the gate lets it go; by mail whoever has none, or would be told there too late."""
    place = addresses.of_person(tx, who.id, who.organisation.messengers)
    email = people.email(tx, who.id) if mails else ""
    gate = ask_gate.ask(tx, who, "personal", now + USE, now) if place else Drop()
    passed = ask_gate.passed(gate, who, now)
    if place and not (passed.dropped and usable(email)):
        to = To(place.id, place.channel, who.id, who.organisation.id)
        outbox.add(tx, New(to, said, key, "personal", passed, now + USE), now)
    elif usable(email):
        mail(tx, who, email, mailed, key, now=now)
