"""A text as HTML: escaped, with its entities as elements."""

from html import escape
from itertools import pairwise
from typing import Final

from domain.text import Entity, EntityKind, Text

TAGS: Final[dict[EntityKind, str]] = {
    "bold": "strong",
    "italic": "em",
    "strike": "s",
    "code": "code",
    "quote": "q",
}
SAFE: Final = ("https://", "http://", "mailto:")
HIDDEN: Final = "…"


def hypertext(text: Text) -> str:
    """The text as HTML; what is shown on a tap only is left out. Its lines are kept as they are."""
    units = text.plain.encode("utf-16-le", "surrogatepass")
    ends = (place for entity in text.entities for place in (entity.offset, entity.offset + entity.length))
    edges = sorted({0, len(units) // 2, *ends})
    return "".join(_piece(units, begin, end, text.entities) for begin, end in pairwise(edges))


def _piece(units: bytes, begin: int, end: int, entities: tuple[Entity, ...]) -> str:
    over = [each for each in entities if each.offset <= begin and end <= each.offset + each.length]
    if hidden := next((each for each in over if each.kind == "hidden"), None):
        return HIDDEN if hidden.offset == begin else ""
    shown = escape(units[2 * begin : 2 * end].decode("utf-16-le", "replace"))
    for entity in reversed(over):
        shown = _inside(entity, shown)
    return shown


def _inside(entity: Entity, shown: str) -> str:
    if entity.kind == "link":
        if not entity.url.startswith(SAFE):
            return shown
        return f'<a href="{escape(entity.url)}" rel="nofollow noopener">{shown}</a>'
    tag = TAGS[entity.kind]
    return f"<{tag}>{shown}</{tag}>"
