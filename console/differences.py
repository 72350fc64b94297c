"""What differs between two texts, line by line."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

MOST_LINES: Final = 2_000  # comparing takes the square of them, when somebody wants it to
_KINDS: Final[dict[str, Literal["added", "gone"]]] = {"+": "added", "-": "gone"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of one of two texts, or of both; `jump`: lines that both have are left out before it."""

    kind: Literal["added", "gone", "same"]
    text: str
    jump: bool = False


def differences(old: str, new: str) -> tuple[Row, ...] | None:
    """The lines that differ, with three before and after them; None where there are too many to compare."""
    before, after = old.split("\n"), new.split("\n")
    if max(len(before), len(after)) > MOST_LINES:
        return None
    return tuple(_rows(before, after))


def _rows(before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    jump, begun = False, False
    for line in list(difflib.unified_diff(before, after, lineterm=""))[2:]:
        if line.startswith("@@"):
            jump = begun
            continue
        yield Row(_KINDS.get(line[0], "same"), line[1:], jump)
        jump, begun = False, True
