"""The tree of organisations: what is under what, and which settings hold where.

A country has sectors, a sector organisations, an organisation units. What is not set somewhere holds as above it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import time
from typing import Any, Final, Literal, get_args

from domain.language import Language
from domain.organisation import HOME

Level = Literal["country", "sector", "organisation", "unit"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)


@dataclass(frozen=True, slots=True)
class Own:
    """What is set at one place; None: as above. Those of the top hold everywhere where nothing else is said.

    `country` gives the public holidays; with one of ours come the zone and language that are usual there.
    Whoever has an address in one of the `domains` belongs to the place where it is set. `messengers` are the channels
    that people may use; where none is named, all that there are. An announcement to more than `approver_above` people
    waits for a second person to approve it; 0: none does. `languages` are those that are offered; none named: all four.
    """

    country: str | None = None
    zone: str | None = None
    language: Language | None = None
    contact: str | None = None
    sector: str | None = None
    opens: time | None = None
    closes: time | None = None
    cap: int | None = None
    keep: int | None = None
    domains: tuple[str, ...] | None = None
    messengers: tuple[str, ...] | None = None
    approver_above: int | None = None
    languages: tuple[Language, ...] | None = None


# What a country brings besides its holidays, and what holds only where it is set.
BROUGHT: Final = ("zone", "language")
HERE_ONLY: Final = ("domains",)
TOP: Final = Own(
    sector="",
    opens=time(8),
    closes=time(18),
    cap=3,
    keep=3,
    domains=(),
    messengers=(),
    approver_above=0,
    languages=(),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the tree; `above` is the one over it, None at the top. `closed`: nobody works there any more, and it
    only stands for what others count."""

    id: int
    name: str
    level: Level
    above: int | None
    own: Own
    closed: bool = False


class Misplaced(Exception):
    """It cannot be there; the message says why, and so do `code`, what it is about and at which place."""

    def __init__(self, message: str, code: str, *, about: str = "above", place: str = "") -> None:
        super().__init__(message)
        self.code, self.about, self.place = code, about, place


def effective(own: Own, above: Own = TOP) -> Own:
    """What holds at a place: what is set there, else what holds above it."""
    home = HOME.get(own.country or "")
    if home is not None:
        above = replace(above, zone=home.zone, language=home.language)
    set_here = {each.name: getattr(own, each.name) for each in fields(own)}
    return replace(above, **{name: value for name, value in set_here.items() if value is not None})


def missing(held: Own) -> tuple[str, ...]:
    """What must hold at every place, and does not here."""
    return tuple(each.name for each in fields(held) if getattr(held, each.name) is None)


def settings(places: Mapping[int, Place]) -> dict[int, Own]:
    """What holds at each place."""
    held = dict[int, Own]()
    for place in in_order(places.values()):
        held[place.id] = effective(place.own, held[place.above] if place.above is not None else TOP)
    return held


def in_order(places: Iterable[Place], top: int | None = None) -> Iterator[Place]:
    """The places from the top down, each followed by those under it, by their names; with `top` only that one's."""
    under, known = defaultdict[int | None, list[Place]](list), dict[int, Place]()
    for place in sorted(places, key=lambda each: (each.name.casefold(), each.id), reverse=True):
        under[place.above].append(place)
        known[place.id] = place
    waiting = list(under[None]) if top is None else [known[top]]
    while waiting:
        place = waiting.pop()
        yield place
        waiting += under[place.id]


def upward(places: Mapping[int, Place], what: int) -> Iterator[Place]:
    """The place, the one above it, and so on to the top."""
    place: Place | None = places[what]
    while place is not None:
        yield place
        place = places[place.above] if place.above is not None else None


def sayer(places: Mapping[int, Place], what: int, name: str) -> Place | None:
    """Where it is set what holds of this setting at a place: there, or at the nearest above; None: nowhere."""
    for place in upward(places, what):
        brings = name in BROUGHT and place.own.country in HOME
        if brings or getattr(place.own, name) is not None:
            return place
        if name in HERE_ONLY:
            return None
    return None


def at(places: Mapping[int, Place], what: int, name: str) -> Any:
    """What holds of one setting at a place."""
    place = sayer(places, what, name)
    if place is None:
        return getattr(TOP, name)
    said = getattr(place.own, name)
    return said if said is not None else getattr(HOME[place.own.country or ""], name)


def depth(places: Mapping[int, Place], place: Place) -> int:
    """How many are above it."""
    return sum(1 for _ in upward(places, place.id)) - 1


def levels_under(above: Place) -> tuple[Level, ...]:
    """What can stand under a place: a unit may have units of its own."""
    lower = LEVELS[LEVELS.index(above.level) + 1 :]
    return lower or LEVELS[-1:]


def check(level: Level, above: Place | None) -> None:
    """Raise Misplaced when a place of this level cannot stand there."""
    if above is None and level == "unit":
        raise Misplaced("A unit is part of an organisation: say under which.", "level")
    if above is not None and level not in levels_under(above):
        raise Misplaced(f"'{above.name}' ({above.level}) cannot have {_article(level)} under it.", "level")


def moved(places: Mapping[int, Place], what: int, above: int | None) -> dict[int, Place]:
    """The tree after the move; raises Misplaced when it would be no tree, or nothing would say what holds."""
    place = places[what]
    if above is not None and any(each.id == above for each in in_order(places.values(), what)):
        raise Misplaced(f"'{place.name}' cannot stand under itself or under what is under it.", "itself")
    check(place.level, places[above] if above is not None else None)
    return {**places, what: replace(place, above=above)}


def changed(places: Mapping[int, Place], what: int, own: Own) -> dict[int, Place]:
    """The tree after this is set at a place."""
    return {**places, what: replace(places[what], own=own)}


def held(places: Mapping[int, Place], what: int) -> dict[int, Own]:
    """What holds at a place and at all under it; raises Misplaced when something is said nowhere, or makes no day."""
    everywhere = settings(places)
    below = {each.id: everywhere[each.id] for each in in_order(places.values(), what)}
    for number, own in below.items():
        if lost := missing(own):
            raise Misplaced(
                f"Nothing says the {lost[0]} of '{places[number].name}': set it there or above it.",
                "missing",
                about=lost[0],
                place=places[number].name,
            )
        assert own.opens is not None and own.closes is not None, "nothing is missing"  # noqa: PT018
        if own.opens >= own.closes:
            raise Misplaced(
                f"The hours of '{places[number].name}' would end before they begin.",
                "hours",
                about="closes",
                place=places[number].name,
            )
        if own.languages and own.language not in own.languages:
            told = f"The language of '{places[number].name}' would be {own.language}, and it offers "
            raise Misplaced(
                f"{told}{', '.join(own.languages)}.",
                "languages",
                about="languages",
                place=places[number].name,
            )
    return below


def _article(level: Level) -> str:
    return f"an {level}" if level == "organisation" else f"a {level}"
