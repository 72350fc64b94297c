"""A folder of programmes (or one programme) read into domain objects, with everything that is wrong in it.

A file with an error is left out and named in its draft, and all the others are served.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from domain.language import LANGUAGES, Language
from domain.problem import Problem
from domain.programme import Lesson, Programme
from lessons import programmes
from lessons.names import PROGRAMME, is_hidden, is_slug, is_text, printable, read_name, slug_of
from lessons.parse import Origin, Parsed, Told, parse_lesson, parse_programme
from lessons.rules import Findings
from lessons.shelf import Shelf
from lessons.source import inside, read_source
from lessons.translations import missing, refuse_different, refuse_lost, refuse_same_ids


class LibraryError(Exception):
    """The folder of lessons cannot be read at all."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A programme to publish, its pictures' bytes by digest, each (slug, language) left out.

    The slug is that of a lesson, or "programme" for the programme's description.
    """

    programme: Programme
    pictures: Mapping[str, bytes]
    broken: tuple[tuple[str, Language], ...]


@dataclass(frozen=True, slots=True)
class Library:
    """The programmes of a folder, ordered by slug; files of `problems` are relative to the folder."""

    drafts: tuple[Draft, ...]
    problems: tuple[Problem, ...]


def read_library(folder: Path) -> Library:
    """Read a folder of programmes, or one programme's own (it has a programme.LANGUAGE.md).

    Symbolic links are followed only inside the folder. A programme without a good description, or without any
    lesson file, gives no draft. LibraryError when the folder itself cannot be read.
    """
    reader = _Reader(folder)
    try:
        entries = _entries(folder)
    except OSError as error:
        raise LibraryError(
            f"The folder {printable(str(folder))} cannot be read: {error.strerror}."
        ) from error
    if any(_is_description(entry) for entry in entries):
        drafts = reader.drafts([folder], alone=True)
    else:
        folders = [entry for entry in entries if _is_programme(entry, folder)]
        drafts = reader.drafts(folders)
        reader.refuse_homeless(entries, bool(folders))
    return Library(tuple(drafts), tuple(sorted(reader.problems)))


@dataclass(frozen=True, slots=True)
class _Read:
    """The files of one programme."""

    slug: str
    told: list[Told]
    files: list[Parsed]
    shelf: Shelf


@dataclass(slots=True)
class _Reader:
    root: Path
    problems: list[Problem] = field(default_factory=list)

    def drafts(self, folders: list[Path], *, alone: bool = False) -> list[Draft]:
        """The programmes of these folders; one that is `alone` may come after programmes that are elsewhere."""
        found = [read for read in map(self.programme, folders) if read]
        waits = {read.slug: programmes.rules(read.told).after for read in found}
        known = () if alone else [folder.name for folder in folders]
        drafts = []
        for read in found:
            told = programmes.refuse_waiting(read.told, read.slug, waits, known)
            self.problems += [problem for each in told for problem in each.problems]
            if told and read.files:
                drafts.append(_assembled(replace(read, told=told)))
                self.problems += programmes.advise_marks(told, drafts[-1].programme)
        return drafts

    def programme(self, folder: Path) -> _Read | None:
        """What one programme's folder has; all is reported but what is wrong with its descriptions."""
        found = self._findings(folder)
        slug = folder.resolve().name if folder == self.root else folder.name
        if not is_slug(slug):
            found.add(1, "folder-name", f"Name this folder {slug_of(slug)}.")
        elif not inside(folder, self.root):
            found.add(
                1,
                "outside",
                "This is a link to a place outside the folder, so copy the programme itself here.",
            )
        if found.errors:
            self.problems += found.problems
            return None
        try:
            return self._read(slug, folder)
        except OSError as error:
            found.add(
                1, "unreadable", f"This cannot be read ({error.strerror}), so give the program the right to."
            )
            self.problems += found.problems
            return None

    def refuse_homeless(self, entries: list[Path], any_programme: bool) -> None:
        """Lessons that are in no programme, or a folder in which there is nothing at all."""
        for entry in entries:
            if is_text(entry):
                found = self._findings(entry)
                found.add(1, "no-programme", "Move this file into the folder of a programme.")
                self.problems += found.problems
        if not any_programme and not self.problems:
            found = Findings(".")
            found.add(
                1, "no-programme", "Make a folder for a programme here, with its programme.lt.md and lessons."
            )
            self.problems += found.problems

    def _read(self, slug: str, folder: Path) -> _Read:
        sources = self._sources(folder)
        told = [
            parse_programme(data, at) if data is not None else Told(at, None, {}, ())
            for at, data in sources
            if at.slug == PROGRAMME
        ]
        lessons = [(at, data) for at, data in sources if at.slug != PROGRAMME]
        shelf = Shelf(folder)
        files = [
            parse_lesson(data, at, shelf) if data is not None else Parsed(at, None, (), ())
            for at, data in lessons
        ]
        files = refuse_lost(refuse_same_ids(files))
        groups = [list(group) for _, group in groupby(files, key=lambda file: file.origin.slug)]
        files = [file for group in groups for file in refuse_different(group)]
        self._report(folder, files, [each.origin for each in told])
        return _Read(slug, programmes.refuse_different(told), files, shelf)

    def _sources(self, folder: Path) -> list[tuple[Origin, bytes | None]]:
        """The texts of a programme by slug and language; None for bytes that cannot be had (reported)."""
        sources: dict[tuple[str, Language], tuple[Origin, bytes | None]] = {}
        for entry in _entries(folder):
            if not is_text(entry):
                continue
            found = self._findings(entry)
            name = read_name(entry.name, found)
            if name and name in sources:
                found.add(
                    1, "file-name", f"Keep one of this file and {sources[name][0].file}, which say the same."
                )
            elif name:
                sources[name] = Origin(found.file, *name), read_source(entry, self.root, found)
            self.problems += found.problems
        return sorted(
            sources.values(), key=lambda source: (source[0].slug, LANGUAGES.index(source[0].language))
        )

    def _report(self, folder: Path, files: list[Parsed], at: list[Origin]) -> None:
        """What the lessons say, and what is missing from the folder; `at` are the descriptions."""
        self.problems += [problem for file in files for problem in file.problems]
        for name, group in groupby([*at, *(file.origin for file in files)], key=lambda origin: origin.slug):
            origins = list(group)
            what = PROGRAMME if name == PROGRAMME else "lesson"
            self.problems += missing((origin.language for origin in origins), origins[0].file, what)
        found = self._findings(folder / f"{PROGRAMME}.lt.md")
        if not at:
            found.add(
                1, "no-programme", "Write this file, with the title and the description of the programme."
            )
        elif not files:
            found.add(1, "no-lessons", "Write at least one lesson beside this file.")
        self.problems += found.problems

    def _findings(self, path: Path) -> Findings:
        return Findings(printable(path.relative_to(self.root).as_posix()))


def _entries(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if not is_hidden(entry))


def _is_description(entry: Path) -> bool:
    return is_text(entry) and entry.name.split(".")[0] == PROGRAMME


def _is_programme(entry: Path, root: Path) -> bool:
    """Whether a folder has lessons; one that may not or cannot be read counts, so that it is reported."""
    try:
        return entry.is_dir() and (not inside(entry, root) or any(is_text(each) for each in entry.iterdir()))
    except OSError:
        return True


def _assembled(read: _Read) -> Draft:
    good = [(file.origin.slug, file.text) for file in read.files if file.text]
    lessons = tuple(
        Lesson(name, tuple(text for _, text in group))
        for name, group in groupby(good, key=lambda pair: pair[0])
    )
    used = {card.picture.digest for _, text in good for card in text.cards if card.picture}
    pictures = {digest: data for digest, data in read.shelf.served.items() if digest in used}
    texts = tuple(each.text for each in read.told if each.text)
    broken = [each.origin for each in read.told if not each.text]
    broken += [each.origin for each in read.files if not each.text]
    programme = Programme(read.slug, texts, lessons, programmes.rules(read.told))
    return Draft(programme, pictures, tuple((at.slug, at.language) for at in broken))
