"""Sentences of the product in four languages: gettext catalogues, filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from gettext import NullTranslations

from babel.dates import format_date, format_datetime, get_day_names

from domain.language import Language
from domain.mailbox import OURS, UNKNOWN, secret_of
from domain.message import Day, Moment, Param, Place, Secret, Several, Weekdays

# A moment as each language writes it (CLDR patterns): "Monday 23 November, 09:30".
_MOMENT: dict[Language, str] = {
    "lt": "MMMM d 'd'. (EEEE), HH:mm",
    "pl": "EEEE, d MMMM, 'godz'. HH:mm",
    "nb": "EEEE d. MMMM 'kl'. HH:mm",
    "en": "EEEE d MMMM, HH:mm",
}
_LONG = "long"
# A date with its year: "23 November 2027"; CLDR's long form, which for English is the American one.
_DAY: dict[Language, str] = {"lt": _LONG, "pl": _LONG, "nb": _LONG, "en": "d MMMM y"}


@dataclass(frozen=True, slots=True)
class Texts:
    """Catalogues by language. A key that is said with a parameter `n` has plural forms.

    `key` makes codes of their seeds, `link_key` the tokens of links (without it, `key` does); whoever has none writes
    dots.
    """

    catalogues: Mapping[Language, NullTranslations]
    key: bytes = field(default=b"", repr=False)
    link_key: bytes = field(default=b"", repr=False)

    def say(self, language: Language, key: str, /, **params: Param) -> str:
        """The sentence `key` with its parameters in place; whole addresses are made by who knows where we are."""
        catalogue, number = self.catalogues[language], params.get("n")
        pattern = catalogue.ngettext(key, key, number) if isinstance(number, int) else catalogue.gettext(key)
        return pattern.format(**{name: self._written(language, value) for name, value in params.items()})

    def path_of(self, place: Place) -> str:
        """The path, with the secret that it ends in, if it does."""
        return place.path + (self._made(place.secret) if place.secret else "") + place.ending

    def _made(self, secret: Secret) -> str:
        key = (self.link_key or self.key) if secret.form in OURS else self.key
        return secret_of(key, secret.seed, secret.form) if key else UNKNOWN

    def _written(self, language: Language, value: Param) -> str:
        if isinstance(value, Secret):
            return self._made(value)
        if isinstance(value, Place):
            return self.path_of(value)
        if isinstance(value, Several):
            return ", ".join(self.say(language, each) for each in value.texts)
        return _written(language, value)


def written_day(language: Language, day: date) -> str:
    """A date with its year, in a language: `23 November 2027`."""
    return format_date(day, _DAY[language], locale=language)


def _written(language: Language, value: Param) -> str:
    if isinstance(value, Moment):
        return format_datetime(value.wall, _MOMENT[language], locale=language)
    if isinstance(value, Day):
        return written_day(language, value.date)
    return _weekdays(language, value.digits) if isinstance(value, Weekdays) else str(value)


def _weekdays(language: Language, digits: str) -> str:
    """Names of the days; three or more in a row as a range."""
    names = get_day_names("wide", locale=language)
    if len(digits) > 2 and digits in "1234567":
        return f"{names[int(digits[0]) - 1]}–{names[int(digits[-1]) - 1]}"
    return ", ".join(names[int(digit) - 1] for digit in digits)
