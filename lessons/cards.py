"""The body of a lesson file: cards between lines of `---`, each a text, a picture or a question."""

import re
from collections.abc import Iterator
from typing import Final

from domain.programme import Card, Picture
from lessons.blocks import Block, blocks, spans
from lessons.heading import anchored, heading, is_named
from lessons.inline import link_to_card
from lessons.limits import check_card
from lessons.markup import compiled
from lessons.pictured import alternative, together
from lessons.placed import Asked, Mark, Placed
from lessons.question import is_answer, is_question, question
from lessons.rules import Findings
from lessons.shelf import Shelf
from lessons.visible import visible

MOST_CARDS: Final = 30
MOST_IN_TEST: Final = 200  # a pool of questions, of which each learner is asked some
_MOST_SOURCE: Final = 8_000  # of one card, addresses of links included
_FENCE: Final = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")


def cards(lines: list[str], most: int, found: Findings) -> Iterator[tuple[str, int]]:
    """Each card's source and its first line that is not empty, from the file's lines (its head blank).

    There may be `most` of them.
    """
    chunks = list(_chunks(lines, found))
    if all(not source.strip() for source, _ in chunks):
        found.add(len(lines), "no-cards", "Write the lesson below its head.")
        return
    if len(chunks) > most:
        line = chunks[most][1]
        found.add(line, "card-count", f"There are more than {most} cards, so move these to another lesson.")
    for source, line in chunks[:most]:
        if not source.strip():
            found.add(
                line, "empty-card", "Write something between these two lines of ---, or remove one of them."
            )
        elif len(source) > _MOST_SOURCE:
            message = f"The card has {len(source):,} characters, so divide it into cards with ---."
            found.add(_first(source, line), "text-length", message)
        else:
            yield source.lstrip("\n"), _first(source, line)


def _first(source: str, line: int) -> int:
    return line + len(source) - len(source.lstrip("\n"))


def _chunks(lines: list[str], found: Findings) -> Iterator[tuple[str, int]]:
    """Cut at each line of `---` that is not inside a block of code."""
    first, fence, opened = 0, "", 0
    for number, line in enumerate(lines):
        if fence:
            fence = "" if _closes(line, fence) else fence
        elif match := _FENCE.match(line):
            fence, opened = match[1], number + 1
        elif line.rstrip() == "---":
            yield "\n".join(lines[first:number]), first + 1
            first = number + 1
    if fence:
        found.add(opened, "open-code", f"Close the block of code with a line {fence}.")
    yield "\n".join(lines[first:]), first + 1


def _closes(line: str, fence: str) -> bool:
    mark = line.strip()
    return mark.startswith(fence) and not mark.strip(fence[0])


def card(source: str, line: int, lines: list[str], shelf: Shelf, found: Findings) -> Placed:
    """The card whose `source` begins at `line`; what is wrong with it goes to `found`."""
    parts = blocks(source, line, found)
    images = [part for part in parts if _image(part)]
    parts, onward = _onward([part for part in parts if not _image(part)])
    at = next(
        (index for index, part in enumerate(parts) if is_question(part, parts[index + 1 :])), len(parts)
    )
    before, anchor = _titled(parts[:at], found)
    for part in before:
        if is_answer(part):
            found.add(
                part.line, "options-alone", 'Write a heading that ends with "?" right above the answers.'
            )
    text = compiled([part for part in before if not is_answer(part)], found)
    top = heading(parts[at], found) if parts[at:] else None
    asked = question(top, _alone(parts[at + 1 :], found), lines, found) if top else None
    picture = _picture(images, asked, shelf, found)
    placed = Placed(
        Card(text, picture, asked.question if asked else None),
        top.line if top else line,
        anchor,
        top.mark if top else None,
        asked.ways if asked else (),
        onward,
    )
    if not (visible(text.plain) or picture or asked or found.errors):
        found.add(line, "empty-card", "Write something that can be seen on this card, or remove it.")
    check_card(placed.card, placed.line, found)
    return placed


def _onward(parts: list[Block]) -> tuple[list[Block], Mark | None]:
    """The blocks without the last one, when that is only a link to a card, and that link."""
    last = parts[-1] if parts and parts[-1].kind == "paragraph" else None
    link = link_to_card(last.content) if last else None
    return (parts[:-1], Mark(link[1], parts[-1].line)) if link else (parts, None)


def _titled(parts: list[Block], found: Findings) -> tuple[list[Block], Mark | None]:
    """The blocks above a question without the braces of the first heading, and the name in them."""
    for part in parts[1:]:
        if is_named(part):
            found.add(
                part.line,
                "question-mark",
                "End the heading of a question with ?, or write --- above a heading to which links lead.",
            )
    if not parts or not is_named(parts[0]):
        return parts, None
    first, anchor = anchored(parts[0], found)
    return [first, *parts[1:]], anchor


def _alone(below: list[Block], found: Findings) -> list[Block]:
    """What is below a question, up to a second question in the same card, which is refused."""
    for index, block in enumerate(below):
        if is_question(block, below[index + 1 :]):
            found.add(
                block.line, "one-question", "Write --- above this question, because a card has at most one."
            )
            return below[:index]
    return below


def _image(block: Block) -> bool:
    """Whether a block is a paragraph that has one picture and nothing else."""
    if block.kind != "paragraph" or not block.content.startswith("!["):
        return False
    return [token.type for token in spans(block.content)] == ["image"]


def _picture(images: list[Block], asked: Asked | None, shelf: Shelf, found: Findings) -> Picture | None:
    """The card's picture: its own, or that of its options."""
    if asked and asked.shots:
        for block in images[:1]:
            found.add(
                block.line,
                "one-picture",
                "Write --- below this picture, because the pictures of the options are that of this card.",
            )
        return together(asked, shelf, found)
    return _own(images, shelf, found)


def _own(images: list[Block], shelf: Shelf, found: Findings) -> Picture | None:
    pictures = list[Picture | None]()
    for block in images:
        token = spans(block.content)[0]
        alt = alternative(token, block.line, found).plain
        if not visible(alt):
            found.add(
                block.line,
                "no-alt",
                "Say in the brackets what the picture shows, for those who cannot see it.",
            )
        pictures.append(shelf.take(str(token.attrs.get("src", "")), alt, block.line, found))
    if len(images) > 1:
        found.add(
            images[1].line, "one-picture", "Write --- above this picture, because a card has at most one."
        )
    return pictures[0] if pictures else None
