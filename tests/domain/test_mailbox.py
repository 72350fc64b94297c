"""A code comes of a seed and a key, and of nothing else; what was typed is read as people type it."""

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.code import by_hand
from domain.mailbox import (
    DIGITS,
    OURS,
    UNKNOWN,
    Form,
    Mailbox,
    Mailed,
    code_of,
    digits_in,
    masked,
    secret_of,
    usable,
)
from domain.message import Place, Secret
from domain.texts import Texts
from tests.domain.make import NOW

KEY = b"k" * 32
MAILED = Mailed("step", "seed", NOW)
MINUTE = timedelta(minutes=1)


@given(st.binary(min_size=1, max_size=64), st.text(max_size=20))
def test_a_code_is_eight_digits_of_its_seed(key: bytes, seed: str) -> None:
    seed = seed.encode("utf-8", "replace").decode()
    code = code_of(key, seed)
    assert len(code) == DIGITS
    assert digits_in(code) == code
    assert code == code_of(key, seed)
    assert code != code_of(key + b"x", seed) or code != code_of(key, seed + "x")


def test_codes_are_spread_over_all_digits() -> None:
    codes = [code_of(KEY, str(number)) for number in range(2_000)]
    assert len(set(codes)) > 1_990
    for place in range(DIGITS):
        counts = [sum(code[place] == digit for code in codes) for digit in "0123456789"]
        assert min(counts) > 130
        assert max(counts) < 280


@given(st.integers(0, 10**DIGITS - 1), st.text("- \t\u00a0", max_size=3), st.integers(0, DIGITS))
def test_spaces_and_hyphens_do_not_matter(number: int, between: str, place: int) -> None:
    code = f"{number:08d}"
    typed = f" {code[:place]}{between}{code[place:]}\n"
    assert digits_in(typed) == code


@pytest.mark.parametrize(
    "words", ["", " ", "-", "12a45678", "١٢٣٤٥٦٧٨", "１２３４５６７８", "²", "/12345678", "1.5"]
)
def test_what_is_no_number_is_no_code(words: str) -> None:
    assert digits_in(words) == ""


def test_only_the_code_is_the_code() -> None:
    box = Mailbox("ana@sav.lt", KEY, (MAILED,))
    code = code_of(KEY, "seed")
    assert box.newest == MAILED
    assert box.is_code(MAILED, code)
    assert [box.is_code(MAILED, each) for each in ("", "0", code + "0", code[:-1], code[::-1])] == [False] * 5
    assert Mailbox("ana@sav.lt", KEY).newest is None
    assert repr(KEY) not in repr(box)


def test_a_code_ends_with_its_time_and_its_tries() -> None:
    wrong = [Mailed("step", "seed", NOW, each).spent(NOW) for each in (0, 4, 5, 6)]
    assert wrong == [False, False, True, True]
    times = (0 * MINUTE, 10 * MINUTE - timedelta(microseconds=1), 10 * MINUTE)
    assert [MAILED.over(NOW + each) for each in times] == [False, False, True]
    assert [MAILED.spent(NOW + each) for each in times] == [False, False, True]


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("ana@sav.lt", True),
        ("ana.o'neil+x@a-b.sav.lt", True),
        ("ana@ąžuolas.lt", True),
        ("ana@localhost", False),
        ("", False),
        ("ana", False),
        ("@sav.lt", False),
        ("a b@sav.lt", False),
        ("ana@sav.lt\nBcc: x@y.lt", False),
        ("ana@sav.lt, ben@sav.lt", False),
        ("<ana@sav.lt>", False),
        ("ana@sav..lt", False),
        ("ąna@sav.lt", False),
        ("a" * 65 + "@sav.lt", False),
    ],
)
def test_an_address_can_be_written_to_or_not(address: str, *, good: bool) -> None:
    assert usable(address) == (address if good else "")


def test_an_address_is_known_by_its_owner_only() -> None:
    assert masked("jonas.jonaitis@sav.lt") == "j…@sav.lt"


@given(st.binary(min_size=32, max_size=32), st.text(min_size=1))
def test_every_form_of_a_seed_is_another_secret(key: bytes, seed: str) -> None:
    forms = {form: secret_of(key, seed, form) for form in get_args(Form)}
    assert {form: len(made) for form, made in forms.items()} == {
        "digits": 8,
        "letters": 14,
        "token": 22,
        "hand": 32,
        "link": 43,
        "entry": 14,
    }
    assert len(set(forms.values())) == len(forms)
    assert by_hand(forms["token"]) == forms["hand"]


def test_what_is_given_out_without_mail_is_made_with_the_key_for_that() -> None:
    texts = Texts({}, key=b"", link_key=b"k" * 32)
    made = {form: texts.path_of(Place("", Secret("s", form))) for form in get_args(Form)}
    assert {form for form, each in made.items() if each != UNKNOWN} == OURS
