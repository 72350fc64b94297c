"""What kind a question is, and what belongs to it."""

from dataclasses import replace

import pytest

from domain.problem import Problem
from domain.programme import Card
from domain.question import Option, QuestionKind, kind_of
from domain.text import Text
from tests.domain.make import KINDS, question


@pytest.mark.parametrize(
    ("right", "kind"),
    [
        ((), "opinion"),
        ((False, False), "opinion"),
        ((True,), "single"),
        ((False, True, False), "single"),
        ((True, True), "multiple"),
        ((True, True, True), "multiple"),
    ],
)
def test_right_options_make_the_kind(right: tuple[bool, ...], kind: QuestionKind) -> None:
    assert kind_of(Option(Text("a"), correct) for correct in right) == kind


@pytest.mark.parametrize(("kind", "right"), [("s", (1,)), ("m", (0, 2)), ("o", ()), ("r", ()), ("w", ())])
def test_right_options_are_told_by_their_places(kind: str, right: tuple[int, ...]) -> None:
    assert question(kind).right == right


def test_right_sides_stand_once_in_the_order_of_their_first_row() -> None:
    places = [[place.plain for place in question(kind).places] for kind in "cgs"]
    assert places == [["Pieva", "Upė", "Ežeras", "Miškas"], ["Vanduo", "Miškas"], []]


def test_options_that_are_pictures_are_called_by_their_numbers_too() -> None:
    words = question()
    options = tuple(replace(option, picture="a.png") for option in words.options)
    shown = replace(words, options=options)
    assert (words.pictured, words.names) == (False, ("Žąsis", "Antis", "Gulbė", "Strazdas"))
    assert (shown.pictured, shown.names) == (True, ("1. Žąsis", "2. Antis", "3. Gulbė", "4. Strazdas"))
    assert Card(question=shown).shape == replace(Card(question=words).shape, pictured=True)


def test_some_kinds_are_answered_in_words() -> None:
    assert [kind for kind in KINDS if question(kind).written] == ["n", "w", "f"]


def test_a_problem_reads_as_a_line_of_a_compiler() -> None:
    problem = Problem("safe/01.lt.md", 12, "no-right", "Mark the right option with [x].")
    assert str(problem) == "safe/01.lt.md:12: no-right: Mark the right option with [x]."
