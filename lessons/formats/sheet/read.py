"""A workbook read into the entries of a bank: its first sheet that has the columns of the template."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from domain.language import Language
from lessons.formats.bank import Bank, Told, Unreadable, counted
from lessons.formats.packed import Packing, parts_of, repacked
from lessons.formats.sheet.scan import Scan, lengths
from lessons.formats.source import UNSENDABLE
from lessons.formats.table.columns import named
from lessons.formats.table.read import bank_of
from lessons.formats.table.rows import Line, headed
from lessons.formats.texts import short

_PACKING: Final = Packing(
    "XLSX", "xl/workbook.xml", most_bytes=10_000_000, most_parts=200, most_xml=30_000_000
)
_SHEETS: Final = "xl/worksheets/"
_TEXTS: Final = "xl/sharedstrings.xml"
_OTHERS: Final = "xl/externallinks/"
_MORE: Final = "has a table too, and is left out: put all questions into the first one."
Cell = str | float | bool | date | datetime | time | timedelta


def read(data: bytes, language: Language) -> Bank:
    """The rows of the table."""
    parts = parts_of(data, _PACKING)
    if any(name.casefold().startswith(_OTHERS) for name in parts):
        raise Unreadable(
            "The file refers to other workbooks: paste the values instead, and save it once more."
        )
    scan = Scan([each for name, part in parts.items() if name.casefold() == _TEXTS for each in lengths(part)])
    for name, part in parts.items():
        if name.casefold().startswith(_SHEETS) and name.endswith(".xml"):
            scan.sheet(part)
    tables = _tables(repacked(parts))
    if not tables:
        raise Unreadable("No sheet has a first row with the column 'question': begin with the template.")
    bank = bank_of(tables[0][1], language)
    others = tuple(Told(lines[0][0], f"The sheet '{short(name)}' {_MORE}") for name, lines in tables[1:])
    return Bank(bank.entries, bank.refused, (*bank.notes, *others))


def _tables(data: bytes) -> list[tuple[str, list[Line]]]:
    """The visible sheets whose first row names the columns, by their names."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in names]
    except (CalamineError, ValueError, OSError) as error:
        raise Unreadable("The file is damaged, or is no XLSX: save it once more.") from error
    lines = [(name, _lines(rows)) for name, rows in sheets]
    return [
        (name, headed(list(counted(each, besides=1)))) for name, each in lines if each and _is_header(each[0])
    ]


def _lines(rows: list[list[Cell]]) -> list[Line]:
    cells = ((number, list(map(shown, row))) for number, row in enumerate(rows, 1))
    return [(number, row) for number, row in cells if any(cell.strip() for cell in row)]


def _is_header(line: Line) -> bool:
    return "question" in map(named, line[1])


def shown(cell: Cell) -> str:
    """What a person sees in the cell: 42 and not 42.0; days as 2026-10-16, times as 9:30."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float() | int():
            return f"{Decimal(f'{cell:.15g}'):f}"
        case datetime():
            midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
            return cell.date().isoformat() if midnight else f"{cell.date().isoformat()} {_clock(cell.time())}"
        case date():
            return cell.isoformat()
        case time():
            return _clock(cell)
        case timedelta():
            minutes, seconds = divmod(round(cell.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
    return UNSENDABLE.sub("", cell.replace("\r\n", "\n").replace("\r", "\n"))


def _clock(told: time) -> str:
    return f"{told.hour}:{told.minute:02d}" + (f":{told.second:02d}" if told.second else "")
