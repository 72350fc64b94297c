"""XML from outside made into small trees, one for each question; whatever could hurt is refused."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

from lessons.formats.bank import MOST_ENTRIES, TOO_MANY, Unreadable

_DEEPEST: Final = 40
_PIECE: Final = 65_536
_MOST_PARTS: Final = 10_000  # elements of a question
TOO_LARGE: Final = "a question has more parts than any that people answer: divide it, or leave it out."


@dataclass(slots=True)
class Node:
    """An element that begins at `line`, with its own text."""

    tag: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def all(self, tag: str) -> Iterator["Node"]:
        """The elements of this name that lie directly in it."""
        return (child for child in self.children if child.tag == tag)

    def first(self, tag: str) -> "Node":
        """The first of them; an empty one when there is none."""
        return next(self.all(tag), Node(tag, self.line, {}))

    def inner(self, *path: str) -> str:
        """The text of the first element on this path, without spaces around it."""
        node = self
        for tag in path:
            node = node.first(tag)
        return node.text.strip()


class _Trees:
    """What the parser calls: it keeps the questions, and goes no deeper than a question ever does."""

    def __init__(self) -> None:
        self.parser: DefusedXMLParser | None = None
        self.questions: list[Node] = []
        self.root = ""
        self._open: list[Node] = []
        self._parts_so_far = 0
        self._parts: list[list[str]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST:
            raise Unreadable(f"Line {self.line}: elements lie deeper in one another than in any Moodle XML.")
        node = Node(tag, self.line, attributes)
        self.root = self.root or tag
        if len(self._open) > 1:
            self._open[-1].children.append(node)
            self._count_parts()
        elif self._open:
            self._parts_so_far = 0
            if tag == "question":
                self.questions.append(node)
            if len(self.questions) > MOST_ENTRIES:
                raise Unreadable(TOO_MANY)
        self._open.append(node)
        self._parts.append([])

    def _count_parts(self) -> None:
        self._parts_so_far += 1
        if self._parts_so_far > _MOST_PARTS:
            raise Unreadable(f"Line {self.line}: {TOO_LARGE}")

    def data(self, text: str) -> None:
        if len(self._open) > 1:
            self._parts[-1].append(text)

    def end(self, _: str) -> None:
        self._open.pop().text = "".join(self._parts.pop())

    def close(self) -> None:
        """The parser calls it at the end."""

    @property
    def line(self) -> int:
        """Where the parser is."""
        return int(self.parser.parser.CurrentLineNumber) if self.parser else 1


def questions(data: bytes) -> list[Node]:
    """The elements <question> of <quiz>. Unreadable when it is no XML, or XML that nobody should read."""
    trees = _Trees()
    trees.parser = parser = DefusedXMLParser(
        target=trees, forbid_dtd=True, forbid_entities=True, forbid_external=True
    )
    try:
        for start in range(0, len(data), _PIECE):
            parser.feed(data[start : start + _PIECE])
        parser.close()
    except DefusedXmlException as error:
        raise Unreadable(
            f"Line {trees.line}: the file declares a document type or entities, which are not read."
        ) from error
    except ParseError as error:
        raise Unreadable(
            f"Line {error.position[0]} is not well-formed XML: export the file once more."
        ) from error
    except (ValueError, LookupError) as error:
        raise Unreadable("The encoding that the XML names is not known: save the file as UTF-8.") from error
    if trees.root != "quiz":
        raise Unreadable("This is no Moodle XML, which begins with <quiz>.")
    return trees.questions
