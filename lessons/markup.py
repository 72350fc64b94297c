"""Markdown compiled to text with entities (in UTF-16 units), so that no messenger ever parses markup."""

from dataclasses import replace
from functools import partial
from typing import Final

from domain.text import Entity, EntityKind, Text, join, marked, units
from lessons.blocks import Block, blocks
from lessons.inline import inline
from lessons.rules import Findings

_INDENT: Final = "  "


def compile_text(source: str, line: int, found: Findings) -> Text:
    """The text of a piece of Markdown that begins at `line`; what cannot be sent goes to `found`."""
    return compiled(blocks(source, line, found), found)


def compiled(parts: list[Block], found: Findings) -> Text:
    """The text of some blocks, a blank line between them, without space around it."""
    return trimmed(join(*(_text(part, found) for part in parts)))


def trimmed(text: Text) -> Text:
    """`text` without white space around it, its entities cut to what is left."""
    plain = text.plain.strip()
    start = units(text.plain) - units(text.plain.lstrip())
    end = start + units(plain)
    cut = (_cut(entity, start, end) for entity in text.entities)
    return Text(plain, tuple(entity for entity in cut if entity.length > 0))


def _cut(entity: Entity, start: int, end: int) -> Entity:
    first, last = max(entity.offset, start), min(entity.offset + entity.length, end)
    return replace(entity, offset=first - start, length=last - first)


def _text(block: Block, found: Findings) -> Text:
    match block.kind:
        case "paragraph":
            return inline(block.content, block.line, found)
        case "heading":
            return _wrapped(inline(block.content, block.line, found), "bold")
        case "blockquote":
            return _wrapped(compiled(block.children, found), "quote")
        case "bullet_list" | "ordered_list":
            return _list(block, 0, found)
        case "fence" | "code_block":
            return marked(block.content.rstrip("\n"), "code")
        case _:
            found.add(block.line, "not-text", _instead(block.kind))
            return Text()


def _instead(kind: str) -> str:
    if kind == "hr":
        return "Write --- at the start of a line to begin a new card, because a line across cannot be shown."
    return "Write the table as a list, because messengers cannot show tables."


def _wrapped(text: Text, kind: EntityKind) -> Text:
    """The whole text as one entity of `kind`, which is then not repeated inside it."""
    text = trimmed(text)
    inner = tuple(entity for entity in text.entities if entity.kind != kind)
    return Text(text.plain, marked(text.plain, kind).entities + inner)


def _list(block: Block, depth: int, found: Findings) -> Text:
    numbers = range(block.start, block.start + len(block.children))
    marks = (f"{number}. " if block.kind == "ordered_list" else "• " for number in numbers)
    items = zip(marks, block.children, strict=True)
    return join(*(_item(_INDENT * depth + mark, item, depth, found) for mark, item in items), separator="\n")


def _item(mark: str, item: Block, depth: int, found: Findings) -> Text:
    nested = partial(_list, depth=depth + 1, found=found)
    parts = (nested(part) if part.kind.endswith("_list") else _text(part, found) for part in item.children)
    body = join(*parts, separator="\n")
    return join(Text(mark), body, separator="") if body else Text()
