"""The order of names in each language (CLDR's collation charts, primary and secondary differences)."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from domain.language import LANGUAGES, Language
from domain.organisation import Organisation

# A letter of its own comes after the letter that it is written here with ("~" is after every letter).
_OWN: Final[dict[Language, dict[str, str]]] = {
    "lt": {"č": "c~", "š": "s~", "ž": "z~", "y": "i"},
    "pl": {
        "ą": "a~",
        "ć": "c~",
        "ę": "e~",
        "ł": "l~",
        "ń": "n~",
        "ó": "o~",
        "ś": "s~",
        "ź": "z~",
        "ż": "z~~",
    },
    "nb": {"æ": "z~", "ä": "z~", "ø": "z~~", "ö": "z~~", "å": "z~~~", "aa": "z~~~"},
    "en": {},
}
_PAIRS: Final = {
    language: {two: at for two, at in own.items() if len(two) > 1} for language, own in _OWN.items()
}
_PLAIN: Final[dict[str, str]] = {"ł": "l", "ø": "o", "æ": "ae", "đ": "d", "ß": "ss", "þ": "th"}


class _Letters(dict[int, str]):
    """What each letter sorts as in a language; each is worked out once, for there are thousands of names."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._own = _OWN[language]

    def __missing__(self, letter: int) -> str:
        written = chr(letter)
        decomposed = unicodedata.normalize("NFD", self._own.get(written) or _PLAIN.get(written, written))
        self[letter] = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
        return self[letter]


_LETTERS: Final = {language: _Letters(language) for language in LANGUAGES}


def sort_key(language: Language, name: str) -> tuple[str, str]:
    """A key that sorts as the language does: first by letters, then by their marks."""
    folded = unicodedata.normalize("NFC", name).casefold()
    letters = folded
    for written, place in _PAIRS[language].items():
        letters = letters.replace(written, place)
    return letters.translate(_LETTERS[language]), folded


def by_name(language: Language, organisations: Iterable[Organisation]) -> list[Organisation]:
    """The organisations in the order of their names."""
    return sorted(organisations, key=lambda each: sort_key(language, each.name))
