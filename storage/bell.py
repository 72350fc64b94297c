"""A bell that rings when rows were committed, so that whoever works on rows need not wait for its next look."""

import asyncio
from weakref import WeakSet


class Bell:
    """Rung by the store of this process; what another process commits is found at the next look."""

    def __init__(self) -> None:
        self._ears: WeakSet[Ear] = WeakSet()

    def ring(self) -> None:
        """Wake everyone who waits."""
        for ear in self._ears:
            ear.wake()

    def listen(self) -> "Ear":
        """Somebody who listens from now on."""
        ear = Ear()
        self._ears.add(ear)
        return ear


class Ear:
    """Hears the rings since listening began, or since it was cleared.

    Listen, or clear, before you look at the store, so that no commit between the two is missed.
    """

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def clear(self) -> None:
        """Forget what was heard."""
        self._event.clear()

    def wake(self) -> None:
        """Wake this one, as a ring would."""
        self._event.set()

    async def heard(self, within: float) -> bool:
        """Wait for a ring at most `within` seconds; say whether it came."""
        if self._event.is_set():
            return True
        try:
            async with asyncio.timeout(within):  # not wait_for: in Python 3.11 it can swallow a cancellation
                await self._event.wait()
        except TimeoutError:
            return False
        return True
