"""What each kind of message is promised: never a third copy, and what follows from each outcome."""

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.delivery import POLICIES, Next, Outcome, Policy, after, backoff
from domain.message import Kind

KINDS: tuple[Kind, ...] = get_args(Kind)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
ATTEMPTS = (1, 2, 3, 9, 10, 500)


def test_every_kind_has_a_policy() -> None:
    minutes, hours = timedelta(minutes=1), timedelta(hours=1)
    expected: dict[Kind, Policy] = {
        "reply": Policy(0, 2, 24 * hours),
        "code": Policy(1, 1, 10 * minutes),
        "webinar": Policy(1, 2, 15 * minutes),
        "reminder": Policy(2, 2, 12 * hours),
        "personal": Policy(2, 2, 30 * 24 * hours),
        "lesson": Policy(3, 2, 24 * hours),
        "announcement": Policy(4, 1, 24 * hours),
        "timely": Policy(4, 1, 24 * hours),
        "mandatory": Policy(4, 2, 7 * 24 * hours),
    }
    assert expected == POLICIES
    assert set(KINDS) == set(POLICIES)


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (8, 128), (9, 256), (10, 300), (11, 300), (1_000_000, 300)],
)
def test_waits_grow_to_five_minutes(attempts: int, seconds: int) -> None:
    assert backoff(attempts) == timedelta(seconds=seconds)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("attempts", ATTEMPTS)
@pytest.mark.parametrize("doubtful", [0, 1, 2, 3])
def test_what_follows(kind: Kind, attempts: int, doubtful: int) -> None:
    again = Next("waiting", backoff(attempts))
    expected: dict[Outcome, Next] = {
        "sent": Next("sent"),
        "not_sent": again,
        "ambiguous": again if doubtful < POLICIES[kind].copies else Next("unknown"),
        "unreachable": Next("failed"),
        "refused": Next("failed"),
    }
    told = {outcome: after(kind, outcome, attempts=attempts, doubtful=doubtful) for outcome in OUTCOMES}
    assert told == expected


@pytest.mark.parametrize("wait", [timedelta(0), timedelta(seconds=17), timedelta(hours=1)])
@pytest.mark.parametrize("kind", KINDS)
def test_a_messenger_that_says_when_is_obeyed(kind: Kind, wait: timedelta) -> None:
    told = {outcome: after(kind, outcome, attempts=3, doubtful=2, retry_after=wait) for outcome in OUTCOMES}
    assert told == {
        "sent": Next("sent"),
        "not_sent": Next("waiting", wait),
        "ambiguous": Next("unknown"),
        "unreachable": Next("failed"),
        "refused": Next("failed"),
    }


@given(st.sampled_from(KINDS), st.lists(st.sampled_from(OUTCOMES), max_size=30))
def test_there_is_never_a_copy_too_many(kind: Kind, outcomes: list[Outcome]) -> None:
    """Whatever happens to each attempt, those that may have arrived are at most the copies allowed."""
    arrived, doubtful, state = 0, 0, "waiting"
    for attempts, outcome in enumerate(outcomes, 1):
        doubtful += outcome == "ambiguous"
        arrived += outcome in ("sent", "ambiguous")
        then = after(kind, outcome, attempts=attempts, doubtful=doubtful)
        state = then.state
        if state != "waiting":
            break
        assert timedelta(seconds=1) <= then.wait <= timedelta(minutes=5)
    assert arrived <= POLICIES[kind].copies
    if arrived < POLICIES[kind].copies:  # and one that surely did not arrive is never given up for it
        assert state != "unknown"
