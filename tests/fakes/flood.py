"""Telegram's limits on messages a second: off until a test sets them."""

import math
from collections import deque
from typing import Final

from pydantic import BaseModel, ConfigDict

WINDOW: Final = 1.0  # seconds


class Limit(BaseModel):
    """How many messages are taken in any one second: of the bot, and in each chat; 0 is no limit."""

    model_config = ConfigDict(extra="forbid")

    overall: int = 0
    each_chat: int = 0


class Flood:
    """Counts accepted messages, and remembers until when nothing should come."""

    def __init__(self) -> None:
        self.limit = Limit()
        self._overall: deque[float] = deque()
        self._chats: dict[str, deque[float]] = {}
        self._barred = (0.0, 0.0)

    def wait(self, chat: str, now: float) -> int:
        """0 when a message to this chat is taken now (and counted), else the seconds until it would be."""
        windows = ((self._overall, self.limit.overall), (self._window(chat), self.limit.each_chat))
        for window, most in windows:
            while window and window[0] <= now - WINDOW:
                window.popleft()
            if most and len(window) >= most:
                return max(1, math.ceil(window[0] + WINDOW - now))
        for window, _ in windows:
            window.append(now)
        return 0

    def bar(self, now: float, seconds: float) -> None:
        """The bot was told to wait."""
        self._barred = (now, max(self._barred[1], now + seconds))

    def early(self, now: float) -> float | None:
        """The seconds since the bot was told to wait, when it was to wait longer."""
        told, until = self._barred
        return now - told if now < until else None

    def _window(self, chat: str) -> deque[float]:
        return self._chats.setdefault(chat, deque())
