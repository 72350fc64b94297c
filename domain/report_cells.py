"""Cells of a report of who was in a meeting: a moment, and a length of time, as each platform writes them."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

from domain.pacing import at_wall_time
from domain.roster_cells import bare

# In which order a date with slashes or dots has its day and its month; a year in front leaves no doubt.
Order = Literal["dmy", "mdy"]
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME: Final = (
    r"[ ,T]*(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?:[.,]\d+)? ?"
    r"(?P<half>[ap]\.? ?m\.?|prie[šs]p(?:iet|\.)?|pop(?:iet|\.)?)? ?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?"
)
_FORMS: Final = tuple(
    re.compile(each + _TIME, re.ASCII | re.IGNORECASE)
    for each in (
        r"(?P<year>\d{4})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})\.?",
        r"(?P<one>\d{1,2})[-./] ?(?P<two>\d{1,2})[-./] ?(?P<year>\d{4}|\d{2})\.?",
        r"(?P<named>[a-z]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})",
        r"(?P<day>\d{1,2})\.? (?P<named>[a-z]{3,9})\.?,? (?P<year>\d{4})",
    )
)
_CLOCK: Final = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?", re.ASCII)
_UNITS: Final = (
    (3600, "h|hr|hrs|hour|hours|val|godz|godziny|godzina|godzin|t|time|timer"),
    (60, "m|min|mins|minute|minutes|minutė|minutės|minučių|minuta|minuty|minut|minutt|minutter"),
    (1, "s|sec|secs|second|seconds|sek|sekundė|sekundės|sekundžių|sekunda|sekundy|sekund|sekunder"),
)
_PARTS: Final = {unit: worth for worth, units in _UNITS for unit in units.split("|")}
_PART: Final = re.compile(r"(\d{1,5}) ?([^\W\d]+)\.?,? ?")


@lru_cache(maxsize=8192)
def moment(cell: str, order: Order, zone: str) -> datetime | None:
    """The moment that a cell says, by the clock of this zone where it names none; None: it says none."""
    said = bare(cell)
    found = next((match for form in _FORMS if (match := form.fullmatch(said))), None)
    if found is None:
        return None
    try:
        wall, day = _time(found), _day(found, order)
    except ValueError:
        return None
    if offset := found["zone"]:
        return datetime.combine(day, wall, UTC) - _offset(offset)
    return at_wall_time(day, wall, ZoneInfo(zone)).astimezone(UTC)


def order_of(cells: Sequence[str], zone: str, near: datetime) -> Order:
    """The order that reads most of these moments, and most of them on a day about this one."""

    def fits(order: Order) -> tuple[int, int]:
        read = [found for each in cells if (found := moment(each, order, zone))]
        return len(read), sum(abs(each - near) <= timedelta(days=1) for each in read)

    american = any(re.search(r"[ap]\.?m\.?\s*$", each, re.IGNORECASE) for each in cells)
    orders: tuple[Order, Order] = ("mdy", "dmy") if american else ("dmy", "mdy")
    return max(orders, key=fits)


@lru_cache(maxsize=4096)
def length(cell: str) -> int | None:
    """So many seconds: "87" (minutes), "01:27:51", "1h 27m 51s", "1 val. 27 min."; None: it says none."""
    said = bare(cell).casefold()
    if said.isascii() and said.isdecimal():
        return int(said[:6]) * 60
    if clock := _CLOCK.fullmatch(said):
        hours, minutes, rest = (int(each or 0) for each in clock.groups())
        return hours * 3600 + minutes * 60 + rest
    parts = _PART.findall(said)
    if not parts or _PART.sub("", said) or any(unit not in _PARTS for _, unit in parts):
        return None
    return sum(int(number) * _PARTS[unit] for number, unit in parts)


def _day(found: re.Match[str], order: Order) -> date:
    said = found.groupdict()
    year = int(said["year"])
    year += 2000 if year < 100 else 0
    if not 2000 <= year <= 2199:
        raise ValueError
    if said.get("one"):
        one, two = int(said["one"]), int(said["two"])
        day, month = (one, two) if order == "dmy" else (two, one)
        return date(year, month, day)
    if said.get("named"):
        return date(year, _MONTHS.index(said["named"][:3].casefold()) + 1, int(said["day"]))
    return date(year, int(said["month"]), int(said["day"]))


def _time(found: re.Match[str]) -> time:
    hour, half = int(found["hour"]), (found["half"] or "").casefold()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half.startswith(("pm", "p.", "p m", "pop")) else 0)
    return time(hour, int(found["minute"]), int(found["second"] or 0))


def _offset(said: str) -> timedelta:
    if said[0] not in "+-":
        return timedelta()
    ahead = timedelta(hours=int(said[1:3]), minutes=int(said[-2:]))
    return ahead if said[0] == "+" else -ahead
