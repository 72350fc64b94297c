"""Entries of a bank made into lessons: by category, a few questions each, every question with a name of its own."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from domain.fitting import MOST_TITLE
from domain.language import Language
from domain.programme import LessonText
from lessons.cards import MOST_CARDS
from lessons.formats.bank import Entry, Filed
from lessons.formats.prompts import is_ours
from lessons.formats.texts import short
from lessons.names import slug_of
from lessons.source import MOST_BYTES
from lessons.visible import visible
from lessons.write import card, lesson

MOST_QUESTIONS: Final = 10
QUESTIONS: Final[dict[Language, str]] = {
    "lt": "Klausimai",
    "pl": "Pytania",
    "nb": "Spørsmål",
    "en": "Questions",
}
_MOST_LESSON: Final = MOST_BYTES - 4_096  # bytes of its cards
_MOST_SLUG: Final = 40
_ID: Final = re.compile("[a-z0-9][a-z0-9-]{0,63}")
_TAKEN: Final = {"end-of-lesson"}
_ROOTS: Final = frozenset({"", "top", "$course$", "$system$", "$module$", "$coursecat$", "$cat1$"})
_SLASH: Final = "\0"


def lessons_of(entries: Iterable[Entry], title: str, language: Language) -> list[Filed]:
    """The lessons in the order of the bank; `title` is that of questions without a category."""
    groups: dict[str, list[Entry]] = {}
    for entry in named(entries):
        groups.setdefault(title_of(entry.category) or title, []).append(entry)
    return filed(
        _lesson(_numbered(name, number, len(chunks)), chunk, language)
        for name, group in groups.items()
        for chunks in [list(_chunks(group))]
        for number, chunk in enumerate(chunks, 1)
    )


def filed(lessons: Iterable[LessonText]) -> list[Filed]:
    """The lessons with names for their files, which keep their order."""
    texts = list(lessons)
    width = max(2, len(str(len(texts))))
    return [Filed(f"{number:0{width}d}-{_slug(text.title)}", text) for number, text in enumerate(texts, 1)]


def title_of(category: str) -> str:
    """The last step of a category's path ("$course$/top/Fire safety"); "" when it has no name of its own."""
    steps = category.replace("//", _SLASH).split("/")
    names = [step.replace(_SLASH, "/").strip() for step in steps if step.strip() not in _ROOTS]
    return short(names[-1], MOST_TITLE - 6) if names and visible(names[-1]) else ""


def _lesson(title: str, chunk: list[Entry], language: Language) -> LessonText:
    asked = sum(entry.card.question is not None for entry in chunk)
    return LessonText(language, title, max(1, (asked + 1) // 2), tuple(entry.card for entry in chunk))


def _chunks(group: list[Entry]) -> Iterator[list[Entry]]:
    chunk, asked, size = list[Entry](), 0, 0
    for entry in group:
        length = len(card(entry.card).encode()) + 8
        if asked == MOST_QUESTIONS or len(chunk) == MOST_CARDS or size + length > _MOST_LESSON:
            yield chunk
            chunk, asked, size = [], 0, 0
        chunk.append(entry)
        asked += entry.card.question is not None
        size += length
    yield chunk


def _numbered(name: str, number: int, of: int) -> str:
    return f"{name} {number}" if of > 1 else name


def _slug(title: str) -> str:
    return slug_of(title)[:_MOST_SLUG].strip("-")


def named(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Each question with a name of its own: the bank's, or one made of its first words."""
    taken, last = set(_TAKEN), dict[str, int]()
    for entry in entries:
        asked = entry.card.question
        if not asked:
            yield entry
            continue
        said = entry.name or (entry.card.text if is_ours(asked.prompt) else asked.prompt).plain
        base = said if _ID.fullmatch(said) else _slug(said[:200])
        name = base
        while name in taken:
            last[base] = last.get(base, 1) + 1
            name = f"{base[:_MOST_SLUG]}-{last[base]}"
        taken.add(name)
        yield replace(entry, card=replace(entry.card, question=replace(asked, id=name)))


def description_of(name: str, language: Language) -> str:
    """What the programme says of itself."""
    said: dict[Language, str] = {
        "lt": "Perkelta iš kitos programos: {}.",
        "pl": "Przeniesione z innego programu: {}.",
        "nb": "Hentet fra et annet program: {}.",
        "en": "Taken over from another program: {}.",
    }
    return said[language].format(name)


def files_of(lessons: Iterable[Filed]) -> dict[str, str]:
    """The files of the lessons by their names."""
    return {f"{each.slug}.{each.text.language}.md": lesson(each.text) for each in lessons}
