"""Topic posts: a question of a lesson that a group gets each week; which one, when, and whether a quiz can ask it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import Final
from zoneinfo import ZoneInfo

from domain.choosing import shown_order
from domain.language import Language
from domain.message import Quiz
from domain.organisation import Organisation
from domain.pacing import DAY, at_wall_time, working_day
from domain.person import WORKING_DAYS
from domain.programme import Card, Programme
from domain.question import Question
from domain.text import Text, join, units

WEEK: Final = 7 * DAY
LATE: Final = timedelta(days=1)  # so long after its time a post is left out, and the next one waited for
LASTS: Final = timedelta(days=4)  # it may wait for the hours of the place, over a long weekend
MOST_PROGRAMMES: Final = 20
# core.telegram.org/bots/api, sendPoll. Ten options, as every server of the Bot API takes them.
MOST_PROMPT: Final = 300
MOST_OPTION: Final = 100
OPTIONS: Final = (2, 10)
MOST_WHY: Final = 200
MOST_BREAKS: Final = 2


@dataclass(frozen=True, slots=True)
class Rhythm:
    """An hour of an ISO weekday (1 is Monday), in the zone of the place; the weekday is one on which people work."""

    weekday: int
    hour: time


@dataclass(frozen=True, slots=True)
class Due:
    """The date of the week that names a post, and the moment at which it is due: on the next working day, where that
    date is none."""

    day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Topic:
    """A question that can be posted: where it stands in a version, and by which name its programme knows it."""

    programme: int
    version: int
    lesson: int
    card: int
    name: str

    @property
    def key(self) -> tuple[int, str]:
        """What it is, in whichever version."""
        return self.programme, self.name


def topics(
    programme: int, version: int, content: Programme, spots: Mapping[str, tuple[int, int]], language: Language
) -> list[Topic]:
    """The questions of a programme that can be posted, in their order. `spots` are those with a right answer, outside
    of tests. Not those that lead on to different cards, nor those of lessons that are not in this language."""
    found = list[Topic]()
    for name, (lesson, place) in sorted(spots.items(), key=lambda each: each[1]):
        spoken = {each.language: each for each in content.lessons[lesson].texts}
        if language in spoken and not _branches(spoken[language].cards[place]):
            found.append(Topic(programme, version, lesson, place, name))
    return found


def _branches(card: Card) -> bool:
    return card.question is None or any(each.leads_to is not None for each in card.question.options)


def mixed(several: Iterable[Sequence[Topic]]) -> list[Topic]:
    """Those of several programmes, by turns."""
    return [each for row in zip_longest(*several) for each in row if each is not None]


def following(there: Sequence[Topic], posted: Sequence[tuple[int, str]]) -> Topic | None:
    """The one to post now: the first that was not `posted` yet, else the one that was so longest ago. So none comes
    again before all the others have."""
    last = {key: number for number, key in enumerate(posted)}
    return min(there, key=lambda each: last.get(each.key, -1), default=None)


def due(now: datetime, after: date | None, rhythm: Rhythm, house: Organisation) -> Due:
    """When the next one comes; the last one was that of the date `after` (None: there was none), and a week has one.

    A week whose working days are all over before the date's next one comes has none.
    """
    today = now.astimezone(ZoneInfo(house.zone)).date()
    day = max(today - WEEK - DAY, _sunday(after) if after else today - WEEK - DAY)
    while True:
        day += ((rhythm.weekday - day.isoweekday() - 1) % 7 + 1) * DAY
        there = _working(day, house)
        at = at_wall_time(there, rhythm.hour, ZoneInfo(house.zone))
        if there < day + WEEK and at > now:
            return Due(day, at)


def moment(day: date, rhythm: Rhythm, house: Organisation) -> datetime:
    """When the post of this date is due, as its place says now."""
    return at_wall_time(_working(day, house), rhythm.hour, ZoneInfo(house.zone))


def answered_at(posted: datetime, rhythm: Rhythm, house: Organisation) -> datetime:
    """When the answer follows: at the same hour of the next working day."""
    zone = ZoneInfo(house.zone)
    return at_wall_time(_working(posted.astimezone(zone).date() + DAY, house), rhythm.hour, zone)


def _sunday(day: date) -> date:
    return day + (7 - day.isoweekday()) * DAY


def _working(day: date, house: Organisation) -> date:
    return working_day(day, WORKING_DAYS, house.country, house.days_off)


def is_open(rhythm: Rhythm, house: Organisation) -> bool:
    """Whether something may go there at that hour."""
    return rhythm.weekday in WORKING_DAYS and house.opens <= rhythm.hour < house.closes


def quiz(card: Card) -> Quiz | None:
    """The question as a messenger's own quiz asks it; None where it does not fit one, and is posted as a text."""
    question = card.question
    if question is None or question.kind != "single" or card.picture or question.pictured:
        return None
    order, prompt = shown_order(question, 0), join(card.text, question.prompt)
    options = tuple(question.options[each].text for each in order)
    why = _why(question)
    if any(each.kind in ("hidden", "link") for text in (prompt, *options, why) for each in text.entities):
        return None
    asked = Quiz(
        prompt.plain, tuple(each.plain for each in options), order.index(question.right[0]), why.plain
    )
    return asked if fits(asked) else None


def _why(question: Question) -> Text:
    right = question.options[question.right[0]]
    return join(right.explanation, question.explanation, separator="\n")


def fits(asked: Quiz) -> bool:
    """Whether messengers take it so."""
    few, many = OPTIONS
    plain = {each.strip() for each in asked.options}
    return (
        bool(asked.prompt.strip())
        and units(asked.prompt) <= MOST_PROMPT
        and few <= len(asked.options) <= many
        and len(plain) == len(asked.options)
        and all(each and units(each) <= MOST_OPTION for each in plain)
        and units(asked.why) <= MOST_WHY
        and asked.why.count("\n") <= MOST_BREAKS
    )
