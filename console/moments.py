"""Times as a coordinator reads them: near ones by their day, all of them exact, in the organisation's zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

from console.site import Site
from domain.days_off import Span, ends
from domain.language import Language

# CLDR's forms of each language: (this year, another year).
_SHORT: Final[dict[Language, tuple[str, str]]] = {
    "lt": ("MMM d 'd.'", "y 'm.' MMM d 'd.'"),
    "pl": ("d MMM", "d MMM y"),
    "nb": ("d. MMM", "d. MMM y"),
    "en": ("d MMM", "d MMM y"),
}
_LONG: Final[dict[Language, tuple[str, str]]] = {
    "lt": ("EEEE, MMMM d 'd.'", "EEEE, y 'm.' MMMM d 'd.'"),
    "pl": ("EEEE, d MMMM", "EEEE, d MMMM y"),
    "nb": ("EEEE d. MMMM", "EEEE d. MMMM y"),
    "en": ("EEEE d MMMM", "EEEE d MMMM y"),
}
# A day in words: of one year, and of every year.
_DAY: Final[dict[Language, tuple[str, str]]] = {
    "lt": ("y 'm.' MMMM d 'd.'", "MMMM d 'd.'"),
    "pl": ("d MMMM y", "d MMMM"),
    "nb": ("d. MMMM y", "d. MMMM"),
    "en": ("d MMMM y", "d MMMM"),
}
_LEAP: Final = "2000-"  # a year with every date
_NEAR: Final[dict[int, str]] = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def span(language: Language, days: Span) -> str:
    """`15 February 2027 – 19 February 2027`; of every year without one: `24 June`."""
    written = [_day(language, each) for each in dict.fromkeys(ends(days))]
    return " – ".join(written)


def _day(language: Language, day: str) -> str:
    yearly = len(day) < len("2027-06-24")
    found = date.fromisoformat(_LEAP + day if yearly else day)
    return format_date(found, _DAY[language][yearly], locale=language)


@dataclass(frozen=True, slots=True)
class Moments:
    """Writes times in a language and a zone, as seen at `now`."""

    site: Site
    language: Language
    zone: str
    now: datetime

    def short(self, at: datetime) -> str:
        """`today, 09:31`, `3 Nov, 09:31`."""
        wall = at.astimezone(ZoneInfo(self.zone))
        near = _NEAR.get(self._days(wall.date()))
        if near:
            return self.site.say(self.language, f"time.{near}", time=wall.strftime("%H:%M"))
        written = self._date(wall.date(), _SHORT)
        return self.site.say(self.language, "time.date", date=written, time=wall.strftime("%H:%M"))

    def clock(self, at: datetime) -> str:
        """`09:31`."""
        return at.astimezone(ZoneInfo(self.zone)).strftime("%H:%M")

    def day(self, at: datetime) -> date:
        """The local date."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def heading(self, day: date) -> str:
        """`Today, Monday 23 November`."""
        written = self._date(day, _LONG)
        near = _NEAR.get(self._days(day))
        if near:
            return self.site.say(self.language, f"day.{near}", date=written)
        return written[:1].upper() + written[1:]

    def _days(self, day: date) -> int:
        return (day - self.day(self.now)) // timedelta(days=1)

    def _date(self, day: date, forms: dict[Language, tuple[str, str]]) -> str:
        form = forms[self.language][day.year != self.day(self.now).year]
        return format_date(day, form, locale=self.language)
