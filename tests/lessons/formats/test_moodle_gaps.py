"""Moodle XML: texts with gaps, of which each becomes a question."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.programme import Card
from domain.question import Number, Option, Question
from domain.text import Entity, Text
from lessons.formats.bank import Entry, Told, Unreadable
from lessons.formats.making import make
from lessons.formats.moodle_xml import FORMAT

CAPITALS = "Capital letters counted in its answers, and now they do not."


def element(text: str, kind: str = "cloze", more: str = "", form: str = "html") -> str:
    return (
        f'<question type="{kind}"><name><text>My name</text></name><questiontext format="{form}">'
        f"<text><![CDATA[{text}]]></text></questiontext>{more}</question>"
    )


def read(text: str, kind: str = "cloze", more: str = "", form: str = "html") -> list[Entry]:
    bank = FORMAT.read(f"<quiz>{element(text, kind, more, form)}</quiz>".encode(), "en")
    assert bank.refused == ()
    return list(bank.entries)


def one(gap: str) -> Question:
    (entry,) = read(f"It is {gap}.")
    assert entry.card.text == Text("It is _____.")
    assert entry.card.question
    return entry.card.question


def single(*options: Option, shuffled: bool = False) -> Question:
    return Question("", "single", Text("What is missing?"), options, shuffled=shuffled)


A, B = Option(Text("a"), True), Option(Text("b"))
GAPS = {
    "words": ("{1:SHORTANSWER:=Berlin~%50%Bonn#near}", ("Berlin",)),
    "several words": ("{:SA:=a~%100%b~*#No}", ("a", "b")),
    "no weight": ("{10:MW:no~=yes}", ("yes",)),
    "escapes": (r"{1:SA:=\}\#\~\/\"}", ('}#~/"',)),
    "the editor's signs": ("{1:SA:=&lt;b&gt; &amp; &#39;c&#39;}", ("<b> & 'c'",)),
}


@pytest.mark.parametrize(("gap", "accepted"), GAPS.values(), ids=GAPS)
def test_words(gap: str, accepted: tuple[str, ...]) -> None:
    assert one(gap) == Question("", "text", Text("What is missing?"), accepted=accepted)


@pytest.mark.parametrize("name", ["SHORTANSWER_C", "SAC", "MWC"])
def test_capitals_are_told(name: str) -> None:
    assert [entry.changed for entry in read(f"It is {{1:{name}:=a}}.")] == [(CAPITALS,)]


@pytest.mark.parametrize("name", ["NUMERICAL", "NM"])
def test_numbers(name: str) -> None:
    numbers = (Number(Decimal("12.5"), Decimal("0.5")), Number(Decimal(-3)))
    asked = one(f"{{1:{name}:=12,5:0.5#ok~%100%-3~%50%7:1~*#no}}")
    assert asked == Question("", "number", Text("What is missing?"), numbers=numbers)


ONE = ["MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH"]
ONE_SHUFFLED = ["MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"]
MANY = ["MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH"]
MANY_SHUFFLED = ["MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "MRHS"]


@pytest.mark.parametrize("name", ONE + ONE_SHUFFLED)
def test_one_choice(name: str) -> None:
    right = Option(Text("a > 1"), True, Text("Yes"))
    wrong = Option(Text("b"), False, Text("No #1"))
    asked = one(f"{{1:{name}:~=a &gt; 1#Yes~b#No #1~%50%c}}")
    assert asked == single(right, wrong, Option(Text("c")), shuffled=name in ONE_SHUFFLED)


@pytest.mark.parametrize("name", MANY + MANY_SHUFFLED)
def test_several_choices(name: str) -> None:
    asked = one(f"{{1:{name}:=a~%33.3%b~%-50%c}}")
    options = (A, replace(B, correct=True), Option(Text("c")))
    prompt = Text("Which answers are right?")
    assert asked == Question("", "multiple", prompt, options, shuffled=name in MANY_SHUFFLED)


def test_each_of_several_gaps_is_a_card_with_what_is_around_it() -> None:
    entries = read(
        "<p>Read.</p><p>A {1:SA:=x} and {1:MC:=a~b}.</p><p>Then {1:NM:=1}.</p>",
        more="<generalfeedback><text>So.</text></generalfeedback>",
    )
    around = [
        "Read.\n\nA (1) _____ and (2) _____.\n\nThen (3) _____.",
        "A (1) _____ and (2) _____.",
        "Then (3) _____.",
    ]
    prompts = [Text(f"What is missing in ({number})?") for number in (1, 2, 3)]
    questions = [
        Question("", "text", prompts[0], accepted=("x",)),
        Question("", "single", prompts[1], (A, B)),
        Question("", "number", prompts[2], numbers=(Number(Decimal(1)),), explanation=Text("So.")),
    ]
    assert [entry.card for entry in entries] == [
        Card(Text(text), question=asked) for text, asked in zip(around, questions, strict=True)
    ]
    assert [entry.kind for entry in entries] == ["short", "single", "number"]
    assert [entry.name for entry in entries] == ["my-name-gap-1", "my-name-gap-2", "my-name-gap-3"]
    assert [entry.changed for entry in entries] == [("Its 3 gaps are questions of their own now.",), (), ()]


def test_a_long_paragraph_is_told_again_only_around_its_gap() -> None:
    first, second = read(f"{'word ' * 200}{{1:SA:=a}} {'more ' * 200}{{1:SA:=b}} {'last ' * 20}end")
    assert len(first.card.text.plain) > 2_000
    assert len(second.card.text.plain) < 500
    assert second.card.text.plain.startswith("… more")
    assert second.card.text.plain.endswith("(2) _____ " + "last " * 20 + "end")


@pytest.mark.parametrize("language", ["lt", "pl", "nb"])
def test_a_gap_is_asked_for_in_the_language(language: str) -> None:
    bank = FORMAT.read(f"<quiz>{element('{1:SA:=a} {1:SA:=b}')}</quiz>".encode(), language)  # type: ignore[arg-type]
    prompts = {entry.card.question.prompt.plain for entry in bank.entries if entry.card.question}
    said = {
        "lt": "Kas praleista vietoje ({})?",
        "pl": "Czego brakuje w miejscu ({})?",
        "nb": "Hva mangler i ({})?",
    }
    assert prompts == {said[language].format(number) for number in (1, 2)}


def test_a_gap_behind_a_question_is_its_answer() -> None:
    (entry,) = read("<p>Read.</p><p>Who is it?<br>{1:SA:=a}.</p>")
    assert entry.card == Card(
        Text("Read."), question=Question("", "text", Text("Who is it?"), accepted=("a",))
    )


def test_blanks_survive_markdown() -> None:
    first, second = read("**A** {1:SA:=a_b_c}\n\n{1:MC:=*x*~y}", form="markdown")
    assert first.card.text.plain == "A (1) _____\n\n(2) _____"
    assert first.card.question
    assert first.card.question.accepted == ("a_b_c",)
    assert second.card.question
    assert second.card.question.options[0].text == Text("x", (Entity("italic", 0, 1),))


def test_missing_words_are_chosen_within_their_group() -> None:
    words = [("cat", 1), ("mat", 2), ("dog", 1), ("cat", 1), ("rug", 2)]
    choices = "".join(
        f"<selectoption><text>{word}</text><group>{group}</group></selectoption>" for word, group in words
    )
    entries = read("The [[1]] on the [[5]].", "gapselect", f"<shuffleanswers>0</shuffleanswers>{choices}")
    cat, dog = Option(Text("cat"), True), Option(Text("dog"))
    mat, rug = Option(Text("mat")), Option(Text("rug"), True)
    assert [entry.card.question for entry in entries] == [
        Question("", "single", Text("What is missing in (1)?"), (cat, dog)),
        Question("", "single", Text("What is missing in (2)?"), (mat, rug)),
    ]


def test_words_to_drag() -> None:
    boxes = "".join(f"<dragbox><text>{word}</text><group>1</group><infinite/></dragbox>" for word in "ab")
    (entry,) = read("It is [[2]]!", "ddwtos", boxes)
    options = (Option(Text("a")), Option(Text("b"), True))
    assert entry.card == Card(Text("It is _____!"), question=single(*options, shuffled=True))


REFUSED = {
    "no gaps": (element("Text"), "It has no gaps in its text."),
    "another kind": (
        element("{1:REGEXP:=a}"),
        "A gap of it is of the kind 'REGEXP', which Moodle does not document.",
    ),
    "no end": (element(r"{1:SA:=a\} b"), "A gap in its text does not end: write } behind its answers."),
    "nothing right": (element("{1:SA:=a} {1:SA:b}"), "No answer is marked as right."),
    "no number": (element("{1:NM:=a}"), "'a' is no number of at most 15 digits."),
    "unseen": (
        element("<p title='{1:SA:=a}'>x {1:SA:=b}</p>"),
        "One of its gaps is where nobody sees it: write its text anew.",
    ),
    "many gaps": (element("{1:SA:=a}" * 31), "It has 31 gaps, and 30 are taken at most: divide it."),
    "many answers": (
        element("{1:SA:=a" + "~a" * 40 + "}"),
        "A gap has 41 answers, and 40 are taken at most.",
    ),
    "a long text": (element("x" * 20_001), "A text of it has 20,001 characters: no message can be so long."),
    "no choice": (element("[[2]]", "gapselect"), "The gap [[2]] has no choice that belongs to it."),
    "many choices": (
        element("[[1]]", "ddwtos", "".join(f"<dragbox><text>{each}</text></dragbox>" for each in range(13))),
        "A gap has 13 choices, and 12 are taken at most.",
    ),
    "a dictionary": (
        element("[[1]]", "ddwtos", "<dragbox><text>a</text></dragbox>" * 201),
        "It has 201 choices, and 200 are taken at most.",
    ),
    "one gap that a lesson cannot have": (
        element("{1:SA:=a} {1:MC:=a}"),
        "The question has 1 options, so write 2 to 12 of them.",
    ),
}


@pytest.mark.parametrize(("source", "reason"), REFUSED.values(), ids=REFUSED)
def test_all_gaps_are_taken_or_none(source: str, reason: str) -> None:
    made = make("a.xml", f"<quiz>\n{source}\n{element('{1:SA:=a}')}</quiz>".encode(), language="en")
    assert made.taken.refused == (Told(2, reason),)
    assert made.taken.taken == 1


def test_gaps_are_counted_as_questions_of_the_file() -> None:
    with pytest.raises(Unreadable, match=r"^The file has more than 2,000 questions"):
        FORMAT.read(f"<quiz>{element('{1:SA:=a}' * 30) * 67}</quiz>".encode(), "en")
