"""The paragraphs of a shape: what is bold or a link in them, and whether a point or a number stands before them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml.etree import _Element
from pptx.shapes.base import BaseShape
from pptx.slide import Slide
from pptx.text.text import TextFrame

from domain.text import Entity, EntityKind, Text, units
from lessons.formats.slides.deck import Line, Sign
from lessons.formats.source import UNSENDABLE
from lessons.markup import trimmed

_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_SIGNS: Final[dict[str, Sign]] = {"buNone": "", "buChar": "•", "buBlip": "•", "buAutoNum": "1."}
_LINKS: Final = ("https://", "http://", "mailto:")
_DEEPEST: Final = 2


def lines_of(shape: BaseShape, frame: TextFrame, slide: Slide) -> Iterator[Line]:
    """The paragraphs that say something, in their order."""
    styles = list(_styles(shape, frame, slide))
    for paragraph in frame.paragraphs:
        own = paragraph._p
        text = trimmed(_text(own, slide))
        if text:
            level = min(paragraph.level, 8)
            sign = _sign([own.find(f"{_A}pPr"), *(style.find(f"{_A}lvl{level + 1}pPr") for style in styles)])
            yield Line(text, sign, min(level, _DEEPEST))


def _sign(places: list[_Element | None]) -> Sign:
    """What stands before a paragraph, said by the first place that says anything."""
    for place in places:
        for child in place if place is not None else ():
            name = str(child.tag).removeprefix(_A)
            if name in _SIGNS:
                return _SIGNS[name]
    return ""


def _styles(shape: BaseShape, frame: TextFrame, slide: Slide) -> Iterator[_Element]:
    """Where a paragraph takes its sign from: the shape, and for a placeholder its layout's and its master's styles."""
    yield from frame._txBody.iterchildren(f"{_A}lstStyle")
    if not shape.is_placeholder:
        return
    layout = slide.slide_layout
    for same in list(layout.placeholders):
        if same.placeholder_format.idx == shape.placeholder_format.idx:
            yield from same._element.iter(f"{_A}lstStyle")
    yield from layout.slide_master._element.iter("{*}bodyStyle")


@dataclass(slots=True)
class _Mark:
    """Something over the characters from `start` up to `end`."""

    kind: EntityKind
    url: str
    start: int
    end: int


def _text(paragraph: _Element, slide: Slide) -> Text:
    plain, marks = "", list[_Mark]()
    for part in paragraph:
        said = (
            "\n"
            if part.tag == f"{_A}br"
            else "".join(each.text or "" for each in part.iterchildren(f"{_A}t"))
        )
        said = UNSENDABLE.sub("", said.replace("\v", "\n"))
        for kind, url in _said_of(part.find(f"{_A}rPr"), slide) if said else ():
            before = next(
                (mark for mark in marks if (mark.kind, mark.url, mark.end) == (kind, url, len(plain))), None
            )
            if before:
                before.end += len(said)
            else:
                marks.append(_Mark(kind, url, len(plain), len(plain) + len(said)))
        plain += said
    entities = [_entity(plain, mark) for mark in marks if plain[mark.start : mark.end].strip()]
    return Text(plain, tuple(sorted(entities, key=lambda each: (each.offset, -each.length))))


def _said_of(style: _Element | None, slide: Slide) -> Iterator[tuple[EntityKind, str]]:
    if style is None:
        return
    if style.get("b") in ("1", "true"):
        yield "bold", ""
    click = style.find(f"{_A}hlinkClick")
    target = slide.part.rels.get(click.get(f"{_R}id", "")) if click is not None else None
    if target is not None and target.is_external and target.target_ref.startswith(_LINKS):
        yield "link", target.target_ref


def _entity(plain: str, mark: _Mark) -> Entity:
    """The mark without the spaces at its ends, which Markdown cannot mark."""
    inside = plain[mark.start : mark.end]
    start = mark.start + len(inside) - len(inside.lstrip())
    return Entity(mark.kind, units(plain[:start]), units(inside.strip()), mark.url)
