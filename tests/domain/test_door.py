"""The code at the door: another one each minute, of its own session alone, good for as short as serves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.door import (
    BEFORE,
    EARLY,
    LINK,
    OLD,
    STEP,
    can,
    is_code,
    is_up,
    on_paper,
    on_screen,
    page,
    read,
    step,
)
from domain.event import Command, command_of
from domain.webinar import Webinar, Words

START = datetime(2026, 12, 7, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)
KEY = b"k" * 32
HELD = Webinar(1, 1, {"lt": Words("V")}, START, 60, "Europe/Vilnius", 9, venue="Salė")
END = HELD.ends_at


def shown(at: datetime, held: Webinar = HELD, key: bytes = KEY) -> str:
    return on_screen(key, held, step(at))


@pytest.mark.parametrize(
    ("held", "now", "taken"),
    [
        (HELD, START - EARLY, True),
        (HELD, START - EARLY - SECOND, False),
        (HELD, END - SECOND, True),
        (HELD, END, False),
        (replace(HELD, venue=""), START, False),
        (replace(HELD, state="cancelled"), START, False),
    ],
)
def test_it_is_taken_at_a_place_from_half_an_hour_before_until_the_end(
    held: Webinar, now: datetime, *, taken: bool
) -> None:
    assert can(held, now) is taken


@pytest.mark.parametrize(
    ("later", "worth"),
    [(0, "right"), (STEP, "right"), (2 * STEP, "old"), (OLD * STEP, "old"), ((OLD + 1) * STEP, "no")],
)
def test_it_is_good_for_its_minute_and_the_next_and_known_for_a_while(later: int, worth: str) -> None:
    assert read(KEY, HELD, shown(START), START + later * SECOND) == worth


def test_how_it_is_written_does_not_matter() -> None:
    code = shown(START)
    assert is_code(code)
    assert len(code) == 9
    for written in (code.lower(), code.replace("-", ""), code.replace("-", " "), f" {code} "):
        assert read(KEY, HELD, written, START) == "right"
    for other in ("", "!", code[:-1], f"{code}0"):
        assert read(KEY, HELD, other, START) == "no"
        assert not is_code(other)


@given(
    st.integers(min_value=0, max_value=7200),
    st.integers(min_value=0, max_value=7200),
    st.integers(min_value=1, max_value=99),
    st.booleans(),
)
@example(made=3590, used=3600, other=1, printed=True)
@example(made=3540, used=3599, other=1, printed=False)
def test_an_old_code_and_one_of_another_session_never_check_in(
    made: int, used: int, other: int, printed: bool
) -> None:
    """The model: right is the code of the same session, made in this minute or in the one before, while it is on."""
    at, now = START + made * SECOND, START + used * SECOND
    held, another = replace(HELD, paper="seed"), replace(HELD, id=1 + other, paper="seed")
    good = step(now) - step(at) in (0, 1) and now < END
    assert (read(KEY, held, shown(at), now) == "right") is good
    foreign = on_paper(KEY, another) if printed else shown(at, another)
    assert read(KEY, held, foreign, now) == "no"
    assert read(b"x" * 32, held, shown(at), now) == "no"


def test_what_is_printed_is_good_until_it_is_taken_back() -> None:
    first, second = replace(HELD, paper="a"), replace(HELD, paper="b")
    assert read(KEY, first, on_paper(KEY, first), END - SECOND) == "right"
    assert read(KEY, first, on_paper(KEY, first), END) == "no"
    assert read(KEY, second, on_paper(KEY, first), START) == "no"
    assert on_paper(KEY, HELD) == ""
    assert read(KEY, HELD, on_paper(KEY, first), START) == "no"
    assert read(KEY, HELD, "", START) == "no"


@pytest.mark.parametrize(
    ("held", "now", "up"),
    [
        (HELD, START - BEFORE, True),
        (HELD, START - BEFORE - SECOND, False),
        (HELD, END - SECOND, True),
        (HELD, END, False),
        (replace(HELD, state="cancelled"), START, False),
    ],
)
def test_a_screen_is_up_from_shortly_before_until_the_end(held: Webinar, now: datetime, *, up: bool) -> None:
    assert is_up(held, now) is up


def test_without_a_key_there_is_no_code() -> None:
    assert read(b"", HELD, shown(START, key=b""), START) == "no"


def test_its_link_says_it_in_every_messenger() -> None:
    code = shown(START)
    assert command_of(f"/start {LINK}{code}") == Command("here", code)
    assert command_of(f"/start@zinute_bot {LINK}{code}") == Command("here", code)
    assert command_of("/start abc") == Command("start", "abc")
    assert page(code) == f"/webinar/door/{code}"
