"""Messages in flight: each is sent in a task of its own, and how it ended is kept until it is settled."""

import asyncio
from collections.abc import Callable, Collection

import structlog

from bot.channel import Channel, NotSent, SendError
from bot.outcome import Done
from bot.pace import Pace
from bot.pause import Pause
from domain.message import Content
from storage import crash
from storage.claiming import Claimed

log = structlog.get_logger(__name__)


class Flight:
    """What this process has in flight with one messenger. `mine` are its messages, until they are settled.

    `ended` is called whenever a message has come to its end.
    """

    def __init__(self, channel: Channel, pace: Pace, pause: Pause, ended: Callable[[], None]) -> None:
        self.mine: set[int] = set()
        self._channel, self._pace, self._pause, self._call = channel, pace, pause, ended
        self._sends: set[asyncio.Task[None]] = set()
        self._done: list[Done] = []

    @property
    def busy(self) -> bool:
        """Something is in flight or not settled."""
        return bool(self._sends or self._done)

    @property
    def count(self) -> int:
        """How many are in flight."""
        return len(self._sends)

    @property
    def unsettled(self) -> int:
        """How many have ended and are not settled."""
        return len(self._done)

    def take_done(self) -> list[Done]:
        """What ended since it was asked last, to be settled."""
        done, self._done = self._done, []
        return done

    def not_settled(self, done: Collection[Done]) -> None:
        """The store is away: what ended is settled when it is back."""
        self._done = [*done, *self._done]

    def settled(self, done: Collection[Done]) -> None:
        """These are settled."""
        self.mine -= {each.claimed.id for each in done}

    def send_off(self, claimed: Claimed, content: Content) -> None:
        """Send it, without waiting for the end."""
        self._pace.started()
        self.mine.add(claimed.id)
        task = asyncio.create_task(self._send(claimed, content))
        self._sends.add(task)
        task.add_done_callback(self._ended)

    async def abandon(self) -> None:
        """Another process sends now, and has taken up what this one has in flight."""
        for task in self._sends:
            task.cancel()
        await asyncio.gather(*self._sends, return_exceptions=True)
        self._done.clear()
        self.mine.clear()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._sends.discard(task)
        self._call()

    async def _send(self, claimed: Claimed, content: Content) -> None:
        await self._pace.chat(claimed.place)
        crash.point("sending")
        try:
            self._check_pause()
            sent_as = await self._carry(claimed, content)
        except SendError as error:
            self._pause.failed(error)
            self._done.append(Done(claimed, error=error))
        except Exception as error:  # an adapter that breaks its contract: nobody knows what left
            log.exception("adapter failed", message=claimed.id)
            self._done.append(Done(claimed, error=SendError(type(error).__name__)))
        else:
            self._pause.answered()
            self._done.append(Done(claimed, sent_as))
        finally:
            self._pace.ended()

    def _check_pause(self) -> None:
        """Raise NotSent when the account was told to rest since the message was claimed."""
        if self._pause.lasts:
            raise NotSent("the account rests", self._pause.left)

    async def _carry(self, claimed: Claimed, content: Content) -> str:
        channel = self._channel
        if claimed.target and channel.capabilities.edits:
            await channel.edit(claimed.place, claimed.target, content)
            return claimed.target
        return await channel.send(claimed.place, content, key=claimed.key)
