"""What delivery promises for each kind of message, and in which order kinds go."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from domain.message import Kind

Outcome = Literal["sent", "not_sent", "ambiguous", "unreachable", "refused"]
State = Literal["waiting", "ready", "sending", "sent", "unknown", "failed", "dropped", "expired", "held"]


@dataclass(frozen=True, slots=True)
class Policy:
    """`lane`: lower goes first. `copies`: the most that may be sent, counting those that may have arrived.

    `late_after`: when a message is of no use any more, counted from when it was due.
    """

    lane: int
    copies: int
    late_after: timedelta


POLICIES: Final[dict[Kind, Policy]] = {
    "reply": Policy(lane=0, copies=2, late_after=timedelta(hours=24)),
    "code": Policy(lane=1, copies=1, late_after=timedelta(minutes=10)),
    "webinar": Policy(lane=1, copies=2, late_after=timedelta(minutes=15)),
    "reminder": Policy(lane=2, copies=2, late_after=timedelta(hours=12)),
    "personal": Policy(lane=2, copies=2, late_after=timedelta(days=30)),
    "lesson": Policy(lane=3, copies=2, late_after=timedelta(hours=24)),
    "announcement": Policy(lane=4, copies=1, late_after=timedelta(hours=24)),
    "timely": Policy(lane=4, copies=1, late_after=timedelta(hours=24)),
    "mandatory": Policy(lane=4, copies=2, late_after=timedelta(days=7)),
}


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of a message after an attempt; `wait` before the next one."""

    state: State
    wait: timedelta = timedelta(0)


def after(
    kind: Kind, outcome: Outcome, *, attempts: int, doubtful: int, retry_after: timedelta | None = None
) -> Next:
    """What follows from the outcome of attempt number `attempts`, `doubtful` of which may have arrived.

    `doubtful` counts this one when it is ambiguous. A messenger that shows one message for one key never has any.
    """
    if outcome == "sent":
        return Next("sent")
    if outcome in ("unreachable", "refused"):
        return Next("failed")
    if outcome == "ambiguous" and doubtful >= POLICIES[kind].copies:
        return Next("unknown")
    return Next("waiting", backoff(attempts) if retry_after is None else retry_after)


def backoff(attempts: int) -> timedelta:
    """1, 2, 4 ... seconds, at most five minutes."""
    return timedelta(seconds=min(2.0 ** min(attempts - 1, 9), 300))
