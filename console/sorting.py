"""The order of names in each language (CLDR's collation charts, primary and secondary differences)."""

import unicodedata
from typing import Final

from domain.language import Language

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
_PLAIN: Final[dict[str, str]] = {"ł": "l", "ø": "o", "æ": "ae", "đ": "d", "ß": "ss", "þ": "th"}


def sort_key(language: Language, name: str) -> tuple[str, str]:
    """A key that sorts as the language does: first by letters, then by their marks."""
    folded = unicodedata.normalize("NFC", name).casefold()
    letters = folded
    for written, place in _OWN[language].items():
        letters = letters.replace(written, place)
    letters = "".join(_PLAIN.get(letter, letter) for letter in letters)
    decomposed = unicodedata.normalize("NFD", letters)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)), folded
