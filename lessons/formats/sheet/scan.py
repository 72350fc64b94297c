"""How far the sheets of a workbook reach, counted before a library makes a table of them.

A sheet of 1.5 KB with a cell in its last corner becomes a table of seventeen thousand million cells.
"""

from typing import Final
from xml.parsers import expat

from lessons.formats.bank import Unreadable

MOST_ROWS: Final = 10_000
MOST_COLUMNS: Final = 400
_MOST_CELLS: Final = 200_000  # that are there
_MOST_PLACES: Final = 1_000_000  # from the first cell to the last, of all sheets together
_FAR: Final = (
    f"which is farther than row {MOST_ROWS:,} and column {MOST_COLUMNS}: delete it, and save once more."
)


class Scan:
    """Counts over all sheets of a workbook; Unreadable as soon as they are too many."""

    def __init__(self) -> None:
        self._cells = 0
        self._places = 0
        self._row = self._column = self._last = self._widest = 0

    def sheet(self, data: bytes) -> None:
        """One more sheet."""
        self._row = self._column = self._last = self._widest = 0
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            raise Unreadable("The file has a sheet that is damaged: save it once more.") from error
        self._places += self._last * self._widest
        if self._places > _MOST_PLACES:
            raise Unreadable(
                "The sheets are larger than a table of questions: keep one sheet, and delete the rest."
            )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            said = attributes.get("r", "")
            self._row, self._column = (_number(said) if said else self._row + 1), 0
            self._reach(f"Row {self._row}")
        elif name == "c":
            self._cell(attributes.get("r", ""))

    def _cell(self, said: str) -> None:
        self._cells += 1
        if self._cells > _MOST_CELLS:
            raise Unreadable(
                f"The sheets have more than {_MOST_CELLS:,} cells: divide the file into smaller ones."
            )
        self._column += 1
        if said:
            letters = said.rstrip("0123456789")
            self._row, self._column = _number(said[len(letters) :]), _column(letters)
        self._reach(f"Cell {said[:12]}")

    def _reach(self, what: str) -> None:
        if not (0 <= self._row <= MOST_ROWS and 0 <= self._column <= MOST_COLUMNS):
            raise Unreadable(f"{what} of a sheet is in use, {_FAR}")
        self._last, self._widest = max(self._last, self._row), max(self._widest, self._column)


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 9 else MOST_ROWS + 1


def _column(letters: str) -> int:
    """A is 1, AA is 27."""
    place = 0
    for letter in letters[:4].upper():
        place = place * 26 + (ord(letter) - ord("A") + 1 if "A" <= letter <= "Z" else MOST_COLUMNS + 1)
    return place
