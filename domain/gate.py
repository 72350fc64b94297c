"""The send gate: may a message go out now, and if not, when and why."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

from domain.message import Kind
from domain.organisation import Office
from domain.pacing import DAY, DayOff, at_wall_time, day_off, good_day, local, moment_of
from domain.person import Person

LEEWAY: Final = timedelta(hours=2)
CAPPED: Final[tuple[Kind, ...]] = ("lesson", "reminder", "announcement", "timely")
AT_ONCE: Final[tuple[Kind, ...]] = ("reply", "code")
HELD_NOW: Final[tuple[Kind, ...]] = (
    "webinar",
)  # about something at a set time, which waits for nobody's hours
SNOOZED: Final[tuple[Kind, ...]] = ("lesson", "reminder")
OWN_HOUR: Final[tuple[Kind, ...]] = ("lesson", "timely")  # not before the person's own hour

Reason = Literal["snooze", "early", "late", "cap"] | DayOff


@dataclass(frozen=True, slots=True)
class Asked:
    """A message that wants to go, of no use after `not_after`.

    `today` counts the other messages that count for the person's local date so far, over all sources.
    """

    kind: Kind
    not_after: datetime
    today: int = 0


@dataclass(frozen=True, slots=True)
class Send:
    """It may go, until then (UTC); later it has to be asked again."""

    until: datetime
    reason: Literal["now"] = "now"


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """It waits until `at` (UTC), because of `reason`, and is asked again."""

    at: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class Drop:
    """It is not sent at all: it could go only when it is of no use any more, or the person has left."""

    reason: Literal["late", "left"] = "late"


Decision = Send | WaitUntil | Drop


def decide(now: datetime, person: Person, message: Asked) -> Decision:
    """What becomes of a message to this person at this moment.

    A reply or a code goes always, and what is about a webinar that begins soon as long as it is of use. A lesson goes
    from the learner's hour until the end of the working day (or two hours, for a late hour); a reminder in a lesson's
    hours, and in working hours if these are not over by then; what is announced in working hours. All on the person's
    own days only, not on public holidays, not on days off of the place, and not on leave. To whoever has left nothing
    comes.
    """
    if message.kind in AT_ONCE:
        return Send(message.not_after)
    today = local(now, person).date()
    if person.has_left(today):
        return Drop("left")
    if message.kind in HELD_NOW:
        return Send(message.not_after) if now <= message.not_after else Drop()
    opens, closes = _hours(message.kind, person, today)
    reason = _off(now, person, message.kind, today) or _untimely(now, (opens, closes), person, message)
    if reason is None:
        return Send(closes) if now <= message.not_after else Drop()
    at = _again(now, person, message.kind, today + DAY if reason == "cap" else today)
    return WaitUntil(at, reason) if at <= message.not_after else Drop()


def _off(now: datetime, person: Person, kind: Kind, today: date) -> Reason | None:
    """Why nothing of this kind goes today."""
    off = day_off(today, person)
    if off is None and kind in SNOOZED and person.snoozed_until and now < person.snoozed_until:
        return "snooze"
    return off


def _untimely(
    now: datetime, room: tuple[datetime, datetime], person: Person, message: Asked
) -> Reason | None:
    """Why it does not go at this hour of a good day."""
    opens, closes = room
    if now < opens:
        return "early"
    if now >= closes:
        return "late"
    return "cap" if message.kind in CAPPED and message.today >= cap(message.kind, person) else None


def cap(kind: Kind, person: Person) -> int:
    """How many messages of the person's day may go before one of this kind: the last is kept for a lesson."""
    most = person.organisation.cap
    return most if kind == "lesson" else max(1, most - 1)


def _again(now: datetime, person: Person, kind: Kind, day: date) -> datetime:
    """The first moment from now on, not before this date, at which nothing but the cap could be against it."""
    start = now
    if kind in SNOOZED and person.snoozed_until and person.snoozed_until > now:
        start, day = person.snoozed_until, max(day, local(person.snoozed_until, person).date())
    day = good_day(day, person)
    opens, closes = _hours(kind, person, day)
    if closes <= start:
        opens, _ = _hours(kind, person, good_day(day + DAY, person))
    return max(opens, start)


def _hours(kind: Kind, person: Person, day: date) -> tuple[datetime, datetime]:
    return hours(kind, person.hour, person.organisation.office, day)


@lru_cache(maxsize=8_192)
def hours(kind: Kind, hour: time, office: Office, day: date) -> tuple[datetime, datetime]:
    """When messages of a kind may go on a good day, in UTC; `hour` is the person's own."""
    place = ZoneInfo(office.zone)
    first, last = (at_wall_time(day, each, place) for each in (office.opens, office.closes))
    if kind not in SNOOZED and kind not in OWN_HOUR:
        return first, last
    own, midnight = at_wall_time(day, hour, place), at_wall_time(day + DAY, time(0), place)
    closes = min(max(last, own + LEEWAY), midnight)
    return (own if kind in OWN_HOUR or own > last else min(own, first)), closes


def begins(now: datetime, person: Person, kind: Kind) -> datetime:
    """From when on the gate is asked: a timely message comes at the person's next own hour, also where today's is over
    and a lesson could still go."""
    if kind != "timely":
        return now
    day = local(now, person).date()
    today = moment_of(day, person.hour, person)
    return today if today >= now else moment_of(day + DAY, person.hour, person)


def first(now: datetime, person: Person, message: Asked) -> Decision:
    """What becomes of a message that is new: as `decide`, from when it may begin; `today` counts for that date."""
    at = begins(now, person, message.kind)
    decision = decide(at, person, message)
    return WaitUntil(at, "early") if isinstance(decision, Send) and at > now else decision
