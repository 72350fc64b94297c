"""Results as cells, and cells that are no formulas."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.result import COLUMNS, Result, ResultState, cells, percent, result_state
from domain.spreadsheet import bare, guarded


def test_a_result_is_numbers_dates_and_words_in_one_line() -> None:
    result = Result(
        3, "Gluosnių\nbiblioteka", 7, "", "Ona", "ona@b.lt", "safe", "Saugiai", None, "learning",
        due_on=date(2026, 12, 1), lessons=2, percent=0,
    )  # fmt: skip
    found = dict(zip(COLUMNS, cells(result), strict=True))
    assert found["organisation"] == "Gluosnių biblioteka"
    assert (found["due_on"], found["version"], found["percent"], found["test_percent"]) == (
        "2026-12-01",
        "",
        "0",
        "",
    )
    assert set(found) == set(COLUMNS)


@pytest.mark.parametrize(
    ("part", "whole", "told"), [(0, 0, None), (2, 3, 66), (3, 3, 100), (0.29, 1, 29), (0, 5, 0)]
)
def test_a_percentage_is_rounded_down(part: float, whole: int, told: int | None) -> None:
    assert percent(part, whole) == told


@pytest.mark.parametrize(
    ("state", "started", "told"),
    [
        ("active", False, "not_started"),
        ("active", True, "learning"),
        ("paused", True, "paused"),
        ("paused", False, "not_started"),
        ("finished", False, "finished"),
    ],
)
def test_the_state_of_a_study(state: str, started: bool, told: ResultState) -> None:
    assert result_state(state, started=started) == told


@given(
    st.text()
    | st.builds(str.__add__, st.sampled_from(["=", "+", "-", "@", "\t", "\r", "|", "%", "'="]), st.text())
)
def test_no_cell_is_a_formula_and_each_comes_back(words: str) -> None:
    cell = words.strip()
    assert guarded(cell)[:1] not in tuple("=+-@|%\t\r＝＋－＠")
    assert bare(guarded(cell)) == cell
