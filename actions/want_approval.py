"""Tell those who may approve an announcement that one waits for them."""

from datetime import datetime, timedelta
from typing import Final

from actions import ask_gate
from actions.invite import mail
from domain.gate import Drop
from domain.mailbox import usable
from domain.message import Line, Notice, Param, Place
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
        told: dict[str, Param] = {
            "organisation": places[place].name,
            "link": Place(f"/console/announcements/{announced.id}"),
        }
        line = [each.id for each in upward(places, place)]
        for person, _ in roles.managers(tx, line, now, "act"):
            if person != announced.by:
                _tell(tx, person, announced.id, told, now, mails=mails)


def _tell(
    tx: Connection, person: int, which: int, told: dict[str, Param], now: datetime, *, mails: bool
) -> None:
    who, key = people.get(tx, person), f"approval:{which}:{person}:{now.isoformat()}"
    said = Notice((Line("approval.wanted", told), Line("approval.then", told)))
    place = addresses.of_person(tx, person, who.organisation.messengers)
    email = people.email(tx, person) if mails else ""
    gate = ask_gate.ask(tx, who, "personal", now + USE, now) if place else Drop()
    passed = ask_gate.passed(gate, who, now)
    if place and not (passed.dropped and usable(email)):
        to = To(place.id, place.channel, person, who.organisation.id)
        outbox.add(tx, New(to, said, key, "personal", passed, now + USE), now)
    elif usable(email):
        head = Line("approval.subject", told)
        mail(tx, who, email, Notice((head, *said.lines)), key, now=now)
