"""Text with entities as HTML: nothing that an author wrote becomes markup, only its entities do."""

from collections import deque
from itertools import pairwise
from typing import Final

from markupsafe import Markup, escape

from domain.text import Entity, EntityKind, Text

_Span = tuple[int, int, Entity]  # from which character up to which
# Tags before and after; what is hidden opens with a press or a key.
_TAGS: Final[dict[EntityKind, tuple[str, str]]] = {
    "bold": ("<strong>", "</strong>"),
    "italic": ("<em>", "</em>"),
    "strike": ("<s>", "</s>"),
    "code": ("<code>", "</code>"),
    "quote": ("<blockquote>", "</blockquote>"),
}


def marked_up(text: Text, reveal: str) -> Markup:
    """The text as HTML to stand where lines are kept as they are; `reveal` names the button of what is hidden."""
    places = _places(text.plain)
    reached = [(*_reach(each, places), each) for each in text.entities]
    spans = deque(
        sorted((each for each in reached if each[0] < each[1]), key=lambda span: (span[0], -span[1]))
    )
    edges = sorted({0, len(text.plain), *(edge for start, end, _ in spans for edge in (start, end))})
    written, opened = list[str](), list[_Span]()
    for start, end in pairwise(edges):
        wanted = [each for each in opened if each[1] > start]
        while spans and spans[0][0] == start:
            wanted.append(spans.popleft())
        kept = _shared(opened, wanted)
        written += [_end(each) for _, _, each in reversed(opened[kept:])]
        written += [_begin(each, reveal) for _, _, each in wanted[kept:]]
        written.append(str(escape(text.plain[start:end])))
        opened = wanted
    written += [_end(each) for _, _, each in reversed(opened)]
    return Markup("".join(written))  # noqa: S704 (each part is escaped above, or a tag of ours)


def _places(plain: str) -> list[int]:
    """The character that each UTF-16 unit belongs to, and the end."""
    places = list[int]()
    for place, character in enumerate(plain):
        places += [place] * (2 if ord(character) > 0xFFFF else 1)
    return [*places, len(plain)]


def _reach(entity: Entity, places: list[int]) -> tuple[int, int]:
    """From which character up to which the entity reaches, inside the text."""
    last = len(places) - 1
    start, end = (min(max(each, 0), last) for each in (entity.offset, entity.offset + entity.length))
    return places[start], places[end]


def _shared(opened: list[_Span], wanted: list[_Span]) -> int:
    """How many of the open ones stay open: those that are the first of the wanted ones too."""
    pairs = enumerate(zip(opened, wanted, strict=False))
    return next((at for at, (one, other) in pairs if one is not other), min(len(opened), len(wanted)))


def _begin(entity: Entity, reveal: str) -> str:
    if entity.kind == "link":
        return f'<a href="{escape(entity.url)}" rel="noopener noreferrer">' if _safe(entity) else "<span>"
    if entity.kind == "hidden":
        return f"<details><summary>{escape(reveal)}</summary>"
    return _TAGS[entity.kind][0]


def _end(entity: Entity) -> str:
    if entity.kind == "link":
        return "</a>" if _safe(entity) else "</span>"
    return "</details>" if entity.kind == "hidden" else _TAGS[entity.kind][1]


def _safe(entity: Entity) -> bool:
    """The link leads to a page, and is not a script."""
    return entity.url.startswith(("https://", "http://"))
