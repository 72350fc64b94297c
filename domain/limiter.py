"""What a messenger takes in a second: from an account, evenly; and in one chat, with a little patience. And what we do.

Moments and waits are seconds of a monotonic clock.
"""

import math
from collections import deque
from collections.abc import Hashable
from typing import Final

# A second as the messenger counts it, and a little for the difference of two clocks.
SECOND: Final = 1.002
# Even pacing stays under the rate by this much, so that a send seldom has to wait for its slot as well.
EASE: Final = 1.01
# What was missed because nobody looked may be caught up: what falls into so many intervals, or into so many seconds.
CATCH_UP, CATCH_UP_SECONDS = 2.5, 0.05
CHAT_BURST: Final = 5
GROUP_PAUSE: Final = 3.2  # seconds: fewer than 20 in a minute (Telegram's FAQ for bots)
# What we take of one sender: so many updates within so many seconds. What is more waits, for so long at most.
SENDER_BURST: Final = 20
SENDER_SECONDS: Final = 10.0
SENDER_WAITS: Final = 60.0


class Limiter:
    """An account's limit: in no second does the messenger accept more than `rate` sends, whatever it takes to answer.

    A send holds one of the slots from its start until a second after its answer: between the two lies the moment at
    which it was accepted, and nobody knows where. Sends are spread evenly, so that a reply never stands behind a burst.
    """

    def __init__(self, rate: float, *, not_before: float = 0.0) -> None:
        """`not_before`: nothing starts earlier, as what an earlier sender did in the last second is not known here."""
        self._slots = max(1, math.floor(rate))
        self._interval = EASE / rate
        self._slack = max(CATCH_UP * self._interval, CATCH_UP_SECONDS)
        self._not_before = self._next = not_before
        self._flying = 0
        self._landed = deque[float]()

    def rest(self, until: float) -> None:
        """Nothing starts before then."""
        self._not_before = max(self._not_before, until)

    def free(self, now: float) -> int:
        """How many sends may start now."""
        due = self._due(now)
        if now < due:
            return 0
        return max(0, min(math.floor((now - due) / self._interval) + 1, self._slots - self._held(now)))

    def next_at(self, now: float) -> float:
        """When a send may start, if none starts or ends before; never, while all slots wait for an answer."""
        spare = self._slots - self._held(now)
        if spare > 0:
            return max(now, self._due(now))
        return max(self._landed[0], self._due(now)) if self._landed else math.inf

    def started(self, now: float) -> None:
        """A send starts: its first byte leaves from now on."""
        self._next = self._due(now) + self._interval
        self._flying += 1

    def ended(self, now: float) -> None:
        """The answer to a send came, or will not come any more."""
        self._flying -= 1
        self._landed.append(now + SECOND)

    def _due(self, now: float) -> float:
        return max(self._next, now - self._slack, self._not_before)

    def _held(self, now: float) -> int:
        while self._landed and self._landed[0] <= now:
            self._landed.popleft()
        return self._flying + len(self._landed)


class ChatLimiter:
    """The limit of each chat: one send a second, and five at once after some silence (Telegram's FAQ for bots).

    Or `burst` at once, and one in `pause` seconds.
    """

    def __init__(self, burst: int = CHAT_BURST, pause: float = 1.0) -> None:
        self._burst, self._pause = burst, pause
        self._spent: dict[Hashable, float] = {}

    def __len__(self) -> int:
        """How many chats it has in mind; one that was silent for long enough is forgotten."""
        return len(self._spent)

    def wait(self, chat: Hashable, now: float) -> float:
        """How long a send to this chat has to wait; 0 if it may start now."""
        return max(0.0, self._spent.get(chat, now) - now - (self._burst - 1) * self._pause)

    def started(self, chat: Hashable, now: float) -> None:
        """A send to this chat starts."""
        spent = max(self._spent.pop(chat, now), now) + self._pause
        self._spent[chat] = spent
        while (oldest := next(iter(self._spent))) != chat and self._spent[oldest] <= now:
            del self._spent[oldest]


class SenderLimiter:
    """The limit of each sender: 20 updates in 10 seconds, and then one in half a second.

    What comes sooner waits for its time. What would wait for more than a minute is not taken: the sender is told so,
    and that nothing is taken for the next minute.
    """

    def __init__(self) -> None:
        self._came = ChatLimiter(SENDER_BURST, SENDER_SECONDS / SENDER_BURST)
        self._told = ChatLimiter(1, SENDER_WAITS)

    def wait(self, sender: Hashable, now: float) -> float:
        """How long an update of this sender has to wait; 0 if it can be handled now."""
        return self._came.wait(sender, now)

    def came(self, sender: Hashable, now: float) -> None:
        """An update of this sender was taken."""
        self._came.started(sender, now)

    def refuses(self, sender: Hashable, now: float) -> bool:
        """Whether an update of this sender is not taken."""
        return self._told.wait(sender, now) > 0 or self.wait(sender, now) > SENDER_WAITS

    def tells(self, sender: Hashable, now: float) -> bool:
        """Whether the sender of an update that is not taken is to be told so."""
        return self._told.wait(sender, now) == 0

    def told(self, sender: Hashable, now: float) -> None:
        """The sender was told so: the minute begins."""
        self._told.started(sender, now)
