"""Lines to put in order: a numbered list, written in the right order."""

from domain.question import Option, Question
from domain.text import Text
from lessons.below import refuse_loose
from lessons.blocks import Block
from lessons.heading import Heading
from lessons.labels import label
from lessons.limits import check_rows
from lessons.placed import Asked
from lessons.rules import Findings


def ordering(top: Heading, block: Block, lines: list[str], found: Findings) -> Asked:
    """The question whose options are the items of this list. `lines` are those of the whole file."""
    before = found.errors
    refuse_loose(block, lines, found)
    items = [(_text(item, found), item.line) for item in block.children]
    for number, item in enumerate(block.children, 1):
        if item.start != number:
            found.add(
                item.line,
                "order-form",
                f"Number the lines 1, 2, 3 in their right order, so this one {number}.",
            )
            break
    if found.errors == before:
        check_rows(items, top.line, found)
    options = tuple(Option(text) for text, _ in items)
    return Asked(Question(top.id, "order", top.prompt, options, shuffled=True))


def _text(item: Block, found: Findings) -> Text:
    first, *rest = item.children or [Block("nothing", item.line, item.end)]
    if first.kind != "paragraph":
        found.add(item.line, "order-form", "Write a text after the number.")
        return Text()
    if first.content.startswith(("[ ] ", "[x] ", "[X] ")):
        found.add(item.line, "order-form", "Write - instead of the number before an option that has a box.")
    if rest:
        found.add(
            rest[0].line,
            "order-form",
            "Write one line for each number, and the explanation below the whole list, not indented: > text.",
        )
    return Text(label(first.content, first.line, "order-form", found).plain)
