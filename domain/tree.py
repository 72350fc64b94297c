"""The tree of organisations: what is under what, and which settings hold where.

A country has sectors, a sector organisations, an organisation units. What is not set somewhere holds as above it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import time
from typing import Any, Final, Literal, get_args

from domain import days_off
from domain.days_off import Span
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
    `days_off` are those of the place besides the public holidays.

    Three of them are limits, which a place below makes stricter, never looser: `messengers` (fewer), `approver_above`
    (fewer people) and `days_off` (more days, together with those above). Where it was set otherwise before something
    above became stricter, the stricter of both holds. All others are defaults, which a place below changes as it likes.
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
    days_off: tuple[Span, ...] | None = None


# What a country brings besides its holidays, and what holds only where it is set.
BROUGHT: Final = ("zone", "language")
HERE_ONLY: Final = ("domains",)
LIMITS: Final = ("messengers", "approver_above", "days_off")
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
    days_off=(),
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
    """It cannot be there; the message says why, and so do `code`, what it is about, and a value such as the place."""

    def __init__(self, message: str, code: str, *, about: str = "above", value: str = "") -> None:
        super().__init__(message)
        self.code, self.about, self.value = code, about, value


def effective(own: Own, above: Own = TOP) -> Own:
    """What holds at a place: what is set there, else what holds above it."""
    home = HOME.get(own.country or "")
    if home is not None:
        above = replace(above, zone=home.zone, language=home.language)
    set_here = {each.name: getattr(own, each.name) for each in fields(own)}
    above = replace(above, **{name: getattr(TOP, name) for name in HERE_ONLY})
    held = replace(above, **{name: value for name, value in set_here.items() if value is not None})
    return replace(
        held,
        messengers=_fewer(own.messengers, above.messengers or ()),
        approver_above=min(filter(None, (own.approver_above, above.approver_above)), default=0),
        days_off=days_off.together(own.days_off or (), above.days_off or ()),
    )


def _fewer(own: tuple[str, ...] | None, above: tuple[str, ...]) -> tuple[str, ...]:
    """What both allow. Where nothing is left of what is set here, what is allowed above: people are not cut off."""
    if not own or not above:
        return own or above
    return tuple(each for each in own if each in above) or above


def check_limits(own: Own, above: Own, names: Iterable[str]) -> None:
    """Raise Misplaced when one of these settings of a place would be looser than what holds above it."""
    most, allowed = above.approver_above or 0, above.messengers or ()
    if (
        "approver_above" in names
        and most
        and own.approver_above is not None
        and not 1 <= own.approver_above <= most
    ):
        raise Misplaced(
            f"Above this place what is for more than {most} people is approved by a second person: "
            f"here it can be 1 to {most}, and not {own.approver_above}.",
            "looser_approver",
            about="approver_above",
            value=str(most),
        )
    if "messengers" in names and allowed and set(own.messengers or ()) - set(allowed):
        raise Misplaced(
            f"Above this place only {', '.join(allowed)} may be used: choose from these.",
            "looser_messengers",
            about="messengers",
            value=", ".join(allowed),
        )


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
    """Where it is set what holds of this setting at a place: there, or at the nearest above; None: nowhere.

    Of a limit it is the nearest place that sets just what holds, else the nearest that sets anything.
    """
    near = (places[what],) if name in HERE_ONLY else upward(places, what)
    say = [place for place in near if _says(place, name)]
    held = at(places, what, name) if name in LIMITS else None
    just = (place for place in say if held is not None and getattr(place.own, name) == held)
    return next(just, say[0] if say else None)


def at(places: Mapping[int, Place], what: int, name: str) -> Any:
    """What holds of one setting at a place."""
    held = TOP
    for place in reversed([*upward(places, what)]):
        held = effective(place.own, held)
    return getattr(held, name)


def _says(place: Place, name: str) -> bool:
    return getattr(place.own, name) is not None or (name in BROUGHT and place.own.country in HOME)


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
    """What holds at a place and at all under it that is not closed; raises Misplaced when something is said nowhere, or
    makes no day."""
    everywhere = settings(places)
    below = {each.id: everywhere[each.id] for each in in_order(places.values(), what) if not each.closed}
    for number, own in below.items():
        _sound(places[number].name, own)
    return below


def _sound(name: str, own: Own) -> None:
    """Raise Misplaced when this cannot hold at the place that is called so."""
    if lost := missing(own):
        told = f"Nothing says the {lost[0]} of '{name}': set it there or above it."
        raise Misplaced(told, "missing", about=lost[0], value=name)
    assert own.opens is not None and own.closes is not None, "nothing is missing"  # noqa: PT018
    if own.opens >= own.closes:
        told = f"The hours of '{name}' would end before they begin."
        raise Misplaced(told, "hours", about="closes", value=name)
    if own.languages and own.language not in own.languages:
        told = f"The language of '{name}' would be {own.language}, and it offers {', '.join(own.languages)}."
        raise Misplaced(told, "languages", about="languages", value=name)
    if days_off.too_many(own.days_off or ()):
        told = (
            f"At '{name}' more than {days_off.HALF} days of every year would be off: leave more to learn on."
        )
        raise Misplaced(told, "days_half", about="days_off", value=name)


def _article(level: Level) -> str:
    return f"an {level}" if level == "organisation" else f"a {level}"
