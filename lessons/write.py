"""Lessons and questions written as the lesson files from which they are read: the way back of parse.py.

A picture keeps its name; ways that lead from card to card are not written.
"""

import json
import re
from typing import Final
from urllib.parse import quote, unquote

from markdown_it.common.utils import unescapeAll

from domain.programme import Card, LessonText
from domain.question import Number, Option, Question
from domain.text import Text
from lessons.escape import escaped, row
from lessons.exam import written
from lessons.write_text import line, paragraphs

_TABLE: Final = "| | |\n|---|---|"
_ADDRESS: Final = re.compile(r"[^\w./-]")  # what an address in brackets may not have as it is
_NAMED: Final = re.compile(r"\]\((?=\s*<?([^\s()<>]+))")
_BAR: Final = re.compile(r"\\.|\|")


def lesson(text: LessonText) -> str:
    """The lesson's file."""
    keys = {**({"draw": text.draw} if text.draw else {}), **written(text.exam)}
    more = "".join(f"{key}: {value}\n" for key, value in keys.items())
    head = f"---\ntitle: {_value(text.title)}\nminutes: {text.minutes}\n{more}---\n"
    return f"{head}\n" + "\n---\n\n".join(f"{card(each)}\n" for each in text.cards)


def description(title: str, text: str) -> str:
    """The file that describes a programme."""
    return f"---\ntitle: {_value(title)}\n---\n\n{paragraphs(Text(text))}\n"


def card(told: Card) -> str:
    """One card, without the line of --- that divides it from the next."""
    drawn = told.question is not None and told.question.pictured  # of the options: it is drawn again
    picture = reference(told.picture.alt, told.picture.name) if told.picture and not drawn else ""
    asked = question(told.question) if told.question else ""
    return "\n\n".join(part for part in (paragraphs(told.text), picture, asked) if part)


def question(asked: Question) -> str:
    """The heading, what can be answered, and the explanation."""
    top = f"## {line(asked.prompt)} {{#{' '.join([asked.id, *_classes(asked)])}}}"
    below = [_answers(asked)]
    if asked.explanation:
        below.append(_quoted(asked.explanation))
    return "\n\n".join([top, *below])


def reference(alt: str, name: str) -> str:
    """A picture as a text names it."""
    return f"![{escaped(alt)}]({_ADDRESS.sub(lambda sign: quote(sign[0]), name)})"


def named_in(source: str) -> set[str]:
    """All names that the addresses of a source can mean, whether the source can be read or not."""
    return {unquote(unescapeAll(each), errors="replace") for each in _NAMED.findall(source)}


def _value(title: str) -> str:
    """A value of the head on one line, in the double quotes in which YAML takes every sign."""
    shown = "".join(each if each.isprintable() else " " for each in title)
    return json.dumps(" ".join(shown.split()), ensure_ascii=False)


def _classes(asked: Question) -> list[str]:
    opinion = asked.kind == "opinion"
    fixed = asked.kind in ("single", "multiple") and not asked.shuffled and not asked.pictured
    classes = [".opinion"] * opinion + [".fixed"] * fixed + [".forgiving"] * asked.forgiving
    return [*classes, f"lesson={asked.about}"] if asked.about else classes


def _answers(asked: Question) -> str:
    match asked.kind:
        case "order":
            numbered = enumerate(asked.options, 1)
            return "\n".join(f"{number}. {row(option.text.plain)}" for number, option in numbered)
        case "match":
            pairs = zip(asked.options, asked.targets, strict=True)
            rows = (f"| {_cell(option.text)} | {_cell(target)} |" for option, target in pairs)
            return "\n".join([_TABLE, *rows])
        case "number":
            return "= " + " | ".join(map(_number, asked.numbers))
        case "text":
            return "= " + " | ".join(_barred(each, r"\|") for each in asked.accepted)
        case "open":
            return "= ?"
    return "\n".join(
        f"- [{'x' if option.correct else ' '}] {_chosen(option)}{_explained(option.explanation)}"
        for option in asked.options
    )


def _chosen(option: Option) -> str:
    return reference(option.text.plain, option.picture) if option.picture else line(option.text)


def _explained(text: Text) -> str:
    return "".join(f"\n  {each}" for each in _quoted(text).split("\n")) if text else ""


def _quoted(text: Text) -> str:
    return "\n".join(f"> {each}".rstrip(" ") for each in paragraphs(text).split("\n"))


def _number(number: Number) -> str:
    margin = f" ± {number.tolerance:f}" if number.tolerance else ""
    return f"{number.value:f}{margin}" + (f" {number.unit}" if number.unit else "")


def _cell(text: Text) -> str:
    return _barred(text.plain, "&#124;")


def _barred(plain: str, bar: str) -> str:
    """One line in which a bar would be read as the end of a cell, or of an answer: `bar` stands in its place."""
    return _BAR.sub(lambda sign: bar if sign[0] in ("|", r"\|") else sign[0], escaped(plain))
