"""Assignments reach their people: looked up when one starts, again when somebody came or changed, then enrolled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from actions.around import around, dates
from actions.ask_gate import decided, passed
from actions.begin_again import begin_again
from actions.giving import weigh
from domain import assigning, gate
from domain.assigned import Order, told
from domain.assigning import Deed, Standing, Terms, Wait, line
from domain.employment import Work, reached_by
from domain.facts import StudyState
from domain.gate import Asked, Send, WaitUntil
from domain.offers import offers
from domain.pacing import DAY, local, next_lesson_at
from domain.person import Person
from storage import (
    activity,
    assignments,
    enrolments,
    organisations,
    outbox,
    programmes,
    reached,
    schedules,
    sharing,
    studies,
)
from storage.activity import Noted
from storage.assignments import Assigned
from storage.database import Connection
from storage.enrolments import Fresh
from storage.outbox import New
from storage.reached import Became, Candidate
from storage.schedules import Around

_ALWAYS: Final = datetime.max.replace(tzinfo=UTC)  # who cannot be told now is enrolled when they can be

AGAIN: Final = timedelta(minutes=15)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Names:
    """What the places are called, and what each is under."""

    above: Mapping[int, int | None]
    named: Mapping[int, str]
    known: dict[int, dict[int, str]] = field(default_factory=dict)

    def around(self, place: int) -> dict[int, str]:
        """The names of a place and of all above it; none of one that is not seen."""
        if place not in self.known:
            seen = line(self.above, place) if place in self.named else ()
            self.known[place] = {each: self.named[each] for each in seen}
        return self.known[place]

    def has(self, terms: Terms, who: Candidate) -> tuple[Work, ...]:
        """By which of their employments what is assigned so is for this person; by none: it is not."""
        return reached_by(terms, who.person, who.works, self.around) if who.learns else ()


def names(tx: Connection) -> Names:
    """The whole tree."""
    found = organisations.names(tx)
    return Names(
        {number: above for number, (_, above) in found.items()},
        {number: name for number, (name, _) in found.items()},
    )


def spread(tx: Connection, now: datetime, most: int) -> bool:
    """Look up the next people of an assignment that starts, or whose place has moved; False when there is none."""
    look = assignments.next_look(tx, now)
    if look is None:
        return False
    assigned = assignments.get(tx, [look.id])[look.id]
    newest = look.newest or assignments.newest(tx)
    if look.looked == 0 and look.begun:
        reached.wake(tx, look.id, now)
    places = organisations.under(tx, [assigned.terms.place])
    people = reached.people_at(tx, places, assignment=look.id, past=look.looked, most=most)
    tree = names(tx)
    found = list[Became]()
    for each in people:
        if assigned.terms.only_new and not look.begun and each.person.id <= newest:
            found.append(Became(look.id, each.person.id, "before"))
        elif tree.has(assigned.terms, each):
            found.append(Became(look.id, each.person.id, "waiting", look_at=now))
    reached.add(tx, {look.id: assigned.terms.programme}, found, now)
    weigh(tx, {each.person.id: each for each in people}, {assigned.terms.programme}, tree.has)
    last = people[-1].person.id if len(people) == most else None
    assignments.looked(tx, look.id, person=last, newest=newest)
    return True


def sift(tx: Connection, now: datetime, most: int) -> int:
    """See which assignments reach up to `most` people who came or changed; how many there were.

    Only assignments of the places where these people are, and above them, are looked at.
    """
    changed = reached.take_changed(tx, most)
    if not changed:
        return 0
    tree, before = names(tx), reached.known(tx, changed)
    again = [Became(*pair, "waiting", look_at=now) for pair, state in before.items() if state == "waiting"]
    people, new = reached.candidates(tx, changed), list[Became]()
    around = {place for who in people.values() for work in who.works for place in tree.around(work.place)}
    running = assignments.running(tx, around)
    for number, who in people.items():
        for each in running:
            if (each.id, number) not in before and tree.has(each.terms, who):
                new.append(Became(each.id, number, "waiting", look_at=now))
    reached.add(tx, {each.id: each.terms.programme for each in running}, new, now)
    weigh(tx, people, {each.terms.programme for each in running}, tree.has)
    reached.settle(tx, again)
    return len(changed)


def settle(tx: Connection, now: datetime, most: int) -> int:
    """Decide about up to `most` people who have waited long enough, and enrol and tell them; how many there were."""
    due = reached.take_due(tx, now, most)
    if due and not _settled(tx, now, due):
        for each in due:
            if not _settled(tx, now, [each]):
                reached.settle(tx, [Became(*each, "waiting", look_at=now + AGAIN)])
    return len(due)


def _settled(tx: Connection, now: datetime, due: Sequence[tuple[int, int]]) -> bool:
    """Whether it went well with all of these, as (assignment, person); else nothing was done, and the transaction goes
    on."""
    try:
        with tx.begin_nested():
            _Round(tx, now).settle(due)
    except Exception as error:
        one = len(due) == 1
        log.warning("not enrolled", pairs=due if one else len(due), error=type(error).__name__, exc_info=one)
        return False
    return True


@dataclass(slots=True)
class _Round:
    """People who are enrolled in one transaction: what is known of them, and what is to be written."""

    tx: Connection
    now: datetime
    assigned: dict[int, Assigned] = field(default_factory=dict)
    people: dict[int, Candidate] = field(default_factory=dict)
    around: dict[int, Around] = field(default_factory=dict)
    studies: dict[tuple[int, int], tuple[int, StudyState]] = field(default_factory=dict)
    since: dict[tuple[int, int], datetime] = field(default_factory=dict)
    newest: dict[int, int] = field(default_factory=dict)
    owned: bool = False
    unlisted: dict[int, frozenset[int]] = field(default_factory=dict)
    became: list[Became] = field(default_factory=list)
    fresh: list[Fresh] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)
    said: list[New] = field(default_factory=list)
    offered: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)

    def settle(self, due: Sequence[tuple[int, int]]) -> None:
        """All of them, as (assignment, person); any exception means that none is."""
        self._load({each for each, _ in due}, {who for _, who in due})
        tree, gone = names(self.tx), list[tuple[int, int]]()
        for number, who in due:
            if works := tree.has(self.assigned[number].terms, self.people[who]):
                self.became.append(self._one(self.assigned[number], self.people[who].person, works))
            else:
                gone.append((number, who))
        tx, now = self.tx, self.now
        reached.drop(tx, gone)
        lost = {self.assigned[number].terms.programme for number, _ in gone}
        weigh(tx, {who: self.people[who] for _, who in gone}, lost, tree.has)
        enrolments.add_many(tx, self.fresh, now)
        activity.note_many(tx, self.noted, now)
        outbox.add_many(tx, self.said, now)
        schedules.offer(tx, self.offered)
        reached.settle(tx, self.became)

    def _load(self, which: set[int], who: set[int]) -> None:
        tx = self.tx
        self.assigned = assignments.get(tx, which)
        self.people = reached.candidates(tx, who)
        self.around = around(tx, dates((each.person for each in self.people.values()), self.now))
        self.studies = enrolments.of_people(tx, who)
        self.newest = programmes.newest(tx)
        stand = sharing.standings(tx)
        self.owned = any(stand[each.terms.programme].owner for each in self.assigned.values())
        for each in self.assigned.values():
            if after := each.terms.after:
                began = studies.since(tx, who, after.programme, finished=after.how == "finished")
                self.since |= {(each.id, person): at for person, at in began.items()}

    def _one(self, assigned: Assigned, person: Person, works: Sequence[Work]) -> Became:
        """What becomes of one whom it reaches; what is to be written is kept."""
        if assigned.ended:
            return Became(assigned.id, person.id, "over")
        _, study = self.studies.get((person.id, assigned.terms.programme), (0, None))
        known = self.around.get(person.id)
        standing = Standing(
            person.consented_at is not None,
            known is not None and known.to is not None,
            study,
            self.since.get((assigned.id, person.id)),
        )
        deed = assigning.decide(assigned.terms, standing, self.now)
        if isinstance(deed, Wait):
            return Became(assigned.id, person.id, "waiting", look_at=deed.until)
        if deed == "nothing":
            return Became(assigned.id, person.id, "done")
        if deed != "tell" and all(assigned.terms.programme in self._unlisted(each.place) for each in works):
            return Became(assigned.id, person.id, "waiting", look_at=self.now + DAY)
        assert known is not None, "who is enrolled can be reached"
        asked = Asked("personal", _ALWAYS, known.messages)
        decision = decided(gate.decide(self.now, person, asked))
        if isinstance(decision, WaitUntil):
            return Became(assigned.id, person.id, "waiting", look_at=decision.at)
        assert isinstance(decision, Send), "it may wait as long as it has to"
        return self._do(assigned, person, deed, decision, works[0].place)

    def _unlisted(self, place: int) -> frozenset[int]:
        """What is not, or no longer, for the people of this place."""
        if place not in self.unlisted:
            self.unlisted[place] = sharing.unlisted(self.tx, place) if self.owned else frozenset()
        return self.unlisted[place]

    def _do(self, assigned: Assigned, person: Person, deed: Deed, decision: Send, place: int) -> Became:
        terms, now = assigned.terms, self.now
        first = next_lesson_at(now, person, today=True)
        due_on = assigning.due(terms, local(now, person).date())
        content = programmes.version(self.tx, self.newest[terms.programme])
        message = told(
            content, person, Order(assigned.by, assigned.where, terms.why, due_on, terms.pace), deed, first
        )
        to = self.around[person.id].to
        assert to is not None, "who is enrolled can be reached"
        key = f"assigned:{assigned.id}:{person.id}"
        new = New(to._replace(organisation=place), message, key, "personal", passed(decision, person, now))
        self._begin(assigned, person, deed, first, place)  # whoever cannot begin is told nothing
        self.said.append(new)
        self.offered.append((to.address, offers(message, None)))
        return Became(assigned.id, person.id, "had" if deed == "tell" else "enrolled", due_on)

    def _begin(self, assigned: Assigned, person: Person, deed: Deed, first: datetime, place: int) -> None:
        programme = assigned.terms.programme
        key = (person.id, programme)
        if deed == "again":
            enrolment, _ = self.studies[key]
            begin_again(self.tx, enrolment, programme, self.now)
            enrolments.wait(self.tx, enrolment, first)
            self.studies[key] = (enrolment, "active")
        elif deed == "enrol":
            version = self.newest[programme]
            self.fresh.append(Fresh(person.id, programme, version, first))
            self.noted.append(Noted(person, "enrolled", {"version": version, "by": "assignment"}, place))
            self.studies[key] = (0, "active")
