"""Load what is known of somebody at the door: a link, a way in that was begun, a mailbox, what was guessed."""

from dataclasses import replace
from datetime import datetime

from domain.code import spelled
from domain.doorway import LINK, NOWHERE, Arrival, Doorway, JoinLink, Written
from domain.event import Command, Said, StepPress, code_of
from domain.guessing import ALARM, DAY, HOUR, Guard, until
from domain.mailbox import usable
from domain.organisation import Organisation
from domain.roster_cells import Wrong
from domain.roster_cells import email as email_in
from storage import doorsteps, employments, invitations, join_links, organisations, people, tries
from storage.addresses import Address
from storage.database import Connection
from storage.doorsteps import Doorstep


def shown(meaning: Command | StepPress | Said, address: Address) -> str:
    """The code that was shown; who has not joined may write it without a word before it."""
    if isinstance(meaning, Said) and address.person is None:
        return spelled(meaning.text)
    return code_of(meaning)


def guard(tx: Connection, address: int, now: datetime) -> Guard:
    """What was guessed lately; nobody else guesses until the transaction ends."""
    tries.lock(tx)
    wrong = tries.of(tx, "wrong", tries.place(address), now - DAY)
    return Guard(until(wrong, now), tries.count(tx, "wrong", now - HOUR) >= ALARM)


def doorway(
    tx: Connection,
    address: Address,
    meaning: Command | StepPress | Said,
    guarded: Guard,
    *,
    now: datetime,
    key: bytes,
) -> Doorway:
    """What is known of somebody who has not joined, or who shows a link or wants to move."""
    code = shown(meaning, address)
    link = _link(tx, code) if code.startswith(LINK) else None
    if address.person is not None:
        link = link and replace(link, takes=_takes(tx, address.person, link.house.id))
        moves = isinstance(meaning, Command) and meaning.name == "move"
        written = of_roster(tx, address, address.person, now) if moves and key else None
        return Doorway(link, None, written, guarded, key) if link or code or moves else NOWHERE
    step = doorsteps.of(tx, address.id)
    if isinstance(meaning, Said) and step and step.mailed and not code:
        guarded = guard(tx, address.id, now)
    arrival = _arrival(tx, step, now) if step else None
    return Doorway(link, arrival, _written(tx, address, meaning, arrival, now), guarded, key)


def of_roster(tx: Connection, address: Address, person: int, now: datetime) -> Written:
    """The mailbox that the roster has for a person."""
    return _mailbox(tx, address, people.email(tx, person), now, known=True)


def _link(tx: Connection, code: str) -> JoinLink | None:
    kept = join_links.by_code(tx, code)
    house = organisations.find(tx, kept.organisation) if kept else None
    return JoinLink(house, kept.open) if kept and house else None


def _takes(tx: Connection, person: int, house: int) -> bool:
    """Whether the open link of an organisation takes somebody who learns elsewhere: their address is at one of the
    domains that it takes everybody of."""
    kept = join_links.of(tx, house)
    works = employments.places(tx, people.get(tx, person))
    inside = organisations.under(tx, [house])
    domain = people.email(tx, person).rpartition("@")[2]
    return kept is not None and kept.open and domain in kept.domains and inside.isdisjoint(works)


def _arrival(tx: Connection, step: Doorstep, now: datetime) -> Arrival | None:
    house = organisations.find(tx, step.organisation)
    assert house is not None, "organisations are not deleted"
    invited = invitations.get(tx, step.invitation) if step.invitation else None
    listed, welcome = _known(tx, house, step.email, now) if step.email else (None, False)
    person = invited.person if invited else listed
    known = person is not None or welcome
    who = people.get(tx, person) if person is not None else None
    return Arrival(
        house, step.invitation, step.email, step.mailed, who, known, proved=step.proved, asked=step.asked
    )


def _email(typed: str) -> str:
    """An address as a roster takes it, to which mail can be sent; empty where it is none."""
    try:
        return usable(email_in(typed))
    except Wrong:
        return ""


def _known(tx: Connection, house: Organisation, email: str, now: datetime) -> tuple[int | None, bool]:
    """Whom the roster has there, and whether the link's organisation takes everybody of its domain."""
    link = join_links.of(tx, house.id)
    if link is None or not link.open:
        return None, False
    person = doorsteps.roster(tx, email, organisations.under(tx, [house.id]), now)
    return person, email.rpartition("@")[2] in link.domains


def _written(
    tx: Connection,
    address: Address,
    meaning: Command | StepPress | Said,
    arrival: Arrival | None,
    now: datetime,
) -> Written | None:
    if arrival is None or arrival.proved:
        return None
    if isinstance(meaning, Said) and arrival.invitation is None:
        email = _email(meaning.text)
        if not email:
            return None
        return _mailbox(tx, address, email, now, known=any(_known(tx, arrival.house, email, now)))
    if arrival.email and isinstance(meaning, Command) and meaning.name == "anew":
        return _mailbox(tx, address, arrival.email, now, known=arrival.known)
    return None


def _mailbox(tx: Connection, address: Address, email: str, now: datetime, *, known: bool) -> Written:
    names = tries.mailbox(email), tries.place(address.id)
    sent = max((tries.of(tx, "mail", each, now - HOUR) for each in names), key=len)
    return Written(usable(email), known, sent)
