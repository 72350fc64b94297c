"""Cells of a roster: what each says in words as they are kept, or what is wrong with it."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Final

from babel import Locale

from domain.language import LANGUAGES, OWN_NAMES, Language, language_of

MOST_NAME: Final = 120
MOST_WORDS: Final = 60  # as programmes list jobs and sectors
MOST_NUMBER: Final = 40
MOST_TAGS: Final = 20
BACK: Final = frozenset("-–—")  # a cell with one of these takes back what is there
_SHOWN: Final = 60
_LETTERS: Final = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "đ": "d"})
_EMAIL: Final = re.compile(r"[a-z0-9_][a-z0-9._%+'&/-]{0,63}@(?=.{4,190}$)[a-z0-9-]+(\.[a-z0-9-]+)+")
_FORMULA: Final = re.compile("[=+@\uff1d\uff0b\uff0d\uff20-]")
# 2026-12-20, 2026.12.20, 2026/12/20; 20.12.2026, 20-12-2026, 20/12/2026; a time behind it says nothing more.
_DATES: Final = (
    re.compile(r"(?P<year>\d{4})[-./](?P<month>\d\d?)[-./](?P<day>\d\d?)\.?(?:[ T]\d\d?:\d\d.*)?", re.ASCII),
    re.compile(r"(?P<day>\d\d?)[-./](?P<month>\d\d?)[-./](?P<year>\d{4})\.?(?:[ T]\d\d?:\d\d.*)?", re.ASCII),
)
_YES: Final = frozenset({"taip", "tak", "ja", "yes", "true", "x", "1", "t", "y", "+", "✓", "✔"})
_NO: Final = frozenset({"", "ne", "nie", "nei", "no", "false", "0", "n", *BACK})


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: the name of a sentence about it, and what the sentence shows."""

    code: str
    value: str = ""


class Wrong(Exception):
    """A cell that is not taken."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.problem: Final = Problem(code, value[:_SHOWN])


Cell = Callable[[str], str | None]


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Letters and digits alone, without case and marks, so that names that people take for the same are the same."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(each for each in apart if each.isalnum())


def bare(cell: str) -> str:
    """The cell on one line, without signs that nobody sees."""
    if cell.isascii() and cell.isprintable():
        return cell.strip() if "  " not in cell else " ".join(cell.split())
    seen = (
        each if each.isprintable() or each.isspace() else "" for each in unicodedata.normalize("NFC", cell)
    )
    return " ".join("".join(seen).split())


def email(cell: str) -> str:
    """An address as it is kept. Letters that only look like those of an address are no part of one."""
    said = bare(cell).lower().removeprefix("mailto:")
    odd = next((each for each in said if not each.isascii()), "")
    if odd:
        raise Wrong("email_letter", f"{odd} ({unicodedata.name(odd, '?')})")
    if said and not _EMAIL.fullmatch(said):
        raise Wrong("email", bare(cell))
    return said


def name(whole: str, first: str, last: str) -> str | None:
    """A name from one column or two."""
    said = bare(whole) or bare(f"{bare(first)} {bare(last)}")
    return _words(said, MOST_NAME, "name") if said else None


def number(cell: str) -> str | None:
    """A personnel number."""
    return _words(bare(cell), MOST_NUMBER, "number")


def job(cell: str) -> str | None:
    """What somebody works as."""
    return _words(bare(cell), MOST_WORDS, "job")


def tags(cell: str) -> str | None:
    """Labels of somebody, with commas or semicolons between them, each once."""
    said = bare(cell)
    if said in BACK:
        return ""
    found = {each.casefold(): each for one in parted(said.replace(";", ",")) if (each := bare(one))}
    if len(found) > MOST_TAGS:
        raise Wrong("tags_many", said)
    for each in found.values():
        if each in BACK or _words(each, MOST_WORDS, "tag") is None:
            raise Wrong("formula", each)
    return ", ".join(found.values()) or None


def parted(tags: str) -> list[str]:
    """The labels of a cell, one by one."""
    return [each for one in tags.split(",") if (each := one.strip())]


def _words(said: str, most: int, what: str) -> str | None:
    if said in BACK:
        if what == "name":
            raise Wrong("name", said)
        return ""
    if len(said) > most:
        raise Wrong(f"{what}_long", said)
    if _FORMULA.match(said):
        raise Wrong("formula", said)
    return said or None


def language(cell: str) -> str | None:
    """A language by its code, or by its name in any of ours."""
    said = bare(cell)
    found = language_of(said) if len(said) in (2, 5) else _languages().get(folded(said))
    if said and not found:
        raise Wrong("language", said)
    return found


@lru_cache(maxsize=4096)
def date_in(cell: str) -> str | None:
    """A date as ISO writes it."""
    said = bare(cell)
    if not said:
        return None
    if said in BACK:
        return ""
    found = next((match for each in _DATES if (match := each.fullmatch(said))), None)
    try:
        day = date(*(int(found[part]) for part in ("year", "month", "day"))) if found else None
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 2199:
        raise Wrong("date", said)
    return day.isoformat()


def check_leave(first: str | None, last: str | None) -> None:
    """Wrong when a leave has one end only, or ends before it begins."""
    if bool(first) != bool(last):
        raise Wrong("leave_half", first or last or "")
    if first and last and last < first:
        raise Wrong("leave_order", f"{first} – {last}")


def yes(cell: str) -> bool:
    """Whether a cell says yes."""
    said = bare(cell).casefold()
    if said not in _YES | _NO:
        raise Wrong("yes", bare(cell))
    return said in _YES


@cache
def _languages() -> dict[str, Language]:
    """Names of our languages as our languages call them."""
    known = {folded(OWN_NAMES[each]): each for each in LANGUAGES}
    for spoken in LANGUAGES:
        names = Locale.parse(spoken).languages
        known |= {folded(str(names[each])): each for each in LANGUAGES} | {folded(str(names["no"])): "nb"}
    return known
