"""What an answer is worth: 1 for a right one, 0 for a wrong one, a share between, nothing where nobody can say."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import chain, combinations, permutations, product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.grading import MOST_WRITTEN, Given, is_right, number_in, score
from domain.question import Number, Option, Question
from domain.text import Text
from tests.domain.make import KINDS, question
from tests.domain.strategies import calm

SETS = list(chain.from_iterable(combinations(range(4), size) for size in range(5)))
THIRD = pytest.approx(1 / 3)


def numbers(*right: Number) -> Question:
    return Question("n", "number", Text("?"), numbers=right)


def chosen(kind: str, *indexes: int) -> float | None:
    return score(question(kind), Given(indexes))


def written(asked: Question, *said: str) -> list[float | None]:
    return [score(asked, Given(words=each)) for each in said]


def accepted(asked: Question, said: Iterable[str]) -> list[str]:
    """Which of these are right; all others are wrong."""
    return [each for each in said if is_right(asked, Given(words=each))]


@pytest.mark.parametrize(("kind", "right"), [("s", {1}), ("m", {0, 2})])
def test_exactly_the_right_options_are_right(kind: str, right: set[int]) -> None:
    assert [set(each) for each in SETS if is_right(question(kind), Given(each))] == [right]


def test_several_are_right_in_any_order() -> None:
    assert [chosen("m", *each) for each in permutations((0, 2))] == [1, 1]


def test_an_opinion_and_an_open_answer_have_no_score() -> None:
    assert {chosen("o", *each) for each in SETS} == {None}
    assert written(question("f"), "", "Taip", "x" * MOST_WRITTEN) == [None, None, None]
    assert is_right(question("f"), Given(words="Taip")) is None


@pytest.mark.parametrize(
    ("picked", "worth"),
    [
        ((0,), 0.5),
        ((2,), 0.5),
        ((1,), 0),
        ((0, 1), 0),
        ((0, 1, 2), 0.5),
        ((0, 1, 2, 3), 0),
        ((1, 3), 0),
        ((), 0),
    ],
)
def test_right_options_count_less_wrong_ones(picked: tuple[int, ...], worth: float) -> None:
    assert chosen("m", *picked) == worth


@pytest.mark.parametrize(
    ("kind", "picked", "worth"),
    [
        ("r", (0, 1, 2, 3), 1),
        ("r", (1, 0, 2, 3), pytest.approx(5 / 6)),
        ("r", (0, 3, 1, 2), pytest.approx(4 / 6)),
        ("r", (3, 2, 1, 0), 0),
        ("r", (3, 0, 1, 2), 0.5),
        ("r", (0, 1, 2), 0),
        ("r", (0, 1, 2, 2), 0),
        ("r", (), 0),
        ("c", (0, 1, 2, 3), 1),
        ("c", (1, 0, 2, 3), 0.5),
        ("c", (3, 0, 1, 2), 0),
        ("c", (0, 1, 2), 0),
        ("g", (0, 0, 0, 1), 1),
        ("g", (0, 0, 0, 0), 0.75),
        ("g", (1, 1, 1, 0), 0),
    ],
)
def test_what_is_half_right_is_worth_a_share(kind: str, picked: tuple[int, ...], worth: float) -> None:
    assert chosen(kind, *picked) == worth


@pytest.mark.parametrize("kind", ["r", "c", "g"])
def test_only_the_whole_answer_is_right(kind: str) -> None:
    right = {"r": (0, 1, 2, 3), "c": (0, 1, 2, 3), "g": (0, 0, 0, 1)}[kind]
    several = permutations(range(4)) if kind == "r" else product(range(4 if kind == "c" else 2), repeat=4)
    assert [each for each in several if is_right(question(kind), Given(each))] == [right]


@given(st.permutations(range(4)))
def test_an_order_and_its_reverse_are_worth_one_together(order: list[int]) -> None:
    there, back = chosen("r", *order), chosen("r", *reversed(order))
    assert there is not None
    assert back is not None
    assert there + back == pytest.approx(1)


@calm
@given(
    st.sampled_from(sorted(KINDS)),
    st.lists(st.integers(0, 3), max_size=5).map(tuple),
    st.text(max_size=30) | st.from_regex(r"[-+]?[0-9]{0,4}[.,][0-9]{0,3} ?(°C)?", fullmatch=True),
)
def test_a_score_is_between_nothing_and_one(kind: str, picked: tuple[int, ...], said: str) -> None:
    asked = question(kind)
    assume(kind not in "cg" or all(each < len(asked.places) for each in picked))
    worth = score(asked, Given(picked, said))
    assert worth is None if kind in "of" else worth is not None and 0 <= worth <= 1
    assert is_right(asked, Given(picked, said)) == (None if worth is None else worth == 1)


@pytest.mark.parametrize(
    ("said", "value", "unit"),
    [
        ("12", "12", ""),
        (" 12 ", "12", ""),
        ("-3", "-3", ""),
        ("−3", "-3", ""),
        ("–3", "-3", ""),
        ("+3", "3", ""),
        ("0,5", "0.5", ""),
        ("0.5", "0.5", ""),
        (".5", "0.5", ""),
        (",5", "0.5", ""),
        ("-.5", "-0.5", ""),
        ("007", "7", ""),
        ("12.", "12", ""),
        ("12!", "12", ""),
        ("1 234,5 mg", "1234.5", "mg"),
        ("1\u00a0234", "1234", ""),
        ("1\u202f234\u202f567", "1234567", ""),
        ("1'234", "1234", ""),
        ("1’234.5", "1234.5", ""),
        ("1,234.5", "1234.5", ""),
        ("1.234,5", "1234.5", ""),
        ("1,234,567", "1234567", ""),
        ("1.234.567,25", "1234567.25", ""),
        ("1,234", "1.234", ""),
        ("12mg", "12", "mg"),
        ("12 km/h.", "12", "km/h"),
        ("12,\n", "12", ""),
        ("50 %", "50", "%"),
        ("50%", "50", "%"),
        ("14 dienų", "14", "dienų"),
        ("١٢", "12", ""),
        ("12-13", "12", "-13"),
        ("2018-05-25", "2018", "-05-25"),
        ("9" * 40, "9" * 40, ""),
    ],
)
def test_a_number_as_people_write_it(said: str, value: str, unit: str) -> None:
    assert number_in(said) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "said",
    ["", " ", "x", "apie 12", "dvylika", "-", "+", ".", ",", "- 3", "--3", "¹", "½", "1.2.3", "25.05.2018", "1.23,4.5",
     "1,2345.6", "1,234.567,890", "mg 12", "№ 12", "(12)", "\0"],
)  # fmt: skip
def test_what_is_no_number(said: str) -> None:
    assert number_in(said) is None


decimals = st.decimals(-99_999, 99_999, allow_nan=False, places=3)


@given(decimals, st.sampled_from(".,"), st.sampled_from(["", " ", "\u00a0", "'"]))
def test_a_number_is_read_whatever_separates_its_digits(value: Decimal, point: str, apart: str) -> None:
    said = f"{value:,}".replace(".", "p").replace(",", apart).replace("p", point)
    assert number_in(said) == (value, "")


WARM = Number(Decimal("37.5"), Decimal("0.5"), "°C")


@pytest.mark.parametrize(
    ("asked", "right", "wrong"),
    [
        (WARM, ["37", "37,0", "38", "38.000", "37,5", "37,5 °C", "37,5°c", "37.5 ° C"], ["36,999", "38,001", "-37"]),
        (WARM, ["37,5 ℃"], ["37,5 K", "37,5 °F", "37,5 laipsnio", "", "labas", "37,5-38"]),
        (Number(Decimal(42)), ["42", "42,0", "042", "+42", "42."], ["41", "43", "42.0001", "-42", "42-43", "42 43"]),
        (Number(Decimal(42)), ["42 dienos", "42 %"], ["42 ar 43", "4 2 1", "42²"]),
        (Number(Decimal(-3)), ["-3", "−3", "–3"], ["3", "- 4"]),
        (Number(Decimal("0.1"), Decimal("0.02")), [".1", ",1", "0.08", "0.12"], ["0.0799", "0.1201"]),
        (Number(Decimal(9), unit="m²"), ["9", "9 m²", "9 m2", "9M2"], ["9 m", "9 m3", "9 m²²"]),
        (Number(Decimal(1234), unit="mg"), ["1 234 mg", "1234mg", "1'234 MG"], ["1,234 mg", "1234 g"]),
        (Number(Decimal(2018)), ["2018", "2018 m."], ["2 019", "2018-05-25"]),
    ],
)  # fmt: skip
def test_a_number_is_right_up_to_its_tolerance(asked: Number, right: list[str], wrong: list[str]) -> None:
    assert accepted(numbers(asked), right + wrong) == right


def test_any_of_several_numbers_is_right() -> None:
    asked = numbers(Number(Decimal(1), unit="kg"), Number(Decimal(1000), Decimal(10), "g"))
    assert accepted(asked, ["1 kg", "1000 g", "990 g", "1010", "1"]) == [
        "1 kg",
        "1000 g",
        "990 g",
        "1010",
        "1",
    ]
    assert accepted(asked, ["1 g", "1000 kg", "989 g", "2"]) == []


@given(decimals, st.decimals(0, 99, allow_nan=False, places=3), decimals)
def test_the_borders_of_a_tolerance_belong_to_it(value: Decimal, tolerance: Decimal, other: Decimal) -> None:
    asked = numbers(Number(value, tolerance))
    borders = [str(value - tolerance), str(value + tolerance), str(value)]
    beyond = [str(value - tolerance - Decimal("0.001")), str(value + tolerance + Decimal("0.001"))]
    assert written(asked, *borders, *beyond) == [1, 1, 1, 0, 0]
    inside = value - tolerance <= other <= value + tolerance
    assert written(asked, str(other)) == [float(inside)]


def test_a_single_choice_takes_no_second_option() -> None:
    asked = Question("s", "single", Text("?"), (Option(Text("a"), correct=True), Option(Text("b"))))
    assert [score(asked, Given(each)) for each in ((0,), (1,), (0, 1), ())] == [1, 0, 0, 0]
