"""The one person at a terminal, over two pipes: a keyboard and a screen."""

import asyncio
import contextlib
import io
import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import pytest

from bot.channels.terminal import Terminal
from tests.bot.channels.contract.house import House
from tests.bot.channels.contract.running import Opening, running
from tests.bot.channels.contract.visitor import Messenger, Shown, Visitor, finds

LINK: Final = re.compile(r" \((\w+:[^\s()]+)\)")
BAR: Final = re.compile(r"^│ ", re.MULTILINE)
PAGE: Final = "\f"  # what is said never has this character


def prepare(request: pytest.FixtureRequest) -> Opening:
    """The terminal of somebody in Lithuania."""
    request.getfixturevalue("monkeypatch").setenv("LC_ALL", "lt_LT.UTF-8")
    return opened


@asynccontextmanager
async def opened(house: House) -> AsyncIterator[Messenger]:
    """A terminal whose keyboard and screen are pipes."""
    with contextlib.ExitStack() as closing:
        keyboard, typed = (closing.enter_context(each) for each in _pipe())
        seen, into = (closing.enter_context(each) for each in _pipe())
        screen = Screen(os.fdopen(os.dup(into.fileno()), "wb"), encoding="utf-8")
        into.close()
        closing.callback(_close, screen)
        someone = TerminalVisitor(typed, seen)

        async def visitor() -> Visitor:
            return someone

        channel = Terminal(house.post, keyboard=keyboard.fileno(), screen=screen)
        async with running(channel) as run:
            yield Messenger(channel, run.receiving, visitor, crowd=False)


class Screen(io.TextIOWrapper):
    """A window that turns a page with each flush: it is how a person knows what came together."""

    def flush(self) -> None:
        if not self.closed:
            self.write(PAGE)
        super().flush()


class TerminalVisitor:
    """Somebody who types and reads."""

    def __init__(self, typed: io.FileIO, seen: io.FileIO) -> None:
        os.set_blocking(seen.fileno(), False)
        self._typed, self._seen, self._printed = typed, seen, b""

    async def says(self, text: str) -> None:
        self._typed.write(f"{text}\n".encode())

    async def presses(self, label: str) -> None:
        _, number = await finds(self, label)
        await self.says(number)

    async def chooses(self, options: Sequence[str], then: str) -> None:
        await self.says(" ".join([(await finds(self, option))[1] for option in options]))

    async def sees(self) -> list[Shown]:
        self._printed += self._seen.read() or b""
        pages = self._printed.decode("utf-8", "replace").split(PAGE)
        return [_shown(page) for page in pages if page.strip()]

    async def changes(self) -> None:
        loop, more = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._seen.fileno(), more.set)
        try:
            await more.wait()
        finally:
            loop.remove_reader(self._seen.fileno())

    async def goes(self) -> None:
        """They close the window."""
        self._seen.close()


def _shown(page: str) -> Shown:
    unbarred = BAR.sub("", page)
    return Shown(text=LINK.sub("", unbarred), links=tuple(LINK.findall(unbarred)), reflowed=True)


def _pipe() -> tuple[io.FileIO, io.FileIO]:
    out, into = os.pipe()
    return io.FileIO(out, "r"), io.FileIO(into, "w")


def _close(screen: Screen) -> None:
    with contextlib.suppress(BrokenPipeError):  # nobody looks any more
        screen.close()
