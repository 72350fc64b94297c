"""The rows of a table of questions, and what is in them."""

from dataclasses import dataclass

from domain.spreadsheet import bare
from domain.text import Text
from lessons.formats.bank import NotTaken, Unreadable, counted
from lessons.formats.lines import MOST_COLUMNS, Line, lines_of
from lessons.formats.table.columns import MARKDOWN, known, named
from lessons.formats.texts import Markup, line_of, text_of


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


def row_of(header: list[str], cells: list[str]) -> Row:
    if any(cell.strip() for cell in cells[len(header) :]):
        raise NotTaken(
            "The row has more cells than the first line: put texts with a separator between quotes."
        )
    return Row({name: bare(cell) for name, cell in zip(header, cells, strict=False)})
