"""The columns of the table."""

import re
from typing import Final

LONE: Final = ("category", "id", "kind", "text", "question", "right", "explanation", "settings", "markup")
NUMBERED: Final = ("option", "comment", "pair")
MARKDOWN: Final = "markdown"
_NUMBERED: Final = re.compile(rf"({'|'.join(NUMBERED)})([1-9][0-9]?)")


def known(name: str) -> bool:
    """Whether there is such a column."""
    return name in LONE or bool(_NUMBERED.fullmatch(name))


def named(cell: str) -> str:
    """The name of a column as people write it: "Option 1" is option1."""
    return re.sub(r"[\s_-]+", "", cell).casefold()
