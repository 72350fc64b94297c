"""Who is asked to hold a session that has no trainer: of the suitable ones whoever holds the fewest this quarter."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from domain.disclosure import share
from domain.language import Language
from domain.pacing import back_from_leave, local
from domain.person import Person
from domain.webinar import Webinar

# "silent": they did not answer in time; "withdrawn": the session changed, or somebody else was named.
Answer = Literal["offered", "accepted", "declined", "silent", "withdrawn"]
# What came of an answer.
Led = Literal["accepted", "already", "busy", "declined", "given_back", "gone"]

LONGEST_WAIT: Final = timedelta(hours=48)
SHORTEST_WAIT: Final = timedelta(hours=1)
MINIMUM: Final = 3  # sessions in a quarter, below which a trainer is named as one with few
LONGEST_WHY: Final = 300  # characters


@dataclass(frozen=True, slots=True)
class Session:
    """When somebody holds something, or is asked to."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Trainer:
    """Somebody who could be asked: `sessions` they hold or are asked to hold, open ones only.

    `speaks`: none said, their own language. `teaches` are programmes' ids; none said, anything.
    """

    person: Person
    sessions: tuple[Session, ...] = ()
    speaks: frozenset[Language] = frozenset()
    teaches: frozenset[int] = frozenset()


def quarter(at: datetime, zone: str) -> tuple[date, date]:
    """The first date of its quarter, on the wall there, and that of the next one."""
    day = at.astimezone(ZoneInfo(zone)).date()
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    later = date(first.year + first.month // 10, (first.month + 2) % 12 + 1, 1)
    return first, later


def load(trainer: Trainer, within: tuple[date, date], zone: str) -> int:
    """How many sessions of theirs begin in it."""
    first, later = within
    days = (each.starts_at.astimezone(ZoneInfo(zone)).date() for each in trainer.sessions)
    return sum(first <= day < later for day in days)


def free(trainer: Trainer, webinar: Webinar) -> bool:
    """Whether they hold nothing else at that time, and are there."""
    day = local(webinar.starts_at, trainer.person).date()
    away = back_from_leave(day, trainer.person) != day or trainer.person.has_left(day)
    at_once = (
        each.starts_at < webinar.ends_at and webinar.starts_at < each.ends_at for each in trainer.sessions
    )
    return not away and not any(at_once)


def suitable(trainer: Trainer, webinar: Webinar) -> bool:
    """Whether they can be asked: they speak its language, teach its programme, where one is said, and are free."""
    speaks = trainer.speaks or {trainer.person.language}
    knows = not webinar.programme or not trainer.teaches or webinar.programme in trainer.teaches
    return (not webinar.spoken or webinar.spoken in speaks) and knows and free(trainer, webinar)


def next_trainer(webinar: Webinar, trainers: Iterable[Trainer], asked: Collection[int]) -> Trainer | None:
    """Who is asked next, of those who were not `asked` yet: who has the least of the quarter; None: nobody is left."""
    within = quarter(webinar.starts_at, webinar.zone)
    left = (each for each in trainers if each.person.id not in asked and suitable(each, webinar))
    return min(left, key=lambda each: (load(each, within, webinar.zone), each.person.id), default=None)


def answer_by(told_at: datetime, starts_at: datetime) -> datetime:
    """Until when somebody who is told of it then can answer: a quarter of what is left, within bounds."""
    wait = min(max((starts_at - told_at) / 4, SHORTEST_WAIT), LONGEST_WAIT)
    return min(told_at + wait, starts_at)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What people say of a session: how many, and on average in tenths (None: too few to say), or a bound of it."""

    count: int
    tenths: int | None = None
    bound: Literal["", "more", "less"] = ""


def feedback(ratings: Mapping[int, int]) -> Feedback:
    """Of so many who said 1 to 5 each; nothing that tells what one of them said."""
    count = sum(ratings.values())
    if not count:
        return Feedback(0)
    mean = sum(rating * many for rating, many in ratings.items()) / count
    shown = share((mean - 1) / 4, whole=count, lowest=ratings.get(1, 0), highest=ratings.get(5, 0))
    if shown is None:
        return Feedback(count)
    return Feedback(count, round((1 + 4 * shown.of) * 10), shown.bound)
