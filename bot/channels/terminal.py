"""The terminal as a messenger, for authors: what is typed comes in, what is said is printed."""

import asyncio
import json
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from typing import ClassVar, Final, TextIO
from uuid import uuid4

from starlette.routing import BaseRoute

from bot.channel import NotSent, Post, Refused, Unreachable, Update
from bot.plain import written
from domain.event import Incoming, Said
from domain.fitting import Capabilities
from domain.message import Content
from domain.text import Text

ADDRESS: Final = "terminal"
WIDEST: Final = 100
CAPABILITIES: Final = Capabilities(
    buttons=False, label=40, pictures=False, hidden=False, many=False, edits=False, idempotent=False
)
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


class Terminal:
    """One person, who sits at the keyboard."""

    name: ClassVar[str] = "terminal"
    capabilities: ClassVar[Capabilities] = CAPABILITIES

    def __init__(self, post: Post, *, keyboard: int | None = None, screen: TextIO | None = None) -> None:
        """`keyboard` is a file descriptor; both are the process's own when they are not given."""
        self._post, self._printed = post, 0
        self._keyboard = sys.stdin.fileno() if keyboard is None else keyboard
        self._screen = screen or sys.stdout

    @property
    def account(self) -> str:
        """There is one terminal."""
        return "terminal"

    @property
    def rate(self) -> None:
        """No limit."""

    def link(self, code: str) -> str:  # noqa: ARG002
        """No link opens a terminal."""
        return ""

    async def open(self) -> None:
        """Nothing to get ready."""

    async def receive(self) -> None:
        """Take lines in until the keyboard's end."""
        language = os.environ.get("LC_ALL") or os.environ.get("LANG", "")
        async for line in lines(self._keyboard):
            if line.strip():
                raw = json.dumps({"text": line, "language": language})
                await self._post.receive(self.name, self.account, Update(uuid4().hex, ADDRESS, raw))

    def routes(self) -> Sequence[BaseRoute]:
        """Nobody calls a terminal."""
        return ()

    def decode(self, raw: str) -> Incoming | None:
        """What was typed."""
        match json.loads(raw):
            case {"text": str(text), "language": str(language)}:
                return Incoming(ADDRESS, Said(text), language)
        raise ValueError("not written by receive()")

    async def send(self, address: str, content: Content, *, key: str) -> str:  # noqa: ARG002
        """Print the message."""
        if address != ADDRESS:
            raise Unreachable("Nobody else sits at this terminal.")
        text = wrapped(content.text, min(shutil.get_terminal_size().columns, WIDEST))
        try:
            self._screen.write(written(text, styled=self._screen.isatty()) + "\n\n")
            self._screen.flush()
        except (OSError, ValueError) as error:
            raise NotSent("The terminal is closed.") from error
        self._printed += 1
        return str(self._printed)

    async def edit(self, address: str, sent: str, content: Content) -> None:  # noqa: ARG002
        """What is printed stays as it is."""
        raise Refused("A terminal does not change what it has printed.")

    async def close(self) -> None:
        """Nothing to let go of."""


def wrapped(text: Text, width: int) -> Text:
    """`text` in lines of at most `width` where it has spaces to break at; entities keep their places."""
    plain = _CONTROL.sub(" ", text.plain)
    return Text("\n".join(_broken(line, width) for line in plain.split("\n")), text.entities)


def _broken(line: str, width: int) -> str:
    """The line with some of its spaces turned into line breaks, so that it is as long as before."""
    start = 0
    while len(line) - start > width:
        space = line.rfind(" ", start, start + width + 1)
        space = line.find(" ", start + width) if space <= start else space
        if space < 0:
            break
        line = f"{line[:space]}\n{line[space + 1 :]}"
        start = space + 1
    return line


async def lines(descriptor: int) -> AsyncIterator[str]:
    """The lines that can be read from a file descriptor, until its end. No thread waits for them."""
    rest = b""
    while chunk := await _chunk(descriptor):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace")
    if rest:
        yield rest.decode("utf-8", "replace")


async def _chunk(descriptor: int) -> bytes:
    """What is there to read, as soon as there is something; nothing at the end."""
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    try:
        loop.add_reader(descriptor, ready.set)
    except PermissionError:  # a plain file: it can always be read, and epoll does not watch it
        return os.read(descriptor, 4096)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)
    return os.read(descriptor, 4096)
