"""Joining: a code, who you are, the privacy notice, and in."""

from domain import reading
from domain.effect import Effect, Enrol, Join, Say, SetLanguage, TalkAbout
from domain.event import Command, Said, StepPress, linked
from domain.facts import Facts, Invitation
from domain.language import LANGUAGES, OWN_NAMES, Language, language_of
from domain.message import Choice, Line, Notice, notice
from domain.organisation import masked
from domain.person import Person
from domain.studying import CONTINUE

Meaning = Command | StepPress | Said


def respond(facts: Facts, meaning: Meaning) -> list[Effect]:
    """What follows when someone who has not joined does something."""
    if isinstance(meaning, Command):
        if meaning.name == "start" and meaning.argument and (facts.shown or not _led(meaning)):
            return shown_code(facts)
        if meaning.name == "language" and (language := language_of(meaning.argument)):
            return [SetLanguage(language), *_ask_again(facts, language)]
    if facts.pending is None:
        return [Say(notice("join.stranger", *_languages(facts.language)))]
    word = meaning.name if isinstance(meaning, Command) else ""
    return _about(facts, facts.pending, word)


def _led(command: Command) -> bool:
    """Whether it comes from the link of a programme or a lesson, and not from an invitation."""
    return bool(linked(command) or reading.linked(command.argument))


def shown_code(facts: Facts) -> list[Effect]:
    """What follows when a code is shown."""
    invitation = facts.shown
    if invitation is None:
        return [Say(notice("join.unknown_code"))]
    if refusal := _refusal(invitation):
        return [refusal]
    return [TalkAbout(invitation.id), _who(facts.language, invitation)]


def answered(person: Person) -> list[Effect]:
    """What follows an answer to a question of joining by someone who has joined: an old button, or a second tap."""
    return [Say(notice("join.already", CONTINUE, contact=person.organisation.contact))]


def _about(facts: Facts, invitation: Invitation, word: str) -> list[Effect]:
    """Nothing is recorded yet, so "no" takes back a "yes"."""
    if refusal := _refusal(invitation):
        return [TalkAbout(None), refusal]
    contact = invitation.person.organisation.contact
    if word == "no":
        after_all = Choice("join.after_all", "/yes")
        return [TalkAbout(invitation.id), Say(notice("join.not_me", after_all, contact=contact))]
    if not facts.agreed_name:
        if word == "yes":
            return [TalkAbout(invitation.id, agreed_name=True), _privacy(invitation)]
        return [_who(facts.language, invitation)]
    if word == "yes":
        return [_privacy(invitation, Line("join.answered"))]
    if word == "agree":
        return _in(facts, invitation)
    if word == "decline":
        return [Say(notice("join.declined", Choice("join.agree", "/agree"), contact=contact))]
    return [_privacy(invitation)]


def _in(facts: Facts, invitation: Invitation) -> list[Effect]:
    person = invitation.person
    welcome = notice("join.welcome", hour=person.hour.strftime("%H:%M"))
    return [
        Join(invitation.id, person.id),
        SetLanguage(facts.language),
        Say(welcome),
        Enrol(invitation.programme),
    ]


def _ask_again(facts: Facts, language: Language) -> list[Effect]:
    if facts.pending is None:
        return [Say(notice("join.stranger", *_languages(language)))]
    return [_privacy(facts.pending) if facts.agreed_name else _who(language, facts.pending)]


def _who(language: Language, invitation: Invitation) -> Say:
    person = invitation.person
    yes, no = Choice("join.yes", "/yes"), Choice("join.no", "/no")
    ask = notice(
        "join.who",
        yes,
        no,
        *_languages(language),
        name=masked(person.name),
        organisation=person.organisation.name,
    )
    return Say(ask)


def _privacy(invitation: Invitation, *first: Line) -> Say:
    organisation = invitation.person.organisation
    agree, decline = Choice("join.agree", "/agree"), Choice("join.decline", "/decline")
    asked = Line("join.privacy", {"organisation": organisation.name, "contact": organisation.contact})
    return Say(Notice((*first, asked), (agree, decline)))


def _refusal(invitation: Invitation) -> Say | None:
    if invitation.state == "open":
        return None
    key = "join.used_code" if invitation.state == "used" else "join.expired_code"
    return Say(notice(key, contact=invitation.person.organisation.contact))


def _languages(spoken: Language) -> tuple[Choice, ...]:
    others = (language for language in LANGUAGES if language != spoken)
    return tuple(Choice(OWN_NAMES[language], f"/language {language}", literal=True) for language in others)
