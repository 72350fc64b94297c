"""Pairs to match: a table with two columns, each row a left side and what belongs to it."""

import re
from typing import Final

from domain.question import Option, Question
from domain.text import Text
from lessons.blocks import Block
from lessons.heading import Heading
from lessons.labels import label
from lessons.limits import check_label, check_rows
from lessons.placed import Asked
from lessons.rules import Findings

_BAR: Final = re.compile(r"(?<!\\)\|")
EXAMPLE: Final = "| left | right |"


def matching(top: Heading, table: Block, lines: list[str], found: Findings) -> Asked:
    """The question whose options and targets are the rows of this table. `lines` are those of the whole file."""
    before = found.errors
    rows = _rows(table, lines, found)
    sides = [(_side(left, found), _side(right, found)) for left, right in (row.children for row in rows)]
    if found.errors == before:
        check_rows([(left, row.line) for (left, _), row in zip(sides, rows, strict=True)], top.line, found)
        for (_, right), row in zip(sides, rows, strict=True):
            check_label(right, row.line, found)
    options, targets = tuple(Option(left) for left, _ in sides), tuple(right for _, right in sides)
    return Asked(Question(top.id, "match", top.prompt, options, targets, shuffled=True))


def _rows(table: Block, lines: list[str], found: Findings) -> list[Block]:
    """The rows below the head; none unless each has two cells."""
    head, *bodies = table.children
    if len(head.children[0].children) != 2:
        found.add(table.line, "match-form", f"Give the table two columns: {EXAMPLE}.")
        return []
    rows = [row for body in bodies for row in body.children]
    wrong = [row.line for row in rows if len(_cells(lines[row.line - 1])) != 2]
    for line in wrong:
        found.add(line, "match-form", f"Write two sides in this row: {EXAMPLE}.")
    return [] if wrong else rows


def _cells(line: str) -> list[str]:
    """The cells of a row as GitHub cuts it, all of them; the parser leaves out those that have no heading."""
    cells = _BAR.split(line.strip())
    first, last = cells[0] == "", len(cells) > 1 and cells[-1] == ""
    return cells[first : len(cells) - last]


def _side(cell: Block, found: Findings) -> Text:
    return Text(label(cell.content, cell.line, "match-form", found).plain)
