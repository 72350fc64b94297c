"""What the names of files and folders mean, and what to call those that mean nothing."""

import re
import unicodedata
from pathlib import Path
from typing import Final

from domain.language import LANGUAGES, Language, language_of
from lessons.rules import Findings

PROGRAMME: Final = "programme"
_MOST: Final = 50
SLUG: Final = re.compile(f"[a-z0-9][a-z0-9-]{{0,{_MOST - 1}}}")
_LETTERS: Final = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "đ": "d", "ß": "ss"})


def is_hidden(path: Path) -> bool:
    """Whether a file or folder is hidden, or the README that people keep beside their lessons."""
    name = path.name.casefold()
    return name.startswith(".") or (name.endswith(".md") and name.split(".")[0] == "readme")


def is_text(path: Path) -> bool:
    """Whether a file is (or was meant to be) a lesson or a programme's description."""
    return path.suffix.casefold() == ".md" and not is_hidden(path)


def is_slug(name: str) -> bool:
    """Whether a name may be that of a folder or, without its language, of a lesson."""
    return bool(SLUG.fullmatch(name))


def slug_of(name: str, instead: str = "lesson") -> str:
    """The nearest name that is allowed: "Į darbą!" becomes "i-darba"; `instead` where nothing of it is."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")[:_MOST].strip("-") or instead


def read_name(name: str, found: Findings) -> tuple[str, Language] | None:
    """Slug and language of `slug.LANGUAGE.md`; `slug.md` is Lithuanian. None with the reason in `found`."""
    slug, dot, tag = name[: -len(".md")].rpartition(".")
    if not dot:
        slug, tag = tag, LANGUAGES[0]
    language = next((each for each in LANGUAGES if each == tag), None)
    if language and is_slug(slug) and name.endswith(".md"):
        return slug, language
    meant = language or language_of(tag)
    better = f"{slug_of(slug)}.{meant}.md" if meant else f"{slug_of(slug)}.LANGUAGE.md"
    said = "" if meant else f", where LANGUAGE is one of {', '.join(LANGUAGES)}"
    found.add(1, "file-name", f"Name this file {better}{said}.")
    return None


def printable(path: str) -> str:
    """A path for a line of output: control characters and bytes that are no text are replaced."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in path)
