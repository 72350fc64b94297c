"""Roles: which rights each gives, where they hold, and who may give which."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from typing import Final, Literal, NamedTuple, get_args

from domain.organisation import Right, Scope

Role = Literal["platform", "administrator", "coordinator", "author", "trainer", "auditor"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    "platform": frozenset({"see", "act", "write", "manage", "audit"}),
    "administrator": frozenset({"see", "act", "manage", "audit"}),
    "coordinator": frozenset({"see", "act"}),
    "author": frozenset({"write"}),
    "trainer": frozenset({"see"}),
    "auditor": frozenset({"see", "audit"}),
}

LOOKS: Final[frozenset[Right]] = frozenset({"see", "audit"})


class Grant(NamedTuple):
    """A role that a person has at an organisation and all under it."""

    person: int
    role: Role
    organisation: int


def held(
    roles: Mapping[Role, frozenset[int]], closed: frozenset[int] = frozenset()
) -> dict[Right, frozenset[int]]:
    """In which organisations each right is held, of those in which each role is: a Scope's `where`.

    What is `closed` is only looked at.
    """
    found = defaultdict[Right, frozenset[int]](frozenset)
    for role, organisations in roles.items():
        for right in RIGHTS[role]:
            found[right] |= organisations if right in LOOKS else organisations - closed
    return dict(found)


def may_give(scope: Scope, role: Role, organisation: int) -> bool:
    """Whether they may give the role there, and take it back: only where they manage, and what they have themselves.

    Who looks after the whole installation is said by whoever runs it.
    """
    if role == "platform" or organisation not in scope.at("manage"):
        return False
    return all(organisation in scope.at(right) for right in RIGHTS[role])


def may_touch(scope: Scope, grants: Iterable[Grant]) -> bool:
    """Whether they may change the address of somebody with these roles, move or erase them, or say that they left.

    Whoever takes a person's address takes their roles, so nobody does it to one who has a role they could not give.
    """
    return all(may_give(scope, each.role, each.organisation) for each in grants)


def may_end(places: Container[int], grants: Iterable[Grant]) -> bool:
    """Whether whoever employs the people of these places may say that somebody with these roles has left, or is back:
    if none of the roles reaches beyond. What they could give matters not: nobody gets anything by it."""
    return all(each.role != "platform" and each.organisation in places for each in grants)
