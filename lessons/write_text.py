"""Text made into Markdown that is read as the same text: the way back of markup.py."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from domain.text import EntityKind, Text
from lessons.escape import escaped, literal, row
from lessons.inline import inline
from lessons.markup import compile_text
from lessons.rules import Findings

_ITEM: Final = re.compile(r"((?:  )*)(•|\d{1,9}\.) (?=\S)")
_ITEMS: Final = re.compile(rf"^{_ITEM.pattern}", re.MULTILINE)
_MARKS: Final[dict[EntityKind, str]] = {"bold": "**", "strike": "~~", "hidden": "||"}
_ENTITY_LIKE: Final = re.compile(r"&(?=#?\w+;)")
_GAP: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class _Span:
    """An entity over the characters from `start` up to `end`."""

    kind: EntityKind
    start: int
    end: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """Characters and the entities over them, outer ones first."""

    plain: str
    spans: tuple[_Span, ...]

    def cut(self, start: int, end: int) -> "_Part":
        """The characters from `start` up to `end` without empty lines around them, and the entities there."""
        inside = self.plain[start:end]
        start += len(inside) - len(inside.lstrip("\n"))
        end = start + len(inside.strip("\n"))
        clipped = (
            replace(span, start=max(span.start, start) - start, end=min(span.end, end) - start)
            for span in self.spans
            if span.start < end and span.end > start
        )
        return _Part(self.plain[start:end], tuple(clipped))


def paragraphs(text: Text) -> str:
    """Markdown of a whole text; one that Markdown cannot mark (bold in half a word, for example) becomes plain."""
    if not text.entities and not _ITEMS.search(text.plain):
        return literal(text.plain)
    fair, found = _blocks(_part(text)), Findings("")
    return fair if compile_text(fair, 1, found) == text and not found.problems else literal(text.plain)


def line(text: Text) -> str:
    """Markdown of a text on one line, such as an option; one that Markdown cannot mark becomes plain."""
    if not text.entities:
        return escaped(text.plain)
    fair, found = _line(_part(text), begins=False), Findings("")
    return fair if inline(fair, 1, found) == text and not found.problems else escaped(text.plain)


def _part(text: Text) -> _Part:
    places = list[int]()  # the character that each UTF-16 unit belongs to
    for place, character in enumerate(text.plain):
        places += [place] * (2 if ord(character) > 0xFFFF else 1)
    places.append(len(text.plain))
    spans = (
        _Span(each.kind, places[each.offset], places[each.offset + each.length], each.url)
        for each in text.entities
    )
    return _Part(text.plain, tuple(spans))


def _blocks(part: _Part) -> str:
    """Quotes and blocks of code cut the text; what is between them are paragraphs."""
    written, at = list[str](), 0
    for span in part.spans:
        code = span.kind == "code" and "\n" in part.plain[span.start : span.end]
        if span.start < at or not (code or span.kind == "quote"):
            continue
        written.append(_paragraphs(part.cut(at, span.start)))
        without = replace(part, spans=tuple(each for each in part.spans if each is not span))
        inside = without.cut(span.start, span.end)
        written.append(_fenced(part.plain[span.start : span.end]) if code else _quoted(_blocks(inside)))
        at = span.end
    written.append(_paragraphs(part.cut(at, len(part.plain))))
    return _GAP.join(each for each in written if each)


def _paragraphs(part: _Part) -> str:
    written, at = list[str](), 0
    for each in part.plain.split(_GAP):
        written.append(_paragraph(part.cut(at, at + len(each))))
        at += len(each) + len(_GAP)
    return _GAP.join(written)


def _quoted(markdown: str) -> str:
    return "\n".join(f"> {each}".rstrip(" ") for each in markdown.split("\n"))


def _fenced(code: str) -> str:
    fence = "`" * max(3, 1 + _ticks(code))
    return f"{fence}\n{code}\n{fence}"


def _paragraph(part: _Part) -> str:
    items, at = list[str](), 0
    for each in part.plain.split("\n"):
        mark = _ITEM.match(each)
        if not mark or any(span.start < at + mark.end() and span.end > at for span in part.spans):
            return _line(part, begins=True)
        body = _line(part.cut(at + mark.end(), at + len(each)), begins=True)
        items.append(f"{mark[1] * 2}{'-' if mark[2] == '•' else mark[2]} {body}")
        at += len(each) + 1
    return "\n".join(items)


def _line(part: _Part, *, begins: bool) -> str:
    """Characters and the marks of entities; `begins`: they may be the first of a block."""
    return _spanned(part.plain, (0, len(part.plain)), part.spans, begins=begins)


def _spanned(plain: str, place: tuple[int, int], spans: Sequence[_Span], *, begins: bool) -> str:
    """The characters of this place, with `spans` over them."""
    (at, end), index, written = place, 0, list[str]()
    while index < len(spans):
        outer, first = spans[index], index + 1
        index = next(
            (each for each in range(first, len(spans)) if spans[each].start >= outer.end), len(spans)
        )
        written.append(_rows(plain[at : outer.start], begins=begins and at == place[0]))
        written.append(_marked(plain, outer, spans[first:index]))
        at = outer.end
    written.append(_rows(plain[at:end], begins=begins and at == place[0]))
    return "".join(written)


def _rows(plain: str, *, begins: bool) -> str:
    first, *rest = plain.split("\n")
    return "\\\n".join([row(first) if begins else escaped(first), *map(row, rest)])


def _marked(plain: str, span: _Span, inner: Sequence[_Span]) -> str:
    inside = plain[span.start : span.end]
    if span.kind == "code":
        ticks = "`" * (1 + _ticks(inside))
        space = " " if inside.startswith("`") or inside.endswith("`") else ""
        return f"{ticks}{space}{inside}{space}{ticks}"
    words = _spanned(plain, (span.start, span.end), inner, begins=False)
    if span.kind == "link":
        return f"[{words}](<{_ENTITY_LIKE.sub('&amp;', span.url)}>)"
    if span.kind == "italic":
        beside = plain[max(0, span.start - 1) : span.start] + plain[span.end : span.end + 1]
        mark = "*" if any(each.isalnum() for each in beside) else "_"
        return f"{mark}{words}{mark}"
    return f"{_MARKS.get(span.kind, '')}{words}{_MARKS.get(span.kind, '')}"


def _ticks(code: str) -> int:
    """How many ` stand in a row in it, at most."""
    return max(map(len, re.findall("`+", code)), default=0)
