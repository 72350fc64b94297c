"""Dates and lengths as each language writes them."""

from datetime import date

import pytest

from certificates.writing import MOST, day, length, plain
from domain.language import Language


@pytest.mark.parametrize(
    ("language", "minutes", "written"),
    [
        ("lt", 1, "1 minutė"),
        ("lt", 2, "2 minutės"),
        ("lt", 10, "10 minučių"),
        ("lt", 21, "21 minutė"),
        ("lt", 60, "1 valanda"),
        ("lt", 630, "10 valandų ir 30 minučių"),
        ("pl", 1, "1 minuta"),
        ("pl", 22, "22 minuty"),
        ("pl", 25, "25 minut"),
        ("pl", 125, "2 godziny i 5 minut"),
        ("pl", 300, "5 godzin"),
        ("nb", 1, "1 minutt"),
        ("nb", 45, "45 minutter"),
        ("nb", 150, "2 timer og 30 minutter"),
        ("en", 90, "1 hour, 30 minutes"),
        ("en", 1, "1 minute"),
    ],
)
def test_lengths(language: Language, minutes: int, written: str) -> None:
    assert length(minutes, language) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("lt", "2028 m. vasario 29 d."),
        ("pl", "29 lutego 2028"),
        ("nb", "29. februar 2028"),
        ("en", "29 February 2028"),
    ],
)
def test_days(language: Language, written: str) -> None:
    assert day(date(2028, 2, 29), language) == written


def test_very_long_words_are_cut_and_can_be_broken() -> None:
    assert plain("a" * 60) == "a" * 60
    assert plain("a" * 61) == f"{'a' * 60}\u200ba"
    assert plain("ab " * 200).endswith("…")
    assert len(plain("ab " * 200)) == MOST
