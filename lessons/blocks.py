"""Markdown made into a tree of blocks that know their lines.

Raw HTML is text; tables and rules are recognised, so that they can be refused instead of shown as dashes.
"""

from dataclasses import dataclass, field
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lessons.rules import Findings

_DEEPEST: Final = 12  # half of what markdown-it reads before it leaves text out in silence


class _Markdown(MarkdownIt):
    """CommonMark whose addresses are left as written, so that they can be judged where they are used."""

    def validateLink(self, url: str) -> bool:  # noqa: N802, ARG002 - markdown-it's name
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url


def _parser() -> MarkdownIt:
    parser = _Markdown("commonmark", {"html": False})
    return parser.enable(["strikethrough", "table"]).disable(["inline", "reference", "text_join"])


_PARSER: Final = _parser()


def spans(source: str) -> list[Token]:
    """The inline tokens of a paragraph's or heading's source."""
    tokens: list[Token] = []
    _PARSER.inline.parse(source, _PARSER, {}, tokens)
    return tokens


@dataclass(slots=True)
class Block:
    """A block of Markdown from `line` of the file up to `end` (exclusive); `content` is its source text.

    `start` is the number of an item of a numbered list, and of the list's first item.
    """

    kind: str
    line: int
    end: int
    content: str = ""
    start: int = 1
    children: list["Block"] = field(default_factory=list)


def blocks(source: str, line: int, found: Findings) -> list[Block]:
    """The blocks of `source`, which begins at `line` of its file."""
    root = Block("root", line, line)
    open_blocks = [root]
    for token in _PARSER.parse(source):
        if token.nesting < 0:
            open_blocks.pop()
        elif token.type == "inline":
            open_blocks[-1].content = token.content
        else:
            block = _block(token, open_blocks[-1], line)
            open_blocks[-1].children.append(block)
            if token.level == _DEEPEST:
                found.add(
                    block.line,
                    "nesting",
                    "Lists or quotes lie too deep in one another, so make them flatter.",
                )
            if token.nesting > 0:
                open_blocks.append(block)
    return root.children


def _block(token: Token, parent: Block, line: int) -> Block:
    first, end = token.map or (parent.line - line, parent.end - line)
    kind = token.type.removesuffix("_open")
    start = token.info or 1 if kind == "list_item" else token.attrs.get("start", 1)
    return Block(kind, first + line, end + line, token.content, int(start))
