"""The sheets of a workbook as rows of what people see in their cells."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from lessons.formats.bank import Unreadable
from lessons.formats.lines import Line
from lessons.formats.packed import Packing, parts_of, repacked
from lessons.formats.sheet.scan import MOST_ROWS, Scan, lengths
from lessons.formats.source import UNSENDABLE

_PACKING: Final = Packing(
    "XLSX", "xl/workbook.xml", most_bytes=10_000_000, most_parts=200, most_xml=30_000_000
)
_SHEETS: Final = "xl/worksheets/"
_TEXTS: Final = "xl/sharedstrings.xml"
_OTHERS: Final = "xl/externallinks/"
Cell = str | float | bool | date | datetime | time | timedelta


def sheets(data: bytes, most: int = MOST_ROWS) -> list[tuple[str, list[Line]]]:
    """The visible sheets that have something in them, by their names; Unreadable when one has more rows."""
    parts = parts_of(data, _PACKING)
    if any(name.casefold().startswith(_OTHERS) for name in parts):
        raise Unreadable(
            "The file refers to other workbooks: paste the values instead, and save it once more."
        )
    scan = Scan(
        [each for name, part in parts.items() if name.casefold() == _TEXTS for each in lengths(part)], most
    )
    for name, part in parts.items():
        if name.casefold().startswith(_SHEETS) and name.endswith(".xml"):
            scan.sheet(part)
    return [(name, lines) for name, rows in _visible(repacked(parts)) if (lines := _lines(rows))]


def _visible(data: bytes) -> list[tuple[str, list[list[Cell]]]]:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        return [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in names]
    except (CalamineError, ValueError, OSError) as error:
        raise Unreadable("The file is damaged, or is no XLSX: save it once more.") from error


def _lines(rows: list[list[Cell]]) -> list[Line]:
    cells = ((number, list(map(shown, row))) for number, row in enumerate(rows, 1))
    return [(number, row) for number, row in cells if any(cell.strip() for cell in row)]


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
