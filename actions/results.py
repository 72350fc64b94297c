"""Give results away as a table, and keep who took whose."""

import csv
import io
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from functools import partial
from typing import Final, Literal

from domain.audit import Deed
from domain.organisation import Scope
from domain.result import COLUMNS, Result, cells
from domain.spreadsheet import guarded
from storage import audit, results
from storage.database import Connection, Database
from storage.results import Wanted

Shape = Literal["plain", "excel"]
_MARK: Final = "\ufeff"  # by which spreadsheets know UTF-8


def take(tx: Connection, scope: Scope, wanted: Wanted, now: datetime, *, by: int | None) -> None:
    """Keep that somebody takes the results of these organisations; `by` None: whoever runs the installation."""
    after = {"programme": wanted.programme} if wanted.programme else {}
    for house in results.houses(tx, scope, wanted):
        audit.note(tx, Deed("results.given", house, after=after), by, now)


async def table(database: Database, scope: Scope, wanted: Wanted, shape: Shape) -> AsyncIterator[bytes]:
    """The table in parts: CSV as RFC 4180 has it, in UTF-8; no cell is a formula to a spreadsheet.

    "excel": with what Excel needs to read it, its mark and the separator that it expects in the language.
    """
    excel = shape == "excel"
    separator = ";" if excel and wanted.language != "en" else ","
    yield (_MARK * excel + _written([COLUMNS], separator)).encode()
    past: int | None = 0
    while past is not None:
        found, past = await database.read(partial(results.part, scope=scope, wanted=wanted, past=past))
        if found:
            yield _rows(found, separator)


def _rows(found: Iterable[Result], separator: str) -> bytes:
    return _written((map(guarded, cells(each)) for each in found), separator).encode()


def _written(rows: Iterable[Iterable[str]], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
