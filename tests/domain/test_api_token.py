"""Tokens: scanners know them, one wrong letter shows, and nobody asks more often than allowed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.api_token import (
    BYTES,
    MINUTE,
    MOST_ASKED,
    PREFIX,
    SCOPES,
    Asked,
    resembles,
    rights_of,
    scopes_of,
    well_formed,
    written,
)

START = datetime(2026, 11, 23, tzinfo=UTC)
CHANCE = st.binary(min_size=BYTES, max_size=BYTES)


@given(CHANCE, CHANCE)
def test_a_token_is_known_and_of_its_chance_alone(one: bytes, other: bytes) -> None:
    token = written(one)
    assert (len(token), token.startswith(PREFIX), well_formed(token)) == (53, True, True)
    assert (written(other) == token) == (one == other)
    assert resembles(f"/people?x={token}&y=1")


@given(CHANCE, st.integers(0, 52), st.characters(codec="ascii"))
def test_one_wrong_letter_shows(chance: bytes, at: int, letter: str) -> None:
    token = written(chance)
    changed = token[:at] + letter + token[at + 1 :]
    assert well_formed(changed) == (changed == token)


def test_what_is_none() -> None:
    token = written(bytes(BYTES))
    none = ("", PREFIX, token[:-1], token + "a", token + "\n", f" {token}")
    assert [well_formed(each) for each in none] == [False] * len(none)
    assert not resembles("/people/5?limit=3")


def test_scopes_and_what_they_may() -> None:
    assert scopes_of(["people:write", "none", "people:read"]) == ("people:read", "people:write")
    assert {each: sorted(rights_of(each)) for each in SCOPES} == {
        **{each: ["see"] for each in SCOPES if each.endswith(":read")},
        "organisations:write": ["manage", "see"],
        "people:write": ["act", "see"],
        "assignments:write": ["act", "see"],
        "announcements:write": ["act", "see"],
        "provisioning": ["act", "see"],
    }


@settings(max_examples=30, deadline=None)
@given(st.lists(st.timedeltas(timedelta(0), timedelta(seconds=40)), max_size=6))
def test_in_no_minute_are_there_more_than_the_limit(gaps: list[timedelta]) -> None:
    asked, now, taken = Asked(), START, list[datetime]()
    for gap in [timedelta(0), *gaps]:
        now += gap
        for _ in range(250):
            if not asked.wait(now):
                asked = asked.and_at(now)
                taken.append(now)
    for at in taken:
        assert sum(at <= each < at + MINUTE for each in taken) <= MOST_ASKED
    assert len(asked.at) <= MOST_ASKED


def test_after_the_wait_there_may_be_one_more_and_a_clock_that_is_set_back_forgives_nothing() -> None:
    asked = Asked()
    for number in range(MOST_ASKED):
        assert not asked.wait(START + timedelta(milliseconds=number))
        asked = asked.and_at(START + timedelta(milliseconds=number))
    now = START + timedelta(seconds=10)
    assert asked.wait(now) == timedelta(seconds=50)
    assert asked.wait(now - timedelta(seconds=1)) == timedelta(seconds=51)
    after = asked.and_at(START + MINUTE)
    assert after.wait(START + MINUTE) == timedelta(milliseconds=1)
    assert not asked.wait(START - timedelta(hours=1)), "nobody waits for a clock that was set back far"
