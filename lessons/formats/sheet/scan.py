"""How far the sheets of a workbook reach, counted before a library makes a table of them.

A sheet of 1.5 KB with a cell in its last corner becomes a table of seventeen thousand million cells.
"""

from typing import Final
from xml.parsers import expat

from lessons.formats.bank import Unreadable
from lessons.formats.lines import MOST_COLUMNS
from lessons.formats.texts import short

MOST_ROWS: Final = 10_000
_MOST_PLACES: Final = 1_000_000  # from the first cell to the last, of all sheets together
_NOWHERE: Final = 10**9  # a number that is none, or too large to be one
_CELLS: Final = 20  # that are there, for each row that may be
_MOST_CHARACTERS: Final = 30_000_000  # in all cells


class Scan:
    """Counts over all sheets of a workbook; Unreadable as soon as they are too many."""

    def __init__(self, texts: list[int], rows: int = MOST_ROWS) -> None:
        """`texts`: how long each text is that cells share; `rows`: how many a sheet may have, of 20 cells each."""
        self._texts, self._rows = texts, rows
        self._cells = self._places = self._characters = 0
        self._shared, self._inside = False, False
        self._row = self._column = self._last = self._widest = 0

    def sheet(self, data: bytes) -> None:
        """One more sheet."""
        self._row = self._column = self._last = self._widest = 0
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._data
        parser.buffer_text = True
        _parse(parser, data)
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
            self._shared = attributes.get("t") == "s"
        self._inside = name == "v" and self._shared

    def _cell(self, said: str) -> None:
        self._cells += 1
        if self._cells > _CELLS * self._rows:
            raise Unreadable(
                f"The sheets have more than {_CELLS * self._rows:,} cells: divide the file into smaller ones.",
                "large",
            )
        self._column += 1
        if said:
            letters = said.rstrip("0123456789")
            self._row, self._column = _number(said[len(letters) :]), _column(letters)
        self._reach(f"Cell {short(said, 13)}")

    def _data(self, said: str) -> None:
        if not self._inside:
            return
        place = _number(said.strip())
        self._characters += self._texts[place] if place < len(self._texts) else 0
        if self._characters > _MOST_CHARACTERS:
            raise Unreadable(
                "The sheets have more text than is read at once: divide the file into smaller ones."
            )

    def _reach(self, what: str) -> None:
        if not (0 <= self._row <= self._rows and 0 <= self._column <= MOST_COLUMNS):
            raise Unreadable(
                f"{what} of a sheet is in use, which is farther than row {self._rows:,} and column {MOST_COLUMNS}: "
                "delete it, and save once more.",
                "rows",
            )
        self._last, self._widest = max(self._last, self._row), max(self._widest, self._column)


def lengths(data: bytes) -> list[int]:
    """How long each text is that the cells of a workbook share."""
    found = list[int]()

    def start(tag: str, _: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "si":
            found.append(0)

    def more(said: str) -> None:
        if found:
            found[-1] += len(said)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.CharacterDataHandler = more
    _parse(parser, data)
    return found


def _parse(parser: expat.XMLParserType, data: bytes) -> None:
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Unreadable("The file has a sheet that is damaged: save it once more.") from error


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 9 else _NOWHERE


def _column(letters: str) -> int:
    """A is 1, AA is 27."""
    place = 0
    for letter in letters[:4].upper():
        place = place * 26 + (ord(letter) - ord("A") + 1 if "A" <= letter <= "Z" else MOST_COLUMNS + 1)
    return place
