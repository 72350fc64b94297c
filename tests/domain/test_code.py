"""One-time codes: two spellings of the same bits, and how hard they are to guess at the rate that is allowed."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.code import BYTES, LETTERS, by_hand, from_hand, grouped, letters_in, spelled, token
from domain.guessing import A_DAY, ALARM, AN_HOUR, DAY, HOUR, minutes_left, until
from domain.mailbox import LETTERS as MAILED
from domain.mailbox import MOST, TRIES, is_secret, secret_of

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
KEY = b"k" * 32
A_BILLIONTH = Fraction(1, 10**9)
codes = st.binary(min_size=BYTES, max_size=BYTES).map(token)


@given(codes)
def test_both_spellings_are_the_same_code(code: str) -> None:
    written = by_hand(code)
    assert len(code) == 22
    assert from_hand(written) == spelled(written) == spelled(f" {code}\n") == code
    assert from_hand(written.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == code


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_or_nothing(words: str) -> None:
    found = from_hand(words)
    assert found == "" or by_hand(found).replace("-", "") == letters_in(words)


@pytest.mark.parametrize(
    "words", ["", "labas", "8" * 26, "0" * 25, "0" * 27, "U" * 26, "a b", "A" * 21, "A" * 23]
)
def test_what_is_no_code(words: str) -> None:
    assert spelled(words) == ""


@pytest.mark.parametrize("code", ["", "one", "A" * 21, "A" * 26, "ą" * 22])
def test_only_a_code_is_written_for_a_hand(code: str) -> None:
    with pytest.raises(ValueError, match=r"128 bits|padding|ASCII|base64"):
        by_hand(code)


@given(st.text(max_size=20))
def test_secrets_of_a_seed_are_what_they_say(seed: str) -> None:
    letters, link, hand = (secret_of(KEY, seed, form) for form in ("letters", "token", "hand"))
    assert (len(letters_in(letters)), spelled(link), from_hand(hand)) == (MAILED, link, link)
    assert is_secret(KEY, seed, letters.lower().replace("-", ""))
    assert not is_secret(KEY, seed, letters[:-1] + ("0" if letters[-1] != "0" else "1"))
    assert secret_of(b"x" * 32, seed, "token") != link


def test_no_letter_looks_like_another() -> None:
    assert len(set(LETTERS)) == 32
    assert not set("OIL") & set(LETTERS)
    assert grouped(31, 2) == "0Z"


def test_a_code_of_an_invitation_is_not_guessed() -> None:
    """Even if nobody limited it: as many tries as a service takes updates, against as many open codes as people."""
    a_day, open_codes = 1000 * 86_400, 1_000_000
    prefixed = 12  # a guess that begins like a link ("p_", "j_") is not counted
    assert Fraction(a_day * open_codes, 2 ** (8 * BYTES - prefixed)) < A_BILLIONTH
    assert Fraction(ALARM * 24 * open_codes, 2 ** (8 * BYTES)) < A_BILLIONTH / 10**9


def test_a_code_by_mail_is_not_guessed() -> None:
    """At the full rate that is allowed: each mailbox gets so many codes an hour, each code takes so many tries.

    And somebody with many accounts may try at all mailboxes of a service at once.
    """
    mailboxes = 1_000_000
    tries = MOST * TRIES * 24 * mailboxes
    assert Fraction(tries, 32**MAILED) < A_BILLIONTH
    assert Fraction(A_DAY, 32**MAILED) < A_BILLIONTH / 10**6


@given(st.lists(st.integers(0, 60 * 48), max_size=60), st.integers(0, 60 * 48))
def test_an_account_never_gets_more_tries_than_it_may(minutes: list[int], start: int) -> None:
    """Whenever it tries: at most five within any hour, and twenty within any day."""
    begin, taken = NOW + timedelta(minutes=start), list[datetime]()
    for minute in sorted(minutes):
        at = begin + timedelta(minutes=minute)
        if until([each for each in reversed(taken) if each > at - DAY], at) is None:
            taken.append(at)
    for number, at in enumerate(taken):
        for most, span in ((AN_HOUR, HOUR), (A_DAY, DAY)):
            assert sum(at - span < each <= at for each in taken[: number + 1]) <= most


def test_how_long_it_takes_yet() -> None:
    assert [minutes_left(NOW + timedelta(seconds=each), NOW) for each in (1, 60, 61, 3600)] == [1, 1, 2, 60]
