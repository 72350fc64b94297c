"""Tell those who may approve an announcement that one waits for them."""

from datetime import datetime, timedelta
from typing import Final

from actions import ask_gate
from actions.invite import mail
from domain.mailbox import usable
from domain.message import Line, Notice, Param, Place
from domain.tree import upward
from storage import addresses, organisations, outbox, people, roles
from storage.announcements import Announced
from storage.database import Connection
from storage.outbox import New, To
from storage.wall import beyond

USE: Final = timedelta(days=2)  # of being told: by then whoever asked has found somebody


def want_approval(tx: Connection, announced: Announced, now: datetime, *, mails: bool) -> None:
    """Everybody who may announce things there is told, but whoever announces it: in the chat, when the gate lets it go;
    by mail, where any is sent, whoever has none."""
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
    if place:
        passed = ask_gate.passed(ask_gate.ask(tx, who, "personal", now + USE, now), who, now)
        to = To(place.id, place.channel, person, who.organisation.id)
        outbox.add(tx, New(to, said, key, "personal", passed, now + USE), now)
    elif usable(email):
        head = Line("approval.subject", told)
        mail(tx, who, email, Notice((head, *said.lines)), key, now=now)
