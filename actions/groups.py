"""Group chats and channels of a place: bound by a code that a coordinator was given, followed, and let go."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from domain import group as rules
from domain.audit import Deed
from domain.group import LASTS, Back, Bound, Gone, Moved, OfGroup
from domain.language import Language
from domain.organisation import Scope
from storage import addresses, audit, groups, organisations, outbox, queueing
from storage.database import Connection
from storage.errors import NotFound
from storage.outbox import New, To


def ask(
    tx: Connection,
    scope: Scope,
    organisation: int,
    language: Language,
    *,
    now: datetime,
    new_code: Callable[[], str],
) -> str:
    """A code that binds the group in which it is written to this place, once, within 15 minutes; raises NotFound
    outside of the scope."""
    if organisation not in scope.at("act"):
        raise NotFound
    code = new_code()
    made = {"organisation": organisation, "language": language, "by": scope.person}
    groups.ask(tx, **made, code_hash=_hash(code), at=now)  # type: ignore[arg-type]
    audit.note(tx, Deed("group.asked", organisation), scope.person, now)
    return code


def end(tx: Connection, scope: Scope, group: int, now: datetime) -> None:
    """Nothing goes to the group any more, nor what waits; raises NotFound outside of the scope."""
    ended = groups.end(tx, group, scope.at("act"), now)
    if ended is None:
        raise NotFound
    place, address = ended
    queueing.drop_at(tx, address, now)
    audit.note(tx, Deed("group.ended", place, group), scope.person, now)


def follow(tx: Connection, channel: str, key: str, event: OfGroup, now: datetime) -> None:
    """What happened in a group. Of one that nobody has bound nothing is kept, and nothing is said there."""
    if isinstance(event, Bound):
        _bind(tx, channel, key, event, now)
        return
    here = addresses.at(tx, channel, key)
    if here is None or groups.at(tx, here.id) is None:
        return
    match event:
        case Gone():
            addresses.reach(tx, here.id, reachable=False)
        case Back():
            addresses.reach(tx, here.id, reachable=True)
        case Moved(to):
            addresses.move(tx, channel, key, to)


def _bind(tx: Connection, channel: str, key: str, event: Bound, now: datetime) -> None:
    """The group is the place's, unless it is already bound: then who has bound it lets it go first."""
    asked = groups.by_code(tx, _hash(event.code), now - LASTS)
    if asked is None:
        return
    address = addresses.find_or_add(tx, channel, key, asked.language, now)
    if address.person is not None or groups.at(tx, address.id) is not None:
        return
    if not groups.bind(tx, asked.id, address.id, event, now):
        return
    addresses.speak(tx, address.id, asked.language)
    addresses.reach(tx, address.id, reachable=True)
    place = organisations.names(tx)[asked.organisation][0]
    audit.note(tx, Deed("group.bound", asked.organisation, asked.id), None, now)
    to = To(address.id, channel, None, asked.organisation)
    outbox.add(tx, New(to, rules.said(place), f"group:{asked.id}", "reply"), now)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
