"""Moodle XML, kind by kind, and XML that nobody should read."""

import time
from decimal import Decimal

import pytest

from domain.programme import Card
from domain.question import Number, Option, Question
from domain.text import Entity, Text
from lessons.formats.bank import Bank, Entry, Kind, Told, Unreadable
from lessons.formats.moodle_xml import FORMAT
from tests.lessons.formats.samples import XML


def read(source: str | bytes) -> Bank:
    return FORMAT.read(source.encode() if isinstance(source, str) else source, "en")


def quiz(inner: str) -> Bank:
    return read(f"<quiz>\n{inner}\n</quiz>")


SEVERAL = (
    Option(Text("a"), True, Text("yes\n\nAll in all.")),
    Option(Text("b < c"), True),
    Option(Text("c")),
)
TRUTH = (Option(Text("True"), False, Text("no")), Option(Text("False"), True))
MARKED = Text("Who was it?", (Entity("italic", 4, 3),))
HALF = "The answer 'Ann' was right in part, and now it is wrong."
CAPITALS = "Capital letters counted in its answers, and now they do not."
NUMBERS = (Number(Decimal("12.5"), Decimal("0.5"), "m"),)
LEFTS, RIGHTS = (Option(Text("LT")), Option(Text("PL"))), (Text("Vilnius"), Text("Warszawa"))
SORTED = (Option(Text("one")), Option(Text("two")))
CARDS = [
    Card(Text("Read & think."), question=Question("", "multiple", Text("Which?"), SEVERAL, shuffled=False)),
    Card(Text("It burns."), question=Question("", "single", Text("Is this true?"), TRUTH, shuffled=False)),
    Card(question=Question("", "text", MARKED, accepted=("Anna",))),
    Card(question=Question("", "number", Text("How long?"), numbers=NUMBERS)),
    Card(
        Text("Match."),
        question=Question("", "match", Text("What belongs together?"), LEFTS, RIGHTS, shuffled=True),
    ),
    Card(question=Question("", "open", Text("Why?"))),
    Card(question=Question("", "order", Text("In order?"), SORTED, shuffled=True)),
    Card(Text("• A")),
    Card(Text("_____"), question=Question("", "text", Text("What is missing?"), accepted=("x",))),
]


def test_every_kind() -> None:
    path = "$course$/top/Fire"
    told = [
        (),
        (),
        (HALF, CAPITALS),
        (UNIT,),
        ("The right side 'Riga' belongs to nothing and is left out.",),
        (),
        (),
        (),
        (),
    ]
    kinds: list[Kind] = [
        "multiple",
        "truefalse",
        "short",
        "number",
        "match",
        "open",
        "order",
        "description",
        "short",
    ]
    names = ["mc", "tf", "sa", "n", "m", "e", "o", "", "c"]
    lines = [4, 13, 18, 23, 29, 35, 36, 38, 40]
    bank = read(XML)
    rows = list(zip(lines, kinds, CARDS, names, told, strict=True))
    assert bank.entries[: len(rows)] == tuple(
        Entry(line, kind, card, path, name, changed) for line, kind, card, name, changed in rows
    )
    assert bank.refused == ()


UNIT = "Answers in the unit 'cm' are no longer right."
KINDS = ["stack", "", "x" * 99]


@pytest.mark.parametrize("kind", KINDS)
def test_other_kinds_are_refused_by_name(kind: str) -> None:
    (told,) = quiz(asked(kind)).refused
    assert told == Told(
        2, f"It is of the kind '{kind[:39]}{'…' * (len(kind) > 40)}', which a lesson does not have."
    )


def asked(kind: str, inner: str = "") -> str:
    return f'<question type="{kind}"><questiontext><text>a?</text></questiontext>{inner}</question>'


def essay(inner: str) -> str:
    return f'<question type="essay">{inner}</question>'


def answer(text: str, worth: str = "100", more: str = "") -> str:
    return f'<answer fraction="{worth}"><text>{text}</text>{more}</answer>'


FILE = '<file name="map.png" encoding="base64">aGFsbG8=</file>'
ELSEWHERE = (
    "There is a file (map.png) in its answers or comments, and only the picture of its text is taken: "
    "add the question by hand."
)
REFUSED = {
    "a file": (
        essay(f"<generalfeedback><text>a?</text>{FILE}</generalfeedback>"),
        ELSEWHERE,
    ),
    "a file of an answer": (
        asked("multichoice", answer("a", more=FILE)),
        ELSEWHERE,
    ),
    "an old picture": (
        essay("<questiontext><text>a?</text></questiontext><image_base64>aGFsbG8=</image_base64>"),
        "There is a picture in it, and this is not taken: add the question by hand.",
    ),
    "a picture from elsewhere": (
        essay("<questiontext><text>&lt;img src='https://a.example/b.png'&gt;?</text></questiontext>"),
        "There is a picture in it, and this is not taken: add the question by hand.",
    ),
    "no text": (essay(""), "It has no text of a question."),
    "no answers": (
        asked("multichoice"),
        "No answer is marked as right.",
    ),
    "one truth": (
        asked("truefalse", answer("true")),
        "It does not have the two answers true and false.",
    ),
    "no number": (
        asked("numerical", answer("{x}")),
        "'{x}' is no number of at most 15 digits.",
    ),
    "an odd share": (
        asked("shortanswer", answer("a", "all")),
        "No answer is marked as right.",
    ),
}


@pytest.mark.parametrize(("source", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(source: str, reason: str) -> None:
    bank = quiz(f"{source}\n{essay('<questiontext><text>Why?</text></questiontext>')}")
    assert bank.refused == (Told(2, reason),)
    assert [entry.line for entry in bank.entries] == [3]


@pytest.mark.parametrize(
    ("answers", "right"),
    [
        (answer("true") + answer("false", "0"), 0),
        (answer("false") + answer("true", "0"), 1),
        (answer("Tiesa") + answer("Netiesa", "0"), 0),
        (answer("Tiesa", "0") + answer("Netiesa"), 1),
    ],
)
def test_true_comes_first_unless_it_is_named(answers: str, right: int) -> None:
    (entry,) = quiz(asked("truefalse", answers)).entries
    assert entry.card.question
    assert entry.card.question.right == (right,)


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-8", "UTF-8"), ("cp1257", "windows-1257"), ("utf-16", "utf-16")]
)
def test_an_encoding_that_is_declared(encoding: str, declared: str) -> None:
    inner = essay("<questiontext><text>Kas čia?</text></questiontext>")
    (entry,) = read(
        f'<?xml version="1.0" encoding="{declared}"?><quiz>{inner}</quiz>'.encode(encoding)
    ).entries
    assert entry.card.question
    assert entry.card.question.prompt == Text("Kas čia?")


MANY = " ".join(f'a{each}="1"' for each in range(300_000))
LAUGHS = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10))
ENTITIES = "Line 1: the file declares a document type or entities, which are not read."
HOSTILE = {
    "a billion laughs": (f'<!DOCTYPE q [<!ENTITY l0 "ha">{LAUGHS}]><quiz>&l9;</quiz>', ENTITIES),
    "a quadratic blow-up": (
        f'<!DOCTYPE q [<!ENTITY a "{"a" * 100_000}">]><quiz>{"&a;" * 10_000}</quiz>',
        ENTITIES,
    ),
    "a file of ours": ('<!DOCTYPE q [<!ENTITY f SYSTEM "file:///etc/passwd">]><quiz>&f;</quiz>', ENTITIES),
    "an address": ('<!DOCTYPE q SYSTEM "http://127.0.0.1/a.dtd"><quiz/>', ENTITIES),
    "parameters": ('<!DOCTYPE q [<!ENTITY % p SYSTEM "http://127.0.0.1/a">%p;]><quiz/>', ENTITIES),
    "a document type": ("<!DOCTYPE quiz><quiz/>", ENTITIES),
    "depth": (
        f"<quiz><question>{'<a>' * 1_000_000}",
        "Line 1: elements lie deeper in one another than in any Moodle XML.",
    ),
    "attributes": (f"<quiz><a {MANY}/></quiz", "Line 1 is not well-formed XML: export the file once more."),
    "questions": (
        f"<quiz>{'<question/>' * 100_000}",
        "The file has more than 2,000 questions: divide it into smaller files.",
    ),
    "a long name": (f"<quiz><{'a' * 4_000_000}", "Line 1 is not well-formed XML: export the file once more."),
    "an unknown entity": (
        "<quiz>\n&nbsp;</quiz>",
        "Line 2 is not well-formed XML: export the file once more.",
    ),
    "not closed": ("<quiz>\n\n<question>", "Line 3 is not well-formed XML: export the file once more."),
    "something else": ("<html><quiz/></html>", "This is no Moodle XML, which begins with <quiz>."),
    "no XML": ("Who?{=a}", "Line 1 is not well-formed XML: export the file once more."),
    "an unknown encoding": (
        '<?xml version="1.0" encoding="klingon"?><quiz/>',
        "The encoding that the XML names is not known: save the file as UTF-8.",
    ),
}


@pytest.mark.parametrize(("source", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_xml_is_refused_at_once(source: str, reason: str) -> None:
    begin = time.process_time()
    with pytest.raises(Unreadable) as refused:
        read(source)
    assert str(refused.value) == reason
    assert time.process_time() - begin < 2
