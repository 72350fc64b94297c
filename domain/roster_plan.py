"""What a roster would do: the fate of each of its rows, and who of those that are there is not in it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Final, Literal

from domain.employment import line_of, vouched
from domain.roster import Row, Said
from domain.roster_cells import Problem, Wrong, folded
from domain.tree import Own, Place, in_order, settings

Kind = Literal["new", "joins", "asked", "moved", "changed", "unchanged", "doubt", "error"]
KINDS: Final[tuple[Kind, ...]] = (
    *("error", "doubt", "new", "joins", "asked"),
    *("moved", "changed", "unchanged"),
)
WORDS: Final = tuple(each.name for each in fields(Said))
OF_WORK: Final = frozenset({"job", "number", "hired_on", "left_on", "tags"})  # what is said of one employment
GUARDED: Final = frozenset(
    {"email", "left_on", "place"}
)  # who changes these of somebody can act as them, or end it


Key = tuple[int, int | None]  # a person, and the number of a further employment (None: their main one)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is there. All of `said` is known; `coordinates`: the place where they are.

    `employment`: they work at the place besides their main organisation, and this is its number; then only what is in
    OF_WORK is said there. `asked` are the places where somebody said so and they did not agree, with whether they said
    no.
    """

    id: int
    place: int
    said: Said
    coordinates: bool = False
    employment: int | None = None
    asked: Mapping[int, bool] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """Which work of whom."""
        return self.id, self.employment


@dataclass(frozen=True, slots=True)
class Change:
    """A word of somebody's that becomes another one; "place" is the number of an organisation."""

    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a row. `person` is who it is about (None: nobody yet), `place` where they will be, `employment`
    the number of their further one there, if it is about that. `shown`: whose name or address its problem tells."""

    row: Row
    kind: Kind
    person: int | None = None
    place: int | None = None
    changes: tuple[Change, ...] = ()
    problem: Problem | None = None
    employment: int | None = None
    shown: Known | None = None

    @property
    def key(self) -> tuple[int | None, int | None]:
        """Which work of whom it is about, as of Known."""
        return self.person, self.employment


@dataclass(frozen=True, slots=True)
class Plan:
    """The fates in the order of the file, and those who are in its organisations and not in it."""

    fates: tuple[Fate, ...]
    absent: tuple[Known, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have each fate."""
        found = Counter[str](each.kind for each in self.fates)
        return {kind: found[kind] for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a roster may put people: `allowed` places of the tree, and `chosen` for those whose row names none.

    `entrusting`: where it may make people coordinators (None: wherever it may put them). `above`: who has a role that
    whoever brings it could not give; nothing that is GUARDED changes of them. `above_there` is the same of further
    employments, by their numbers, for roles there.
    """

    places: Mapping[int, Place]
    allowed: frozenset[int]
    chosen: int | None = None
    entrusting: frozenset[int] | None = None
    above: frozenset[int] = frozenset()
    above_there: frozenset[int] = frozenset()

    def guards(self, someone: Known) -> bool:
        """Whether somebody has such a role."""
        if someone.employment is None:
            return someone.id in self.above
        return someone.employment in self.above_there


def plan(rows: Sequence[Row], known: Iterable[Known], reach: Reach, today: date) -> Plan:
    """What these rows would do to the people who are known.

    Everybody within reach has to be known, once for each organisation that they work at there, the main one first; and
    whoever has an address of a row, wherever they are.
    """
    return _Planner(rows, tuple(known), reach, today).plan()


def not_offered(language: str | None, held: Own) -> Problem | None:
    """What is wrong with the language of a new person, by what holds at their place."""
    if language is None or not held.languages or language in held.languages:
        return None
    return Problem("language_not_offered", language)


class _Planner:
    """The people and places of one roster by all that a row may name them with."""

    def __init__(self, rows: Sequence[Row], known: Sequence[Known], reach: Reach, today: date) -> None:
        self._rows, self._reach, self._today = rows, reach, today
        self._held = settings(reach.places)
        self._house = {each: house(reach.places, each) for each in reach.places}
        self._known = [each for each in known if each.place in reach.allowed]
        self._by_email = defaultdict[str | None, list[Known]](list)
        for each in known:
            self._by_email[each.said.email].append(each)
        self._by_number = {(self._house[each.place], each.said.number): each for each in self._known}
        self._by_name = defaultdict[tuple[int, str], list[Known]](list)
        for each in self._known:
            self._by_name[self._house[each.place], folded(each.said.name or "")].append(each)
        self._named = by_names(reach.places, reach.allowed)
        self._domains = {name: each.id for each in reach.places.values() for name in each.own.domains or ()}
        self._emails = Counter[str | None](row.said.email for row in rows if row.said.email)
        self._numbers = Counter[tuple[int | None, str]]()
        self._works = Counter[tuple[str | None, int | None, int | None]]()

    def plan(self) -> Plan:
        found = [self._match(row) for row in self._rows]
        self._works.update((fate.row.said.email, *fate.key) for fate in found)
        self._numbers.update(
            (self._house[fate.place], fate.row.said.number)
            for fate in found
            if fate.place is not None and fate.row.said.number
        )
        fates = tuple(map(self._once, found))
        return Plan(fates, self._absent(fates))

    def _match(self, row: Row) -> Fate:
        """Whom the row is about, and where they will be."""
        known = self._by_email.get(row.said.email, ()) if row.said.email else ()
        here = [each for each in known if each.place in self._reach.allowed]
        if row.problem:
            return _told(row, "error", next(iter(here), None), None, row.problem)
        try:
            place = self._place(row, here[0] if here else None)
        except Wrong as wrong:
            return _told(row, "error", next(iter(here), None), None, wrong.problem)
        numbered = self._by_number.get((self._house[place], row.said.number)) if row.said.number else None
        there = next((each for each in here if self._house[each.place] == self._house[place]), None)
        there = there or next((each for each in here if each.employment is None), None)  # who moves
        if known and there is None:
            return self._joins(row, known[0], numbered, place, sure=bool(here))
        return self._judged(row, there, numbered, place)

    def _joins(self, row: Row, there: Known, numbered: Known | None, place: int, *, sure: bool) -> Fate:
        """Somebody who learns at another organisation: they work here too, at once or when they have agreed. `sure`:
        whoever brings the roster has them there."""
        if numbered:
            return _told(row, "doubt", numbered, place, Problem("two_people", numbered.said.name or ""))
        if row.coordinates and not self._entrusts(place):
            return Fate(row, "error", None, place, problem=Problem("coordinator"))
        asked = {self._house[at]: no for at, no in there.asked.items() if at in self._house}
        said_no = asked.get(self._house[place])
        if said_no:
            return Fate(row, "doubt", problem=Problem("elsewhere", row.said.email or ""))
        if sure or vouched(row.said.email or "", line_of(self._reach.places, place)):
            return Fate(row, "joins", there.id, place)
        if row.coordinates:
            return Fate(row, "doubt", problem=Problem("elsewhere", row.said.email or ""))
        return Fate(row, "asked", there.id, place) if said_no is None else Fate(row, "unchanged", None, place)

    def _judged(self, row: Row, there: Known | None, numbered: Known | None, place: int) -> Fate:
        """The fate, if nobody else of the file is the same person."""
        someone = there or numbered
        if doubt := self._doubt(row, there, numbered, place):
            told, shown = doubt
            return replace(_told(row, "doubt", someone, place, told), shown=shown)
        if someone is None:
            return self._new(row, place)
        changes = tuple(self._changes(row, someone, place))
        if any(each.what == "coordinates" for each in changes) and not self._entrusts(place):
            return _told(row, "error", someone, place, Problem("coordinator"))
        if self._reach.guards(someone) and any(each.what in GUARDED for each in changes):
            return _told(row, "error", someone, place, Problem("role_above"))
        kind: Kind = "moved" if place != someone.place else "changed" if changes else "unchanged"
        return Fate(row, kind, someone.id, place, changes, employment=someone.employment)

    def _new(self, row: Row, place: int) -> Fate:
        if not row.said.name:
            return Fate(row, "error", None, place, problem=Problem("name_missing"))
        if row.coordinates and not self._entrusts(place):
            return Fate(row, "error", None, place, problem=Problem("coordinator"))
        if unfit := not_offered(row.said.language, self._held[place]):
            return Fate(row, "error", None, place, problem=unfit)
        return Fate(row, "new", None, place)

    def _entrusts(self, place: int) -> bool:
        return self._reach.entrusting is None or place in self._reach.entrusting

    def _doubt(
        self, row: Row, there: Known | None, numbered: Known | None, place: int
    ) -> tuple[Problem, Known] | None:
        """What is doubtful, and whose name or address it tells."""
        if numbered and there and numbered.id != there.id:
            return Problem("two_people", numbered.said.name or ""), numbered
        if numbered and not there and not _alike(row.said.name, numbered.said.name):
            return Problem("number_of", numbered.said.name or ""), numbered
        if there or numbered:
            return None
        same = self._by_name.get((self._house[place], folded(row.said.name or "")), ())
        gone = [
            each for each in same if each.said.email not in self._emails and not _apart(row.said, each.said)
        ]
        return (Problem("same_name", gone[0].said.email or ""), gone[0]) if gone else None

    def _changes(self, row: Row, known: Known, place: int) -> Iterable[Change]:
        if place != known.place:
            yield Change("place", str(known.place), str(place))
        for what in WORDS:
            if known.employment is not None and what not in OF_WORK:
                continue
            old, new = getattr(known.said, what), getattr(row.said, what)
            if new is not None and new != old:
                yield Change(what, old, new)
        left = known.said.left_on or ""
        if row.said.left_on is None and left and left <= self._today.isoformat():
            yield Change("left_on", left, "")
        if row.coordinates and not (known.coordinates and place == known.place):
            yield Change("coordinates", "", "yes")

    def _once(self, fate: Fate) -> Fate:
        """The same, unless another row is about the same person."""
        row = fate.row
        again = self._emails[row.said.email] > 1 and not self._is_one_of_several(fate)
        if fate.place is not None and row.said.number:
            again = again or self._numbers[self._house[fate.place], row.said.number] > 1
        if fate.kind == "error" or not again:
            return fate
        problem = Problem("twice", row.said.email or "")
        there = None if fate.kind in ("joins", "asked") else fate.person  # else it would say who that is
        return replace(fate, kind="doubt", person=there, changes=(), problem=problem, shown=None)

    def _is_one_of_several(self, fate: Fate) -> bool:
        """Whether the other rows with this address are about other works of the same person."""
        email = fate.row.said.email
        same, nobody = self._works[email, *fate.key], self._works[email, None, None]
        return fate.person is not None and same == 1 and not nobody

    def _place(self, row: Row, there: Known | None) -> int:
        """Where the row says that they are; where it says nothing they stay, and others go where their address is."""
        organisation, unit = row.place
        if organisation or unit:
            within = self._one(organisation, self._reach.allowed) if organisation else None
            if not unit:
                assert within is not None, "one of them is written"
                return within
            return self._one(unit, self._under(within))
        if there:
            return there.place
        domain = (row.said.email or "").partition("@")[2]
        place = self._domains.get(domain, self._reach.chosen)
        if place is None:
            raise Wrong("no_place", domain)
        if place not in self._reach.allowed:
            raise Wrong("domain_elsewhere", domain)
        return place

    def _under(self, top: int | None) -> frozenset[int]:
        if top is None:
            return self._reach.allowed
        return frozenset(each.id for each in in_order(self._reach.places.values(), top)) & self._reach.allowed

    def _one(self, written: str, among: frozenset[int]) -> int:
        """The place with this name or number."""
        if written.isascii() and written.isdigit() and len(written) < 10 and int(written) in among:
            return int(written)
        return one_named(self._named, written, among)

    def _absent(self, fates: Sequence[Fate]) -> tuple[Known, ...]:
        there = {each.key for each in fates}
        houses = {self._house[each.place] for each in fates if each.place is not None}
        today, chosen = self._today.isoformat(), self._reach.chosen is not None
        return tuple(
            each
            for each in self._known
            if each.key not in there
            and not self._reach.guards(each)
            and (chosen or self._house[each.place] in houses)
            and not ("" < (each.said.left_on or "") <= today)
        )


def _told(row: Row, kind: Kind, someone: Known | None, place: int | None, problem: Problem) -> Fate:
    """The fate of a row that is not taken, which may be about somebody."""
    person, employment = someone.key if someone else (None, None)
    return Fate(row, kind, person, place, problem=problem, employment=employment)


def by_names(places: Mapping[int, Place], allowed: Iterable[int]) -> Mapping[str, Sequence[int]]:
    """These places by their names, as `one_named` looks for them."""
    found = defaultdict[str, list[int]](list)
    for place in sorted(allowed):
        found[folded(places[place].name)].append(place)
    return found


def one_named(named: Mapping[str, Sequence[int]], written: str, among: frozenset[int]) -> int:
    """The one place among these that is called so; Wrong when there is none, or several."""
    found = [each for each in named.get(folded(written), ()) if each in among]
    if len(found) != 1:
        raise Wrong("place_several" if found else "place_unknown", written)
    return found[0]


def house(places: Mapping[int, Place], place: int) -> int:
    """The organisation that a place is a part of, or the place itself."""
    here: int | None = place
    while here is not None:
        if places[here].level == "organisation":
            return here
        here = places[here].above
    return place


def _alike(one: str | None, other: str | None) -> bool:
    """Whether two names have a word in common; a row without a name contradicts nobody."""
    words = [{folded(word) for word in (name or "").split()} for name in (one, other)]
    return not one or bool(words[0] & words[1])


def _apart(one: Said, other: Said) -> bool:
    """Whether their numbers tell two people of one name apart."""
    return bool(one.number and other.number and one.number != other.number)
