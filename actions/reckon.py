"""How many of those whom an announcement is for would get it while it is of use, as the gate says beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.announce import nearby
from actions.ask_gate import of_group
from domain import gate
from domain.gate import Asked, Decision, Drop, WaitUntil
from domain.message import Kind
from domain.pacing import occurrence
from domain.person import Person
from storage import audience
from storage.audience import Recipient
from storage.database import Connection
from storage.groups import Group


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Of so many `people` those who get it within its `days`; and within how many more days (`better`) how many get it
    (`then`), the fewest days that reach the most (0: no number reaches more)."""

    people: int
    days: int
    within: int
    better: int = 0
    then: int = 0

    @property
    def late(self) -> int:
        """How many do not get it."""
        return self.people - self.within


def reckon(
    tx: Connection,
    people: Sequence[Recipient],
    at: datetime,
    days: int,
    *,
    own_hour: bool,
    lasts: Sequence[int],
) -> Reckoned:
    """What the gate would say to each of them if it began then. `lasts` are the numbers of days there are."""
    longest, kind = at + timedelta(days=max(lasts)), "timely" if own_hour else "announcement"
    said = _Said(audience.counts(tx, nearby(at)), at, kind, longest)  # type: ignore[arg-type]
    moments = sorted(moment for each in people if (moment := said.moment(each.person)))
    within = {each: sum(moment <= at + timedelta(days=each) for moment in moments) for each in (*lasts, days)}
    better = min(lasts, key=lambda each: (-within[each], each))
    if within[better] <= within[days]:
        return Reckoned(len(people), days, within[days])
    return Reckoned(len(people), days, within[days], better, within[better])


def posts(tx: Connection, there: Sequence[Group], at: datetime, days: int) -> int:
    """In how many of these groups it would be posted within its days if it began then."""
    end = at + timedelta(days=days)
    asked = (of_group(tx, each, "announcement", end, at) for each in there)
    return sum(not isinstance(each, Drop) for each in asked)


class _Said:
    """The gate's word, asked once of those who are alike to it."""

    def __init__(self, counts: dict[tuple[int, str], int], at: datetime, kind: Kind, until: datetime) -> None:
        self._counts, self._at, self._kind, self._until = counts, at, kind, until
        self._known = dict[tuple[object, ...], Decision]()

    def moment(self, person: Person) -> datetime | None:
        """When it goes; None: never."""
        at, timely = self._at, self._kind == "timely"
        today = 0
        if self._counts:
            day = occurrence(gate.begins(at, person, self._kind), person)
            today = self._counts.get((person.id, day), 0)
        alike = (person.organisation.id, person.days, person.hour if timely else None, today, *_dates(person))
        decision = self._known.get(alike)
        if decision is None:
            decision = gate.first(at, person, Asked(self._kind, self._until, today))
            self._known[alike] = decision
        if isinstance(decision, Drop):
            return None
        return decision.at if isinstance(decision, WaitUntil) else at


def _dates(person: Person) -> tuple[object, ...]:
    return person.leave_from, person.leave_until, person.left_on
