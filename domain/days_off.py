"""A place's own days off, besides public holidays: school holidays, a closed week, a town's feast."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NewType

# A date or a range of dates, the last one among them: "2026-12-24", "2026-12-21..2027-01-02"; those without a year are
# of every year: "06-24", "12-24..01-02".
Span = NewType("Span", str)
MOST: Final = 40  # of one place
LONGEST: Final = 100  # days of one range: a summer
FIRST: Final = "2000-01-01"  # beyond these somebody mistyped
LAST: Final = "2100-12-31"
HALF: Final = 183  # days of every year that may be off: on the others people learn
_LEAP: Final = 2000  # a year with every date
_BETWEEN: Final = re.compile(r"\s*(?:\.\.|–)\s*")
_DATE: Final = re.compile(r"(\d{4}-)?\d{2}-\d{2}", re.ASCII)
_YEARLY: Final = len("06-24")


class NoDaysOff(Exception):
    """These cannot be days off: `code` says why, with a value for the sentence that the message is in English."""

    def __init__(self, code: str, message: str, value: str) -> None:
        super().__init__(message)
        self.code, self.value = code, value


def split(line: str) -> tuple[Span, ...]:
    """What stands between the commas of a line, to be `read`."""
    return tuple(Span(part.strip()) for part in line.split(",") if part.strip())


def read(written: Iterable[str]) -> tuple[Span, ...]:
    """Dates and ranges as somebody wrote them, in order and each once; raises NoDaysOff."""
    found = {_read(each) for each in written}
    if len(found) > MOST:
        message = f"A place has at most {MOST} days and ranges of days off, and not {len(found)}."
        raise NoDaysOff("days_many", message, str(MOST))
    return tuple(sorted(found))


def together(*several: Iterable[Span]) -> tuple[Span, ...]:
    """Those of several places, which all hold."""
    return tuple(sorted({each for some in several for each in some}))


def ends(day: Span) -> tuple[str, str]:
    """The first and the last date of it, as they are written."""
    first, _, last = day.partition("..")
    return first, last or first


def too_many(days: Iterable[Span]) -> bool:
    """Whether hardly a day of any year would be left on which something could come."""
    return len(of_year(tuple(each for each in days if len(ends(each)[0]) == _YEARLY), _LEAP)) > HALF


def naming(day: date, days: Iterable[Span]) -> Span | None:
    """The first of them that this date is in."""
    return next((each for each in days if _has(*ends(each), day)), None)


@lru_cache(maxsize=1024)
def of_year(days: tuple[Span, ...], year: int) -> frozenset[date]:
    """The dates of a year that are off."""
    if not days:
        return frozenset()
    spans = [ends(each) for each in days]
    first = date(year, 1, 1)
    every = (first + timedelta(days=number) for number in range((date(year, 12, 31) - first).days + 1))
    return frozenset(day for day in every if any(_has(*each, day) for each in spans))


def _read(written: str) -> Span:
    first, *rest = _BETWEEN.split(written.strip())
    last = rest[0] if rest else first
    told = f"'{written}' is no day off: write 2026-12-24, 2026-12-21..2027-01-02, or for every year 06-24."
    if len(rest) > 1 or not (_is_date(first) and _is_date(last) and len(first) == len(last)):
        raise NoDaysOff("days", told, written)
    yearly = len(first) == _YEARLY
    if not yearly and not FIRST <= first <= last <= LAST:
        raise NoDaysOff("days", told, written)
    day = Span(first if first == last else f"{first}..{last}")
    many = (
        len(of_year((day,), _LEAP))
        if yearly
        else (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    )
    if many > LONGEST:
        message = f"'{written}' has {many} days: a range has at most {LONGEST}, so check it, or write two."
        raise NoDaysOff("days_long", message, str(LONGEST))
    return day


def _is_date(written: str) -> bool:
    if not _DATE.fullmatch(written):
        return False
    try:
        date.fromisoformat(written if len(written) > _YEARLY else f"{_LEAP}-{written}")
    except ValueError:
        return False
    return True


def _has(first: str, last: str, day: date) -> bool:
    """Dates are compared as they are written, those of every year without theirs; these may go on over New Year."""
    said = day.isoformat()[-len(first) :]
    return first <= said <= last if first <= last else said >= first or said <= last
