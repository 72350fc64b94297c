r"""GIFT cut into its parts: blocks between empty lines, and in each its name, its text, its answers.

An escaped sign is kept as one control character while the parts are cut, so that no cut falls on it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lessons.formats.bank import NotTaken
from lessons.formats.prompts import BLANK
from lessons.formats.texts import Markup
from lessons.visible import visible

_SIGNS: Final = ":#={}~\\"
_HELD: Final = {sign: chr(place) for place, sign in enumerate(_SIGNS, 1)} | {"n": "\x0e"}
_FREED: Final = {ord(held): sign for sign, held in _HELD.items()} | {0x0E: "\n"}
_ESCAPE: Final = re.compile(r"\\([:#={}~\\n])")
_LABEL: Final = re.compile(r"\[id:((?:[^\]\\]|\\.){1,100}+)\]")
_MARKUP: Final = re.compile(r"\[(html|moodle|plain|markdown)\]")
_NAME: Final = re.compile(r"::(.*?)::", re.DOTALL)
_CATEGORY: Final = "$CATEGORY:"
_LOOKS: Final = re.compile(r"^\s*::|^\s*\$CATEGORY:|\{[^{}]*\}", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two empty lines, from `line` on, without comments; `label` is an id in one of these."""

    line: int
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """A block's name, its text and in which markup it is, its answers (None: it has no braces) and its comment."""

    name: str
    text: str
    markup: Markup
    answers: str | None = None
    comment: str = ""


def recognises(text: str) -> bool:
    """Whether a text has braces with answers, names or categories."""
    return bool(_LOOKS.search(text))


def freed(held: str) -> str:
    """The text with its escaped signs as they are meant."""
    return held.translate(_FREED)


def marked(held: str, markup: Markup) -> tuple[str, Markup]:
    """A text and its markup, which is that of the question unless it names its own in brackets."""
    own = _MARKUP.match(held.strip())
    if not own:
        return freed(held.strip()), markup
    rest = freed(held.strip()[own.end() :])
    known: dict[str, Markup] = {"html": "html", "moodle": "moodle", "plain": "plain", "markdown": "markdown"}
    return rest, known[own[1]]


def blocks(source: str) -> Iterator[Block]:
    """The blocks, their escaped signs held; a category is a block of its own."""
    lines, first, label = list[str](), 0, ""
    for number, line in enumerate([*source.split("\n"), ""], 1):
        text = line.strip()
        if text.startswith("//"):
            label = re.sub(r"\\(.)", r"\1", found[1]) if (found := _LABEL.search(text)) else label
            continue
        alone = text.startswith(_CATEGORY)
        if lines and (not text or alone):
            yield Block(first, _held("\n".join(lines)), label)
            lines, label = [], ""
        if alone:
            yield Block(number, _held(text))
        elif text:
            first = first if lines else number
            lines.append(text)


def category(block: Block) -> str | None:
    """What a block says is the category of the next ones; None when it says nothing of that."""
    held = _held(_CATEGORY)
    return freed(block.text.removeprefix(held)).strip() if block.text.startswith(held) else None


def parts(block: Block) -> Parts:
    """The parts of a block. NotTaken when its braces do not fit together."""
    name = _NAME.match(block.text)
    rest = block.text[name.end() :].strip() if name else block.text
    known = freed(name[1]).strip() if name else ""
    before, opened, inside = rest.partition("{")
    if not opened and "}" not in rest:
        return Parts(known, *marked(rest, "moodle"))
    inside, closed, after = inside.partition("}")
    if "}" in before or not closed:
        raise NotTaken(
            "Its braces do not fit together: write its answers between { and }, without an empty line."
        )
    if any(sign in inside + after for sign in "{}"):
        raise NotTaken(
            r"It has more than one pair of braces: write \{ and \} for those that belong to a text."
        )
    answers, _, comment = inside.rpartition("####") if "####" in inside else (inside, "", "")
    return Parts(known, *marked(_gap(before, after), "moodle"), answers.strip(), comment.strip())


def _held(text: str) -> str:
    return _ESCAPE.sub(lambda sign: _HELD[sign[1]], text)


def _gap(before: str, after: str) -> str:
    """The text with a blank where its answers were, unless nothing but punctuation follows on a question."""
    if not after.strip():
        return before
    if not any(each.isalnum() for each in freed(after)) and visible(before) and before.rstrip().endswith("?"):
        return before
    space = "" if not before or before[-1].isspace() or before.endswith("]") else " "
    return f"{before}{space}{BLANK}{after}"
