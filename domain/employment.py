"""Where somebody works: at one organisation, or at several, and by which of these an assignment reaches them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from domain.assigning import Terms, reaches
from domain.person import Person
from domain.tree import Own, Place

Givers = frozenset[int | None]  # who gave it: further employments, by their numbers; None is the main one
MAIN: Final[Givers] = frozenset({None})


@dataclass(frozen=True, slots=True)
class Work:
    """Where somebody works now, as what, and since when. `employment` is the number of a further one; None: the main
    one."""

    place: int
    job: str = ""
    hired_on: date | None = None
    employment: int | None = None


def reached_by(
    terms: Terms, person: Person, works: Sequence[Work], around: Callable[[int], Mapping[int, str]]
) -> tuple[Work, ...]:
    """By which of their employments an assignment reaches somebody, in their order; by none: it is not for them.

    `around` gives the names of a place and of all above it.
    """
    return tuple(
        each
        for each in works
        if reaches(terms, replace(person, job=each.job), hired_on=each.hired_on, around=around(each.place))
    )


def gave(before: Givers, now: Collection[int | None], *, begun: bool) -> Givers:
    """Who gave somebody a programme: whoever gives it now, and once it was begun whoever gave it before.

    Where nobody is known who gave what was begun (`before` is empty), it is the main organisation's.
    """
    return frozenset(now) | ((before or MAIN) if begun else frozenset())


def swapped(before: Givers, *, gone: int, main: int) -> Givers:
    """The same once the further employment `main` is the main one, and what that was is the further one `gone`."""
    became = {None: gone, main: None}
    return frozenset(became.get(each, each) for each in before or MAIN)


def vouched(email: str, above: Sequence[Own]) -> bool:
    """Whether an address is at a domain of the organisation itself; `above` is what is set there and above it.

    Whoever names such an address names their own mailbox. With any other one they may name a stranger.
    """
    domain = email.partition("@")[2].casefold()
    return any(domain in (own.domains or ()) for own in above)


def line_of(places: Mapping[int, Place], place: int) -> tuple[Own, ...]:
    """What is set at a place and at all above it, the nearest first."""
    found = list[Own]()
    here: int | None = place
    while here is not None:
        found.append(places[here].own)
        here = places[here].above
    return tuple(found)
