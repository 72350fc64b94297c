"""Completion: how many finished, of those who meant to. Whoever only looks in is counted, and counted apart.

**Meant to finish** did who finished, or was asked to learn it (invited or assigned, begun or not), or finished two
of its lessons, or finished one and came back to answer something on another day, or moved on to a newer version of
it. Everyone else who opened it **browses**. "Another day" is ANOTHER_DAY after the first lesson was finished or later:
no zone, and no late evening, makes a difference. A lesson that an entry test skips is not one that was finished.

Whoever finished once has finished, also while they learn it **again** to renew a certificate.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

ANOTHER_DAY: Final = timedelta(hours=12)
ENOUGH: Final = 2  # lessons after which nobody is only looking
Became = Literal["finished", "under_way", "browsing"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What tells of somebody who opened a programme.

    `asked`: invited or assigned. `finished`: once, and `again`: it is begun anew since. `lessons`: how many were
    finished. `returned`: came back on another day, or moved on to a newer version.
    """

    asked: bool = False
    finished: bool = False
    again: bool = False
    lessons: int = 0
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Completion:
    """People by what became of it. `not_begun` were asked and did not open it; `under_way` mean to finish.

    `again` are those of the finished who learn it again.
    """

    finished: int = 0
    under_way: int = 0
    not_begun: int = 0
    browsing: int = 0
    again: int = 0

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
    return taken.asked or taken.finished or taken.lessons >= ENOUGH or taken.returned


def became(taken: Taken) -> Became:
    """What became of somebody who opened it."""
    return "finished" if taken.finished else "under_way" if meant(taken) else "browsing"


def completion(groups: Iterable[tuple[Taken, int]], not_begun: int) -> Completion:
    """What became of people who opened it, so many of each kind, and of those who were asked and did not."""
    counted = Counter[str]()
    for taken, people in groups:
        counted[became(taken)] += people
        counted["again"] += people if taken.again else 0
    return Completion(not_begun=not_begun, **counted)
