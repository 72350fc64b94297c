"""Lessons written as a workbook with one sheet, the same table as CSV; every cell is a text, and none a formula."""

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter

from domain.language import Language
from domain.programme import LessonText
from domain.spreadsheet import guarded
from lessons.formats.table.write import rows_of

# xlsxwriter: a text that begins with = or https:// stays a text, and nothing is laid into a file of its own.
PLAIN = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}


def write(lessons: Sequence[LessonText], language: Language) -> bytes:
    """The file; it has every kind of question, and formatted texts as Markdown."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, PLAIN) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows_of(lessons, language)):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, _kept(cell))
    return out.getvalue()


def _kept(cell: str) -> str:
    """An apostrophe in front is taken away when the file is read, so it gets another one."""
    return guarded(cell) if cell.startswith("'") else cell
