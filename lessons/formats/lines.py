"""A CSV file cut into rows, whatever its separator."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Final

from lessons.formats.bank import Unreadable

MOST_COLUMNS: Final = 400
_MOST_NAMES: Final = 20_000  # characters of the first line by which its separator is known
_SEPARATORS: Final = ";,\t"
_SAID: Final = re.compile(r"sep=(.)\n")
Line = tuple[int, list[str]]  # the number of a row, and its cells


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
