"""The four languages of the product, and how one is guessed from a messenger's word."""

from typing import Final, Literal

Language = Literal["lt", "pl", "nb", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("lt", "pl", "nb", "en")
DEFAULT: Final[Language] = "lt"  # where nothing says otherwise: the product's first country
OWN_NAMES: Final[dict[Language, str]] = {"lt": "Lietuvių", "pl": "Polski", "nb": "Norsk", "en": "English"}
_SPOKEN: Final[dict[str, Language]] = {"lt": "lt", "pl": "pl", "nb": "nb", "no": "nb", "nn": "nb", "en": "en"}


def named(language: Language) -> str:
    """A language's own name as it stands inside a sentence of its own: only English has a capital there."""
    return OWN_NAMES[language] if language == "en" else OWN_NAMES[language].lower()


def language_of(tag: str) -> Language | None:
    """The language that a BCP 47 tag means (`nb-NO`, `no`, `pl_PL`), or None when it is none of ours."""
    return _SPOKEN.get(tag.replace("_", "-").split("-")[0].strip().lower())


def guess(*tags: str, default: Language) -> Language:
    """The first of the tags that is a language of ours, else `default`."""
    return next((language for tag in tags if (language := language_of(tag))), default)
