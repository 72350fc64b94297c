"""What somebody asks to have corrected, as they write it in the chat or on a page."""

import pytest

from domain.correction import Wish, wish_of
from domain.roster_cells import Wrong


@pytest.mark.parametrize(
    ("written", "wish"),
    [
        ("name Ona Onaitė", Wish("name", "Ona Onaitė")),
        ("email ona@example.org", Wish("email", "ona@example.org")),
        ("job\nhead of\nguides", Wish("job", "head of\nguides")),
        ("job2 guide", Wish("job", "guide", 2)),
        ("name", None),
        ("job0 guide", None),
        ("jobs guide", None),
        ("correct", None),
        ("", None),
    ],
)
def test_a_wish_is_written_behind_its_word(written: str, wish: Wish | None) -> None:
    assert wish_of(written) == wish


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish("name", "  Ona \n Onaitė "), "Ona Onaitė"),
        (Wish("email", "mailto:Ona@Example.ORG"), "ona@example.org"),
        (Wish("job", "head  of guides"), "head of guides"),
    ],
)
def test_words_are_kept_as_a_roster_keeps_them(wish: Wish, words: str) -> None:
    assert wish.words == words


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (Wish("name", " "), "name_missing"),
        (Wish("name", "-"), "name"),
        (Wish("name", "x" * 121), "name_long"),
        (Wish("email", ""), "email_missing"),
        (Wish("email", "ona@"), "email"),
        (Wish("email", "оna@example.org"), "email_letter"),
        (Wish("job", "-"), "job_missing"),
        (Wish("job", "=1+1"), "formula"),
    ],
)
def test_what_no_roster_takes_is_not_asked_for(wish: Wish, why: str) -> None:
    with pytest.raises(Wrong) as wrong:
        assert wish.words is None
    assert wrong.value.problem.code == why
