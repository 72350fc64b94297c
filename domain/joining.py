"""Joining: a code, who you are, the privacy notice, and in."""

from dataclasses import replace
from typing import Final

from domain import arriving, reading
from domain.arriving import Meaning, NewKey, languages, who
from domain.at_the_door import Alert, CountGuess, MakeCode, TalkAbout
from domain.code import spelled
from domain.doorway import Written
from domain.effect import Effect, Enrol, Join, Say, SetLanguage
from domain.event import Command, Said, linked
from domain.facts import Facts, Invitation
from domain.language import LANGUAGES, Language, language_of
from domain.mailbox import masked, usable
from domain.message import Choice, Line, Notice, Place, Secret, notice
from domain.messengers import allowed
from domain.person import Person
from domain.privacy_notice import told_at
from domain.studying import CONTINUE, MENU

PAGE: Final = "/join/"  # of the service: how a code is shown in each messenger
_REFUSALS: Final = {
    "used": "join.used_code",
    "expired": "join.expired_code",
    "replaced": "join.newer_code",
}
PROGRAMMES: Final = Choice("menu.programmes", "/programmes")


def respond(facts: Facts, meaning: Meaning, new_key: NewKey) -> list[Effect]:
    """What follows when someone who has not joined does something."""
    if isinstance(meaning, Said) and spelled(meaning.text):
        return shown_code(facts, new_key)
    if isinstance(meaning, Command):
        if meaning.name == "start" and meaning.argument and (facts.shown or not _led(meaning)):
            return shown_code(facts, new_key)
        language = language_of(meaning.argument) if meaning.name == "language" else None
        if language is not None and language in _offered(facts):
            return [SetLanguage(language), *_ask_again(replace(facts, language=language), new_key)]
    if facts.pending is not None:
        word = meaning.name if isinstance(meaning, Command) else ""
        return _about(facts, facts.pending, word)
    if facts.door.arrival:
        return arriving.goes_on(facts, facts.door.arrival, meaning, new_key)
    return [Say(notice("join.stranger", *languages(facts.language)))]


def _offered(facts: Facts) -> tuple[Language, ...]:
    """The languages of the organisation that they are about to join, once it is known."""
    if facts.pending is not None:
        return facts.pending.person.organisation.offers
    return facts.door.arrival.house.offers if facts.door.arrival else LANGUAGES


def _led(command: Command) -> bool:
    """Whether it comes from the link of a programme or a lesson, and not from an invitation."""
    return bool(linked(command) or reading.linked(command.argument))


def shown_code(facts: Facts, new_key: NewKey) -> list[Effect]:
    """What follows when a code is shown. Its person's mailbox is asked too while many guess, and for a code of theirs
    for another messenger: whoever holds their phone for a minute does not come in with it."""
    if refused := arriving.too_many(facts):
        return refused
    if facts.door.link:
        return arriving.opened(facts)
    invitation, written = facts.shown, facts.door.written
    if invitation is None:
        return [CountGuess(), Say(notice("join.unknown_code"))]
    if refusal := _refusal(facts, invitation) or arriving.elsewhere(facts, invitation.person.organisation):
        return refusal
    needed = facts.door.guard.alarm or invitation.moves
    if needed and facts.door.key and written and usable(written.email):
        return arriving.step(facts, invitation, written, new_key)
    return [TalkAbout(invitation.id), who(facts.language, invitation.person)]


def moves(facts: Facts, person: Person, new_key: NewKey) -> list[Effect]:
    """A code by which the person comes in by another messenger too, if codes can be written here."""
    house = person.organisation
    if not facts.door.key:
        return [Say(Notice((Line("move.ask", {"contact": house.contact}), *allowed(house)), (MENU,)))]
    seed = new_key()
    lines = (
        Line("move.head"),
        *allowed(house),
        Line("move.link", {"link": Place(PAGE, Secret(seed, "token"))}),
        Line("move.hand", {"code": Secret(seed, "hand")}),
        *_by_mail_too(facts.door.written),
    )
    return [MakeCode(seed), Say(Notice(lines, (MENU,)))]


def _by_mail_too(written: Written | None) -> tuple[Line, ...]:
    email = usable(written.email) if written else ""
    return (Line("move.mail", {"address": masked(email)}),) if email else ()


def answered(person: Person) -> list[Effect]:
    """What follows an answer to a question of joining by someone who has joined: an old button, or a second tap."""
    return [Say(notice("join.already", CONTINUE, contact=person.organisation.contact))]


def _about(facts: Facts, invitation: Invitation, word: str) -> list[Effect]:
    """Nothing is recorded yet, so "no" takes back a "yes"."""
    if refusal := _refusal(facts, invitation) or arriving.elsewhere(facts, invitation.person.organisation):
        return [TalkAbout(None), *refusal]
    contact = invitation.person.organisation.contact
    if word == "no":
        after_all = Choice("join.after_all", "/yes")
        return [TalkAbout(invitation.id), Say(notice("join.not_me", after_all, contact=contact))]
    if not facts.agreed_name:
        if word == "yes":
            return [TalkAbout(invitation.id, agreed_name=True), Say(privacy(invitation.person))]
        return [who(facts.language, invitation.person)]
    if word == "yes":
        return [Say(privacy(invitation.person, Line("join.answered")))]
    if word == "agree":
        return _in(facts, invitation)
    if word == "decline":
        return [Say(notice("join.declined", Choice("join.agree", "/agree"), contact=contact))]
    return [Say(privacy(invitation.person))]


def _in(facts: Facts, invitation: Invitation) -> list[Effect]:
    person = invitation.person
    language = facts.language if facts.language in person.organisation.offers else person.language
    come: list[Effect] = [Join(invitation.id, person.id), SetLanguage(language)]
    if invitation.programme is None:
        return [*come, Say(notice("join.welcome_open", CONTINUE, PROGRAMMES, MENU))]
    welcome = notice("join.welcome", hour=person.hour.strftime("%H:%M"))
    return [*come, Say(welcome), Enrol(invitation.programme)]


def _ask_again(facts: Facts, new_key: NewKey) -> list[Effect]:
    if facts.pending is not None:
        return [
            Say(privacy(facts.pending.person))
            if facts.agreed_name
            else who(facts.language, facts.pending.person)
        ]
    if facts.door.arrival:
        return arriving.goes_on(facts, facts.door.arrival, Command("language"), new_key)
    return [Say(notice("join.stranger", *languages(facts.language)))]


def privacy(person: Person, *first: Line) -> Notice:
    """What becomes of the person's data, with the way in."""
    organisation = person.organisation
    agree, decline = Choice("join.agree", "/agree"), Choice("join.decline", "/decline")
    page = told_at(organisation.id)
    whole = Choice("join.notice", "", url=page.path, secret=page.secret)
    asked = Line("join.privacy", {"organisation": organisation.name, "contact": organisation.contact})
    return Notice((*first, asked), (agree, decline, whole))


def _refusal(facts: Facts, invitation: Invitation) -> list[Effect]:
    """Why an invitation opens nothing; its person is told when somebody else shows one that was used."""
    key = _REFUSALS.get(invitation.state)
    if key is None:
        return []
    said: list[Effect] = [Say(notice(key, contact=invitation.person.organisation.contact))]
    strange = facts.person is None and invitation.state == "used" and not invitation.here
    return [Alert(invitation.id), *said] if strange else said
