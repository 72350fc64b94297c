"""A text in plain characters, for where nothing else can be shown."""

from typing import Final

from domain.text import Entity, Text

# ECMA-48, 8.3.117 (SGR): how a style begins and ends.
_STYLES: Final = {
    "bold": ("\x1b[1m", "\x1b[22m"),
    "italic": ("\x1b[3m", "\x1b[23m"),
    "strike": ("\x1b[9m", "\x1b[29m"),
}


def written(text: Text, *, styled: bool) -> str:
    """The characters to print: with styles when `styled`, with the addresses of links and a bar before quotes."""
    units = text.plain.encode("utf-16-le", "surrogatepass")
    pieces, done = [], 0
    for place, _, mark in sorted(_marks(text, styled=styled)):
        pieces += [units[done : place * 2].decode("utf-16-le", "replace"), mark]
        done = place * 2
    return "".join(pieces) + units[done:].decode("utf-16-le", "replace")


def _marks(text: Text, *, styled: bool) -> list[tuple[int, int, str]]:
    """What is put in, where; what ends goes before what begins at the same place."""
    found = list[tuple[int, int, str]]()
    for entity in text.entities:
        start, end = entity.offset, entity.offset + entity.length
        if styled and (style := _STYLES.get(entity.kind)):
            found += [(start, 2, style[0]), (end, 0, style[1])]
        if entity.kind == "link":
            found.append((end, 1, f" ({entity.url})"))
        if entity.kind == "quote":
            found += [(place, 1, "│ ") for place in _line_starts(text, entity)]
    return found


def _line_starts(text: Text, entity: Entity) -> list[int]:
    """Where the lines of a stretch begin, in UTF-16 units."""
    units = text.plain.encode("utf-16-le", "surrogatepass")
    inside = range(entity.offset, entity.offset + entity.length - 1)
    return [entity.offset, *(place + 1 for place in inside if units[place * 2 : place * 2 + 2] == b"\n\0")]
