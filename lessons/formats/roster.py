"""A roster from outside, CSV or XLSX, cut into rows by a process of its own; what is in them, the domain reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

from domain.language import Language
from domain.roster import column_of
from domain.spreadsheet import bare
from lessons.formats.apart import MOST_SECONDS, Answer, ask
from lessons.formats.bank import Unreadable
from lessons.formats.lines import MOST_COLUMNS, Line, lines_of
from lessons.formats.source import MOST_BYTES, ZIP, checked, decoded, opened
from lessons.names import printable

MOST_PEOPLE: Final = 20_000
ENCODINGS: Final = ("cp1257", "cp1250", "cp1252")  # those that spreadsheets of our languages save CSV in
OF_LANGUAGE: Final[dict[Language, str]] = {"lt": "cp1257", "pl": "cp1250", "nb": "cp1252", "en": "cp1252"}
_TITLE: Final = 10  # lines in which the headings are looked for
_MANY: Final = f"The file has more than {MOST_PEOPLE:,} rows: divide it into smaller files."


@dataclass(frozen=True, slots=True)
class Cut:
    """The rows of a file that have something in them, and the encoding of its text ("" of a workbook)."""

    lines: list[tuple[int, list[str]]]
    encoding: str = ""


def cut_file(file: Path, language: Language) -> Cut:
    """The rows of this file; `language` is what its letters are in when they are not Unicode. Unreadable."""
    with opened(file, "people") as source:
        return _apart(file.name, source, language)


def cut_apart(name: str, data: bytes, language: Language) -> Cut:
    """The rows of the file with these bytes. Unreadable."""
    with TemporaryFile() as source:
        source.write(data)
        source.seek(0)
        return _apart(name, source, language)


def cut(name: str, data: bytes, language: Language) -> Cut:
    """The same in this process: only for one that is confined."""
    checked(name, data)
    if data.startswith(ZIP):
        from lessons.formats.sheet.book import sheets

        found = [lines for _, lines in sheets(data, MOST_PEOPLE + _TITLE)]
        lines, encoding = next(filter(_is_roster, found), found[0] if found else []), ""
    else:
        others = () if damaged(data) else sorted(ENCODINGS, key=lambda each: each != OF_LANGUAGE[language])
        text, encoding = decoded(data, *others)
        lines = list(islice(lines_of(text, column_of, _TITLE), MOST_PEOPLE + _TITLE + 1))
    _check(lines)
    return Cut([(line, list(map(bare, cells))) for line, cells in lines], encoding)


def damaged(data: bytes) -> bool:
    """Whether it is UTF-8 but for a few bytes: every letter of it would be read as two others."""
    read = data.decode("utf-8", "replace")
    lost, odd = read.count("\N{REPLACEMENT CHARACTER}"), len(read) - len(read.encode("ascii", "ignore"))
    return odd > 3 * lost > 0


def _check(lines: Sequence[Line]) -> None:
    if len(lines) > MOST_PEOPLE + _TITLE:
        raise Unreadable(_MANY, "rows")
    if any(len(cells) > MOST_COLUMNS for _, cells in lines):
        raise Unreadable(
            f"A line has more than {MOST_COLUMNS} columns: delete those that are empty.", "columns"
        )


def _is_roster(lines: Sequence[Line]) -> bool:
    return any("email" in map(column_of, cells) for _, cells in lines[:_TITLE])


def _apart(name: str, source: IO[bytes], language: Language) -> Cut:
    shown = printable(name)[-200:]
    answer = ask("lessons.formats.roster_child", [shown, language], source, Answer[Cut], seconds=MOST_SECONDS)
    if answer is None:
        raise Unreadable(
            f"{shown} asks for more memory or time than an import may take, or is damaged: save it once more, "
            "or divide it."
        )
    if not answer.made:
        raise Unreadable(answer.said, answer.rule)
    return answer.made


__all__ = ["MOST_BYTES", "Cut", "cut", "cut_apart", "cut_file"]
