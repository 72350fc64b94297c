"""Assign a programme to a place and all under it, see beforehand whom that reaches, change when and by when, end it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from actions.reach import names
from domain.assigning import PACES, Terms, ends_on, faults, starts_at, too_far
from domain.audit import Deed
from domain.organisation import Organisation, Scope
from storage import assignment_figures, assignments, audit, organisations, programmes, reached, sharing
from storage.database import Connection
from storage.reached import Candidate

EVERYBODY = 1_000_000


class NotAssigned(Exception):
    """It cannot be assigned so; `faults` say what is wrong, as domain.assigning names it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an assignment would reach now, and of these how many have joined, learn the programme or finished it; what
    others alone gave is not counted.

    `places` are those of the people, with how many there are in each. `ends_on`: the last lesson comes then to who
    begins at its start and does each as it comes.
    """

    people: Sequence[Candidate]
    joined: int
    learning: int
    finished: int
    places: Sequence[tuple[str, int]]
    ends_on: date


def today_at(place: Organisation, now: datetime) -> date:
    """The date at a place."""
    return now.astimezone(ZoneInfo(place.zone)).date()


def wrong(tx: Connection, terms: Terms, now: datetime) -> tuple[str, ...]:
    """What is wrong with an assignment that is to be made."""
    place = organisations.find(tx, terms.place)
    if place is None:
        return ("place",)
    taught = sharing.listed(tx, [place.id])
    newest = taught.get(terms.programme)
    lessons = len(programmes.version(tx, newest).lessons) if newest else 0
    if terms.after and terms.after.programme not in taught:
        return ("programme",)
    return faults(terms, lessons=lessons, places=[place.id], today=today_at(place, now))


def preview(tx: Connection, terms: Terms, scope: Scope) -> Reach:
    """Whom it would reach, and what of that the scope sees; there is nothing wrong with it."""
    place = organisations.find(tx, terms.place)
    assert place is not None, "there is nothing wrong with it"
    tree = names(tx)
    inside = organisations.under(tx, [terms.place])
    everybody = reached.people_at(tx, inside, assignment=0, past=0, most=EVERYBODY)
    people = [each for each in everybody if tree.has(terms, each)]
    states = assignment_figures.states(tx, scope, terms.programme)
    does = Counter(states.get(each.person.id, "") for each in people)
    places = Counter(tree.named[tree.has(terms, each)[0].place] for each in people)
    version = programmes.version(tx, programmes.newest(tx)[terms.programme])
    return Reach(
        people,
        sum(each.person.consented_at is not None for each in people),
        does["active"] + does["paused"],
        does["finished"],
        sorted(places.items(), key=lambda pair: (-pair[1], pair[0])),
        ends_on(len(version.lessons), terms.starts_on, place, terms.pace),
    )


def assign(tx: Connection, terms: Terms, *, by: int | None, now: datetime) -> int:
    """A new assignment's id; raises NotAssigned. Its people are enrolled by the scheduler, from its first date on."""
    if found := wrong(tx, terms, now):
        raise NotAssigned(found)
    place = organisations.find(tx, terms.place)
    assert place is not None, "there is nothing wrong with it"
    new = assignments.add(tx, terms, by=by, look_at=starts_at(terms, place), at=now)
    deed = Deed("assignment.made", place.id, new, after={"programme": terms.programme})
    audit.note(tx, deed, by, now)
    return new


def change_due(
    tx: Connection, assignment: int, due_on: date | None, *, by: int | None = None, now: datetime
) -> None:
    """Everybody who learns because of it has to finish by then (None: there is no such date any more); that it is so
    already is not noted once more."""
    terms = assignments.get(tx, [assignment])[assignment].terms
    if (terms.due_on, terms.due_days) == (due_on, None):
        return
    if due_on is not None and due_on < terms.starts_on:
        raise NotAssigned(("due_first",))
    place = organisations.find(tx, terms.place)
    assert place is not None, "organisations are not deleted"
    if due_on is not None and too_far(due_on, today_at(place, now)):
        raise NotAssigned(("far",))
    if not assignments.set_due(tx, assignment, due_on, None):
        raise NotAssigned(("place",))
    reached.set_due(tx, assignment, due_on)
    before, after = ({"due": day.isoformat() if day else None} for day in (terms.due_on, due_on))
    audit.note(tx, Deed("assignment.due", terms.place, assignment, before, after), by, now)


def change_pace(
    tx: Connection, assignment: int, pace: int | None, *, by: int | None = None, now: datetime
) -> None:
    """So many lessons a week (None: one on each of the learner's days) come to everybody who learns because of it,
    from the one after that which each waits for now; that it is so already is not noted once more."""
    if pace is not None and pace not in PACES:
        raise NotAssigned(("pace",))
    terms = assignments.get(tx, [assignment])[assignment].terms
    if terms.pace == pace:
        return
    if not assignments.set_pace(tx, assignment, pace):
        raise NotAssigned(("place",))
    before, after = {"pace": terms.pace}, {"pace": pace}
    audit.note(tx, Deed("assignment.pace", terms.place, assignment, before, after), by, now)


def end(tx: Connection, assignment: int, now: datetime, by: int | None = None) -> bool:
    """Nobody new is enrolled by it, and nothing is due because of it; who learns may go on. False when it had ended."""
    if not assignments.end(tx, assignment, now):
        return False
    reached.end(tx, assignment)
    place = assignments.get(tx, [assignment])[assignment].terms.place
    audit.note(tx, Deed("assignment.ended", place, assignment), by, now)
    return True
