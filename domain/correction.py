"""What of themselves somebody cannot change alone, and asks to have corrected: their name, e-mail address, or job."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from domain import roster_cells
from domain.roster_cells import Problem, Wrong

What = Literal["name", "email", "job"]
WHAT: Final[tuple[What, ...]] = get_args(What)
MOST: Final = 3  # that wait at once, of one person
_WRITTEN: Final = re.compile(rf"({'|'.join(WHAT)})([1-9]?)\s+(.+)", re.DOTALL)
_READ: Final[Mapping[What, Callable[[str], str | None]]] = {
    "name": lambda said: roster_cells.name(said, "", ""),
    "email": roster_cells.email,
    "job": roster_cells.job,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be corrected, by which words as they were written; a job is that of the `work`, counted from 1."""

    what: What
    written: str
    work: int = 1

    @property
    def words(self) -> str:
        """The words as a roster keeps them; Wrong for those that none takes."""
        said = _READ[self.what](self.written)
        if not said:
            raise Wrong(f"{self.what}_missing")
        return said


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a wish: who decides (an organisation), for which words; and the other places where the person
    works, with their numbers.

    "same": it stands there already. "unfit": no roster takes it, for this reason. "many": too many wait, or were asked
    for on this day.
    """

    became: Literal["asked", "same", "unfit", "many"]
    organisation: str = ""
    words: str = ""
    others: tuple[tuple[int, str], ...] = ()
    why: Problem | None = None


def wish_of(written: str) -> Wish | None:
    """The wish that is written as `name Ona Onaitė`, `job librarian`, or `job2 guide` for another work."""
    found = _WRITTEN.fullmatch(written)
    what = next((each for each in WHAT if found and each == found[1]), None)
    return Wish(what, found[3], int(found[2] or 1)) if found and what else None
