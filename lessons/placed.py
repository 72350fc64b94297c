"""What was read of a card, before its names and links are understood."""

from dataclasses import dataclass, replace

from domain.programme import Card
from domain.question import Question
from lessons.rules import Findings, shown

END = "end-of-lesson"


@dataclass(frozen=True, slots=True)
class Mark:
    """The name of a card, in the braces of a heading or in a link, and its line."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Shot:
    """The address of a picture that is an option, and its line."""

    address: str
    line: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and for each of its options the link that it is (nothing where options cannot be links).

    `shots`: the pictures that the options are; none where they are words.
    """

    question: Question
    ways: tuple[Mark | None, ...] = ()
    shots: tuple[Shot, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A card, and the line where it (for a question: its heading) begins.

    `anchor`: what the braces of a heading without a question call it. `named`: what those of its question do.
    `ways`: where its options lead. `onward`: where the card itself leads.
    """

    card: Card
    line: int
    anchor: Mark | None = None
    named: Mark | None = None
    ways: tuple[Mark | None, ...] = ()
    onward: Mark | None = None

    @property
    def names(self) -> tuple[Mark, ...]:
        """What links can call this card."""
        return tuple(mark for mark in (self.anchor, self.named) if mark)

    @property
    def links(self) -> tuple[Mark, ...]:
        """Every link to another card."""
        return tuple(mark for mark in (*self.ways, self.onward) if mark)


def numbered(placed: list[Placed], slug: str, found: Findings) -> list[Placed]:
    """The cards with an id for each question that was given none, from its place in the lesson."""
    result, number, seen = list[Placed](), 0, {END}
    for each in placed:
        for mark in each.names:
            _refuse_seen(mark, seen, found)
        asked = each.card.question
        number += asked is not None
        if asked and not asked.id:
            own = Mark(f"{slug}-q{number}", each.line)
            found.add(
                each.line,
                "no-id",
                "Give the question a short name, for example {#who}, so that it is remembered.",
            )
            _refuse_seen(own, seen, found)
            asked = replace(asked, id=own.name)
        result.append(replace(each, card=replace(each.card, question=asked)))
    return result


def _refuse_seen(mark: Mark, seen: set[str], found: Findings) -> None:
    if mark.name == END:
        found.add(mark.line, "same-id", f"{{#{END}}} means the end of the lesson, so change this name.")
    elif mark.name in seen:
        found.add(
            mark.line,
            "same-id",
            f"Another heading is called {{#{shown(mark.name)}}} already, so change this name.",
        )
    seen.add(mark.name)
