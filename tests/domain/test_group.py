"""Groups: what written there concerns the service, how a title is kept, and how much a group is sent in a minute."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.gate import Asked, Send, WaitUntil, decide
from domain.group import MOST_TITLE, Bound, bound, reader, said, shown
from domain.limiter import GROUP_PAUSE, ChatLimiter
from domain.organisation import Organisation

CODE = "abcdefghij-_0123456789"


@pytest.mark.parametrize("text", [f"/bind {CODE}", f"/bind@zinute_bot {CODE} ", f"/bind\n{CODE}"])
def test_the_command_with_a_code_binds(text: str) -> None:
    assert bound(text, "Visi", "channel") == Bound(CODE, "Visi", "channel")


@pytest.mark.parametrize(
    "text",
    [
        *("", CODE, "/bind", f"/binds {CODE}", f"x /bind {CODE}", f"/bind {CODE}x", f"/bind {CODE[1:]}"),
        *(f"/bind {CODE} x", f"/bind{CODE}", f"/bind@ {CODE}", "/bind " + "ą" * 22),
    ],
)
def test_nothing_else_concerns_us(text: str) -> None:
    assert bound(text, "Visi", "group") is None


@given(st.text(st.sampled_from("ab \n\t\u202e\0{<ą👩"), max_size=120))
def test_a_title_is_one_line_that_can_be_read(title: str) -> None:
    kept = shown(title)
    assert 1 <= len(kept) <= MOST_TITLE
    assert kept.isprintable()
    assert shown(kept) == kept


def test_whoever_reads_a_group_is_at_its_place_on_working_days_and_never_away() -> None:
    house = Organisation(1, "Biblioteka", "LT", "Europe/Vilnius", "lt", "Rūta")
    monday = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    week = Asked("announcement", monday + timedelta(days=7), today=0)
    assert isinstance(decide(monday, reader(house, "lt"), week), Send)
    evening = decide(monday + timedelta(days=4, hours=9), reader(house, "lt"), week)
    assert evening == WaitUntil(monday + timedelta(days=7, hours=-1.5), "late")


def test_a_group_is_told_for_which_place_it_is() -> None:
    assert said("Biblioteka").lines[0].params == {"place": "Biblioteka"}


@given(st.lists(st.floats(0, 10), min_size=1, max_size=80))
def test_a_group_never_gets_more_than_twenty_messages_in_a_minute(pauses: list[float]) -> None:
    limiter, now, starts = ChatLimiter(1, GROUP_PAUSE), 0.0, list[float]()
    for each in pauses:
        now += each
        at = now + limiter.wait("-1", now)
        limiter.started("-1", at)
        starts.append(at)
    assert max(sum(at <= other < at + 60 for other in starts) for at in starts) <= 20
