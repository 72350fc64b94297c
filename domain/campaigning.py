"""A launch campaign: its steps at each organisation, when each is due, and how few people its figures may tell of."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

from domain.disclosure import FEWEST
from domain.organisation import Organisation
from domain.pacing import DAY, at_wall_time, working_day
from domain.person import WORKING_DAYS

Step = Literal["heads", "invite", "remind", "again", "results"]
STEPS: Final[tuple[Step, ...]] = get_args(Step)  # in their order
USUAL: Final[Mapping[Step, int]] = {"heads": 0, "invite": 1, "remind": 6, "again": 11, "results": 14}
MAILED: Final[tuple[Step, ...]] = ("invite", "remind", "again")
LAST: Final = 90  # days after the beginning
Way = Literal["mail", "hand"]
WAYS: Final[tuple[Way, ...]] = get_args(Way)
# What is said: to the heads at first, with codes to hand out, what is in the mails, and the first results.
Text = Literal["heads", "hand", "invite", "remind", "results"]
TEXTS: Final[tuple[Text, ...]] = get_args(Text)
NAMES: Final[Mapping[Text, frozenset[str]]] = {
    "heads": frozenset({"organisation", "people"}),
    "hand": frozenset({"organisation", "count"}),
    "invite": frozenset({"organisation", "name"}),
    "remind": frozenset({"organisation", "name"}),
    "results": frozenset({"organisation", "people", "joined", "began", "finished"}),
}
_NAME: Final = re.compile(r"\{([^{}\n]*)\}")


def is_in_order(days: Mapping[Step, int]) -> bool:
    """Whether the steps that are wanted come one after the other, within the time that a campaign may take."""
    each = [days[step] for step in STEPS if step in days]
    return each == sorted(each) and all(0 <= day <= LAST for day in each)


def dates(begins: date, days: Mapping[Step, int], done: Mapping[Step, date]) -> dict[Step, date]:
    """On which date each step is due that is not done: so many days after the beginning, and as far behind the step
    before it as was meant, however late that was."""
    due = dict[Step, date]()
    before: tuple[int, date] = (0, begins)
    for step in STEPS:
        if step not in days:
            continue
        day = done.get(step) or max(begins + days[step] * DAY, before[1] + (days[step] - before[0]) * DAY)
        before = days[step], day
        if step not in done:
            due[step] = day
    return due


def moment(day: date, place: Organisation) -> datetime:
    """When a place opens on its first working day from this date on, in UTC."""
    day = working_day(day, WORKING_DAYS, place.country, place.days_off)
    return at_wall_time(day, place.opens, ZoneInfo(place.zone))


def told(whole: int, counts: Sequence[int]) -> tuple[str, ...]:
    """Counts of people of which each is a part of the one before, and the first of the whole, as they may be told: who
    is in a cell of fewer than FEWEST, or outside of it with so few others, is not to be known by it."""
    said, last = list[str](), whole
    for count in counts:
        if 0 < count < FEWEST:
            said.append(f"< {FEWEST}")
        elif 0 < last - count < FEWEST:
            said.append(f"≥ {max(FEWEST, last - FEWEST + 1)}" if count else "0")
        else:
            said.append(str(count))
            last = count
    return tuple(said)


def filled(words: str, values: Mapping[str, str]) -> str:
    """The words with what stands for their names in braces; what is none of these names stays as it is."""
    return _NAME.sub(lambda found: values.get(found[1], found[0]), words)


def strange(text: Text, words: str) -> list[str]:
    """Names in braces that nothing stands for in this text."""
    return [name for name in _NAME.findall(words) if name not in NAMES[text]]
