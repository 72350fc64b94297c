"""The messenger's limits as the sink keeps them: too many are refused, and now and then one for no reason at all."""

from collections import Counter
from typing import Final

from tests.fakes.flood import Flood, Limit

# Telegram's FAQ for bots: 30 messages a second, and one a second in one chat but for short bursts.
LIMIT: Final = Limit(overall=30, lasting=15)
OFTEN: Final = 2_000  # one of so many is refused whatever else came
REST: Final = 1  # seconds that it asks for then
ON_THE_WAY: Final = 0.05  # seconds within which a sender has not read yet that it is to wait


class Strict:
    """Decides about each message, and counts those that were `tried`, those that were `refused`, and seconds of `rest`.

    `early`: those that came before a retry_after had passed; `on_the_way`: those that came so soon after it was said
    that they had left before. Both are taken or refused like any other.
    """

    def __init__(self) -> None:
        self._flood = Flood()
        self._flood.limit = LIMIT
        self.reset()

    def reset(self) -> None:
        """Count from the beginning; what was taken and what was said go on."""
        self.counts = Counter(tried=0, refused=0, rest=0, early=0, on_the_way=0)

    def wait(self, chat: str, now: float) -> int:
        """0 when a message to this chat is taken now, else the seconds to be waited before the next to anybody."""
        self.counts["tried"] += 1
        self._look(now)
        for_nothing = self.counts["tried"] % OFTEN == OFTEN // 2
        wait = REST if for_nothing else self._flood.wait(chat, now)
        if wait:
            self.counts["refused"] += 1
            self.counts["rest"] += wait
            self._flood.bar(now, wait)
        return wait

    def _look(self, now: float) -> None:
        since = self._flood.early(now)
        if since is not None:
            self.counts["early" if since > ON_THE_WAY else "on_the_way"] += 1
