"""Tell a person what was done as them: that somebody came in, tried to, or changed how they sign in."""

from datetime import datetime

from actions.invite import mail
from domain import rights
from domain.audit import Deed
from domain.mailbox import usable
from domain.message import Line, Moment, Notice, Param, Place
from domain.pacing import local
from domain.person import Person
from domain.signing import Change
from domain.studying import MENU
from storage import addresses, audit, invitations, outbox, people, roles
from storage.addresses import Address
from storage.database import Connection
from storage.hooks import Hook
from storage.outbox import New, To


def joined(tx: Connection, person: int, place: Address, now: datetime, *, mails: bool) -> None:
    """This address is the person's from now on."""
    who, key = people.get(tx, person), f"joined:{place.id}:{now.timestamp():.0f}"
    said = _said(who, "joined.elsewhere", now, messenger=place.channel.capitalize())
    for other in addresses.all_of_person(tx, person):
        if other.id != place.id and other.reachable:
            outbox.add(tx, New(_to(who, other), said, f"{key}:{other.id}", "reply"), now)
    if mails:
        _mail(tx, who, "joined.subject", said, f"{key}:mail", now=now)


def tried(tx: Connection, invitation: int, now: datetime, *, mails: bool) -> None:
    """Somebody else showed the code of a used invitation; its person is told once a day."""
    used = invitations.get(tx, invitation)
    assert used is not None, "it was just looked at"
    who = people.get(tx, used.person)
    place = addresses.get(tx, used.used_by) if used.used_by else None
    said, key = _said(who, "joined.tried", now), f"tried:{invitation}:{local(now, who).date()}"
    if place and place.person == who.id:
        outbox.add(tx, New(_to(who, place), said, key, "reply"), now)
    if mails:
        _mail(tx, who, "joined.tried_subject", said, f"{key}:mail", now=now)


def changed(
    tx: Connection, person: int, what: Change, now: datetime, *, mails: bool, operator: bool = False
) -> None:
    """How the person signs in was changed, by them or an operator: it is kept in the audit log, and they are told."""
    who = people.get(tx, person)
    deed = Deed("entrance.changed", who.organisation.id, person, after={"change": what})
    audit.note(tx, deed, None if operator else person, now)
    if mails:
        when: dict[str, Param] = {"when": Moment(local(now, who)), "contact": who.organisation.contact}
        said = Notice((Line(f"changed.{what}"), Line("changed.when", when)))
        _mail(tx, who, "changed.subject", said, f"changed:{what}:{person}:{now.isoformat()}", now=now)


def hook_off(tx: Connection, hook: Hook, now: datetime, *, mails: bool) -> None:
    """A receiver of webhooks was switched off; whoever set it up is told, if they still manage its organisation."""
    who = people.get(tx, hook.person)
    manages = rights.held(roles.of_person(tx, hook.person)).get("manage", frozenset())
    if mails and hook.organisation in manages:
        told: dict[str, Param] = {
            "address": hook.address,
            "link": Place(f"/console/rights/webhooks/{hook.id}"),
        }
        said = Notice((Line("hook.silent", told), Line("hook.then", told)))
        _mail(tx, who, "hook.subject", said, f"hook:{hook.id}:{now.isoformat()}", now=now)


def closing(
    tx: Connection, person: int, organisation: tuple[int, str], now: datetime, *, mails: bool
) -> None:
    """Somebody asks that this organisation (its number, and what it is called) be closed, which this person could
    confirm: by mail, or in the chat where no mail is sent."""
    number, name = organisation
    who, key = people.get(tx, person), f"closing:{number}:{person}:{now.isoformat()}"
    told: dict[str, Param] = {"organisation": name, "link": Place(f"/console/organisations/{number}/close")}
    said = Notice((Line("closing.asked", told), Line("closing.then", told)))
    place = addresses.of_person(tx, person, who.organisation.messengers)
    email = people.email(tx, person) if mails else ""
    if usable(email):
        mail(tx, who, email, Notice((Line("closing.subject", told), *said.lines)), key, now=now)
    elif place:
        outbox.add(tx, New(_to(who, place), said, key, "reply"), now)


def _said(person: Person, what: str, now: datetime, **more: str) -> Notice:
    contact = person.organisation.contact
    return Notice((Line(what, {"when": Moment(local(now, person)), "contact": contact, **more}),), (MENU,))


def _to(person: Person, place: Address) -> To:
    return To(place.id, place.channel, person.id, person.organisation.id)


def _mail(tx: Connection, person: Person, subject: str, said: Notice, key: str, *, now: datetime) -> None:
    email = people.email(tx, person.id)
    if usable(email):
        head = Line(subject, {"organisation": person.organisation.name})
        mail(tx, person, email, Notice((head, *said.lines)), key, now=now)
