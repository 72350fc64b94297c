"""Someone did something in a messenger: load the facts, decide, carry it out."""

from dataclasses import replace
from datetime import datetime

from actions import facts as facts_of
from actions import remember
from actions.carry_out import Turn
from actions.find import looked_up
from actions.remind import follow
from domain import conversation
from domain.effect import Effect
from domain.event import Incoming, Left, Returned
from domain.language import language_of
from domain.offers import by_number
from domain.studying import NewKey
from storage import addresses
from storage.database import Connection


def converse(
    tx: Connection,
    incoming: Incoming,
    *,
    channel: str,
    occurrence: str,
    now: datetime,
    new_key: NewKey,
    code_key: bytes = b"",
) -> None:
    """All that follows from one update, in the caller's transaction; raises Raced when somebody else was first.

    `code_key` makes the codes that are sent by e-mail; it is empty where no mail is sent.
    """
    address = addresses.find_or_add(tx, channel, incoming.address, language_of(incoming.language), now)
    if isinstance(incoming.event, Left | Returned):
        addresses.reach(tx, address.id, reachable=isinstance(incoming.event, Returned))
        return
    event = by_number(incoming.event, address.offers)
    facts = facts_of.load(tx, address, event, now, code_key)
    if address.language is None and (facts.person or facts.shown or facts.pending or facts.door.link):
        addresses.speak(tx, address.id, facts.language)
    if not address.reachable:
        addresses.reach(tx, address.id, reachable=True)

    def enrolled(programme: int) -> list[Effect]:
        here = replace(address, person=turn.person)
        anew = facts_of.load(tx, here, event, now)
        return conversation.enrolled(anew, programme, new_key)

    house = facts.person.organisation.id if facts.person else None
    turn = Turn(tx, address, address.person, occurrence, "reply", now, enrolled, house)
    turn.standing = facts.standing if facts.person else None
    turn.code_key = code_key
    turn.carry_out(looked_up(tx, facts, conversation.respond(facts, event, new_key)))
    if turn.person is not None:
        follow(tx, turn.person, facts, turn.done, now)
    if facts.person is not None:
        remember.follow(tx, facts, facts.person, turn.done)
