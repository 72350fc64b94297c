"""A thread beside the event loop: it sees a loop that does not turn, and hears the signals that end the service.

A loop that is blocked notices neither; so nothing here waits for it, and the end comes also when it never turns again.
"""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from math import ceil
from pathlib import Path
from threading import Thread
from threading import enumerate as threads
from traceback import walk_stack
from types import FrameType
from typing import Final

import structlog

from actions.meters import Spread

BLOCKED: Final = 5.0  # seconds without a turn
STOPPED: Final = 25.0  # seconds after the first signal
LOOK: Final = 1.0
SAYING: Final = 1.0  # seconds that the last line of the log gets: whoever reads it may hang too
SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
FRAMES: Final = 8
NAME: Final = "watchdog"
log = structlog.get_logger(__name__)


class Watchdog:
    """`lags` is how late the loop's turns were, `blocked` how often it stood still."""

    def __init__(self, *, blocked: float = BLOCKED, stopped: float = STOPPED, look: float = LOOK) -> None:
        """`blocked`: seconds without a turn that are reported; `stopped`: seconds that a stop may take."""
        self.lags, self.blocked = Spread(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0), 0
        self._stopped, self._look, self._most_looks = stopped, look, ceil(blocked / look)
        self._turns = self._seen = self._looks = 0
        self._told_at: float | None = None
        self._tell: socket.socket  # kept, so that signals can be written to it until the process has ended
        self._loop: asyncio.AbstractEventLoop | None = None
        self._leave: Callable[[], None] = _nothing
        self._beating: asyncio.TimerHandle | None = None

    @contextmanager
    def watching(self, leave: Callable[[], None]) -> Iterator[None]:
        """Watch the running loop; call `leave` in it at the first SIGTERM or SIGINT, end the process at the second.

        Once told to stop, the watch goes on after this until the process has ended, and ends it when that takes long.
        """
        self._leave, self._loop = leave, asyncio.get_running_loop()
        self._beat(self._loop, self._loop.time())
        heard, self._tell = socket.socketpair()
        thread = Thread(target=self._watch, args=(heard,), name=NAME, daemon=True)
        thread.start()
        put_back = _listen(self._tell)
        try:
            yield
        finally:
            self._loop = None
            if self._beating:
                self._beating.cancel()
            if self._told_at is None:
                put_back()
                self._tell.close()
                thread.join()

    def _beat(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        """A turn of the loop."""
        self._turns += 1
        self.lags.see(loop.time() - due)
        then = loop.time() + self._look / 2
        self._beating = loop.call_at(then, self._beat, loop, then)

    def _watch(self, heard: socket.socket) -> None:
        heard.settimeout(self._look)
        with heard:
            while (numbers := _hear(heard)) != b"":
                for number in numbers or ():
                    if number in SIGNALS:
                        self._told()
                if numbers is None:
                    self._look_at_loop()
                if self._told_at is not None and time.monotonic() - self._told_at > self._stopped:
                    _end(f"it did not stop within {self._stopped:g} s")

    def _told(self) -> None:
        if self._told_at is not None:
            _end("it was told twice to stop")
        self._told_at = time.monotonic()
        with suppress(RuntimeError, AttributeError):  # the loop has ended by itself at this moment
            self._loop.call_soon_threadsafe(self._leave)  # type: ignore[union-attr]

    def _look_at_loop(self) -> None:
        """Looks are counted and not seconds: a process that was suspended has no loop that was blocked."""
        if self._turns != self._seen or self._loop is None:
            if self._looks >= self._most_looks:
                log.warning("event loop turns again")
            self._seen, self._looks = self._turns, 0
            return
        self._looks += 1
        if self._looks == self._most_looks:
            self.blocked += 1
            log.error("event loop blocked", seconds=round(self._looks * self._look, 1), where=_stacks())


def _listen(tell: socket.socket) -> Callable[[], None]:
    """Let signals be written to `tell` by whatever thread they meet; what puts it back as it was."""
    tell.setblocking(False)
    before = [(each, signal.signal(each, _nothing)) for each in SIGNALS]
    woken = signal.set_wakeup_fd(tell.fileno(), warn_on_full_buffer=False)

    def put_back() -> None:
        signal.set_wakeup_fd(woken)
        for each, handler in before:
            signal.signal(each, handler)

    return put_back


def _nothing(*_: object) -> None:
    """A signal that has a handler is written to the wakeup descriptor, and that is all."""


def _hear(heard: socket.socket) -> bytes | None:
    """Numbers of signals; None when there was none for a while, nothing when the watch is over."""
    try:
        return heard.recv(64)
    except TimeoutError:
        return None


def _stacks() -> dict[str, list[str]]:
    """Where each thread stands, innermost last; no values, which may hold what a person wrote."""
    names = {thread.ident: thread.name for thread in threads() if thread.name != NAME}
    frames = sys._current_frames()  # noqa: SLF001 (there is no other way to see another thread)
    return {names[ident]: _stack(frame) for ident, frame in frames.items() if ident in names}


def _stack(frame: FrameType) -> list[str]:
    called = [(Path(each.f_code.co_filename), line) for each, line in islice(walk_stack(frame), FRAMES)]
    return [f"{file.parent.name}/{file.name}:{line}" for file, line in reversed(called)]


def _end(why: str) -> None:
    """End the process; what was in hand is found in the store at the next start."""
    say = partial(log.critical, "ended by force", why=why, where=_stacks())
    saying = Thread(target=say, daemon=True)
    saying.start()
    saying.join(SAYING)
    os._exit(1)
