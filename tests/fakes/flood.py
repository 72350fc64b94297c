"""Telegram's limits on messages a second: off until a test sets them."""

import math
from collections import deque
from typing import Final

from pydantic import BaseModel, ConfigDict

SECOND: Final = 1.0
LASTING: Final = 10.0  # seconds
_KEPT: Final = 10_000  # moments: more than any limit


class Limit(BaseModel):
    """How many messages are taken in any one second: of the bot, and in each chat; 0 is no limit.

    `lasting`: how many are taken in one chat in any ten seconds, where a short burst may be faster.
    """

    model_config = ConfigDict(extra="forbid")

    overall: int = 0
    each_chat: int = 0
    lasting: int = 0


class Flood:
    """Counts accepted messages, and remembers until when nothing should come."""

    def __init__(self) -> None:
        self.limit = Limit()
        self._overall = deque[float](maxlen=_KEPT)
        self._chats: dict[str, deque[float]] = {}
        self._barred = (0.0, 0.0)

    def wait(self, chat: str, now: float) -> int:
        """0 when a message to this chat is taken now (and counted), else the seconds until it would be."""
        here = self._chats.setdefault(chat, deque(maxlen=_KEPT))
        wait = max(
            _wait(self._overall, self.limit.overall, SECOND, now),
            _wait(here, self.limit.each_chat, SECOND, now),
            _wait(here, self.limit.lasting, LASTING, now),
        )
        if not wait:
            self._overall.append(now)
            here.append(now)
        return wait

    def bar(self, now: float, seconds: float) -> None:
        """The bot was told to wait."""
        self._barred = (now, max(self._barred[1], now + seconds))

    def early(self, now: float) -> float | None:
        """The seconds since the bot was told to wait, when it was to wait longer."""
        told, until = self._barred
        return now - told if now < until else None


def _wait(taken: deque[float], most: int, length: float, now: float) -> int:
    """Whole seconds until fewer than `most` were taken within `length` seconds."""
    if not most or len(taken) < most:
        return 0
    return max(0, math.ceil(taken[-most] + length - now))
