"""Pairs to match that are drawn from the short-answer questions of the same category."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Final

from domain.fitting import MOST_OPTION
from domain.text import Text
from lessons.formats.answers import Made, matching, sure_word
from lessons.formats.bank import NotTaken
from lessons.formats.moodle_xml.fields import answers, is_set, line
from lessons.formats.moodle_xml.tree import Node
from lessons.limits import FEW_OPTIONS, MOST_ROWS
from lessons.visible import visible

DRAWS: Final = "randomsamatch"
_SOURCE: Final = "shortanswer"
Element = tuple[Node, str, str]  # a question, its kind, and the path of its category


class Pool:
    """The short-answer questions of a file, from which others draw."""

    def __init__(self, elements: Sequence[Element]) -> None:
        self._elements = elements

    def drawn(self, node: Node, group: str, general: Text) -> Made:
        """The first of them that can be pairs, as many as `node` asks for. NotTaken when there are too few."""
        chosen = node.inner("choose")
        asked = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 4 else FEW_OPTIONS
        most = min(max(asked, FEW_OPTIONS), MOST_ROWS)
        below = bool(node.inner("subcats")) and is_set(node, "subcats")
        pairs = dict(islice(self._of(group, below=below), most))
        if len(pairs) < FEW_OPTIONS:
            raise NotTaken(
                f"It draws from the short-answer questions of its category, and the file has {len(pairs)} "
                "with one plain answer: export them together."
            )
        made = matching([(Text(left), right) for left, right in pairs.items()], general)
        return made.told(
            f"It drew {asked} short-answer questions for each learner, and now asks the first {len(pairs)}."
        )

    def _of(self, group: str, *, below: bool) -> Iterator[tuple[str, Text]]:
        """The pairs of a category, each left side once; `below`: also of the categories in it."""
        seen = set[str]()
        for path, left, right in self._pairs:
            if left not in seen and (path == group or (below and _is_below(path, group))):
                seen.add(left)
                yield left, right

    @cached_property
    def _pairs(self) -> list[tuple[str, str, Text]]:
        found = ((group, _pair(node)) for node, kind, group in self._elements if kind == _SOURCE)
        return [(group, *pair) for group, pair in found if pair]


def _is_below(path: str, group: str) -> bool:
    """Whether a category lies in another one; in the name of a category // is a slash."""
    rest = path.removeprefix(group)
    return rest != path and rest.startswith("/") and not rest.startswith("//")


def _pair(node: Node) -> tuple[str, Text] | None:
    """What a short-answer question asks, and its answer; None where they cannot be sides of a match."""
    try:
        left, right = line(node.first("questiontext")), sure_word(answers(node, written=True))
    except NotTaken:
        return None
    fits = all(visible(each.plain) and each.units <= MOST_OPTION for each in (left, right))
    return (left.plain, right) if fits else None
