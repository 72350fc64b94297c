"""Arriving without a code: an e-mail address, a code that comes there, and the roster or a coordinator who knows you.

What is said never tells whether the roster has an address.
"""

from collections.abc import Callable
from typing import Final

from domain import guessing, messengers
from domain.at_the_door import Admit, Knock, MissProof, Prove, Request, SendProof, TalkAbout
from domain.code import letters_in
from domain.doorway import Arrival, Written
from domain.effect import Effect, Say
from domain.event import Command, Said, StepPress
from domain.facts import Facts, Invitation
from domain.language import LANGUAGES, OWN_NAMES, Language
from domain.mailbox import LASTS, LETTERS, MOST, TRIES, Mailed, is_secret, masked
from domain.message import Choice, Line, Notice, Secret, notice
from domain.organisation import Organisation
from domain.organisation import masked as masked_name
from domain.person import Person
from domain.roster_cells import Wrong
from domain.roster_cells import name as name_in

Meaning = Command | StepPress | Said
NewKey = Callable[[], str]
ANEW: Final = Choice("code.anew", "/anew")
_MINUTES: Final = LASTS // (guessing.HOUR / 60)
NAME: Final = 2, 100  # characters


def opened(facts: Facts) -> list[Effect]:
    """What follows when the link of an organisation is opened by somebody who has not joined."""
    link = facts.door.link
    assert link is not None, "this is about one"
    if not (link.open and facts.door.key):
        return [Say(notice("join.link_closed", contact=link.house.contact))]
    if refused := elsewhere(facts, link.house):
        return refused
    return [TalkAbout(None), Knock(link.house.id), _ask_email(facts, link.house)]


def elsewhere(facts: Facts, house: Organisation) -> list[Effect]:
    """What is said where the organisation does not allow this messenger."""
    lines = messengers.refused(house, facts.channel)
    return [Say(Notice(lines))] if lines else []


def step(facts: Facts, invitation: Invitation, written: Written, new_key: NewKey) -> list[Effect]:
    """What follows when a right code is not enough: one goes to the mailbox that the roster has for its person."""
    house = invitation.person.organisation
    knock: list[Effect] = [TalkAbout(None), Knock(house.id, invitation.id)]
    return knock + _send(facts, written, house.contact, new_key)


def goes_on(facts: Facts, arrival: Arrival, meaning: Meaning, new_key: NewKey) -> list[Effect]:
    """What follows when somebody on the way in does something."""
    contact, written = arrival.house.contact, facts.door.written
    if arrival.asked:
        return [Say(notice("join.request_waits", organisation=arrival.house.name, contact=contact))]
    if refused := elsewhere(facts, arrival.house):
        return refused
    if arrival.proved:
        return _named(arrival, meaning)
    if isinstance(meaning, Said) and arrival.mailed and len(letters_in(meaning.text)) == LETTERS:
        return _typed(facts, arrival, arrival.mailed, meaning.text)
    if written:
        return _send(facts, written, contact, new_key)
    if arrival.mailed:
        return [Say(_sent(arrival.email, contact))]
    if isinstance(meaning, Said) and "@" in meaning.text:
        return [Say(notice("join.no_email"))]
    return [_ask_email(facts, arrival.house)]


def who(language: Language, person: Person) -> Say:
    """Whether they are this person, without telling the name to somebody else."""
    yes, no = Choice("join.yes", "/yes"), Choice("join.no", "/no")
    name, place = masked_name(person.name), person.organisation.name
    return Say(
        notice("join.who", yes, no, *languages(language, person.organisation), name=name, organisation=place)
    )


def languages(spoken: Language, house: Organisation | None = None) -> tuple[Choice, ...]:
    """The others, of those that the organisation offers where it is known which it is."""
    others = (language for language in (house.offers if house else LANGUAGES) if language != spoken)
    return tuple(Choice(OWN_NAMES[language], f"/language {language}", literal=True) for language in others)


def too_many(facts: Facts) -> list[Effect] | None:
    """What is said to an account that showed too much that is no code; None where it may go on."""
    end = facts.door.guard.until
    if end is None:
        return None
    return [Say(notice("join.too_many", minutes=guessing.minutes_left(end, facts.now)))]


def _send(facts: Facts, written: Written, contact: str, new_key: NewKey) -> list[Effect]:
    """A code to an address that is known; what is said is the same to one that is not."""
    if len(written.sent) >= MOST:
        end = written.sent[MOST - 1] + guessing.HOUR
        minutes = guessing.minutes_left(end, facts.now)
        return [Say(notice("join.enough", most=MOST, minutes=minutes, contact=contact))]
    mailed = Mailed("", new_key(), facts.now)
    mail = _mail(mailed, contact) if written.known else None
    return [SendProof(mailed, written.email, mail), Say(_sent(written.email, contact))]


def _typed(facts: Facts, arrival: Arrival, mailed: Mailed, typed: str) -> list[Effect]:
    if refused := too_many(facts):
        return refused
    if mailed.over(facts.now):
        return [Say(notice("code.expired", ANEW))]
    if mailed.wrong >= TRIES:
        return [Say(notice("code.no_tries", ANEW))]
    if not (arrival.known and is_secret(facts.door.key, mailed.seed, typed)):
        left = TRIES - mailed.wrong - 1
        told = notice("code.wrong", ANEW, left=left) if left else notice("code.no_tries", ANEW)
        return [MissProof(mailed), Say(told)]
    if arrival.person and (refused := elsewhere(facts, arrival.person.organisation)):
        return refused
    if arrival.invitation is not None and arrival.person:
        return [Prove(mailed), TalkAbout(arrival.invitation), who(facts.language, arrival.person)]
    if arrival.person:
        return [Prove(mailed), Admit(arrival.person.id), who(facts.language, arrival.person)]
    return [Prove(mailed), Say(notice("join.your_name", organisation=arrival.house.name))]


def _named(arrival: Arrival, meaning: Meaning) -> list[Effect]:
    """The name of somebody whom the roster does not have."""
    name = _name(meaning.text) if isinstance(meaning, Said) else ""
    least, most = NAME
    place = arrival.house.name
    if not least <= len(name) <= most or not name.isprintable() or not any(map(str.isalpha, name)):
        return [Say(notice("join.your_name", organisation=place))]
    return [
        Request(name),
        Say(notice("join.requested", organisation=place, contact=arrival.house.contact)),
    ]


def _name(typed: str) -> str:
    """A name as a roster takes it; empty where it takes none."""
    try:
        return name_in(typed, "", "") or ""
    except Wrong:
        return ""


def _ask_email(facts: Facts, house: Organisation) -> Say:
    return Say(notice("join.ask_email", *languages(facts.language, house), organisation=house.name))


def _sent(email: str, contact: str) -> Notice:
    lines = (
        Line("join.code_sent", {"address": masked(email), "minutes": _MINUTES}),
        Line("join.nothing_came", {"contact": contact}),
    )
    return Notice(lines, (ANEW,))


def _mail(mailed: Mailed, contact: str) -> Notice:
    """The first line is the subject, which a locked phone shows: the code is not in it."""
    lines = (
        Line("join.mail_subject"),
        Line("code.mail_code", {"code": Secret(mailed.seed, "letters")}),
        Line("join.mail_use", {"minutes": _MINUTES, "contact": contact}),
    )
    return Notice(lines)
