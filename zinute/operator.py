"""Who sits at the machine: their commands may do all that a coordinator may, at the places that they name."""

from collections.abc import Iterable

from domain.organisation import Scope


def at_the_machine(houses: Iterable[int]) -> Scope:
    """The scope of a command at these organisations."""
    return Scope(0, frozenset(houses))
