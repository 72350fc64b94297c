"""Saving: what a programme replaces, less what it took, for those who finished it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

# Hours that a full-time employee works in a year: Regulation (EU) 2021/1060, article 55(2)(a), by which public bodies
# reckon hourly rates of their staff.
YEAR: Final = 1_720
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Saving:
    """`people` finished what replaces so many minutes of each (`classroom` and `travel`).

    `timed` of them took `spent` together; of the others nobody knows, so they count with the `stated` minutes of the
    programme's author. It may cost more than it saves: then the saving is below zero.
    """

    people: int
    classroom: int
    travel: int
    timed: int
    spent: timedelta
    stated: int

    @property
    def replaced(self) -> timedelta:
        """What those who finished would have spent."""
        return self.people * timedelta(minutes=self.classroom + self.travel)

    @property
    def untimed(self) -> int:
        """Those whose time nobody knows."""
        return self.people - self.timed

    @property
    def taken(self) -> timedelta:
        """What it took them: known and stated time together."""
        return self.spent + self.untimed * timedelta(minutes=self.stated)

    @property
    def saved(self) -> timedelta:
        """The saving; below zero it is a cost."""
        return self.replaced - self.taken

    @property
    def hours(self) -> float:
        """The saving in hours."""
        return self.saved / HOUR

    @property
    def years(self) -> float:
        """The saving in full-time years of one employee."""
        return self.hours / YEAR
