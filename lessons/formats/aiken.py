"""Moodle's Aiken, as its documentation describes it: a question, lettered options, ANSWER: and a letter."""

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.language import Language
from domain.text import Text
from lessons.formats.answers import Answer, choice
from lessons.formats.bank import Bank, Entry, Format, NotTaken, Told, counted
from lessons.formats.prompts import asked
from lessons.formats.source import decode
from lessons.formats.texts import line_of, text_of

_OPTION: Final = re.compile(r"([A-Z])[.)][ \t]+(\S.*)")
_LETTER: Final = re.compile(r"[A-Z](?:\)|\.(?=[ \t]|$))")
_ANSWER: Final = re.compile(r"ANSWER:(.*)")


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of one question, the answer's last, from `line` of the file."""

    line: int
    lines: tuple[str, ...]


def recognises(text: str) -> bool:
    """Whether a text has an option and an answer."""
    return bool(
        re.search(r"^\s*[A-Z][.)][ \t]", text, re.MULTILINE) and re.search(r"^\s*ANSWER:", text, re.MULTILINE)
    )


def read(data: bytes, language: Language) -> Bank:
    """The questions of the file."""
    entries, refused = list[Entry](), list[Told]()
    for block in counted(_blocks(decode(data))):
        try:
            entries.append(_entry(block, language))
        except NotTaken as reason:
            refused.append(Told(block.line, str(reason)))
    return Bank(tuple(entries), tuple(refused))


def _blocks(source: str) -> Iterator[_Block]:
    """An answer ends a question; so does a text behind options, where the answer is missing."""
    lines, first, options = list[str](), 0, False
    for number, line in enumerate(source.split("\n"), 1):
        text = line.strip()
        if not text:
            continue
        answer, option = bool(_ANSWER.match(text)), bool(lines and _LETTER.match(text))
        if options and not option and not answer:
            yield _Block(first, tuple(lines))
            lines, options = [], False
        first = first if lines else number
        lines.append(text)
        options = options or option
        if answer:
            yield _Block(first, tuple(lines))
            lines, options = [], False
    if lines:
        yield _Block(first, tuple(lines))


def _entry(block: _Block, language: Language) -> Entry:
    answer = _ANSWER.match(block.lines[-1])
    if not answer:
        raise NotTaken("It has no line ANSWER: with the letter of the right option.")
    body = block.lines[:-1]
    start = next((place for place, line in enumerate(body) if place and _LETTER.match(line)), len(body))
    options = [_option(line) for line in body[start:]]
    letters = [letter for letter, _ in options]
    right = answer[1].strip()
    if letters != list(string.ascii_uppercase[: len(letters)]):
        raise NotTaken("Its options do not begin with A, B, C in this order.")
    if right not in letters:
        raise NotTaken(f"ANSWER: names no option of it, and it has {', '.join(letters) or 'none'}.")
    answers = [Answer(text, float(letter == right)) for letter, text in options]
    made = choice(answers, Text(), one=True)
    said = text_of("\n".join(body[:start]), "plain")
    return Entry(block.line, "single", asked(said, made.question, "single", language))


def _option(line: str) -> tuple[str, Text]:
    option = _OPTION.fullmatch(line)
    if not option:
        raise NotTaken("Write a space and a text behind the letter of each option: A) text.")
    return option[1], line_of(option[2], "plain")


FORMAT = Format("Aiken", recognises, read)
