"""Texts of a question bank, in whichever markup they are, made into texts of ours."""

import re
from dataclasses import replace
from typing import Final, Literal

from domain.text import Text, units
from lessons.formats import html
from lessons.formats.bank import NotTaken
from lessons.formats.source import UNSENDABLE
from lessons.inline import flat
from lessons.markup import compile_text, trimmed
from lessons.rules import Findings
from lessons.visible import visible

Markup = Literal["plain", "moodle", "html", "markdown"]
MOST_SOURCE: Final = 20_000  # characters of one text, tags included
MOST_MARKDOWN: Final = 8_000
_ITEM: Final = re.compile(r"(?:  )+(?:•|\d+\.) ")
_EMPTY: Final = re.compile("\n{3,}")


def text_of(source: str, markup: Markup) -> Text:
    """The text that `source` shows. NotTaken when it is longer than any message, or shows a picture."""
    if len(source) > (MOST_MARKDOWN if markup == "markdown" else MOST_SOURCE):
        raise NotTaken(f"A text of it has {len(source):,} characters: no message can be so long.")
    source = UNSENDABLE.sub("", source)
    if markup == "markdown":
        found = Findings("")
        read = compile_text(source, 1, found)
        if any(problem.rule == "picture-place" for problem in found.problems):
            raise NotTaken("There is a picture in it, and this is not taken: add the question by hand.")
        return Text(tidy(source)) if found.problems else read
    if markup == "html":
        return Text(tidy(html.plain(source)))
    if markup == "moodle" and html.looks_like_html(source):
        return Text(tidy(html.plain(source.replace("\n", "<br>"))))
    return Text(tidy(source))


def line_of(source: str, markup: Markup) -> Text:
    """The same on one line, as options are."""
    text = text_of(source, markup)
    return (
        trimmed(flat(text))
        if text.entities
        else Text(" ".join(each for each in text.plain.split("\n") if each))
    )


def tidy(plain: str) -> str:
    """No control characters, no spaces at the ends of lines, at most one empty line, nothing around it."""
    rows = (each.rstrip(" \t") if _ITEM.match(each) else each.strip(" \t") for each in plain.split("\n"))
    return _EMPTY.sub("\n\n", UNSENDABLE.sub("", "\n".join(rows))).strip()


def comes_back_plain(text: Text) -> bool:
    """Whether plain text keeps all of it, with its spaces at the beginnings of lines."""
    return not text.entities and tidy(text.plain) == text.plain


def parted(said: Text) -> tuple[Text, Text] | None:
    """A text that ends in a question: what is before it, and the question on one line; None when it does not."""
    start = said.plain.rfind("\n\n") + 2 if "\n\n" in said.plain else 0
    before, after = cut(said, start)
    prompt = trimmed(flat(after))
    block = any(entity.kind == "quote" for entity in prompt.entities)
    if block or not prompt.plain.endswith("?") or not visible(prompt.plain.strip("?")):
        return None
    return trimmed(before), prompt


def cut(text: Text, place: int) -> tuple[Text, Text]:
    """The characters before and behind a place, each with what lies of the entities over them."""
    at = units(text.plain[:place])
    before = (
        replace(each, length=min(each.length, at - each.offset)) for each in text.entities if each.offset < at
    )
    after = (
        replace(
            each, offset=max(each.offset, at) - at, length=each.offset + each.length - max(each.offset, at)
        )
        for each in text.entities
        if each.offset + each.length > at
    )
    return Text(text.plain[:place], tuple(before)), Text(text.plain[place:], tuple(after))


def short(text: str, most: int = 40) -> str:
    """The beginning of a text, in a sentence about it."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line if units(line) <= most else f"{line[: most - 1]}…"
