"""Rules of signing in."""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.message import Place, Secret
from domain.organisation import Right, Scope
from domain.signing import (
    CODE_BYTES,
    browser_of,
    is_fresh,
    is_link,
    link_token,
    must_have_second,
    normal,
    numbers,
    plain_code,
    recovery_code,
    secret_of,
    time_step,
)
from domain.texts import Texts

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rights", "must"), [((), False), (("see",), False), (("see", "write"), False), (("see", "manage"), True)]
)
def test_whoever_may_give_rights_must_have_a_second_factor(rights: tuple[str, ...], must: bool) -> None:
    scope = Scope(1, frozenset({1}), cast("frozenset[Right]", frozenset(rights)))
    assert must_have_second(scope) is must


def test_a_proof_is_fresh_for_half_an_hour() -> None:
    half = timedelta(minutes=30)
    assert [is_fresh(NOW - each, NOW) for each in (timedelta(0), half - timedelta(seconds=1), half)] == [
        True,
        True,
        False,
    ]


@given(st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES))
def test_a_recovery_code_is_read_however_it_is_typed(random: bytes) -> None:
    shown = recovery_code(random)
    assert len(plain_code(shown)) == CODE_BYTES * 8 // 5
    assert plain_code(shown.lower().replace("-", " ")) == plain_code(f" {shown}\n") == plain_code(shown)


@given(st.text())
def test_a_password_is_the_same_once_it_is_normal(password: str) -> None:
    assert normal(normal(password)) == normal(password)


@given(st.binary(min_size=32, max_size=32), st.text(min_size=1), st.text(min_size=1))
def test_secrets_are_of_their_key_and_their_seed(key: bytes, seed: str, other: str) -> None:
    assert (len(secret_of(key, seed)), len(link_token(key, seed))) == (32, 43)
    assert (secret_of(key, seed) == secret_of(key, other)) is (seed == other)
    assert (link_token(key, seed) == link_token(key, other)) is (seed == other)


def test_without_the_key_nobody_writes_the_token() -> None:
    place = Place("/sign-in?token=", Secret("seed", "link"))
    assert Texts({}).path_of(place) == "/sign-in?token=••••••••"
    assert Texts({}, b"k").path_of(place) == f"/sign-in?token={link_token(b'k', 'seed')}"
    assert Texts({}, b"k").path_of(Place("/chat")) == "/chat"


@given(st.text(), st.integers(10, 99))
def test_the_number_stands_among_two_others_always_the_same(token: str, number: int) -> None:
    shown = numbers(token, str(number))
    assert (len(set(shown)), shown == tuple(sorted(shown)), str(number) in shown) == (3, True, True)
    assert shown == numbers(token, str(number))
    assert all(len(each) == 2 for each in shown)


@given(st.binary(min_size=32, max_size=32), st.text(min_size=1), st.text())
def test_a_token_is_known_by_its_seed_and_the_key(key: bytes, seed: str, other: str) -> None:
    assert is_link(key, seed, link_token(key, seed))
    assert not is_link(key, seed, other)


def test_time_steps_are_half_minutes() -> None:
    assert [time_step(NOW + timedelta(seconds=each)) - time_step(NOW) for each in (0, 29, 30)] == [0, 0, 1]


@pytest.mark.parametrize(
    ("agent", "browser"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Linux",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iOS"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_a_browser_is_told_in_words_that_its_owner_knows(agent: str, browser: str) -> None:
    assert browser_of(agent) == browser
