"""Who sits and who waits, a page at a time or found by name; and what was ticked on such a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import FormData

from console import lists
from console.lists import number
from domain.roster_cells import folded
from storage.registrations import Listed

ROWS: Final = 100


@dataclass(frozen=True, slots=True)
class View(lists.View):
    """What the address asks for; `page` counts from 1."""

    place = ""
    start = "page"
    q: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A page of those who were asked for, of whom there are so many in `total`; the first one has this number."""

    view: View
    shown: Sequence[Listed]
    first: int
    total: int

    @property
    def more(self) -> bool:
        """Whether there is a page after it."""
        return self.first + ROWS < self.total

    @property
    def narrow(self) -> bool:
        """Whether it is worth looking for somebody here, or somebody was looked for."""
        return bool(self.view.q) or self.total > ROWS

    @property
    def on(self) -> str:
        """Who can be ticked on it, by the numbers of their registrations."""
        return ",".join(str(each.registration.id) for each in self._seated)

    @property
    def ticked(self) -> str:
        """Who of these is ticked already."""
        return ",".join(str(each.registration.id) for each in self._seated if each.registration.attended)

    @property
    def _seated(self) -> Sequence[Listed]:
        return [each for each in self.shown if each.registration.state == "seated"]


def part(listed: Sequence[Listed], asked: Mapping[str, str]) -> Part:
    """The page of them that an address asks for; the last one where that is beyond."""
    view = View.of_words(asked)
    wanted = folded(view.q)
    found = [each for each in listed if wanted in folded(each.name)]
    first = min(view.page - 1, max(len(found) - 1, 0) // ROWS) * ROWS
    return Part(view, found[first : first + ROWS], first, len(found))


def ticks(form: FormData) -> tuple[dict[int, bool], frozenset[int]]:
    """Of each who was on a page, whether they are ticked now; and who was ticked when it was shown."""
    there = {number(str(each)) for each in form.getlist("there")}
    on, ticked = (_numbers(form, name) for name in ("on", "ticked"))
    return {each: each in there for each in on}, ticked


def _numbers(form: FormData, name: str) -> frozenset[int]:
    return frozenset(number(each) for each in str(form.get(name, "")).split(",")[:ROWS])
