"""Completion: how many finished, of those who meant to. Whoever only looks in is counted, and counted apart.

**Meant to finish** did who finished, or was asked to learn it (invited or assigned, begun or not), or finished two
of its lessons, or finished one and came back to answer something on another day. Everyone else who opened it
**browses**. "Another day" is ANOTHER_DAY after the first lesson was finished or later: no zone, and no late evening,
makes a difference.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

ANOTHER_DAY: Final = timedelta(hours=12)
ENOUGH: Final = 2  # lessons after which nobody is only looking


@dataclass(frozen=True, slots=True)
class Taken:
    """What tells of somebody who opened a programme.

    `asked`: invited or assigned. `lessons`: how many were finished. `returned`: came back on another day.
    """

    asked: bool = False
    finished: bool = False
    lessons: int = 0
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Completion:
    """People by what became of it. `not_begun` were asked and did not open it; `under_way` mean to finish."""

    finished: int = 0
    under_way: int = 0
    not_begun: int = 0
    browsing: int = 0

    @property
    def meant(self) -> int:
        """The denominator: everyone who meant to finish."""
        return self.finished + self.under_way + self.not_begun

    @property
    def opened(self) -> int:
        """Everyone who began, also those who browse."""
        return self.finished + self.under_way + self.browsing

    @property
    def everyone(self) -> int:
        """The other denominator: everyone, also those who browse."""
        return self.meant + self.browsing


def meant(taken: Taken) -> bool:
    """Whether somebody who opened it meant to finish it."""
    came_back = taken.lessons > 0 and taken.returned
    return taken.asked or taken.finished or taken.lessons >= ENOUGH or came_back


def completion(groups: Iterable[tuple[Taken, int]], not_begun: int) -> Completion:
    """What became of people who opened it, so many of each kind, and of those who were asked and did not."""
    counted = {"finished": 0, "under_way": 0, "browsing": 0}
    for taken, people in groups:
        became = "finished" if taken.finished else "under_way" if meant(taken) else "browsing"
        counted[became] += people
    return Completion(not_begun=not_begun, **counted)
