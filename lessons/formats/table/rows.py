"""A CSV file cut into rows, whatever its separator."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from domain.spreadsheet import bare
from domain.text import Text
from lessons.formats.bank import NotTaken, Unreadable, counted
from lessons.formats.table.columns import MARKDOWN, known, named
from lessons.formats.texts import Markup, line_of, text_of

MOST_COLUMNS: Final = 400
_MOST_NAMES: Final = 20_000  # characters of the first line by which its separator is known
_SEPARATORS: Final = ";,\t"
_SAID: Final = re.compile(r"sep=(.)\n")
Line = tuple[int, list[str]]  # the number of a row, and its cells


@dataclass(frozen=True, slots=True)
class Row:
    """A row's cells by their columns."""

    cells: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    @property
    def markup(self) -> Markup:
        """In what its texts are written."""
        return "markdown" if self["markup"].casefold() == MARKDOWN else "plain"

    def text(self, name: str) -> Text:
        return text_of(self[name], self.markup)

    def line(self, name: str) -> Text:
        return line_of(self[name], self.markup)

    def filled(self) -> list[int]:
        """The numbers of the options that are there."""
        return [number for number in range(1, 100) if self[f"option{number}"] or self[f"pair{number}"]]


def table(source: str) -> list[Line]:
    """Each row that has something in it, with its line; the first has the names of the columns.

    Unreadable when these are not the template's.
    """
    return headed(list(counted(lines_of(source, lambda cell: known(named(cell))), besides=1)))


def lines_of(source: str, is_name: Callable[[str], object], within: int = 1) -> Iterator[Line]:
    """Each row that has something in it, with its line.

    The separator is the one by which one of the first lines (so many) has the most names of columns.
    """
    said = _SAID.match(source)
    source, before = (source[said.end() :], 1) if said else (source, 0)
    candidates = [said[1]] if said else list(_SEPARATORS)
    first = source.lstrip()[:_MOST_NAMES].split("\n", within)[:within]
    tries = [
        (max(sum(map(bool, map(is_name, _cut(line, each)))) for line in first), each) for each in candidates
    ]
    return _rows(source, max(tries, key=lambda each: each[0])[1], before)


def headed(rows: list[Line]) -> list[Line]:
    """The rows, the names of the columns in the first as we write them. Unreadable when these are not ours."""
    if rows and len(rows[0][1]) > MOST_COLUMNS:
        raise Unreadable(
            f"The first line has more than {MOST_COLUMNS} columns: delete those that are empty.", "columns"
        )
    header = [named(cell) for cell in rows[0][1]] if rows else []
    if "question" not in header:
        raise Unreadable(
            "The first line names no column 'question': begin with the first line of the template."
        )
    return [(rows[0][0], header), *rows[1:]]


def first_line(text: str) -> str:
    """The line with the names of the columns."""
    return _SAID.sub("", text.removeprefix("\ufeff").lstrip()).partition("\n")[0]


def _cut(line: str, separator: str) -> list[str]:
    return [each.strip().strip('"') for each in line.split(separator)]


def _rows(source: str, separator: str, before: int) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(source, newline=""), delimiter=separator, strict=True)
    line = before
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line + 1, cells
            line = before + reader.line_num
    except csv.Error as error:
        raise Unreadable(
            f"Line {line + 1}: a quotation mark is not closed or not doubled, or a cell is too long.",
            "quotes",
        ) from error


def row_of(header: list[str], cells: list[str]) -> Row:
    if any(cell.strip() for cell in cells[len(header) :]):
        raise NotTaken(
            "The row has more cells than the first line: put texts with a separator between quotes."
        )
    return Row({name: bare(cell) for name, cell in zip(header, cells, strict=False)})
