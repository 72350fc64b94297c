"""GIFT, part by part, as Moodle documents it."""

from dataclasses import replace
from decimal import Decimal
from typing import Literal

import pytest

from domain.programme import Card
from domain.question import Number, Option, Question
from domain.text import Entity, Text
from lessons.formats.bank import Bank, Entry
from lessons.formats.gift import FORMAT
from tests.lessons.formats.samples import GIFT

COMMENTS = "What is said about single answers is left out: a lesson has one explanation here."


def read(source: str) -> Bank:
    return FORMAT.read(source.encode(), "en")


def one(source: str) -> Entry:
    bank = read(source)
    assert bank.refused == ()
    (entry,) = bank.entries
    return entry


def asked(source: str) -> Question:
    question = one(source).card.question
    assert question
    return question


def option(text: str, correct: bool = False, said: str = "") -> Option:
    return Option(Text(text), correct, Text(said))


MARKED = Option(Text("c", (Entity("italic", 0, 1),)))
CHOICES = {
    "one": ("Q?{~a =b ~c}", (option("a"), option("b", True), option("c"))),
    "comments": ("Q?{=a#Yes ~b # No }", (option("a", True, "Yes"), option("b", False, "No"))),
    "part of the marks": ("Q?{~%50%a =b ~c}", (option("a"), option("b", True), option("c"))),
    "general twice": (
        "Q?{~a =b ~c#1####2####3}",
        (option("a"), option("b", True, "3"), option("c", False, "1####2")),
    ),
    "several": ("Q?{~%50%a ~%50%b ~%-100%c}", (option("a", True), option("b", True), option("c"))),
    "a third": ("Q?{~%33.33333%a ~%66.7%b ~c}", (option("a", True), option("b", True), option("c"))),
    "all of the marks": ("Q?{~%100%a ~b}", (option("a", True), option("b"))),
    "several that are all right": ("Q?{=a =b ~c}", (option("a", True), option("b", True), option("c"))),
    "weighed and right": ("Q?{=%100%a ~%0%b}", (option("a", True), option("b"))),
    "escapes": (r"Q?{=\= \~ \# \{ \} \: \\ ~c:\d}", (option("= ~ # { } : \\", True), option(r"c:\d"))),
    "general": ("Q?{~a =b#Yes ~c####All}", (option("a"), option("b", True, "Yes\n\nAll"), option("c"))),
    "lines": ("Q?{\n  ~a\n  =b\n#Yes\n}", (option("a"), option("b", True, "Yes"))),
    "html": (
        "[html]<p>Q?</p>{=<b>a</b> ~[plain]<b> ~[markdown]*c*}",
        (option("a", True), option("<b>"), MARKED),
    ),
    "empty line": (r"Q?{=a#b\n\nc ~d}", (option("a", True, "b\n\nc"), option("d"))),
}


@pytest.mark.parametrize(("source", "options"), CHOICES.values(), ids=CHOICES)
def test_a_choice(source: str, options: tuple[Option, ...]) -> None:
    kind: Literal["single", "multiple"] = (
        "single" if sum(each.correct for each in options) == 1 else "multiple"
    )
    entry = replace(one(source), changed=())
    assert entry == Entry(1, kind, Card(question=Question("", kind, Text("Q?"), options, shuffled=True)))


TRUTHS = {
    "T": ("It is so.{T}", True, ("", "")),
    "true": ("It is so.{TRUE}", True, ("", "")),
    "f": ("It is so.{F}", False, ("", "")),
    "false": ("It is so. { FALSE }", False, ("", "")),
    "wrong": ("It is so.{FALSE#No.}", False, ("No.", "")),
    "both": ("It is so.{TRUE#No.#Yes.}", True, ("Yes.", "No.")),
    "general": ("It is so.{FALSE#No.#Yes.####So.}", False, ("No.", "Yes.\n\nSo.")),
}


@pytest.mark.parametrize(("source", "right", "said"), TRUTHS.values(), ids=TRUTHS)
def test_true_or_false(source: str, right: bool, said: tuple[str, str]) -> None:
    entry = one(source)
    assert (entry.kind, entry.card.text) == ("truefalse", Text("It is so."))
    options = (option("True", right, said[0]), option("False", not right, said[1]))
    assert entry.card.question == Question("", "single", Text("Is this true?"), options, shuffled=False)


NUMBERS = {
    "{#42}": (Number(Decimal(42)),),
    "{#42:0.5}": (Number(Decimal(42), Decimal("0.5")),),
    "{#-1.5..2.5}": (Number(Decimal("0.5"), Decimal(2)),),
    "{#=42:1 =%100%7}": (Number(Decimal(42), Decimal(1)), Number(Decimal(7))),
    "{#\n=1822:0#Yes\n=%50%1822:2#Near\n~#No}": (Number(Decimal(1822)),),
    "{#%100%3,5:0,1}": (Number(Decimal("3.5"), Decimal("0.1")),),
    "{#1.5e3}": (Number(Decimal(1500)),),
}


@pytest.mark.parametrize(("answers", "numbers"), NUMBERS.items(), ids=list(NUMBERS))
def test_a_number(answers: str, numbers: tuple[Number, ...]) -> None:
    assert asked(f"How many?{answers}") == Question("", "number", Text("How many?"), numbers=numbers)


WORDS = {
    "{=no one =nobody}": ("no one", "nobody"),
    "{nobody}": ("nobody",),
    "{=%100%a =%50%b =c#Yes}": ("a", "c"),
    "{=%60%a =%30%b}": ("a",),
    r"{=5 \\* 2 =x\=y}": ("5 * 2", "x=y"),
    "{=[html]<b> =a#}": ("<b>", "a"),
    "{=True}": ("True",),
    "{=a =a}": ("a",),
}


@pytest.mark.parametrize(("answers", "accepted"), WORDS.items(), ids=list(WORDS))
def test_words(answers: str, accepted: tuple[str, ...]) -> None:
    assert asked(f"Who?{answers}") == Question("", "text", Text("Who?"), accepted=accepted)


def test_matching() -> None:
    question = asked("Match?{=Canada -> Ottawa\n=[html]<i>Italy</i>  ->Rome ####So.}")
    assert question.kind == "match"
    assert [option.text.plain for option in question.options] == ["Canada", "Italy"]
    assert (question.targets, question.explanation) == ((Text("Ottawa"), Text("Rome")), Text("So."))


def test_an_essay_and_a_description() -> None:
    assert asked("Why?{}").kind == "open"
    assert asked("Why?{####So.}").explanation == Text("So.")
    assert one("::Name::[html]<ul><li>a</li><li>b</li></ul>").card.text == Text("• a\n• b")


ASKED = {
    "a question": ("Who?{a}", "", "Who?"),
    "wrapped": ("Who is\n   it?{a}", "", "Who is it?"),
    "a text before": (r"Read.\n\nWho?{a}", "Read.", "Who?"),
    "a statement": ("Name him.{a}", "Name him.", "What is the answer?"),
    "missing word": ("He is {~a =b} here.", "He is _____ here.", "What is missing?"),
    "missing at the end": ("Two and two is {=four =4}.", "Two and two is _____.", "What is missing?"),
    "a full stop behind": ("Who?{a}.", "", "Who?"),
    "signs behind": ('Who?{a}";', "", "Who?"),
    "missing in a question": ("Is {~a =b} here?", "", "Is _____ here?"),
    "only a question mark": ("?{a}", "?", "What is the answer?"),
    "only answers": ("{~a =b} is it.", "_____ is it.", "What is missing?"),
    "to match": ("Match.{=a->b =c->d}", "Match.", "What belongs together?"),
    "to write": ("Write.{}", "Write.", "What do you answer?"),
    "a number": ("How long.{#1}", "How long.", "Which number is it?"),
    "several": ("Which.{~%50%a ~%50%b}", "Which.", "Which answers are right?"),
    "one": ("Which.{~a =b}", "Which.", "Which answer is right?"),
    "an order": ("Sort.{>ALL\na\nb}", "Sort.", "What is the right order?"),
    "html": ("[html]<p>Read.</p><p>Who?</p>{a}", "Read.", "Who?"),
    "moodle": ("Read <b>it</b> &amp; think.<br>Who?{a}", "", "Read it & think. Who?"),
    "plain": ("[plain]<b>Who?{a}", "", "<b>Who?"),
}


@pytest.mark.parametrize(("source", "text", "prompt"), ASKED.values(), ids=ASKED)
def test_what_is_asked(source: str, text: str, prompt: str) -> None:
    card = one(source).card
    assert card.question
    assert (card.text.plain, card.question.prompt.plain) == (text, prompt)


def test_markdown_keeps_its_marks() -> None:
    card = one("[markdown]**Read.**\\n\\nWho *is*\nit?{=a ~b}").card
    assert card.question
    assert card.text == Text("Read.", (Entity("bold", 0, 5),))
    assert card.question.prompt == Text("Who is it?", (Entity("italic", 4, 2),))


@pytest.mark.parametrize(
    ("written", "name"), [("q-7", "q-7"), ("my q 7", "my q 7"), (r"a\]b\\c", r"a]b\c"), ("", "Title")]
)
def test_an_id_in_a_comment_is_the_name(written: str, name: str) -> None:
    entry = one(f"// 12 [id:{written}] [tag:x] and more\n::Title::Who?{{a}}")
    assert entry.name == name


def test_names_categories_comments_and_lines() -> None:
    source = (
        "\ufeff// one [id:q-7] [tag:x]\r\n::Name \\: a::Who?{a}\r\n\r\n"
        "$CATEGORY: $course$/A//B\r\nWhat?{\r\n  // inside\r\n b}\r\n   \r\n$CATEGORY: \r\n\r\nText"
    )
    entries = [(each.line, each.kind, each.name, each.category) for each in read(source).entries]
    assert entries == [
        (2, "short", "q-7", ""),
        (5, "short", "", "$course$/A//B"),
        (11, "description", "", ""),
    ]


BY_HAND = "There is {} not taken: add the question by hand."
REFUSED = {
    "Who?{=a": "Its braces do not fit together: write its answers between { and }, without an empty line.",
    "Who?}a{": "Its braces do not fit together: write its answers between { and }, without an empty line.",
    "Who?{a} and {b}": r"It has more than one pair of braces: write \{ and \} for those that belong to a text.",
    "Who?{~a ~b}": "No answer is marked as right.",
    "Who?{~%-50%a ~%0%b}": "No answer is marked as right.",
    "Who?{=%0%a}": "No answer is marked as right.",
    "Who?{=a* =b}": "The answer 'a*' has a *, which stands for any words.",
    "Who?{#}": "No answer is marked as right.",
    "Who?{#*}": "Any number (*) is a right answer of it.",
    "Who?{#many}": "'many' is no number of at most 15 digits.",
    "Who?{#12345678901234567}": "'12345678901234567' is no number of at most 15 digits.",
    "Who?{=a->b =c}": "One of its pairs has no -> between the left and the right side.",
    "Who?{=a-> =b->c}": "A left side has nothing that belongs to it.",
    "{=a ~b}": "It has no text of a question.",
    "::Name::": "It has no text.",
    "Look: <img src='a.png'>{=a}": BY_HAND.format("a picture in it, and this is"),
    "[markdown]![a](a.png){=a}": BY_HAND.format("a picture in it, and this is"),
    "Hear <audio src=a></audio>{=a}": BY_HAND.format("a recording in it, and this is"),
    "<a href='@@PLUGINFILE@@/a.pdf'>Read</a>{=a}": BY_HAND.format("a file in it, and files are"),
    "x" * 20_001: "A text of it has 20,001 characters: no message can be so long.",
}


@pytest.mark.parametrize(("source", "reason"), REFUSED.items(), ids=[each[:20] for each in REFUSED])
def test_what_is_refused(source: str, reason: str) -> None:
    bank = read(f"\n{source}\n\nAnd this?{{}}")
    assert [(told.line, told.reason) for told in bank.refused] == [(2, reason)]
    assert [entry.kind for entry in bank.entries] == ["open"]


def test_what_is_left_out_is_told() -> None:
    half = "The answer 'half' was right in part, and now it is wrong."
    assert one("Which?{~%50%half =all ~none}").changed == (half,)
    assert [(entry.line, entry.changed) for entry in read(GIFT).entries if entry.changed] == [
        (15, ("The answer 'nobody' was right in part, and now it is wrong.", COMMENTS)),
        (17, ("The answer '1822:2' was right in part, and now it is wrong.", COMMENTS)),
        (24, ("The right side 'Chat' belongs to nothing and is left out.",)),
    ]
