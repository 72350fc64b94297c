"""A person of the roster, and when they learn."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, time

from domain.language import Language
from domain.organisation import Organisation

DEFAULT_HOUR = time(9, 30)
WORKING_DAYS = frozenset({1, 2, 3, 4, 5})


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who learns. `days` are ISO weekdays (1 is Monday); `consented_at` is None until they joined.

    A leave is from its first to its last date, both included. Until `snoozed_until` neither lessons nor reminders come.
    `job` is what they work as ("" when nobody said): programmes for it are shown to them first. `reviews`: what they
    learned comes back as questions. From the date `left_on` on they work there no more, and nothing comes by itself.
    """

    id: int
    organisation: Organisation
    name: str
    language: Language
    hour: time = DEFAULT_HOUR
    days: frozenset[int] = WORKING_DAYS
    consented_at: datetime | None = None
    leave_from: date | None = None
    leave_until: date | None = None
    snoozed_until: datetime | None = None
    job: str = ""
    reviews: bool = True
    left_on: date | None = None

    @property
    def rhythm(self) -> tuple[Hashable, ...]:
        """All that decides when something comes to them, the place's own settings by its id: many have the same."""
        absent = (self.leave_from, self.leave_until, self.snoozed_until, self.left_on)
        return (self.organisation.id, self.hour, self.days, *absent)

    def has_left(self, today: date) -> bool:
        """Whether they work there no more on this local date."""
        return self.left_on is not None and self.left_on <= today
