"""A workbook read into the entries of a bank: its first sheet that has the columns of the template."""

from typing import Final

from domain.language import Language
from lessons.formats.bank import Bank, Told, Unreadable, counted
from lessons.formats.lines import Line
from lessons.formats.sheet.book import sheets
from lessons.formats.table.columns import named
from lessons.formats.table.read import bank_of
from lessons.formats.table.rows import headed
from lessons.formats.texts import short

_MORE: Final = "has a table too, and is left out: put all questions into the first one."


def read(data: bytes, language: Language) -> Bank:
    """The rows of the table."""
    tables = [
        (name, headed(list(counted(lines, besides=1))))
        for name, lines in sheets(data)
        if _is_header(lines[0])
    ]
    if not tables:
        raise Unreadable("No sheet has a first row with the column 'question': begin with the template.")
    bank = bank_of(tables[0][1], language)
    others = tuple(Told(lines[0][0], f"The sheet '{short(name)}' {_MORE}") for name, lines in tables[1:])
    return Bank(bank.entries, bank.refused, (*bank.notes, *others))


def _is_header(line: Line) -> bool:
    return "question" in map(named, line[1])
