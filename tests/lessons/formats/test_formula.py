"""Formulas as Moodle documents them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.formats.formula import MOST_SIGNS, UncountableError, value_of

GOOD = {
    "1 + 2 * 3": 7.0,
    "(1 + 2) * 3": 9.0,
    "10 - 4 - 3": 3.0,
    "2 ** 3 ** 2": 512.0,
    "-2 ** 2": -4.0,
    "2 ** -1": 0.5,
    "--3": 3.0,
    "-7 % 3": -1.0,
    "7.9 % 2": 1.0,
    "{x} / {y z}": 1.5,
    ".5e1 + 1.": 6.0,
    "PI()": math.pi,
    "pow(2, 3)": 8.0,
    "log(64, 2)": 6.0,
    "log(exp(2))": 2.0,
    "round(2.5)": 3.0,
    "round(-1.255, 2)": -1.26,
    "max(1, 5, 2) - min(3, 2)": 3.0,
    "bindec(101) + decbin(5) + octdec(17) + decoct(8)": 131.0,
    "rad2deg(pi()) + deg2rad(180) - pi()": 180.0,
    "abs(-1) + ceil(1.2) + floor(1.8) + sqrt(4)": 6.0,
    "sin(0) + cos(0) + atan2(0, 1) + fmod(5, 3)": 3.0,
    "is_finite(1) + is_nan(1) + is_infinite(1)": 1.0,
    "{x} > 2 ? 10 : 20": 10.0,
    "1 == 2 || 1 != 2 && 3 <= 3": 1.0,
    "!0 + !5": 1.0,
}


@pytest.mark.parametrize(("formula", "value"), GOOD.items(), ids=list(GOOD))
def test_what_a_formula_comes_to(formula: str, value: float) -> None:
    assert value_of(formula, {"x": 3, "y z": 2}) == pytest.approx(value, abs=1e-12)


BAD = [
    "", "1 +", "(1", "1)", "1 2", "2({x})", "{none}", "1 / 0", "5 % 0", "sqrt(-1)", "9 ** 9 ** 9", "1e999",
    "1e308 * 10", "eval(1)", "pi", "pi(1)", "abs()", "abs(1, 2)", "max(1)", "rand()", "1; 2", "'a'", "x.y", "1 ^ 2",
    "(-8) ** 0.5", "round(1, 99)", "bindec(12)", "decbin(-1)", "decbin(1.5)", "(" * 30 + "1" + ")" * 30, "1" * 301,
    "1?2", "2**" * 30 + "1",
]  # fmt: skip


@pytest.mark.parametrize("formula", BAD)
def test_what_is_no_formula(formula: str) -> None:
    with pytest.raises(UncountableError):
        value_of(formula, {"x": 3})


SIGNS = [
    "1",
    "2.5",
    "{x}",
    "(",
    ")",
    "+",
    "-",
    "*",
    "/",
    "**",
    "%",
    ",",
    "?",
    ":",
    "pow(",
    "decbin(",
    "!",
    "<",
    "9e99",
]


@given(st.lists(st.sampled_from(SIGNS) | st.text(max_size=2), max_size=60).map("".join))
def test_any_formula_comes_to_a_number_or_to_none(formula: str) -> None:
    try:
        value = value_of(formula, {"x": 3})
    except UncountableError:
        return
    assert math.isfinite(value)
    assert len(formula) <= MOST_SIGNS


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.integers(1, 10**6))
def test_it_counts_as_anybody_would(one: int, two: int, three: int) -> None:
    formula = f"({{a}} + {two}) * {three} - {{a}} / {three}"
    assert value_of(formula, {"a": one}) == pytest.approx((one + two) * three - one / three)
