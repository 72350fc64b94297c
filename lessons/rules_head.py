"""The rules of a programme in the head of its description: how it is taken, what it is worth, whom it is meant for."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from domain.programme import Rules
from domain.text import units
from lessons.head import Value
from lessons.names import is_slug
from lessons.rules import Findings
from lessons.visible import visible

MOST_AUDIENCE: Final = 120
MOST_NAME: Final = 100  # of an owner, and of a licence
MOST_WORD: Final = 60  # of a job, and of a sector
MOST_LISTED: Final = 40
MOST_BEFORE: Final = 10
MOST_SKIP: Final = 9
MOST_MONTHS: Final = 240
MOST_SAVED: Final = 6_000  # minutes
_HOURS: Final = re.compile(
    r"(?:(?P<h>[0-9]{1,3}(?:[.,][0-9]{1,2})?) ?h)?(?: ?(?P<min>[0-9]{1,4}) ?min)?", re.ASCII
)
_MONTHS: Final = re.compile(r"([1-9][0-9]{0,2}) months?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stated:
    """What one file says of a rule: the value, its words, and the line in which they stand."""

    value: Any
    words: str
    line: int


def audience(head: Mapping[str, Value], found: Findings) -> str:
    """Who the programme is for, in a few words of the file's language; "" when it does not say."""
    if "for" not in head:
        return ""
    example = 'Say in a few words who it is for: "for: everyone who serves visitors"'
    return _line(head["for"], MOST_AUDIENCE, example, found)


def stated(head: Mapping[str, Value], found: Findings) -> dict[str, Stated]:
    """The rules that a head states, by their keys; what is wrong goes to `found`."""
    read: dict[str, Stated] = {}
    for key, (_, make) in _KEYS.items():
        if key in head:
            before = found.errors
            value = make(head[key], found)
            if found.errors == before:
                read[key] = Stated(value, " ".join(head[key].text.split()), head[key].line)
    return read


def rules_of(said: Mapping[str, Stated]) -> Rules:
    """The rules that were stated, and the usual ones in place of the others."""
    return Rules(**{_KEYS[key][0]: each.value for key, each in said.items()})


def _order(value: Value, found: Findings) -> str:
    if value.text in ("free", "fixed"):
        return value.text
    message = 'Write "order: free", or leave it out when the lessons come one after another.'
    found.add(value.line, "order", message)
    return ""


def _after(value: Value, found: Findings) -> tuple[str, ...]:
    slugs = tuple(dict.fromkeys(part.strip() for part in value.text.split(",")))
    if not all(map(is_slug, slugs)) or len(slugs) > MOST_BEFORE:
        message = (
            "Name the folders of the programmes that come before, with commas between them: "
            f'"after: safe-online, front-desk" (at most {MOST_BEFORE}).'
        )
        found.add(value.line, "after", message)
    return slugs


def _passing(value: Value, found: Findings) -> int:
    share = value.text.removesuffix("%").rstrip()
    if re.fullmatch("[1-9][0-9]?|100", share):
        return int(share)
    message = 'Write how many of 100 graded answers have to be right, from 1 to 100: "pass: 80".'
    found.add(value.line, "pass", message)
    return 0


def _skip(value: Value, found: Findings) -> int:
    if re.fullmatch("[1-9]", value.text):
        return int(value.text)
    message = f'Write how many questions of each lesson are asked before the first one (1 to {MOST_SKIP}): "skip: 2".'
    found.add(value.line, "skip", message)
    return 0


def _certificate(value: Value, found: Findings) -> int:
    if value.text == "for ever":
        return 0
    months = _MONTHS.fullmatch(value.text)
    if months and int(months[1]) <= MOST_MONTHS:
        return int(months[1])
    message = f'Write "certificate: 24 months" (1 to {MOST_MONTHS}), or "certificate: for ever".'
    found.add(value.line, "certificate", message)
    return 0


def _saved(value: Value, found: Findings) -> int:
    """Whole minutes of `4 h`, `1.5 h`, `240 min` and `1 h 30 min`."""
    parts = _HOURS.fullmatch(value.text)
    hours, rest = (parts["h"] or "0", parts["min"] or "0") if parts else ("0", "0")
    minutes = Decimal(hours.replace(",", ".")) * 60 + int(rest)
    if 0 < minutes <= MOST_SAVED and minutes == int(minutes):
        return int(minutes)
    message = (
        f'Write the time that each learner is saved, up to {MOST_SAVED // 60} hours: "4 h" or "240 min".'
    )
    found.add(value.line, "saving", message)
    return 0


def _name(value: Value, found: Findings) -> str:
    example = 'Write a short name: "owner: City Library", "licence: CC BY 4.0"'
    return _line(value, MOST_NAME, example, found)


def _line(value: Value, most: int, example: str, found: Findings) -> str:
    text = " ".join(value.text.split())
    if not visible(text) or units(text) > most:
        found.add(value.line, "head-words", f"{example} (at most {most} characters).")
    return text


def _words(value: Value, found: Findings) -> tuple[str, ...]:
    """Words between commas, in small letters, each once."""
    parts = [" ".join(part.split()) for part in value.text.split(",")]
    wrong = [part for part in parts if not visible(part) or units(part) > MOST_WORD]
    if wrong or len(parts) > MOST_LISTED:
        message = (
            f"Write at most {MOST_LISTED} names with commas between them, each of at most {MOST_WORD} characters: "
            '"libraries, museums".'
        )
        found.add(value.line, "meant-for", message)
    return tuple(dict.fromkeys(part.casefold() for part in parts))


# Each key of the head, with its field of Rules.
_KEYS: Final[dict[str, tuple[str, Callable[[Value, Findings], Any]]]] = {
    "order": ("order", _order),
    "after": ("after", _after),
    "pass": ("passing", _passing),
    "skip": ("skip", _skip),
    "certificate": ("valid_months", _certificate),
    "replaces": ("replaces_minutes", _saved),
    "travel": ("travel_minutes", _saved),
    "owner": ("owner", _name),
    "licence": ("licence", _name),
    "jobs": ("jobs", _words),
    "sectors": ("sectors", _words),
}
KEYS: Final = ("for", *_KEYS)
