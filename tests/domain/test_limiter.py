"""The limits: whatever the messenger takes to answer, no second holds more than was promised, and little is wasted."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.limiter import (
    CHAT_BURST,
    SECOND,
    SENDER_BURST,
    SENDER_SECONDS,
    SENDER_WAITS,
    ChatLimiter,
    Limiter,
    SenderLimiter,
)
from tests.domain.strategies import calm

EARLY = 1e-9  # what a sum of floating-point numbers may lack


def most_in_a_second(moments: Sequence[float], length: float = 1.0) -> int:
    """By counting: the most moments in any span of this length, both its ends included."""
    ordered = sorted(moments)
    return max(bisect_left(ordered, each + length + EARLY) - place for place, each in enumerate(ordered))


def run(limiter: Limiter, latencies: Sequence[tuple[float, float]], wakes: float = 0.0) -> list[float]:
    """When the messenger accepted each send: of each, how long its answer takes and where in that time it is accepted.

    `wakes`: the sender looks only so often.
    """
    now, flying, accepted, left = 5.0, list[float](), list[float](), list(latencies)
    while left:
        for _ in range(min(limiter.free(now), len(left))):
            takes, where = left.pop()
            limiter.started(now)
            accepted.append(now + takes * where)
            flying.append(now + takes)
        flying.sort()
        coming = min([limiter.next_at(now), *flying[:1]])
        now = max(coming, now + wakes) if left else now
        while flying and flying[0] <= now:
            limiter.ended(flying.pop(0))
    return accepted


rates = st.floats(0.2, 60) | st.sampled_from([1, 5, 30, 29.97])
latencies = st.lists(
    st.tuples(st.floats(0, 3) | st.floats(0, 0.02), st.floats(0, 1)), min_size=1, max_size=150
)


@calm
@given(rates, latencies, st.sampled_from([0.0, 0.0, 0.004, 0.3]))
def test_no_second_holds_more_than_the_rate(
    rate: float, takes: list[tuple[float, float]], wakes: float
) -> None:
    assert most_in_a_second(run(Limiter(rate), takes, wakes)) <= max(1, int(rate))


def test_nothing_starts_while_the_account_rests() -> None:
    limiter = Limiter(30)
    limiter.rest(9.0)
    limiter.rest(7.0)  # an earlier end does not shorten it
    assert [limiter.free(now) > 0 for now in (5.0, 8.9, 9.0)] == [False, False, True]
    assert limiter.next_at(5.0) == 9.0


@calm
@given(rates, latencies)
def test_none_goes_where_there_is_no_slot(rate: float, takes: list[tuple[float, float]]) -> None:
    """What is free now and when the next may start say the same."""
    limiter, now = Limiter(rate), 3.0
    for wait, _ in takes:
        assert (limiter.free(now) > 0) == (limiter.next_at(now) <= now)
        if limiter.free(now):
            limiter.started(now)
            if wait < 1:
                limiter.ended(now)
        now += wait / 20


@pytest.mark.parametrize("rate", [30, 100, 1000])
@pytest.mark.parametrize("wakes", [0.0, 0.001, 0.02])
def test_the_rate_is_nearly_reached(rate: int, wakes: float) -> None:
    sent = run(Limiter(rate), [(0.005, 0.5)] * (rate * 60), wakes)
    assert (len(sent) - 1) / (max(sent) - min(sent)) >= 0.975 * rate


def test_sends_are_spread_evenly() -> None:
    """A tenth of the rate in any tenth of a second, and the few that may be caught up."""
    sent = run(Limiter(30), [(0.005, 0.0)] * 300)
    assert most_in_a_second(sent, 0.1) <= 4 + 2
    assert max(later - each for each, later in pairwise(sent)) < 0.15


def test_what_was_missed_is_not_made_up_for_by_a_burst() -> None:
    limiter = Limiter(30)
    assert [limiter.free(now) for now in (100.0, 9_999.0)] == [3, 3]


def test_slots_are_held_until_a_second_after_the_answer() -> None:
    limiter = Limiter(2)
    limiter.started(10.0)
    limiter.started(10.6)
    assert (limiter.free(15.0), limiter.next_at(15.0)) == (0, float("inf"))
    limiter.ended(15.0)
    assert (limiter.free(15.0 + SECOND - EARLY), limiter.next_at(15.0)) == (0, 15.0 + SECOND)
    assert limiter.free(15.0 + SECOND) == 1


def test_nothing_starts_while_it_is_not_known_what_another_sent() -> None:
    limiter = Limiter(30, not_before=50.0)
    assert [limiter.free(49.999), limiter.next_at(40.0), limiter.free(50.0)] == [0, 50.0, 1]


def test_a_chat_takes_five_at_once_and_then_one_a_second() -> None:
    chats, sent, now = ChatLimiter(), list[float](), 7.0
    while len(sent) < 9:
        now += chats.wait("a", now)
        chats.started("a", now)
        sent.append(now)
    assert sent == [7, 7, 7, 7, 7, 8, 9, 10, 11]
    assert chats.wait("b", now) == 0


def test_a_limit_has_its_own_burst_and_pause() -> None:
    chats, waits = ChatLimiter(2, 0.5), list[float]()
    for _ in range(4):
        waits.append(chats.wait("a", 7.0))
        chats.started("a", 7.0)
    assert waits == [0, 0, 0.5, 1.0]


@calm
@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 4)), min_size=1, max_size=60))
def test_no_span_of_time_holds_more_for_a_chat_than_promised(wanted: list[tuple[str, float]]) -> None:
    chats, now, sent = ChatLimiter(), 0.0, dict[str, list[float]]()
    for chat, pause in wanted:
        now += pause
        if chats.wait(chat, now) == 0:
            chats.started(chat, now)
            sent.setdefault(chat, []).append(now)
    for moments in sent.values():
        for seconds in (1, 3, 10):
            assert most_in_a_second(moments, seconds) <= CHAT_BURST + seconds


def test_silent_chats_are_forgotten() -> None:
    chats = ChatLimiter()
    for number in range(10_000):
        chats.started(f"chat{number}", number / 30)
    assert len(chats) <= 31


def test_twenty_updates_of_a_sender_in_ten_seconds_and_the_next_ones_each_wait_longer() -> None:
    senders, waits = SenderLimiter(), list[float]()
    for _ in range(SENDER_BURST + 3):
        waits.append(senders.wait("a", 7.0))
        senders.came("a", 7.0)
    assert waits == [0.0] * SENDER_BURST + [0.5, 1.0, 1.5]
    assert senders.wait("b", 7.0) == 0
    assert [senders.wait("a", 7.0 + after) for after in (1.0, 2.0, SENDER_SECONDS + 1.5)] == [1.0, 0, 0]


def test_nothing_is_taken_for_a_minute_of_who_was_told_so() -> None:
    senders, now = SenderLimiter(), 7.0
    while not senders.refuses("a", now):
        senders.came("a", now)
    assert senders.wait("a", now) == SENDER_WAITS + SENDER_SECONDS / SENDER_BURST
    senders.told("a", now)
    after = (0.5, 30.0, SENDER_WAITS - 0.5, SENDER_WAITS)
    assert [senders.refuses("a", now + each) for each in after] == [True, True, True, False]
    assert not senders.refuses("b", now)


def test_who_sends_too_much_is_told_once_a_minute() -> None:
    senders = SenderLimiter()
    assert [senders.tells("a", 7.0) for _ in range(2)] == [True, True], "nobody has told them yet"
    senders.told("a", 7.0)
    assert [senders.tells("a", 7.0 + after) for after in (1, SENDER_WAITS - 1, SENDER_WAITS)] == [
        *(False, False, True),
    ]
    assert senders.tells("b", 8.0)
