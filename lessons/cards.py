"""The body of a lesson file: cards between lines of `---`, each a text, a picture or a question."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from domain.programme import Card, Picture
from domain.question import Question
from lessons.blocks import Block, blocks, spans
from lessons.inline import flat, inline
from lessons.limits import check_card
from lessons.markup import compiled, trimmed
from lessons.pictures import Shelf
from lessons.question import heading, is_options, is_question, question
from lessons.rules import Findings
from lessons.visible import visible

MOST_CARDS: Final = 30
_MOST_SOURCE: Final = 8_000  # of one card, addresses of links included
_FENCE: Final = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")


@dataclass(frozen=True, slots=True)
class Placed:
    """A card, and the line where it (for a question: its heading) begins."""

    card: Card
    line: int


def cards(lines: list[str], found: Findings) -> Iterator[tuple[str, int]]:
    """Each card's source and its first line that is not empty, from the file's lines (its head blank)."""
    chunks = list(_chunks(lines, found))
    if all(not source.strip() for source, _ in chunks):
        found.add(len(lines), "no-cards", "Write the lesson below its head.")
        return
    if len(chunks) > MOST_CARDS:
        line = chunks[MOST_CARDS][1]
        found.add(
            line, "card-count", f"A lesson has at most {MOST_CARDS} cards, so move these to another lesson."
        )
    for source, line in chunks[:MOST_CARDS]:
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
    picture = _picture([part for part in parts if _image(part)], shelf, found)
    parts = [part for part in parts if not _image(part)]
    at = next(
        (index for index, part in enumerate(parts) if is_question(part, parts[index + 1 :])), len(parts)
    )
    before, rest = parts[:at], parts[at:]
    for part in before:
        if is_options(part):
            found.add(
                part.line, "options-alone", 'Write a heading that ends with "?" right above the options.'
            )
    asked, line = _asked(rest, lines, found) if rest else (None, line)
    placed = Placed(Card(compiled(before, found), picture, asked), line)
    if not (visible(placed.card.text.plain) or picture or asked or found.errors):
        found.add(line, "empty-card", "Write something that can be seen on this card, or remove it.")
    check_card(placed.card, line, found)
    return placed


def _asked(rest: list[Block], lines: list[str], found: Findings) -> tuple[Question, int]:
    """The question whose heading is the first block; a second one in the same card is refused."""
    below = rest[1:]
    for index, block in enumerate(below):
        if is_question(block, below[index + 1 :]):
            found.add(
                block.line, "one-question", "Write --- above this question, because a card has at most one."
            )
            below = below[:index]
            break
    top = heading(rest[0], found)
    return question(top, below, lines, found), top.line


def _image(block: Block) -> bool:
    """Whether a block is a paragraph that has one picture and nothing else."""
    if block.kind != "paragraph" or not block.content.startswith("!["):
        return False
    return [token.type for token in spans(block.content)] == ["image"]


def _picture(images: list[Block], shelf: Shelf, found: Findings) -> Picture | None:
    pictures = list[Picture | None]()
    for block in images:
        token = spans(block.content)[0]
        alt = trimmed(flat(inline(token.content, block.line, found))).plain
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


def numbered(placed: list[Placed], slug: str, found: Findings) -> list[Placed]:
    """The cards with an id for each question that was given none, from its place in the lesson."""
    result, number, seen = list[Placed](), 0, set[str]()
    for each in placed:
        if not (asked := each.card.question):
            result.append(each)
            continue
        number += 1
        name = asked.id or f"{slug}-q{number}"
        if not asked.id:
            found.add(
                each.line,
                "no-id",
                "Give the question a short name, for example {#who}, so that it is remembered.",
            )
        if name in seen:
            found.add(
                each.line, "same-id", f"Another question is called {{#{name}}} already, so change this name."
            )
        seen.add(name)
        result.append(replace(each, card=replace(each.card, question=replace(asked, id=name))))
    return result
