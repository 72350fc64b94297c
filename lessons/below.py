"""What must not stand below a question."""

import re
from typing import Final

from lessons.blocks import Block
from lessons.rules import Findings

_MARKS: Final = {
    "bullet_list": re.compile(r"[ \t]|[-*+]([ \t]|$)"),
    "ordered_list": re.compile(r"[ \t]|\d{1,9}[.)]([ \t]|$)"),
}


def refuse_loose(block: Block, lines: list[str], found: Findings) -> None:
    """Markdown takes a line right below a list for a part of its last item; an author means it as a text."""
    for number in range(block.line, block.end):
        if (line := lines[number - 1]) and not _MARKS[block.kind].match(line):
            misplaced(number, found)


def misplaced(line: int, found: Findings) -> None:
    """A text where only answers and their explanation may be."""
    found.add(
        line, "after-options", "Move this above the question, or into an explanation (> text) of an answer."
    )
