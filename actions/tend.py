"""Look after the part of the tree that somebody manages: what places are called, what is set, what is under them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from actions import enlist
from actions.enlist import NotEnlisted
from domain.organisation import Scope
from domain.tree import Level, Own, Place
from storage import people
from storage.database import Connection
from storage.errors import NotFound
from storage.wall import beyond


def change(
    tx: Connection, by: Scope, organisation: int, name: str | None, *, said: Mapping[str, Any], now: datetime
) -> None:
    """The place is called so (None: as before), and this is set there; nothing is written where all is so already.

    Raises NotFound for a place that they do not manage, NotEnlisted for what cannot be.
    """
    with beyond(tx, "tree"):
        before = _managed(tx, by, organisation)
        new = {each: value for each, value in said.items() if getattr(before.own, each) != value}
        _of_nobody_else(tx, by, set(new.get("domains") or ()) - set(before.own.domains or ()))
        if new or name not in (None, before.name):
            enlist.set_here(tx, organisation, new, now, name=name, by=by.person)


def add(tx: Connection, by: Scope, above: int, name: str, *, level: Level, now: datetime) -> int:
    """A new place's id: under one that they manage, where all holds as there. Raises as `change` does."""
    with beyond(tx, "tree"):
        _managed(tx, by, above)
        return enlist.add_organisation(tx, name, Own(), level, above, now=now, by=by.person)


def move(tx: Connection, by: Scope, organisation: int, above: int, *, now: datetime) -> None:
    """Put the place under another one, with its people and all under it. They manage both, and what it was under.

    Raises as `change` does.
    """
    with beyond(tx, "tree"):
        before = _managed(tx, by, organisation).above
        if before not in by.at("manage"):
            raise NotEnlisted("They do not manage what it is under.", "kept")
        _managed(tx, by, above)
        if above != before:
            enlist.move(tx, organisation, above, now, by=by.person)


def _managed(tx: Connection, by: Scope, organisation: int) -> Place:
    """The place as it stands, until the transaction ends."""
    if organisation not in by.at("manage"):
        raise NotFound(f"organisation {organisation}")
    return enlist.alone(tx)[organisation]


def _of_nobody_else(tx: Connection, by: Scope, domains: set[str]) -> None:
    """Whoever has an address at a domain can be added without being asked (domain.employment.vouched), so nobody takes
    one at which somebody of another organisation has theirs."""
    for domain in sorted(domains):
        if people.elsewhere_at(tx, domain, by.at("manage")):
            raise NotEnlisted(
                f"Somebody of another organisation has an address at {domain}.",
                "theirs",
                about="domains",
                value=domain,
            )
