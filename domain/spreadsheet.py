"""Cells of a table that somebody opens in a spreadsheet: none of them is a formula."""

import re
from typing import Final

# What a spreadsheet may run when a cell begins with it (OWASP, "CSV injection"); an apostrophe makes it a text.
_FORMULA: Final = re.compile("'*[=+@|%\t\r\uff1d\uff0b\uff0d\uff20-]")


def guarded(cell: str) -> str:
    """A cell that is harmless in a spreadsheet."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def bare(cell: str) -> str:
    """The cell as it was before it was made harmless."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
