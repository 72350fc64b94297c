"""What a learner knows after what they did, and when they are asked next.

What came back is remembered with its answer, as the next question follows from it. An answer in a lesson comes back
tomorrow at the soonest: its memory is kept a moment later, and not on the way of the reply.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from domain import recall, review
from domain.effect import Effect, OpenStep, Record, Remember, SetDays, SetHour, SetReviews, SetState
from domain.facts import Facts, Step, Study
from domain.pacing import DAY, moment_of, occurrence
from domain.person import Person
from domain.recall import Known, Today, chance
from domain.review import Learner, Memory, Waiting
from storage import answers, crash, forgetting, memories, people, programmes, reviews
from storage.answers import Fresh
from storage.database import Connection
from storage.reviews import Plan


def follow(tx: Connection, facts: Facts, person: Person, effects: Iterable[Effect]) -> None:
    """Keep what this person knows after these effects, and plan anew where that changes when they are asked.

    `facts` are those behind the effects: what was known before. What is done in a lesson costs nothing here.
    """
    opened, anew = None, False
    for effect in effects:
        match effect:
            case Record(worth=float() | int()) if effect.step.purpose == "review":
                _keep(tx, _answered(facts, person, effect))
                anew = True
            case Remember():
                _hear(tx, facts, person, effect)
                anew = True
            case OpenStep(step) if step.purpose == "review":
                opened = step
            case SetHour() | SetDays() | SetReviews() | SetState(_, "active" | "finished"):
                anew = True
    if opened is not None:
        _expect(tx, facts, person, opened)
    elif anew:
        plan_anew(tx, people.get(tx, person.id), facts.now)


def remember(tx: Connection, given: Collection[int]) -> int:
    """Keep what follows from these answers in lessons, all of one person; how many there were (others may be first)."""
    fresh = answers.fresh(tx, given)
    for each in fresh:
        _remember(tx, each)
    if fresh:
        answers.remembered(tx, [each.id for each in fresh])
        crash.point("remembered-uncommitted")
    return len(fresh)


def _remember(tx: Connection, answered: Fresh) -> None:
    memory, person = _keep(tx, answered), answered.person
    if memory is not None and memory.due is not None:
        reviews.expect(tx, person.id, moment_of(memory.due, person.hour, person))


def plan_anew(tx: Connection, person: Person, now: datetime) -> None:
    """Look again when something is due, from tomorrow on."""
    plan = reviews.get(tx, person.id)
    due_at = recall.look_on(memories.next_due(tx, person.id), now, person) if person.reviews else None
    if due_at != plan.due_at or plan.silence:
        reviews.put(tx, person.id, replace(plan, due_at=due_at, silence=0))


def learner_of(tx: Connection, person: Person, now: datetime) -> Learner:
    """The person, with how people here forget."""
    return Learner(person, forgetting.parameters(tx, now))


def today_of(tx: Connection, person: Person, study: Study, step: Step, now: datetime) -> Today:
    """What matters to a reply about this step of a study, at which a question came back."""
    assert step.version is not None, "what comes back is of a version of its own"
    here, spot = programmes.edition(tx, step.version), (step.lesson, step.card)
    newest = programmes.newest(tx)
    due = memories.due(tx, [person.id], now.date() + DAY).get(person.id, ())
    asked, _ = as_asked_now(tx, person, due, newest)
    this = study.programme_id, here.names.get(spot)
    others = tuple(each for each in asked if (each.waiting.programme, each.waiting.question) != this)
    there = programmes.edition(tx, newest[study.programme_id])
    withdrawn = recall.is_withdrawn(here, spot, there, person.language)
    plan = reviews.get(tx, person.id)
    return Today(learner_of(tx, person, now), here, withdrawn, others, plan.on(occurrence(now, person)))


def as_asked_now(
    tx: Connection, person: Person, due: Iterable[Known], newest: Mapping[int, int]
) -> tuple[list[Known], list[Known]]:
    """Questions in their newest wording, and those that are no more; `newest` are versions by programme."""
    asked, gone = list[Known](), list[Known]()
    for known in due:
        here = programmes.edition(tx, known.version)
        there = programmes.edition(tx, newest[known.waiting.programme])
        found = recall.in_newest(known, here, there, person.language)
        if found is None:
            gone.append(known)
        else:
            asked.append(found)
    return asked, gone


def _answered(facts: Facts, person: Person, record: Record) -> Fresh:
    step, worth = record.step, record.worth
    assert worth is not None, "it has a score"
    study = facts.study(step.enrolment)
    spot = (step.lesson, step.card)
    return Fresh(0, person, study.programme_id, step.enrolment, record.version, spot, worth, facts.now)


def _keep(tx: Connection, answered: Fresh) -> Memory | None:
    """What is known after this answer: the first leaves a memory, another one changes it; None: it never comes back."""
    name = programmes.edition(tx, answered.version).names.get(answered.spot)
    if name is None:
        return None
    person, programme = answered.person, answered.programme
    luck = chance(person.id, programme, name, 0)
    memory = review.first(answered.worth, learner_of(tx, person, answered.at), at=answered.at, rng=luck)
    waiting = Waiting(programme, name, memory)
    known = Known(answered.enrolment, answered.version, answered.spot, waiting)
    if not memories.add(tx, person.id, known):
        memory = _again(tx, person, known, answered.worth, answered.at)
        memories.put(tx, person.id, replace(known, waiting=replace(waiting, memory=memory)))
    return memory


def _again(tx: Connection, person: Person, fresh: Known, worth: float, now: datetime) -> Memory:
    """The memory after another answer; that of a first one where what was remembered says nothing any more."""
    programme, name = fresh.waiting.programme, fresh.waiting.question
    before = memories.get(tx, person.id, programme, name)
    assert before is not None, "there is one, so that none was added"
    here, there = programmes.edition(tx, before.version), programmes.edition(tx, fresh.version)
    moved = recall.in_newest(before, here, there, person.language)
    if moved is None or moved.waiting.memory.answers == 0:
        return fresh.waiting.memory
    memory = moved.waiting.memory
    luck = chance(person.id, programme, name, memory.answers)
    return review.answered(memory, worth, learner_of(tx, person, now), at=now, rng=luck)


def _hear(tx: Connection, facts: Facts, person: Person, said: Remember) -> None:
    """What somebody said of a question in place of an answer."""
    known = memories.get(tx, person.id, said.programme, said.question)
    if known is None:
        return
    memory = known.waiting.memory
    match said.how:
        case "known":
            luck = chance(person.id, said.programme, said.question, memory.answers)
            memory = review.known(memory, learner_of(tx, person, facts.now), at=facts.now, rng=luck)
        case "enough":
            memory = review.stopped(memory)
        case "again":
            memory = review.resumed(memory, learner_of(tx, person, facts.now), at=facts.now)
    memories.put(tx, person.id, replace(known, waiting=replace(known.waiting, memory=memory)))


def _expect(tx: Connection, facts: Facts, person: Person, opened: Step) -> None:
    """The next question of today is asked: it counts, and tomorrow there is another if it is not answered."""
    asked = facts.today.asked if facts.today else ()
    programme = facts.study(opened.enrolment).programme_id
    day = occurrence(facts.now, person)
    again = recall.look_again(facts.now, person, 1)
    reviews.put(tx, person.id, Plan(again, day, (*asked, programme)))
