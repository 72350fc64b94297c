"""A CSV file read into the entries of a bank."""

import re
from decimal import Decimal
from typing import Final

from domain.grading import number_in
from domain.language import Language
from domain.programme import Card
from domain.question import Number, Option, Question
from domain.text import Text, join
from lessons.formats.answers import Answer, Made, choice, matching, ordered
from lessons.formats.bank import KINDS, Bank, Entry, Kind, NotTaken, Told
from lessons.formats.lines import Line, first_line
from lessons.formats.prompts import TRUE_FALSE, asked, true_or_false
from lessons.formats.source import decode
from lessons.formats.table.columns import known, named
from lessons.formats.table.rows import Row, row_of, table
from lessons.formats.texts import line_of, short
from lessons.visible import visible

_MARGIN: Final = re.compile(r"±|\+/?-")
_PLACE: Final = re.compile(r"[1-9][0-9]?|[A-Za-z](?![a-z])")
_TRUE: Final = {"t", "true", "1", *(words[0].casefold() for words in TRUE_FALSE.values())}
_FALSE: Final = {"f", "false", "0", *(words[1].casefold() for words in TRUE_FALSE.values())}


def recognises(text: str) -> bool:
    """Whether the first line names columns of the template."""
    names = {named(each.strip('"')) for each in re.split(r"[;,\t]", first_line(text))}
    return "question" in names and bool(names & {"kind", "right", "option1"})


def read(data: bytes, language: Language) -> Bank:
    """The rows of the file."""
    return bank_of(table(decode(data, "cp1257")), language)


def bank_of(lines: list[Line], language: Language) -> Bank:
    """The rows below the names of the columns, wherever they were written."""
    (first, header), *rows = lines
    entries, refused = list[Entry](), list[Told]()
    for line, cells in rows:
        try:
            entries.append(_entry(row_of(header, cells), line, language))
        except NotTaken as reason:
            refused.append(Told(line, str(reason)))
    odd = (name for name in header if name and not known(name))
    notes = (
        Told(first, f"The column '{short(name)}' is not of the template, and is left out.") for name in odd
    )
    return Bank(tuple(entries), tuple(refused), tuple(notes))


def _entry(row: Row, line: int, language: Language) -> Entry:
    said, kind = join(row.text("text"), row.text("question")), _kind(row)
    if kind == "description":
        if not visible(said.plain):
            raise NotTaken("It has no text.")
        return Entry(line, kind, Card(said), row["category"], row["id"])
    made = _made(row, kind, language)
    return Entry(
        line, kind, asked(said, made.question, kind, language), row["category"], row["id"], made.changed
    )


def _kind(row: Row) -> Kind:
    said = row["kind"].casefold() or ("single" if row["right"] else "")
    kind = next((each for each in KINDS if each == said), None)
    if not kind:
        raise NotTaken(f"Its kind '{short(said)}' is none of {', '.join(KINDS)}.")
    return kind


def _made(row: Row, kind: Kind, language: Language) -> Made:
    general, fixed = row.text("explanation"), "fixed" in row["settings"].casefold()
    match kind:
        case "truefalse":
            return _true_or_false(row, general, language)
        case "opinion":
            said = [row.text(f"comment{number}") for number in row.filled()]
            options = tuple(Option(line, False, each) for line, each in zip(_lines(row), said, strict=True))
            return Made(Question("", "opinion", Text(), options, shuffled=False))
        case "order":
            return ordered(_lines(row), general)
        case "match":
            pairs = [row.line(f"pair{number}") for number in row.filled()]
            return matching(list(zip(_lines(row), pairs, strict=True)), general)
        case "number" | "short" | "open":
            return Made(_written(row, kind, general))
    return _choice(row, kind, general, shuffled=not fixed)


def _lines(row: Row) -> list[Text]:
    return [row.line(f"option{number}") for number in row.filled()]


def _choice(row: Row, kind: Kind, general: Text, *, shuffled: bool) -> Made:
    right = [_place(each) for each in _PLACE.findall(row["right"])]
    if any(number not in row.filled() for number in right) or not right:
        raise NotTaken("The column 'right' has to name its right options by their numbers: 2, or 1 3.")
    if kind == "single" and len(set(right)) > 1:
        raise NotTaken("It is said to be single, and has several right options.")
    answers = [
        Answer(row.line(f"option{number}"), float(number in right), row.text(f"comment{number}"))
        for number in row.filled()
    ]
    made = choice(answers, general, one=False, shuffled=shuffled)
    if made.question.kind != kind:
        raise NotTaken("It is said to be multiple, and has one right option.")
    return made


def _place(said: str) -> int:
    return int(said) if said.isdecimal() else ord(said.upper()) - ord("A") + 1


def _true_or_false(row: Row, general: Text, language: Language) -> Made:
    word = row["right"].casefold()
    if word not in _TRUE | _FALSE:
        raise NotTaken("The column 'right' has to say true or false.")
    said = row.text("comment1"), row.text("comment2")
    options = true_or_false(right=word in _TRUE, said=said, language=language)
    answers = [Answer(option.text, float(option.correct), option.explanation) for option in options]
    return choice(answers, general, one=True, shuffled=False)


def _written(row: Row, kind: Kind, general: Text) -> Question:
    cells = [line_of(row[f"option{number}"], "plain").plain for number in row.filled()]
    if not cells and kind != "open":
        raise NotTaken("It has no right answer: write each into a column option1, option2.")
    if kind == "number":
        return Question("", "number", Text(), numbers=tuple(map(_number, cells)), explanation=general)
    if kind == "open":
        return Question("", "open", Text(), explanation=general)
    forgiving = "forgiving" in row["settings"].casefold()
    accepted = tuple(dict.fromkeys(cells))
    return Question("", "text", Text(), accepted=accepted, forgiving=forgiving, explanation=general)


def _number(cell: str) -> Number:
    value, *margin = (number_in(each) for each in _MARGIN.split(cell, maxsplit=1))
    if value is None or None in margin:
        raise NotTaken(f"'{short(cell)}' is no number: write 42, or 42 ± 1 mg.")
    width = margin[0] if margin and margin[0] else (Decimal(0), "")
    return Number(value[0], abs(width[0]), width[1] or value[1])
