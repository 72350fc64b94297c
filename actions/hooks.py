"""Webhooks: receivers are set up and taken away, and told what happened at their organisation and under it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from actions import tell, tell_person
from domain import hook as rules
from domain.audit import Deed
from domain.hook import MOST, PAUSES, TOLD, TRIAL
from domain.organisation import Scope
from domain.statement import told_as
from storage import audit, hooks, instance, organisations, programmes, statements
from storage.database import Connection
from storage.hooks import Delivery, Hook, New, Told
from storage.statements import Happened
from storage.wall import beyond


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try: the receiver's status (0: there was no answer), and what was wrong."""

    status: int
    why: str = ""


def make(tx: Connection, new: New, seed: str, *, by: Scope, now: datetime) -> int | None:
    """A new receiver's id; None when they do not manage its organisation, or it has enough of them."""
    if new.organisation not in by.at("manage"):
        return None
    audit.alone(tx)
    if sum(each.organisation == new.organisation for each in hooks.visible(tx, by)) >= MOST:
        return None
    _begin_here(tx, now)
    made = hooks.add(tx, new, seed, by.person, now)
    _note(tx, Deed("hook.made", new.organisation, made, after={"topics": " ".join(new.topics)}), by, now)
    return made


def _begin_here(tx: Connection, now: datetime) -> None:
    """What happened while there was nobody to tell is not looked at."""
    with beyond(tx, "receivers"):
        if not hooks.any_on(tx):
            statements.skip(tx, now - tell.COMMITTED, statements.HOOKS_ID)


def turn(tx: Connection, hook: int, seed: str, *, by: Scope, now: datetime) -> bool:
    """A new secret, beside the one that it has; False when there is no receiver like that where they manage."""
    found = hooks.of_scope(tx, by.only("manage"), hook)
    if found is None:
        return False
    hooks.turn(tx, hook, seed, now)
    _note(tx, Deed("hook.changed", found.organisation, hook, after={"what": "secret"}), by, now)
    return True


def switch(tx: Connection, hook: int, *, on: bool, by: Scope, now: datetime) -> bool:
    """It is told, or not; False when there is none like that."""
    found = hooks.of_scope(tx, by.only("manage"), hook)
    if found is None:
        return False
    if on:
        _begin_here(tx, now)
    if hooks.switch(tx, hook, now, on=on):
        _note(
            tx, Deed("hook.changed", found.organisation, hook, after={"what": "on" if on else "off"}), by, now
        )
    return True


def remove(tx: Connection, hook: int, *, by: Scope, now: datetime) -> bool:
    """It is told nothing any more; False when there is none like that."""
    found = hooks.of_scope(tx, by.only("manage"), hook)
    if found is None:
        return False
    hooks.remove(tx, hook)
    _note(tx, Deed("hook.removed", found.organisation, hook), by, now)
    return True


def test(tx: Connection, hook: int, key: str, *, by: Scope, now: datetime) -> bool:
    """It is told something of nobody, at once; `key` is new. False when there is none like that."""
    found = hooks.of_scope(tx, by.only("manage"), hook)
    if found is None:
        return False
    hooks.tell(tx, hook, Told(None, f"test-{key}", TRIAL, rules.trial(found.organisation, now)), now)
    hooks.again(tx, hook, 0, now)
    return True


def again(tx: Connection, hook: int, delivery: int, *, by: Scope, now: datetime) -> bool:
    """It is told this once more, under the same id; False when there is nothing like that."""
    found = hooks.of_scope(tx, by.only("manage"), hook)
    return found is not None and hooks.again(tx, hook, delivery, now)


def tell_next(tx: Connection, home: str, now: datetime) -> int:
    """Look at what happened next, for every receiver; how much further."""
    found, further = tell.next_of(tx, TOLD, now, statements.HOOKS_ID)
    above = dict[int, list[Hook]]()
    for each in found:
        place = each.organisation
        if place not in above:
            above[place] = hooks.at(tx, organisations.upward(tx, place))
        for hook in above[place]:
            if TOLD[each.what] in hook.topics and each.at >= hook.created_at:
                hooks.tell(tx, hook.id, _told(tx, home, each), now)
    return further


def due(tx: Connection, now: datetime) -> list[int]:
    """The receivers that something waits for; a restored store that is held tells nobody anything."""
    return [] if instance.held_at(tx) else hooks.due(tx, now)


def settle(tx: Connection, told: Delivery, hook: Hook, tried: Tried, now: datetime, *, mails: bool) -> bool:
    """Keep what came of a try; whether the receiver may be told the next thing at once.

    One that has failed for three days, or wants nothing more, is switched off, and whoever made it is told.
    """
    verdict, tries = rules.after(hook.health, tried.status, now), told.tries + 1
    took = rules.took(tried.status)
    state = "sent" if took else "failed" if tries > len(PAUSES) else "waiting"
    off = hooks.settle(
        tx,
        told,
        verdict,
        hooks.Fate(state, tried.status, tried.why, now if took else now + rules.pause(tries)),
        now,
    )
    if off:
        audit.note(tx, Deed("hook.off", hook.organisation, hook.id), None, now)
        tell_person.hook_off(tx, hook, now, mails=mails)
    return took


def _told(tx: Connection, home: str, each: Happened) -> Told:
    topic, details = TOLD[each.what], dict[str, Any](each.details)
    programme = programmes.owner(tx, int(details.get("version") or 0))
    about: Mapping[str, Any] = details | ({"programme": programme} if programme else {})
    body = rules.told(topic, each.person, each.organisation, about, each.at)
    return Told(each.person, told_as(home, each.id, each.at), topic, body)


def _note(tx: Connection, deed: Deed, by: Scope, now: datetime) -> None:
    audit.note(tx, deed, by.person, now)
