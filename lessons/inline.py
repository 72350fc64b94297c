"""The characters of one line of Markdown, and the entities over them."""

import re
from typing import Final
from urllib.parse import urlsplit

from markdown_it.common.normalize_url import normalizeLink
from markdown_it.token import Token

from domain.text import Entity, EntityKind, Text, units
from lessons.blocks import spans
from lessons.rules import Findings, shown

_KINDS: Final[dict[str, EntityKind]] = {"strong": "bold", "em": "italic", "s": "strike", "link": "link"}
_MOST_ADDRESS: Final = 2_000
_MARK: Final = re.compile(r"(\|\|)")
_FOOTED: Final = re.compile(r"\[[^\]]+\]:\s")


def inline(source: str, line: int, found: Findings) -> Text:
    """The text of `source`, which begins at `line`; what cannot be sent goes to `found`."""
    if _FOOTED.match(source):
        found.add(line, "link", "Write the address right after the words of the link: [words](https://...).")
    return written(spans(source), line, found)


def written(tokens: list[Token], line: int, found: Findings) -> Text:
    """The text of inline tokens that begin at `line`; what cannot be sent goes to `found`."""
    writer = _Writer(line, found)
    for token in tokens:
        writer.read(token)
    return writer.text()


def link_to_card(source: str) -> tuple[list[Token], str] | None:
    """The tokens of the words, and the name, of `[words](#name)`; None when `source` is more or anything else."""
    tokens = spans(source)
    links = [number for number, token in enumerate(tokens) if token.type == "link_open"]
    if links != [0] or tokens[-1].type != "link_close":
        return None
    address = str(tokens[0].attrs.get("href", ""))
    return (tokens[1:-1], address[1:]) if address.startswith("#") else None


def flat(text: Text) -> Text:
    """The same text on one line."""
    return Text(text.plain.replace("\n", " "), text.entities)


class _Writer:
    """Reads inline tokens one after another; positions are UTF-16 units."""

    def __init__(self, line: int, found: Findings) -> None:
        self._line = line
        self._found = found
        self._parts: list[str] = []
        self._at = 0
        self._open: list[Entity] = []
        self._entities: list[Entity] = []

    def read(self, token: Token) -> None:
        kind = _KINDS.get(token.type.removesuffix("_open").removesuffix("_close"))
        if kind and token.nesting > 0:
            self._begin(kind, self._address(token) if kind == "link" else "")
        elif kind:
            self._end(kind)
        elif token.type == "code_inline":
            self._begin("code")
            self._write(token.content)
            self._end("code")
        elif token.type == "image":
            self._found.add(
                self._line, "picture-place", "Put the picture on a line of its own between empty lines."
            )
            self._write(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            self._write(" " if token.type == "softbreak" else "\n")
            self._line += 1
        elif token.type == "text":
            self._hide(token.content)
        else:
            self._write(token.content)

    def text(self) -> Text:
        """What was read; call it once, at the end."""
        if any(entity.kind == "hidden" for entity in self._open):
            self._unclosed()
        outer_first = reversed(self._entities)  # of two over the same characters
        entities = sorted(outer_first, key=lambda entity: (entity.offset, -entity.length))
        return Text("".join(self._parts), tuple(entities))

    def _write(self, characters: str) -> None:
        self._parts.append(characters)
        self._at += units(characters)

    def _begin(self, kind: EntityKind, url: str = "") -> None:
        self._open.append(Entity(kind, self._at, 0, url))

    def _end(self, kind: EntityKind) -> None:
        entity = self._open.pop()
        while entity.kind != kind:  # only hidden text can cross another entity
            self._unclosed()
            entity = self._open.pop()
        length = self._at - entity.offset
        if not length and kind == "link":
            self._found.add(self._line, "link", "Give the link its words: [words](https://...).")
        if length and all(outer.kind != kind for outer in self._open):
            self._entities.append(Entity(kind, entity.offset, length, entity.url))

    def _hide(self, characters: str) -> None:
        for piece in _MARK.split(characters):
            if piece != "||":
                self._write(piece)
            elif not any(entity.kind == "hidden" for entity in self._open):
                self._begin("hidden")
            elif self._open[-1].kind == "hidden":
                self._end("hidden")
            else:
                self._unclosed()

    def _unclosed(self) -> None:
        self._found.add(
            self._line,
            "hidden",
            r"Close hidden text with || in the paragraph and emphasis where it began, or write \|\|.",
        )

    def _address(self, token: Token) -> str:
        url = str(token.attrs.get("href", ""))
        if not _sendable(url):
            self._found.add(self._line, "link", _instead(url))
            return ""
        return normalizeLink(url)


def _sendable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        named = "@" in parts.path if parts.scheme == "mailto" else bool(parts.hostname)
    except ValueError:
        return False
    return parts.scheme in ("http", "https", "mailto") and named and len(url) <= _MOST_ADDRESS


def _instead(url: str) -> str:
    if url.startswith("#"):
        return "A link to a card is a whole option, or a paragraph of its own at the end of a card."
    return f"Write an address that begins with https://, http:// or mailto: instead of '{shown(url)}'."
