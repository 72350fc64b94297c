"""Pictures drawn together as the options of a question, each set once as long as it is looked at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from lessons.shelf import Drawn, draw_together

MOST: Final = 20  # that are kept, of a megabyte or less each


@dataclass(frozen=True, slots=True)
class Sets:
    """The last sets by the digests of their parts. One is drawn after the other, as each takes memory for its parts."""

    known: dict[tuple[str, ...], Drawn] = field(default_factory=dict)
    turn: Lock = field(default_factory=Lock)

    def drawn(self, digests: tuple[str, ...], data: Callable[[str], bytes]) -> Drawn:
        """The one picture of these; `data` gives the bytes of each."""
        with self.turn:
            if digests not in self.known:
                made = draw_together([data(each) for each in digests])
                if len(self.known) >= MOST:
                    del self.known[next(iter(self.known))]
                self.known[digests] = made
            return self.known[digests]
