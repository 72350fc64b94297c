"""Guessing: how often something that is no code may be shown, and when the whole service is on its guard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
AN_HOUR: Final = 5  # wrong codes of one account in a messenger
A_DAY: Final = 20
ALARM: Final = 300  # wrong codes an hour, of everybody


@dataclass(frozen=True, slots=True)
class Guard:
    """What was guessed lately. `until`: this account's codes are not looked at before then (None: they are).

    `alarm`: so much is guessed that a right code is not enough.
    """

    until: datetime | None = None
    alarm: bool = False


UNGUARDED: Final = Guard()


def until(wrong: Sequence[datetime], now: datetime) -> datetime | None:
    """Until when an account is not listened to, after these wrong codes of its last day, the newest first."""
    spans = ((AN_HOUR, HOUR), (A_DAY, DAY))
    ends = [wrong[most - 1] + span for most, span in spans if len(wrong) >= most]
    return max((end for end in ends if end > now), default=None)


def minutes_left(end: datetime, now: datetime) -> int:
    """How long that is yet, in whole minutes."""
    return max(1, -((now - end) // timedelta(minutes=1)))
