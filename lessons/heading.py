"""Headings: the prompt of a question or the title of a card, and what their braces say."""

import re
from dataclasses import dataclass, replace
from typing import Final

from domain.text import Text
from lessons.blocks import Block
from lessons.inline import flat, inline
from lessons.markup import trimmed
from lessons.placed import Mark
from lessons.rules import Findings, shown
from lessons.visible import visible

CLASSES: Final = (".opinion", ".fixed", ".forgiving")
_BRACES: Final = re.compile(r"\s*\{\s*([#.][^{}]*)\}\s*$")
_LOOSE: Final = re.compile(r"\s*\{([^{}]*)\}\s*$")
_ABOUT: Final = "lesson="
_ID: Final = re.compile("[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Heading:
    """The prompt of a question, and what its braces say; `classes` with their dot, in their order.

    `about` is the lesson in which it is taught.
    """

    line: int
    prompt: Text
    mark: Mark | None = None
    classes: tuple[str, ...] = ()
    about: str = ""

    @property
    def id(self) -> str:
        """The question's name, or "" when it was given none."""
        return self.mark.name if self.mark else ""


def is_named(block: Block) -> bool:
    """Whether a block is a heading with a name or a class in braces."""
    return block.kind == "heading" and bool(_BRACES.search(block.content))


def asks(block: Block) -> bool:
    """Whether a heading, without its braces and emphasis, ends with "?"."""
    return _BRACES.sub("", block.content).rstrip("*_~ ").endswith("?")


def heading(block: Block, found: Findings) -> Heading:
    """The prompt and braces of a question's heading."""
    source = _LOOSE.sub("", block.content)
    prompt = trimmed(flat(inline(source, block.line, found)))
    if not prompt.plain.endswith("?"):
        found.add(block.line, "question-mark", 'End the heading of a question with "?".')
    elif not visible(prompt.plain.strip("?")):
        found.add(block.line, "question-mark", "Write the question before its ?.")
    braces = _LOOSE.search(block.content)
    words = braces[1].split() if braces else []
    about = [word for word in words if word.startswith(_ABOUT)]
    mark = _mark([word for word in words if word not in (*CLASSES, *about[:1])], block.line, found)
    classes = tuple(word for word in CLASSES if word in words)
    return Heading(block.line, prompt, mark, classes, "".join(about[:1]).removeprefix(_ABOUT))


def anchored(block: Block, found: Findings) -> tuple[Block, Mark | None]:
    """A heading without a question: the block without its braces, and the name in them."""
    braces = _BRACES.search(block.content)
    mark = _mark(braces[1].split(), block.line, found) if braces else None
    return replace(block, content=_BRACES.sub("", block.content)), mark


def _mark(words: list[str], line: int, found: Findings) -> Mark | None:
    if len(words) > 1 or any(word[0] != "#" for word in words):
        found.add(
            line,
            "question-id",
            f"Write in the braces at most one {{#name}}, and for a question {', '.join(CLASSES)}.",
        )
    elif words and not _ID.fullmatch(words[0][1:]):
        found.add(
            line,
            "question-id",
            f"Write the name '{shown(words[0][1:])}' with at most 64 of a-z, 0-9 and -, for example {{#who}}.",
        )
    return next((Mark(word[1:], line) for word in words if word[0] == "#"), None)
