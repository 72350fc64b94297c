"""The columns of the table, and cells that no spreadsheet takes for formulas."""

import re
from typing import Final

LONE: Final = ("category", "id", "kind", "text", "question", "right", "explanation", "settings", "markup")
NUMBERED: Final = ("option", "comment", "pair")
MARKDOWN: Final = "markdown"
_NUMBERED: Final = re.compile(rf"({'|'.join(NUMBERED)})([1-9][0-9]?)")
# What a spreadsheet may run when a cell begins with it (OWASP, "CSV injection"); an apostrophe makes it a text.
_FORMULA: Final = re.compile("'*[=+@\t\uff1d\uff0b\uff0d\uff20-]")


def known(name: str) -> bool:
    """Whether there is such a column."""
    return name in LONE or bool(_NUMBERED.fullmatch(name))


def named(cell: str) -> str:
    """The name of a column as people write it: "Option 1" is option1."""
    return re.sub(r"[\s_-]+", "", cell).casefold()


def guarded(cell: str) -> str:
    """A cell that is harmless in a spreadsheet."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def bare(cell: str) -> str:
    """The cell as it was before it was made harmless."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
