"""What a certificate says, written the way its language writes it."""

import unicodedata
from datetime import date
from typing import Final

from babel.dates import format_date
from babel.lists import format_list
from babel.units import format_unit

from domain.language import Language

MOST: Final = 300  # characters of anything on the page
_LONGEST_WORD: Final = 60  # characters that are kept on one line
_LOCALES: Final[dict[Language, str]] = {"lt": "lt", "pl": "pl", "nb": "nb", "en": "en_GB"}


def day(written: date, language: Language) -> str:
    """`2026 m. lapkričio 23 d.`, `23 listopada 2026`."""
    return format_date(written, "long", locale=_LOCALES[language])


def length(minutes: int, language: Language) -> str:
    """`1 valanda 30 minučių`; whole hours without minutes."""
    hours, rest = divmod(minutes, 60)
    parts = [(hours, "duration-hour"), (rest, "duration-minute")]
    locale = _LOCALES[language]
    said = [format_unit(count, unit, "long", locale=locale) for count, unit in parts if count]
    return format_list(said, "unit", locale=locale)


def plain(words: str) -> str:
    """One line of these words that turns no neighbour around and breaks somewhere.

    Controls, marks of direction, surrogates and what Unicode does not define are left out.
    """
    line = " ".join(words.split())
    shown = "".join(character for character in line if unicodedata.category(character)[0] != "C")
    cut = shown if len(shown) <= MOST else f"{shown[: MOST - 1]}…"
    return " ".join(_breakable(word) for word in cut.split(" "))


def _breakable(word: str) -> str:
    """The word, with places to break it (zero-width spaces) when no line is long enough for it."""
    if len(word) <= _LONGEST_WORD:
        return word
    return "\u200b".join(word[at : at + _LONGEST_WORD] for at in range(0, len(word), _LONGEST_WORD))
