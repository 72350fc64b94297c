"""What somebody changes of their own on a page: by the rules of the chat, where nothing is said of it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, time
from typing import Final

from actions import facts as facts_of
from actions import remember
from actions.carry_out import Turn
from actions.remind import follow
from domain import pausing, settings
from domain.effect import Effect, Say
from domain.facts import Facts
from domain.language import Language
from domain.person import Person
from storage import people
from storage.addresses import Address
from storage.database import Connection

# Who changes something on a page is in no messenger.
NOWHERE: Final = Address(0, "", "", None, None, agreed_name=False, language=None, offers=(), reachable=False)


def pause(tx: Connection, person: int, now: datetime) -> None:
    """Nothing comes by itself until they go on."""
    _settle(tx, person, now, lambda facts, _: pausing.pause(facts))


def resume(tx: Connection, person: int, now: datetime) -> None:
    """Go on with everything that rests."""
    _settle(tx, person, now, pausing.resume)


def set_rhythm(tx: Connection, person: int, now: datetime, *, language: Language, hour: time) -> None:
    """Speak this language, if their organisation offers it, and send lessons at this hour."""

    def decide(facts: Facts, who: Person) -> Iterable[Effect]:
        if language != who.language:
            yield from settings.set_language(who, language)
        if hour != who.hour:
            yield from settings.set_hour(facts, who, hour.strftime("%H:%M"))

    _settle(tx, person, now, decide)


def _settle(
    tx: Connection, person: int, now: datetime, decide: Callable[[Facts, Person], Iterable[Effect]]
) -> None:
    people.lock(tx, person)
    who = people.get(tx, person)
    facts = facts_of.of_person(tx, who, now)
    here = replace(NOWHERE, person=person)
    turn = Turn(tx, here, person, "", "reply", now, lambda _: (), who.organisation.id)
    turn.givers = {each.programme_id: each.giver for each in facts.studies if each.giver}
    turn.carry_out(each for each in decide(facts, who) if not isinstance(each, Say))
    follow(tx, person, facts, turn.done, now)
    remember.follow(tx, facts, who, turn.done)
