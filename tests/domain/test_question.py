"""What kind a question is, and whether an answer is right."""

from itertools import chain, combinations, permutations

import pytest

from domain.problem import Problem
from domain.question import Option, QuestionKind, grade, kind_of
from domain.text import Text
from tests.domain.make import question

SETS = list(chain.from_iterable(combinations(range(4), size) for size in range(5)))


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


@pytest.mark.parametrize(("kind", "right"), [("s", (1,)), ("m", (0, 2)), ("o", ())])
def test_right_options_are_told_by_their_places(kind: str, right: tuple[int, ...]) -> None:
    assert question(kind).right == right


@pytest.mark.parametrize(("kind", "right"), [("s", {1}), ("m", {0, 2})])
def test_exactly_the_right_options_are_right(kind: str, right: set[int]) -> None:
    assert [set(chosen) for chosen in SETS if grade(question(kind), chosen)] == [right]


def test_an_answer_is_graded_in_any_order() -> None:
    assert [grade(question("m"), chosen) for chosen in permutations((0, 2))] == [True, True]


def test_an_opinion_is_neither_right_nor_wrong() -> None:
    assert {grade(question("o"), chosen) for chosen in SETS} == {None}


def test_a_problem_reads_as_a_line_of_a_compiler() -> None:
    problem = Problem("safe/01.lt.md", 12, "no-right", "Mark the right option with [x].")
    assert str(problem) == "safe/01.lt.md:12: no-right: Mark the right option with [x]."
