"""Numbers as the reader's language writes them: counts, shares, hours."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil, floor

from babel.numbers import format_decimal, format_percent

from console.site import Site
from domain.disclosure import Share
from domain.language import Language
from domain.saving import HOUR


@dataclass(frozen=True, slots=True)
class Numbers:
    """Writes numbers in a language."""

    site: Site
    language: Language

    def count(self, number: float, digits: int = 0) -> str:
        """`1,250`; with digits `0.73`, and no zeros at the end."""
        pattern = "#,##0" + ("." + "#" * digits if digits else "")
        written = format_decimal(round(number, digits) + 0, pattern, locale=self.language)
        return written.replace("-", "−")

    def percent(self, share: float) -> str:
        """`63 %`."""
        return format_percent(share, locale=self.language)

    def part(self, of: int, whole: int) -> str:
        """The share that one count is of another; "–" of nothing."""
        return self.percent(of / whole) if whole else "–"

    def hours(self, time: timedelta) -> str:
        """`1,250 h`; a tenth of an hour is the least that is told."""
        return self._unit("hours", time / HOUR, 1)

    def minutes(self, minutes: float) -> str:
        """`2.5 min`."""
        return self._unit("minutes", minutes, 1)

    def seconds(self, seconds: float) -> str:
        """`45 s`; from two minutes on in minutes."""
        return self._unit("seconds", seconds, 0) if seconds < 120 else self.minutes(seconds / 60)

    def share(self, share: Share) -> str:
        """`63 %`, or that it is more or less than so much."""
        if not share.bound:
            return self.percent(share.of)
        whole = floor if share.bound == "more" else ceil
        bound = self.percent(whole(round(share.of * 100, 6)) / 100)
        return self.site.say(self.language, f"share.{share.bound}", share=bound)

    def _unit(self, unit: str, number: float, digits: int) -> str:
        return self.site.say(self.language, f"unit.{unit}", number=self.count(number, digits))
