"""What an organisation itself tells its people about their data: its text, and which one holds for whom."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final, Literal

from domain.language import LANGUAGES, Language
from domain.message import Place, Secret
from domain.programme import FALLBACK

MOST: Final = 20_000  # characters
Kind = Literal["heading", "list", "paragraph"]
Unfit = Literal["empty", "long"]
_MARKS: Final[Mapping[str, Kind]] = {"#": "heading", "-": "list", "*": "list", "•": "list"}
_MARKED: Final = re.compile(r"(?:#{1,6}|[-*•]) ")


@dataclass(frozen=True, slots=True)
class PrivacyNotice:
    """One version in one language, without its text; versions count from 1 and are never changed."""

    id: int
    organisation: int
    language: Language
    version: int
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph (one line each), or the items of a list."""

    kind: Kind
    lines: tuple[str, ...]


def tidy(written: str) -> str:
    """A text as it is kept: no more than one space or empty line between words, and nothing that cannot be seen."""
    seen = (
        "".join(each for each in line if each.isprintable() or each.isspace())
        for line in written.splitlines()
    )
    lines = "\n".join(" ".join(line.split()) for line in seen)
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")


def unfit(text: str) -> Unfit | None:
    """Why a tidy text cannot be published; None when it can."""
    if not any(map(str.isalnum, text)):
        return "empty"
    return "long" if len(text) > MOST else None


def blocks(text: str) -> tuple[Block, ...]:
    """A tidy text as it is shown: `# ` begins a heading, `- ` an item, and lines that follow on another are one."""
    return tuple(each for part in text.split("\n\n") for each in _of(part))


def _of(part: str) -> Iterator[Block]:
    lines = (_line(each) for each in part.split("\n") if each)
    for kind, group in groupby(lines, key=lambda line: line[0]):
        words = [line for _, line in group]
        if kind == "heading":
            yield from (Block(kind, (each,)) for each in words)
        else:
            yield Block(kind, tuple(words) if kind == "list" else (" ".join(words),))


def _line(line: str) -> tuple[Kind, str]:
    marked = _MARKED.match(line)
    return (_MARKS[line[0]], line[marked.end() :]) if marked else ("paragraph", line)


def held(
    upward: Sequence[int], published: Iterable[PrivacyNotice], language: Language
) -> PrivacyNotice | None:
    """The newest one of the nearest organisation that has any, in the language or else as `spoken` says.

    `upward` is one's own organisation, the one above it, and so on.
    """
    by_house: dict[int, dict[Language, PrivacyNotice]] = {}
    for each in sorted(published, key=lambda each: each.version):
        by_house.setdefault(each.organisation, {})[each.language] = each
    there = next((by_house[each] for each in upward if each in by_house), None)
    return there[spoken(language, there)] if there else None


def spoken(language: Language, there: Collection[Language]) -> Language:
    """In which of the languages that are there somebody is told who reads this one."""
    return next(each for each in (language, *FALLBACK) if each in there)


def readers(language: Language, there: Collection[Language]) -> tuple[Language, ...]:
    """Whoever speaks one of these is shown the text in this language."""
    return tuple(each for each in LANGUAGES if spoken(each, there) == language)


def told_at(organisation: int) -> Place:
    """Where the people of an organisation read what becomes of their data, also before they join.

    Its token keeps others from counting through who is here: whoever was sent the address may pass it on.
    """
    return _page(organisation)


def page_of(notice: PrivacyNotice) -> Place:
    """Where they read this very version, also when there are newer ones."""
    return _page(notice.organisation, f"&version={notice.version}&language={notice.language}")


def seed_of(organisation: int) -> str:
    """What the token of these pages is made of."""
    return f"privacy:{organisation}"


def _page(organisation: int, which: str = "") -> Place:
    return Place(f"/privacy?at={organisation}{which}&key=", Secret(seed_of(organisation), "link"))
