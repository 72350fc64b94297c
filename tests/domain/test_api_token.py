"""Tokens: scanners know them, one wrong letter shows, and nobody asks more often than allowed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.api_token import (
    BYTES,
    FILLS,
    PREFIX,
    SCOPES,
    SIZE,
    Pail,
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
    reading = [each for each in SCOPES if each.endswith(":read")]
    assert [*map(sorted, (rights_of(reading), rights_of(["people:write"])))] == [["see"], ["act", "see"]]
    assert rights_of(["provisioning"]) == rights_of(["people:write"])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.timedeltas(timedelta(0), timedelta(seconds=40)), max_size=6))
def test_in_no_stretch_of_time_are_there_more_than_the_pail_holds_and_gets(gaps: list[timedelta]) -> None:
    pail, now, taken = Pail.full(START), START, list[tuple[datetime, int]]()
    for gap in gaps:
        now += gap
        count = 0
        while not pail.wait(now):
            pail, count = pail.taken(now), count + 1
        taken.append((now, count))
    for at, (first, _) in enumerate(taken):
        for last in range(at, len(taken)):
            there = sum(count for _, count in taken[at : last + 1])
            assert there <= SIZE + (taken[last][0] - first) / FILLS * SIZE + 1


def test_after_the_wait_one_can_be_taken_and_time_that_goes_back_takes_nothing() -> None:
    pail = Pail.full(START)
    for _ in range(int(SIZE)):
        assert not pail.wait(START)
        pail = pail.taken(START)
    wait = pail.wait(START)
    assert wait == FILLS / SIZE
    assert not pail.wait(START + wait)
    assert pail.wait(START - timedelta(hours=1)) == wait
    assert pail.filled(START + timedelta(days=1)) == SIZE
