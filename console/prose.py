"""A text of a lesson on a page: escaped, with its entities as elements."""

from itertools import pairwise
from typing import Final

from markupsafe import Markup, escape

from domain.text import Entity, EntityKind, Text

TAGS: Final[dict[EntityKind, str]] = {
    "bold": "strong",
    "italic": "em",
    "strike": "s",
    "code": "code",
    "quote": "q",
}
SAFE: Final = ("https://", "http://", "mailto:")
HIDDEN: Final = Markup("…")


def prose(text: Text) -> Markup:
    """The text as HTML; what is shown on a tap only is left out. (Its lines are kept by the style sheet.)"""
    units = text.plain.encode("utf-16-le", "surrogatepass")
    ends = (place for entity in text.entities for place in (entity.offset, entity.offset + entity.length))
    edges = sorted({0, len(units) // 2, *ends})
    return Markup("").join(_piece(units, begin, end, text.entities) for begin, end in pairwise(edges))


def _piece(units: bytes, begin: int, end: int, entities: tuple[Entity, ...]) -> Markup:
    over = [each for each in entities if each.offset <= begin and end <= each.offset + each.length]
    if hidden := next((each for each in over if each.kind == "hidden"), None):
        return HIDDEN if hidden.offset == begin else Markup("")
    shown = escape(units[2 * begin : 2 * end].decode("utf-16-le", "replace"))
    for entity in reversed(over):
        shown = _inside(entity, shown)
    return shown


def _inside(entity: Entity, shown: Markup) -> Markup:
    if entity.kind == "link":
        if not entity.url.startswith(SAFE):
            return shown
        return Markup('<a href="{}" rel="nofollow noopener">{}</a>').format(entity.url, shown)
    return Markup("<{0}>{1}</{0}>").format(Markup(TAGS[entity.kind]), shown)  # noqa: S704 (one of TAGS)
