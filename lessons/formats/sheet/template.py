"""The workbook to fill in: an empty table, and for each language a sheet that explains it with filled examples."""

import tomllib
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from domain.language import LANGUAGES, OWN_NAMES, Language
from lessons.formats.bank import KINDS, Unreadable
from lessons.formats.grouped import QUESTIONS
from lessons.formats.sheet.write import PLAIN
from lessons.formats.table.columns import LONE, NUMBERED
from lessons.names import printable

_HELP: Final = Path(__file__).parent / "help"
_OPTIONS: Final = 6
_ROWS: Final = 2_000
_AFTER: Final = LONE.index("explanation")
HEADER: Final = [
    *LONE[:_AFTER],
    *(f"{name}{number}" for number in range(1, _OPTIONS + 1) for name in NUMBERED),
    *LONE[_AFTER:],
]
_WIDE: Final = frozenset({"text", "question", "explanation"})
Row = list[tuple[str, str]]  # cells, each with the name of its format


def write_template(to: Path, language: Language) -> None:
    """Write the workbook, its table named in this language. Unreadable when that fails, or a file is there already."""
    try:
        with to.open("xb") as file:
            file.write(template(language))
    except FileExistsError as error:
        raise Unreadable(f"{printable(str(to))} is there already: name a file that is not.") from error
    except OSError as error:
        raise Unreadable(f"{printable(str(to))} cannot be written ({error.strerror}).") from error


def template(language: Language) -> bytes:
    """The workbook; the sheet that explains it in this language follows the table."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, PLAIN) as book:
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#DDEBF7", "num_format": "@"}),
            "title": book.add_format({"bold": True, "font_size": 14}),
            "text": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
        }
        _table(book.add_worksheet(QUESTIONS[language]), formats)
        for each in sorted(LANGUAGES, key=lambda each: each != language):
            _explain(book.add_worksheet(OWN_NAMES[each]), help_in(each), formats)
    return out.getvalue()


@cache
def help_in(language: Language) -> dict[str, Any]:
    """What is said about the table in this language."""
    return tomllib.loads((_HELP / f"{language}.toml").read_text(encoding="utf-8"))


def _table(sheet: Any, formats: dict[str, Any]) -> None:
    """The empty table, of cells that are texts, so that nothing that is written becomes a date."""
    for column, name in enumerate(HEADER):
        sheet.set_column(column, column, 40 if name in _WIDE else 16, formats["text"])
        sheet.write_string(0, column, name, formats["head"])
    kind = HEADER.index("kind")
    sheet.data_validation(1, kind, _ROWS, kind, {"validate": "list", "source": list(KINDS)})
    sheet.freeze_panes(1, 0)


def _explain(sheet: Any, told: dict[str, Any], formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, len(HEADER), 24)
    for number, row in enumerate(_rows(told)):
        for column, (cell, name) in enumerate(row):
            sheet.write_string(number, column, cell, formats.get(name))


def _rows(told: dict[str, Any]) -> Iterator[Row]:
    yield [(told["title"], "title")]
    yield from ([(line, "")] for line in told["intro"])
    for group in ("columns", "kinds"):
        yield []
        yield [(told[f"{group}_title"], "title")]
        yield from ([(name, "head"), (said, "")] for name, said in told[group].items())
    yield []
    yield [(told["examples_title"], "title")]
    used = [name for name in HEADER if any(name in example for example in told["examples"])]
    yield [(name, "head") for name in used]
    yield from ([(example.get(name, ""), "text") for name in used] for example in told["examples"])
