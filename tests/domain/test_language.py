"""Languages guessed from a messenger's word, and names that only their owner recognises."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.language import LANGUAGES, OWN_NAMES, Language, guess, language_of
from domain.organisation import masked


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("lt", "lt"),
        ("lt-LT", "lt"),
        ("pl_PL", "pl"),
        ("nb-NO", "nb"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("EN-gb", "en"),
        (" en ", "en"),
        ("en-Latn-GB", "en"),
        ("", None),
        ("de", None),
        ("lit", None),
        ("-lt", None),
        ("english", None),
    ],
)
def test_the_language_of_a_tag(tag: str, language: Language | None) -> None:
    assert language_of(tag) == language


@given(st.text(max_size=8))
def test_any_tag_means_one_of_ours_or_none(tag: str) -> None:
    assert language_of(tag) in (*LANGUAGES, None)


@pytest.mark.parametrize(
    ("tags", "language"),
    [((), "lt"), (("de", ""), "lt"), (("de", "no", "en"), "nb"), (("pl", "en"), "pl")],
)
def test_the_first_tag_that_is_ours_is_the_guess(tags: tuple[str, ...], language: Language) -> None:
    assert guess(*tags, default="lt") == language


def test_every_language_has_a_name_of_its_own() -> None:
    assert list(OWN_NAMES) == list(LANGUAGES)
    assert len(set(OWN_NAMES.values())) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Jonas Kazlauskas", "Jo••• Ka•••"),
        ("  Żaneta\tŁoś-Nowak ", "Ża••• Ło•••"),
        ("O. Å", "O••• Å•••"),
        ("王小明", "王•••"),
        ("👩‍🏫 Ona", "👩••• O•••"),
        ("", ""),
    ],
)
def test_a_masked_name(name: str, shown: str) -> None:
    assert masked(name) == shown


@given(st.text())
@example("Ona\u00a0Ana")
@example("a\u0301b\u0301c")
def test_a_masked_name_never_shows_more_than_two_letters_of_a_word(name: str) -> None:
    words, shown = name.split(), masked(name).split()
    assert len(shown) == len(words)
    for word, part in zip(words, shown, strict=True):
        letters = part.removesuffix("•••")
        assert part.endswith("•••")
        assert word.startswith(letters)
        assert sum(unicodedata.category(each).startswith("L") for each in letters) <= 2
