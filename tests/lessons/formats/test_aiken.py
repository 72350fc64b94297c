"""Aiken, as Moodle documents it."""

import pytest

from domain.programme import Card
from domain.question import Option, Question
from domain.text import Text
from lessons.formats.aiken import FORMAT
from lessons.formats.bank import Bank, Entry, Told


def read(source: str) -> Bank:
    return FORMAT.read(source.encode(), "lt")


def question(prompt: str, right: int, *texts: str) -> Question:
    options = tuple(Option(Text(text), place == right) for place, text in enumerate(texts))
    return Question("", "single", Text(prompt), options, shuffled=True)


GOOD = {
    "points": ("Which?\nA. one\nB. two\nANSWER: B", "", question("Which?", 1, "one", "two")),
    "brackets": ("Which?\n\nA) one\n\n B)\ttwo\r\nANSWER:A", "", question("Which?", 0, "one", "two")),
    "two lines": (
        "Which\nis it?\nA) one\nB) two\nANSWER: B \n",
        "",
        question("Which is it?", 1, "one", "two"),
    ),
    "a statement": (
        "It is\nA) a\nB) b\nANSWER: B",
        "It is",
        question("Kuris atsakymas teisingas?", 1, "a", "b"),
    ),
    "a letter first": (
        "I. Kant wrote it?\nA) a\nB) b\nANSWER: B",
        "",
        question("I. Kant wrote it?", 1, "a", "b"),
    ),
    "initials": (
        "What do\nU.S. laws say?\nA. a\nB. b\nANSWER: B",
        "",
        question("What do U.S. laws say?", 1, "a", "b"),
    ),
    "signs": ("<b>?\nA) {*}\nB) 1. # x\nANSWER: B", "", question("<b>?", 1, "{*}", "1. # x")),
}


@pytest.mark.parametrize(("source", "text", "asked"), GOOD.values(), ids=GOOD)
def test_a_question(source: str, text: str, asked: Question) -> None:
    assert read(source) == Bank((Entry(1, "single", Card(Text(text), question=asked)),))


BAD = {
    "no answer": ("Q?\nA) a\nB) b\n\n", "It has no line ANSWER: with the letter of the right option."),
    "another letter": ("Q?\nA) a\nB) b\nANSWER: C", "ANSWER: names no option of it, and it has A, B."),
    "two letters": ("Q?\nA) a\nB) b\nANSWER: A, B", "ANSWER: names no option of it, and it has A, B."),
    "no letter": ("Q?\nA) a\nB) b\nANSWER:", "ANSWER: names no option of it, and it has A, B."),
    "no options": ("Q?\nANSWER: A", "ANSWER: names no option of it, and it has none."),
    "only an answer": ("ANSWER: A", "ANSWER: names no option of it, and it has none."),
    "order": ("Q?\nB) b\nA) a\nANSWER: A", "Its options do not begin with A, B, C in this order."),
    "no space": (
        "Q?\nA)a\nB)b\nANSWER: A",
        "Write a space and a text behind the letter of each option: A) text.",
    ),
    "no text": (
        "Q?\nA)\nB) b\nANSWER: A",
        "Write a space and a text behind the letter of each option: A) text.",
    ),
}


@pytest.mark.parametrize(("source", "reason"), BAD.values(), ids=BAD)
def test_what_is_refused_with_its_line(source: str, reason: str) -> None:
    good = question("Which?", 0, "one", "two")
    bank = read(f"\n{source}\nWhich?\nA) one\nB) two\nANSWER: A")
    assert bank.refused == (Told(2, reason),)
    assert [entry.card for entry in bank.entries] == [Card(question=good)]
