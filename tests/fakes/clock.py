"""The fake server's time: the machine's, plus what tests have moved it on by."""

import time


class Clock:
    """Seconds since 1970; only ever goes forward."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self._ahead += max(0.0, seconds)
