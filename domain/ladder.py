"""The ladder of reminders: same working day, next working day, a week, a fortnight, and then the study pauses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeGuard

from domain.effect import BeginTest, Effect, EndTest, Move, MoveOn, OpenStep, Say, SetState
from domain.facts import Facts
from domain.gate import hours
from domain.message import Feedback, Message, ShowCard
from domain.pacing import DAY, good_day, lesson_at, local, moment_of
from domain.person import Person
from domain.sitting import running

SAME_DAY: Final = 1
PAUSE: Final = 5
# How many days after the one before: the next working day, a week, a fortnight, and a week to come back by oneself.
_DAYS: Final[Mapping[int, int]] = {2: 1, 3: 7, 4: 14, PAUSE: 7}
_LATER: Final = timedelta(hours=4)
_SOON: Final = timedelta(minutes=1)
_AT_LEAST: Final = timedelta(hours=2)
_BEFORE_THE_END: Final = timedelta(minutes=30)
LONG_PAST: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rung:
    """What comes when nothing is done until then: reminder 1 to 4, or PAUSE."""

    number: int
    due_at: datetime


def first_rung(now: datetime, person: Person) -> Rung:
    """The ladder begins: a lesson was sent, or something was done in it, just now.

    The first reminder comes four hours later (at least two, to be there before the end of the day); when there is no
    room for it today the next working day's is the first.
    """
    today = local(now, person).date()
    opens, closes = hours("reminder", person.hour, person.organisation.office, today)
    due = max(min(now + _LATER, closes - _BEFORE_THE_END), opens)
    if good_day(today, person) == today and due >= now + _AT_LEAST:
        return Rung(SAME_DAY, due)
    return next_rung(SAME_DAY, now, person)


def begun_anew(due_at: datetime, since: datetime | None, person: Person) -> Rung | None:
    """What is next in place of a first reminder that is due, where its learner came to the card that waits for them
    only `since`; None: it is to come."""
    if since is None or since + _LATER <= due_at:
        return None
    rung = first_rung(since, person)
    return rung if rung.due_at > due_at else None


def next_rung(number: int, now: datetime, person: Person) -> Rung:
    """What follows when the rung with this number was climbed just now."""
    day = local(now, person).date() + _DAYS[number + 1] * DAY
    return Rung(number + 1, moment_of(good_day(day, person), person.hour, person))


def put_off(at: datetime, person: Person) -> datetime:
    """When to come instead, if nothing may come before this moment: at the learner's own hour on its date."""
    return max(at, moment_of(local(at, person).date(), person.hour, person))


def caught_up(due_at: datetime, now: datetime, person: Person) -> datetime:
    """When to come, being due then. What is long past is not sent late: it comes at the learner's next hour."""
    return due_at if now - due_at <= LONG_PAST else lesson_at(now, person, local(now, person).date())


def wording(said: Sequence[int], pool: int) -> int:
    """Which of `pool` wordings to use: the least recently used, the first of those never used (`said`: newest last)."""
    for which in range(pool):
        if which not in said:
            return which
    last = {which: place for place, which in enumerate(said)}
    return min(range(pool), key=last.__getitem__)


def touched(facts: Facts, effects: Sequence[Effect]) -> dict[int, bool]:
    """The studies in which something was just done, by enrolment: whether a lesson waits for its learner there now.

    Where one does the ladder begins anew; where none does it ends. Nobody is reminded while the time of a test runs.
    """
    enrolments = {study.version: study.enrolment for study in facts.studies}
    waits, moved = dict[int, bool](), set[int]()
    pressed = facts.pressed
    if pressed and pressed.purpose != "review" and _stands_in_lesson(facts, pressed.enrolment):
        waits[pressed.enrolment] = facts.study(pressed.enrolment).state == "active"
    for effect in effects:
        match effect:
            case Say(message) if _leaves_to_do(message) and message.version in enrolments:
                waits[enrolments[message.version]] = True
            case Move(enrolment, _, card):
                waits[enrolment] = card >= 0
            case MoveOn(enrolment):
                moved.add(enrolment)
                waits[enrolment] = False
            case SetState(enrolment, state) if enrolment not in moved:
                waits[enrolment] = state == "active" and _stands_in_lesson(facts, enrolment)
    timed = _timed(facts, effects)
    return {enrolment: waiting and enrolment not in timed for enrolment, waiting in waits.items()}


def stays(facts: Facts, effects: Sequence[Effect], enrolment: int) -> bool:
    """Whether the reminder that is planned may stay where it is though the ladder begins anew: the first one, if it
    comes early enough and the learner came to another card. When it is due it is seen since when that card waits
    (`begun_anew`), which costs an answer less than to move it each time."""
    planned = next((each.reminder_at for each in facts.studies if each.enrolment == enrolment), None)
    if planned is None or not facts.now + _SOON < planned <= facts.now + _LATER:
        return False  # what is due, or nearly, a scheduler may have in hand: it is to see that the row has changed
    opened = (each.step for each in effects if isinstance(each, OpenStep))
    return any((each.enrolment, each.purpose) == (enrolment, "lesson") for each in opened)


def _leaves_to_do(message: Message) -> TypeGuard[ShowCard | Feedback]:
    """Whether something in a lesson waits for the learner below this message."""
    return (isinstance(message, ShowCard) or (isinstance(message, Feedback) and not message.solved)) and (
        message.purpose == "lesson"
    )


def _timed(facts: Facts, effects: Sequence[Effect]) -> set[int]:
    """Enrolments in which the time of a test runs now."""
    sittings = {study.enrolment: running(study.sittings) for study in facts.studies if study.sittings}
    for effect in effects:
        if isinstance(effect, BeginTest):
            sittings[effect.sitting.enrolment] = effect.sitting
        elif isinstance(effect, EndTest):
            sittings.pop(effect.sitting.enrolment, None)
    return {enrolment for enrolment, sitting in sittings.items() if sitting and sitting.ends_at}


def _stands_in_lesson(facts: Facts, enrolment: int) -> bool:
    return facts.study(enrolment).card >= 0
