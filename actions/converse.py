"""Someone did something in a messenger: load the facts, decide, carry it out."""

from dataclasses import replace
from datetime import datetime

from actions import facts as facts_of
from actions import groups, remember
from actions.carry_out import Turn
from actions.find import looked_up
from actions.remind import follow
from domain import conversation
from domain.effect import Effect
from domain.event import Incoming, Pressed, Returned, Said
from domain.group import OfGroup
from domain.language import language_of
from domain.offers import by_number
from domain.studying import NewKey
from storage import addresses
from storage.database import Connection


def converse(  # noqa: PLR0913 (what the assembly knows)
    tx: Connection,
    incoming: Incoming,
    *,
    channel: str,
    occurrence: str,
    now: datetime,
    new_key: NewKey,
    code_key: bytes = b"",
    door_key: bytes = b"",
) -> None:
    """All that follows from one update, in the caller's transaction; raises Raced when somebody else was first.

    `code_key` makes the codes that are sent by e-mail; it is empty where no mail is sent. `door_key`
    makes those at the doors of sessions.
    """
    if not isinstance(incoming.event, Said | Pressed):
        _noticed(tx, channel, incoming, now)
        return
    address = addresses.find_or_add(tx, channel, incoming.address, language_of(incoming.language), now)
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
    if facts.person is not None:
        turn.standing = facts.standing
        turn.givers = {each.programme_id: each.giver for each in facts.studies if each.giver}
    turn.code_key, turn.door_key = code_key, door_key
    turn.carry_out(looked_up(tx, facts, conversation.respond(facts, event, new_key)))
    if turn.person is not None:
        follow(tx, turn.person, facts, turn.done, now)
    if facts.person is not None:
        remember.follow(tx, facts, facts.person, turn.done)


def _noticed(tx: Connection, channel: str, incoming: Incoming, now: datetime) -> None:
    """Somebody left or came back; or it happened in a group, where nobody is answered."""
    if isinstance(incoming.event, OfGroup):
        groups.follow(tx, channel, incoming.address, incoming.event, now)
        return
    address = addresses.find_or_add(tx, channel, incoming.address, language_of(incoming.language), now)
    addresses.reach(tx, address.id, reachable=isinstance(incoming.event, Returned))
