"""What people ask to have corrected of themselves: asked by them, decided once by who looks after the roster there."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from actions import ask_gate, edit_person
from actions.invite import mail
from domain.audit import Deed, What
from domain.bucket import CORRECTION
from domain.correction import MOST, Filed, Wish
from domain.delivery import POLICIES
from domain.mailbox import usable
from domain.message import Line, Notice, Param
from domain.organisation import Scope
from domain.person import Person
from domain.roster_cells import Problem, Wrong
from domain.roster_plan import house
from domain.studying import MENU
from storage import addresses, audit, buckets, corrections, employments, organisations, outbox, people
from storage.corrections import Asked, Wanted
from storage.database import Connection
from storage.outbox import New, To

LONGEST: Final = 300  # characters of why something is not taken over


@dataclass(frozen=True, slots=True)
class Work:
    """Where somebody works, and as what; `number` counts from 1, the main one, which has no `employment`."""

    number: int
    employment: int | None
    place: int
    organisation: str
    job: str


def works(tx: Connection, person: Person) -> list[Work]:
    """Where the person works now, the main organisation first."""
    main, places = person.organisation, organisations.places(tx)
    further = [each for each in employments.of_person(tx, person.id) if each.holds and not each.left_on]
    return [
        Work(1, None, main.id, main.name, person.job),
        *(
            Work(number, each.id, each.place, places[house(places, each.place)].name, each.job)
            for number, each in enumerate(further, 2)
        ),
    ]


def ask(tx: Connection, person: int, wish: Wish, now: datetime) -> Filed:
    """Keep what the person asks for; the same word asked for anew takes the place of what waited."""
    audit.alone(tx)
    people.lock(tx, person)
    who = people.get(tx, person)
    here = works(tx, who)
    try:
        words = wish.words
    except Wrong as wrong:
        return Filed("unfit", why=wrong.problem)
    work = here[wish.work - 1] if 0 < wish.work <= len(here) else None
    if work is None or (wish.what != "job" and wish.work != 1):
        return Filed("unfit", why=Problem("place_unknown", str(wish.work)))
    told = Filed(
        "same", work.organisation, words, tuple((each.number, each.organisation) for each in here[1:])
    )
    if words == {"name": who.name, "email": people.email(tx, person), "job": work.job}[wish.what]:
        return told
    same = (wish.what, work.employment)
    waiting = [each for each in corrections.of_person(tx, person) if (each.what, each.employment) != same]
    if len(waiting) >= MOST or buckets.take(tx, CORRECTION, str(person), now):
        return replace(told, became="many")
    corrections.ask(tx, person, Asked(wish.what, words, work.employment, now))
    audit.note(tx, Deed("correction.asked", work.place, person, after={"what": wish.what}), person, now)
    return replace(told, became="asked")


def take_over(tx: Connection, scope: Scope, which: int, now: datetime, *, mails: bool) -> Wanted | None:
    """Let the roster say so, by the rules of a change by hand; None when nothing of the scope waits there any more.

    Unfit is raised for what cannot be so, and it waits on. With another e-mail address the person signs in anew, by
    what is sent there; whoever reads the old one is told.
    """
    wanted = _decided(tx, scope, which)
    if wanted is None:
        return None
    there = scope if wanted.employment is None else scope.there(wanted.place)
    edit_person.change(tx, there, wanted.person, {wanted.what: wanted.words}, now=now)
    _note(tx, "correction.taken", wanted, scope, now)
    said = _said(tx, wanted)
    _tell(tx, wanted, Line("corrected.taken", said), now, mails=mails)
    if wanted.what == "email" and mails:
        plain = {name: word for name, word in said.items() if name != "words"}  # another may read it by now
        _mail(tx, wanted, wanted.before, Line("corrected.email", plain), now)
    return wanted


def refuse(
    tx: Connection, scope: Scope, which: int, why: str, now: datetime, *, mails: bool
) -> Wanted | None:
    """Leave the roster as it is, and tell the person why; None as above."""
    wanted = _decided(tx, scope, which)
    if wanted is None:
        return None
    _note(tx, "correction.refused", wanted, scope, now)
    _tell(tx, wanted, Line("corrected.refused", {**_said(tx, wanted), "why": why}), now, mails=mails)
    return wanted


def _decided(tx: Connection, scope: Scope, which: int) -> Wanted | None:
    audit.alone(tx)  # before the row is taken, as others who tell the log do
    wanted = next(iter(corrections.wanted(tx, scope, which)), None)
    return wanted if wanted and corrections.drop(tx, which) else None


def _note(tx: Connection, what: What, wanted: Wanted, scope: Scope, now: datetime) -> None:
    audit.note(tx, Deed(what, wanted.place, wanted.person, after={"what": wanted.what}), scope.person, now)


def _said(tx: Connection, wanted: Wanted) -> dict[str, Param]:
    places = organisations.places(tx)
    at = places[house(places, wanted.place)].name
    return {
        "organisation": at,
        "words": wanted.words,
        "contact": people.get(tx, wanted.person).organisation.contact,
    }


def _tell(tx: Connection, wanted: Wanted, line: Line, now: datetime, *, mails: bool) -> None:
    """In the chat, when the gate lets it go; by mail to whoever has none."""
    who = people.get(tx, wanted.person)
    place = addresses.of_person(tx, who.id, who.organisation.messengers)
    if place is None:
        if mails:
            _mail(tx, wanted, people.email(tx, who.id), line, now)
        return
    end = now + POLICIES["personal"].late_after
    passed = ask_gate.passed(ask_gate.ask(tx, who, "personal", end, now), who, now)
    to, key = To(place.id, place.channel, who.id, wanted.place), f"personal:correction:{wanted.id}"
    outbox.add(tx, New(to, Notice((line,), (MENU,)), key, "personal", passed, end), now)


def _mail(tx: Connection, wanted: Wanted, email: str, line: Line, now: datetime) -> None:
    who, key = people.get(tx, wanted.person), f"correction:{wanted.id}:{line.text}"
    if usable(email):
        head = Line("corrected.subject", line.params)
        mail(tx, who, email, Notice((head, line)), key, now=now, house=wanted.place)
