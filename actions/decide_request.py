"""Decide about somebody who came by an organisation's link and is not in its roster."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from actions import edit_person, employ
from actions.edit_person import Unfit
from actions.invite import VALID
from domain.audit import Deed
from domain.joining import privacy
from domain.language import DEFAULT, language_of
from domain.message import Line, Notice, notice
from domain.offers import offers
from domain.organisation import Scope
from storage import addresses, audit, doorsteps, invitations, organisations, outbox, people, roster
from storage.database import Connection
from storage.doorsteps import Requested
from storage.outbox import New, To
from storage.wall import beyond

Decided = Literal["let_in", "turned_down", "known", "unfit"]


def let_in(
    tx: Connection, scope: Scope, address: int, now: datetime, new_code: Callable[[], str]
) -> Decided | None:
    """Put them on the roster, and let them agree to the privacy notice; None when nobody asks there in the scope.

    Whoever learns at another organisation works at this one too. "known": somebody who has left has the e-mail address,
    and nothing is done.
    "unfit": the roster does not take their name or address.
    """
    asked = _asked(tx, scope, address)
    if asked is None:
        return None
    try:
        person = _enlisted(tx, scope, asked, now)
    except Unfit:
        return "unfit"
    if person is None:
        return "known"
    doorsteps.leave(tx, address)
    audit.note(tx, Deed("request.approved", asked.organisation, person), scope.person, now)
    with beyond(tx, "asking"):
        invited = _invited(tx, person, address, new_code(), now)
    who = people.get(tx, person)
    there = roster.one(tx, person, organisations.under(tx, [asked.organisation]))
    house = organisations.find(tx, there.place if there else asked.organisation)
    assert house is not None, "organisations are not deleted"
    approved = Line("join.approved", {"organisation": house.name})
    _say(tx, asked, privacy(who, approved), f"let_in:{invited}", now)
    return "let_in"


def _invited(tx: Connection, person: int, address: int, code: str, now: datetime) -> int:
    """The number of the invitation that the talk goes on about."""
    invitations.replace_unused(tx, person, now)
    invited = invitations.add(
        tx, person=person, programme=None, code=code, expires_at=now + VALID, way="link"
    )
    addresses.talk_about(tx, address, invited, agreed_name=True)
    return invited


def turn_down(tx: Connection, scope: Scope, address: int, now: datetime) -> Decided | None:
    """Keep nothing of the request, and say so; None when nobody asks there in the scope."""
    asked = _asked(tx, scope, address)
    if asked is None or not doorsteps.leave(tx, address):
        return None
    audit.note(tx, Deed("request.turned_down", asked.organisation), scope.person, now)
    house = organisations.find(tx, asked.organisation)
    assert house is not None, "organisations are not deleted"
    told = notice("join.turned_down", organisation=house.name, contact=house.contact)
    _say(tx, asked, told, f"turned_down:{address}:{asked.asked_at.timestamp():.0f}", now)
    return "turned_down"


def _asked(tx: Connection, scope: Scope, address: int) -> Requested | None:
    return next(iter(doorsteps.requests(tx, scope, address)), None)


def _enlisted(tx: Connection, scope: Scope, asked: Requested, now: datetime) -> int | None:
    """The person with the address in the organisation, added if nobody has it."""
    known = doorsteps.roster(tx, asked.email, organisations.under(tx, [asked.organisation]), now)
    if known is not None:
        return known
    if (there := people.by_email(tx, asked.email)) is not None:  # they showed that the mailbox is theirs
        became, _ = employ.join(tx, employ.Named(there, asked.organisation), now, by=scope, why="came")
        return there if became == "joins" else None
    house = organisations.find(tx, asked.organisation)
    assert house is not None, "organisations are not deleted"
    asked_in = language_of(asked.language) or DEFAULT
    language = asked_in if asked_in in house.offers else house.language
    cells = {"name": asked.name, "email": asked.email, "language": language}
    return edit_person.add(tx, scope, cells, asked.organisation, now=now)


def _say(tx: Connection, asked: Requested, told: Notice, key: str, now: datetime) -> None:
    to = To(asked.address, asked.channel, organisation=asked.organisation)
    if outbox.add(tx, New(to, told, key, "personal"), now) is not None:
        with beyond(tx, "asking"):
            addresses.offer(tx, asked.address, offers(told, None))
