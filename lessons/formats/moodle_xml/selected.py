"""Missing words to select, or to drag into the text: [[1]] stands for the first of the choices, which are in groups."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.fitting import MOST_OPTIONS
from domain.text import Text
from lessons.formats.answers import Answer, Made, choice
from lessons.formats.bank import NotTaken
from lessons.formats.moodle_xml.fields import is_set
from lessons.formats.moodle_xml.gaps import Gap
from lessons.formats.moodle_xml.tree import Node
from lessons.formats.texts import Markup, line_of

# What the choices are called, and their markup.
CHOICES: Final[dict[str, tuple[str, Markup]]] = {
    "gapselect": ("selectoption", "plain"),
    "ddwtos": ("dragbox", "html"),
}
_MOST_CHOICES: Final = 200  # of all groups
_PLACE: Final = re.compile(r"\[\[([0-9]{1,4})\]\]")


@dataclass(frozen=True, slots=True)
class _Place:
    """A gap: the right choice, all that can be chosen, and whether their order is each learner's own."""

    right: Text
    options: tuple[Text, ...]
    shuffled: bool

    def __call__(self, general: Text) -> Made:
        answers = [Answer(text, float(text == self.right)) for text in self.options]
        return choice(answers, general, one=True, shuffled=self.shuffled)


def selected(node: Node, kind: str, source: str) -> tuple[list[str], list[Gap]]:
    """What stands between the gaps, and the gaps. NotTaken when one has no choice."""
    tag, markup = CHOICES[kind]
    choices = [(line_of(each.inner("text"), markup), each.inner("group") or "1") for each in boxes(node, tag)]
    grouped: dict[str, dict[Text, None]] = {}
    for text, group in choices:
        grouped.setdefault(group, {})[text] = None
    shuffled = is_set(node, "shuffleanswers")
    pieces = _PLACE.split(source)
    return pieces[::2], [_place(each, choices, grouped, shuffled) for each in pieces[1::2]]


def boxes(node: Node, tag: str) -> list[Node]:
    """What can be chosen or dragged. NotTaken when that is too much to look through."""
    found = list(node.all(tag))
    if len(found) > _MOST_CHOICES:
        raise NotTaken(f"It has {len(found):,} choices, and {_MOST_CHOICES} are taken at most.")
    return found


def _place(
    number: str,
    choices: Sequence[tuple[Text, str]],
    grouped: Mapping[str, Mapping[Text, None]],
    shuffled: bool,
) -> Gap:
    if not 0 < int(number) <= len(choices):
        raise NotTaken(f"The gap [[{number}]] has no choice that belongs to it.")
    right, group = choices[int(number) - 1]
    if len(grouped[group]) > MOST_OPTIONS:
        raise NotTaken(f"A gap has {len(grouped[group]):,} choices, and {MOST_OPTIONS} are taken at most.")
    return _Place(right, tuple(grouped[group]), shuffled)
