"""CSV with the columns of the template."""

from decimal import Decimal
from pathlib import Path

import pytest

from domain.programme import Card, LessonText
from domain.question import Number, Option, Question
from domain.spreadsheet import bare, guarded
from domain.text import Entity, Text
from lessons.formats.bank import KINDS, Bank, Told, Unreadable
from lessons.formats.table import FORMAT
from tests.lessons.formats.samples import CSV

TEMPLATE = Path(__file__).parents[3] / "docs" / "questions.csv"
HEAD = "kind;text;question;right;option1;comment1;option2;comment2;pair1;pair2;explanation;settings;markup\n"


def read(source: str | bytes) -> Bank:
    return FORMAT.read(source.encode() if isinstance(source, str) else source, "lt")


def option(text: str, correct: bool = False, said: str = "") -> Option:
    return Option(Text(text), correct, Text(said))


def test_every_kind() -> None:
    bank = read(CSV)
    assert bank.refused == ()
    truth = (option("Tiesa", True, "yes"), option("Netiesa", said="no"))
    lefts, rights = (option("LT"), option("PL")), (Text("Vilnius"), Text("Warszawa"))
    numbers = (Number(Decimal(42), Decimal(1), "mg"), Number(Decimal(-7)))
    assert [entry.card for entry in bank.entries] == [
        Card(
            question=Question(
                "",
                "single",
                Text("Which?"),
                (option("a", said="no"), option("b", True, "yes")),
                shuffled=False,
            )
        ),
        Card(
            Text("Two\nlines"),
            question=Question(
                "", "multiple", Text("Which?"), (option("a", True), option("b", True)), shuffled=True
            ),
        ),
        Card(
            Text("It burns."), question=Question("", "single", Text("Ar tai tiesa?"), truth, shuffled=False)
        ),
        Card(question=Question("", "opinion", Text("And you?"), (option("a"), option("b")), shuffled=False)),
        Card(
            question=Question(
                "",
                "order",
                Text("In order?"),
                (option("one"), option("two")),
                explanation=Text("So."),
                shuffled=True,
            )
        ),
        Card(question=Question("", "match", Text("Match?"), lefts, rights, shuffled=True)),
        Card(question=Question("", "number", Text("How many?"), numbers=numbers, explanation=Text("Count."))),
        Card(question=Question("", "text", Text("Who?"), accepted=("ačiū", "dėkui"), forgiving=True)),
        Card(question=Question("", "open", Text("Why?"))),
        Card(Text("Bold", (Entity("bold", 0, 4),))),
    ]
    told = [(entry.line, entry.category, entry.name) for entry in bank.entries]
    assert told[1:4] == [(3, "Fire", "many"), (5, "Fire", "tf"), (6, "Fire", "say")]


def test_words_that_people_write_have_no_markup() -> None:
    [entry] = read(f"{HEAD}short;;**Koks** ženklas?;;![a](b);;*c*;;;;;;markdown\n").entries
    assert entry.card.question
    assert entry.card.question.accepted == ("![a](b)", "*c*")


def test_the_template_is_taken_whole() -> None:
    bank = read(TEMPLATE.read_bytes())
    assert (bank.refused, bank.notes) == ((), ())
    assert {entry.kind for entry in bank.entries} == set(KINDS)


WAYS = {
    "semicolons": "Question;Kind;Right;Option 1;Option 2\r\nWho, me?;single;2;a;ačiū\r\n",
    "commas": 'question,kind,right,option_1,"option-2"\n"Who, me?",single,B,a,ačiū\n',
    "tabs": "question\tkind\tright\toption1\toption2\nWho, me?\t\t2\ta\tačiū\n",
    "said": "sep=|\nquestion|kind|right|option1|option2\nWho, me?|single|2|a|ačiū",
    "old lines": "question;kind;right;option1;option2\rWho, me?;single;2;a;ačiū\r",
    "empty rows": "\n;;\nquestion;kind;right;option1;option2\n;;;;\n\nWho, me?;SINGLE;2;a;ačiū\n",
    "a long row": "question;kind;right;option1;option2\nWho, me?;single;2;a;ačiū;;;",
}
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1257"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("source", WAYS.values(), ids=WAYS)
def test_ways_to_save_it(source: str, encoding: str) -> None:
    (entry,) = read(source.encode(encoding)).entries
    question = Question("", "single", Text("Who, me?"), (option("a"), option("ačiū", True)), shuffled=True)
    assert entry.card == Card(question=question)


REFUSED = {
    "kind": ("essay;;Q?", f"Its kind 'essay' is none of {', '.join(KINDS)}."),
    "no kind": (";;Q?", f"Its kind '' is none of {', '.join(KINDS)}."),
    "no right": (
        "single;;Q?;;a;;b",
        "The column 'right' has to name its right options by their numbers: 2, or 1 3.",
    ),
    "right of another": (
        "single;;Q?;3;a;;b",
        "The column 'right' has to name its right options by their numbers: 2, or 1 3.",
    ),
    "two right": ("single;;Q?;1 2;a;;b", "It is said to be single, and has several right options."),
    "one right": ("multiple;;Q?;1;a;;b", "It is said to be multiple, and has one right option."),
    "neither true nor false": ("truefalse;;Q?;maybe", "The column 'right' has to say true or false."),
    "no number": ("number;;Q?;;about 4", "'about 4' is no number: write 42, or 42 ± 1 mg."),
    "no words": ("short;;Q?", "It has no right answer: write each into a column option1, option2."),
    "no text": ("open", "It has no text of a question."),
    "no description": ("description", "It has no text."),
    "no pair": ("match;;Q?;;a;;b;;c", "A left side has nothing that belongs to it."),
    "too many cells": (
        "open;;Q?;;;;;;;;;;;x",
        "The row has more cells than the first line: put texts with a separator between quotes.",
    ),
}


@pytest.mark.parametrize(("row", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_with_its_line(row: str, reason: str) -> None:
    bank = read(f"{HEAD}open;;Why?\n{row}\nopen;;Why not?\n")
    assert bank.refused == (Told(3, reason),)
    assert [entry.line for entry in bank.entries] == [2, 4]


UNREADABLE = {
    "no column": (
        "a;b;c\n1;2;3",
        "The first line names no column 'question': begin with the first line of the template.",
    ),
    "an open quote": (
        f'{HEAD}open;;Why?\nopen;;"Why?\n',
        "Line 3: a quotation mark is not closed or not doubled, or a cell is too long.",
    ),
    "a quote inside": (
        f'{HEAD}open;;"Why" not?\n',
        "Line 2: a quotation mark is not closed or not doubled, or a cell is too long.",
    ),
    "a long cell": (
        f"{HEAD}open;;{'x' * 200_000}\n",
        "Line 2: a quotation mark is not closed or not doubled, or a cell is too long.",
    ),
    "another table": (b"PK\0\0", "The file has NUL bytes, so it is no text: save it as UTF-8 text."),
    "no text": (b"question;kind\n\x81\xa1\n", "Line 2 of the file is not in UTF-8: save the file as UTF-8."),
}


@pytest.mark.parametrize(("source", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_is_not_read(source: str | bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(source)
    assert str(refused.value) == reason


def test_an_unknown_column_is_told() -> None:
    assert read("question;kind;authr\nWhy?;open;me").notes == (
        Told(1, "The column 'authr' is not of the template, and is left out."),
    )


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@x", "\t=1", "＝1", "'=1", "''-", "'", "a=1", "", "'a"]
)
def test_no_cell_is_a_formula(cell: str) -> None:
    kept = guarded(cell)
    assert kept[:1] not in ("=", "+", "-", "@", "\t", "\r", "＝")
    assert bare(kept).strip() == cell.strip()


@pytest.mark.parametrize(("language", "separator"), [("lt", ";"), ("en", ",")])
def test_a_written_file(language: str, separator: str) -> None:
    card = Card(question=Question("a", "text", Text("=Who?"), accepted=("-1 or so", "b")))
    lesson = LessonText("en" if language == "en" else "lt", "Ugnis", 1, (card,))
    assert FORMAT.write
    assert FORMAT.write([lesson], lesson.language).decode() == (
        "\ufeffcategory;id;kind;text;question;right;option1;option2\r\nUgnis;a;short;;'=Who?;;'-1 or so;b\r\n"
    ).replace(";", separator)
