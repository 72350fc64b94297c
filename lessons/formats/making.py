"""The bytes of a question bank made into the files of a programme, and the report of it; nothing is written here."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath

from domain.fitting import MOST_TITLE
from domain.language import Language
from lessons.formats.bank import KINDS, Bank, Entry, NotTaken, Told
from lessons.formats.grouped import QUESTIONS, description_of, files_of, lessons_of
from lessons.formats.registry import format_of, load
from lessons.formats.settled import settled, shelf_of
from lessons.formats.source import checked
from lessons.formats.texts import short
from lessons.names import printable
from lessons.visible import visible
from lessons.write import description


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of an import: how many entries of each kind, what was refused, what was taken with a change; by line.

    `lessons` is 0 where nothing was taken, and then nothing was written.
    """

    kinds: Mapping[str, int]
    refused: tuple[Told, ...]
    changed: tuple[Told, ...]
    lessons: int

    @property
    def taken(self) -> int:
        """How many entries there are of all kinds."""
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Made:
    """The report, and what the folder will hold: texts and pictures by the names of their files."""

    taken: Taken
    texts: Mapping[str, str]
    pictures: Mapping[str, bytes]


def make(name: str, data: bytes, *, language: Language, form: str = "") -> Made:
    """Read the bytes of the file `name` in the format `form`, or the one that it has. Unreadable when it has none."""
    checked(name, data)
    known = load(form) if form else format_of(name, data)
    bank = known.read(data, language)
    entries, refused = _settled(bank, language)
    title = _title(name, language)
    lessons = (known.divide or lessons_of)(entries, title, language) if entries else []
    texts = files_of(lessons)
    if texts:
        about = description(title, description_of(printable(name)[:200], language))
        texts = {f"programme.{language}.md": about} | texts
    used = {card.picture.name for each in lessons for card in each.text.cards if card.picture}
    pictures = {name: data for name, data in bank.pictures.items() if name in used}
    changed = [*bank.notes, *(Told(entry.line, said) for entry in entries for said in entry.changed)]
    kinds = Counter[str](sorted((entry.kind for entry in entries), key=KINDS.index))
    return Made(Taken(kinds, tuple(sorted(refused)), tuple(sorted(changed)), len(lessons)), texts, pictures)


def _settled(bank: Bank, language: Language) -> tuple[Sequence[Entry], Sequence[Told]]:
    entries, refused = list[Entry](), list(bank.refused)
    shelf = shelf_of(entry.card for entry in bank.entries)
    for element in _elements(bank.entries):
        try:
            entries += [settled(entry, language, shelf) for entry in element]
        except NotTaken as reason:
            refused.append(Told(element[0].line, str(reason)))
    return entries, refused


def _elements(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """What is taken all or none."""
    for number, together in groupby(entries, lambda entry: entry.element):
        element = list(together)
        yield from [element] if number else ([each] for each in element)


def _title(name: str, language: Language) -> str:
    words = printable(PurePath(name).stem).replace("_", " ").replace("-", " ").strip()
    return short(words, MOST_TITLE - 6) if visible(words) else QUESTIONS[language]
