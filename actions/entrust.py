"""Give a person a role, or take one back."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from domain import tree
from domain.audit import Deed
from domain.organisation import Scope
from domain.rights import RIGHTS, Grant, may_give, may_touch
from domain.roster_plan import house
from storage import audit, organisations, roles, sessions
from storage.database import Connection
from storage.wall import beyond

Outcome = Literal["given", "had", "taken", "none", "last", "refused"]


def give(tx: Connection, grant: Grant, by: Scope | None, now: datetime) -> Outcome:
    """Give the role; `by` is None for whoever runs the installation, who may give every role.

    "had": nothing changes. "refused": it is not theirs to give.
    """
    if by and not may_give(by, grant.role, grant.organisation):
        return "refused"
    audit.alone(tx)
    if not roles.give(tx, grant):
        return "had"
    _note(tx, Deed("role.given", grant.organisation, grant.person, after={"role": grant.role}), by, now)
    return "given"


def take(tx: Connection, grant: Grant, by: Scope | None, now: datetime) -> Outcome:
    """Take the role back. "none": they do not have it there. "refused": it is not theirs to take.

    "last": they would take their own, and nobody would be left who could give it to them again.
    """
    if by and not may_give(by, grant.role, grant.organisation):
        return "refused"
    audit.alone(tx)
    if by and _locks_out(tx, grant, by, now):
        return "last"
    if not roles.take(tx, grant):
        return "none"
    _note(tx, Deed("role.taken", grant.organisation, grant.person, before={"role": grant.role}), by, now)
    return "taken"


def above(tx: Connection, by: Scope | None, person: int | None = None) -> frozenset[int]:
    """Who has a role that is not theirs to give, of everybody or of this person alone; for the operator nobody."""
    if by is None:
        return frozenset()
    held = defaultdict[int, list[Grant]](list)
    for each in roles.grants(tx, person):
        held[each.person].append(each)
    return frozenset(who for who, grants in held.items() if not may_touch(by, grants))


def held_there(tx: Connection, works: Mapping[int, tuple[int, int]]) -> dict[int, list[Grant]]:
    """The roles of people at an organisation and inside it, for further employments: (person, place) by their numbers.

    Roles above it or elsewhere are not of that work, nor is that of who looks after the whole installation.
    """
    with beyond(tx, "employment"):
        places, held = organisations.places(tx), defaultdict[int, list[Grant]](list)
        for each in roles.grants(tx, next(iter(works.values()))[0] if len(works) == 1 else None):
            held[each.person].append(each)
    return {
        number: [
            each
            for each in held[person]
            if each.role != "platform" and house(places, each.organisation) == house(places, place)
        ]
        for number, (person, place) in works.items()
    }


def above_there(tx: Connection, by: Scope | None, works: Mapping[int, tuple[int, int]]) -> frozenset[int]:
    """By which of these further employments somebody has a role there that is not theirs to give."""
    if by is None or not works:
        return frozenset()
    return frozenset(number for number, held in held_there(tx, works).items() if not may_touch(by, held))


def take_there(tx: Connection, person: int, place: int, now: datetime) -> None:
    """Whoever works no more at the organisation of this place has no role there any more. Nobody has to have given it:
    who may say that they left was asked before."""
    with beyond(tx, "employment"):
        for each in held_there(tx, {0: (person, place)})[0]:
            take(tx, each, None, now)


def _locks_out(tx: Connection, grant: Grant, by: Scope, now: datetime) -> bool:
    if grant.person != by.person or "manage" not in RIGHTS[grant.role]:
        return False
    above = tree.upward(organisations.places(tx), grant.organisation)
    return not roles.managed(tx, [each.id for each in above], but=grant, now=now)


def _note(tx: Connection, deed: Deed, by: Scope | None, now: datetime) -> None:
    """Keep it; whoever is signed in with the old rights signs in anew, if it is not they who changed them."""
    who = by.person if by else None
    audit.note(tx, deed, who, now)
    if deed.about is not None and deed.about != who:
        sessions.end_all(tx, deed.about)
