"""How a roster is told: what changes, what is wrong, and where people are."""

from collections.abc import Mapping
from dataclasses import dataclass

from console.lists import number
from console.site import Site, language_name
from domain.language import Language, language_of
from domain.organisation import Scope
from domain.roster_cells import Problem
from domain.roster_plan import Change
from domain.tree import Place, depth, in_order

_DATES = ("hired_on", "left_on", "leave_from", "leave_until")


@dataclass(frozen=True, slots=True)
class RosterWords:
    """Says words of the roster in a language."""

    site: Site
    language: Language
    places: Mapping[int, Place]

    def change(self, change: Change) -> str:
        """`Job: guide → head of guides`."""
        old, new = (self.word(change.what, each) for each in (change.old, change.new))
        return f"{self.named(change.what)}: {old or '–'} → {new or '–'}"

    def named(self, what: str) -> str:
        """What a word of the roster is called."""
        return self.site.say(self.language, f"people.word.{what}")

    def word(self, what: str, word: str) -> str:
        """A word as people read it."""
        if what == "place":
            return self.place(int(word))
        if what in _DATES or not word:
            return word
        if what == "coordinates":
            return self.site.say(self.language, "people.yes")
        spoken = language_of(word) if what == "language" else None
        return language_name(self.language, spoken) if spoken else word

    def place(self, which: int | None) -> str:
        """What a place is called, with the organisation that it is a part of."""
        place = self.places.get(which) if which is not None else None
        if place is None:
            return "–"
        above = self.places.get(place.above) if place.above is not None and place.level == "unit" else None
        return f"{place.name} ({above.name})" if above else place.name

    def problem(self, problem: Problem) -> str:
        """What is wrong, in a sentence that says what to do."""
        return self.site.say(self.language, f"people.problem.{problem.code}", value=problem.value)


def places_of(places: Mapping[int, Place], scope: Scope) -> list[tuple[Place, int]]:
    """The open places of the scope in the order of the tree, each with how deep it stands below the highest of them."""
    mine = [each for each in in_order(places.values()) if each.id in scope.organisations and not each.closed]
    top = min((depth(places, each) for each in mine), default=0)
    return [(each, depth(places, each) - top) for each in mine]


def placed(chosen: object) -> int | None:
    """The number of a place that a form sent; None when it sent none."""
    return (number(chosen) or None) if isinstance(chosen, str) else None


__all__ = ["RosterWords", "placed", "places_of"]
