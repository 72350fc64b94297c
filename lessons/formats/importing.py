"""A question bank in, a programme's folder out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.fitting import MOST_TITLE
from domain.language import Language
from lessons.formats.bank import KINDS, Entry, NotTaken, Told
from lessons.formats.folder import check_place, write_folder
from lessons.formats.grouped import QUESTIONS, description_of, files_of, lessons_of
from lessons.formats.registry import format_of, load
from lessons.formats.settled import settled
from lessons.formats.source import load as load_bytes
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


def take(file: Path, to: Path, *, language: Language, form: str = "") -> Taken:
    """Read `file` in the format `form`, or the one that it has, and make the folder `to` of it.

    Unreadable when the file cannot be read at all, or the folder not be made.
    """
    check_place(to)
    data = load_bytes(file)
    bank = (load(form) if form else format_of(file, data)).read(data, language)
    entries, refused = list[Entry](), list(bank.refused)
    for entry in bank.entries:
        try:
            entries.append(settled(entry, language))
        except NotTaken as reason:
            refused.append(Told(entry.line, str(reason)))
    title = _title(file, language)
    lessons = lessons_of(entries, title, language)
    if lessons:
        about = description(title, description_of(printable(file.name)[:200], language))
        write_folder({f"programme.{language}.md": about} | files_of(lessons), to)
    changed = [*bank.notes, *(Told(entry.line, said) for entry in entries for said in entry.changed)]
    kinds = Counter[str](sorted((entry.kind for entry in entries), key=KINDS.index))
    return Taken(kinds, tuple(sorted(refused)), tuple(sorted(changed)), len(lessons))


def _title(file: Path, language: Language) -> str:
    words = printable(file.stem).replace("_", " ").replace("-", " ").strip()
    return short(words, MOST_TITLE - 6) if visible(words) else QUESTIONS[language]
