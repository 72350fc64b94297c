"""Text with entities: what people read, never markup.

Offsets and lengths are UTF-16 code units, as Telegram counts them and as a browser indexes its strings
(Bot API, "MessageEntity").
"""

from dataclasses import dataclass, replace
from typing import Literal

EntityKind = Literal["bold", "italic", "strike", "code", "quote", "link", "hidden"]


def units(text: str) -> int:
    """Length of `text` in UTF-16 code units (a lone surrogate counts as one)."""
    if max(text, default="") <= "\uffff":
        return len(text)
    return len(text) + sum(1 for character in text if character > "\uffff")


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of a text that is shown differently; `url` only for a link."""

    kind: EntityKind
    offset: int
    length: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Plain characters and the entities over them, ordered by offset."""

    plain: str = ""
    entities: tuple[Entity, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.plain)

    @property
    def units(self) -> int:
        """Length in UTF-16 code units."""
        return units(self.plain)


def marked(plain: str, kind: EntityKind) -> Text:
    """The whole of `plain` as one entity; an empty text has none."""
    return Text(plain, (Entity(kind, 0, units(plain)),) if plain else ())


def join(*parts: Text, separator: str = "\n\n") -> Text:
    """The non-empty parts one after another, their entities moved along."""
    kept = [part for part in parts if part]
    entities, start, gap = list[Entity](), 0, units(separator)
    for part in kept:
        entities += [replace(entity, offset=entity.offset + start) for entity in part.entities]
        start += part.units + gap
    return Text(separator.join(part.plain for part in kept), tuple(entities))


def shortened(plain: str, most: int) -> str:
    """On one line, and cut to so many characters where it is longer."""
    line = " ".join(plain.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
