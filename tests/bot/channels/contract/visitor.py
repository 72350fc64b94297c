"""Who is at the other end: what a person in any messenger does and sees."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar, runtime_checkable

from bot.channel import Channel

PATIENCE: Final = 10.0  # seconds
TICKS: Final = ("☐ ", "☑ ")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it stands before a person.

    `picture` is the SHA-256 of the picture that is really there, `selected` are the labels that are ticked, `marks`
    what is shown differently, as (kind, characters), `links` where a link leads, `opens` the buttons that open an
    address, with it, `file` the name of a file that came along. `reflowed`: lines were broken to fit.
    """

    text: str
    labels: tuple[str, ...] = ()
    picture: str = ""
    selected: tuple[str, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    links: tuple[str, ...] = ()
    opens: tuple[tuple[str, str], ...] = ()
    file: str = ""
    reflowed: bool = False

    def says(self, plain: str) -> bool:
        """Whether these characters, and no others, are its text."""
        return words(self.text) == words(plain) if self.reflowed else self.text == plain

    def mentions(self, plain: str) -> bool:
        """Whether these words stand in its text."""
        return words(plain) in words(self.text)

    def way_to(self, option: str) -> str | None:
        """What to press or to type for an option: its button, or the letter or number that stands before its text.

        A button may say the number too: "2. A red flag" is a way to "A red flag".
        """
        buttons = {bare(label): label for label in self.labels}
        found_on = [name for name in buttons if name in (option, f"{name[:1]}. {option}")]
        if found_on:
            return buttons[found_on[0]]
        found = re.search(rf"(?:^| )(\w{{1,2}})\. {re.escape(words(option))}(?= |$)", words(self.text))
        if found is None:
            return None
        return buttons.get(found[1]) if buttons else found[1]


class Visitor(Protocol):
    """A Lithuanian with a messenger."""

    async def says(self, text: str) -> None:
        """Write a text; where the messenger tells that it was taken, it was."""
        ...

    async def presses(self, label: str) -> None:
        """Choose the button or option that says this, on the newest message that has it, once there is one."""
        ...

    async def chooses(self, options: Sequence[str], then: str) -> None:
        """Choose several options of one message; `then` is the button that ends the choice, where there is one."""
        ...

    async def sees(self) -> list[Shown]:
        """What the bot has said, as it stands now, the oldest first."""
        ...

    async def changes(self) -> None:
        """Wait until there may be something else to see than when they looked last."""
        ...

    async def goes(self) -> None:
        """From now on nothing can be sent to them."""
        ...


@runtime_checkable
class Reader(Visitor, Protocol):
    """Somebody who cannot answer; their address is known all the same."""

    address: str


@dataclass(frozen=True, slots=True)
class Messenger:
    """A messenger that runs: its channel is open and receives. `crowd`: it has room for more than one person.

    `visitor` lets somebody new in, or gives the only person that there can be.
    """

    channel: Channel
    receiving: "asyncio.Task[None]"
    visitor: Callable[[], Awaitable[Visitor]]
    crowd: bool

    @property
    def stopped(self) -> bool:
        """Whether receive() has ended with an error."""
        return self.receiving.done() and self.receiving.exception() is not None


async def until(visitor: Visitor, look: Callable[[list[Shown]], T | None]) -> T:
    """What `look` makes of what the visitor sees, once it is not None."""
    seen = list[Shown]()
    try:
        async with asyncio.timeout(PATIENCE):
            while (found := look(seen := await visitor.sees())) is None:
                await visitor.changes()
    except TimeoutError:
        raise AssertionError(f"it did not come; seen: {seen}") from None
    return found


async def reads(visitor: Visitor, plain: str) -> Shown:
    """The newest message that has these words, once there is one."""
    return await until(
        visitor, lambda seen: next((each for each in seen[::-1] if each.mentions(plain)), None)
    )


async def finds(visitor: Visitor, option: str) -> tuple[int, str]:
    """The place of the newest message where an option can be chosen, and what to press or type for it."""

    def look(seen: list[Shown]) -> tuple[int, str] | None:
        ways = ((place, seen[place].way_to(option)) for place in reversed(range(len(seen))))
        return next(((place, way) for place, way in ways if way is not None), None)

    return await until(visitor, look)


def words(text: str) -> str:
    """The text with each stretch of white space as one space."""
    return " ".join(text.split())


def bare(label: str) -> str:
    """A label without its tick."""
    return label[len(TICKS[0]) :] if label.startswith(TICKS) else label


def ticked(labels: Sequence[str]) -> tuple[str, ...]:
    """Those of the labels that have a tick which is set, without it."""
    return tuple(bare(label) for label in labels if label.startswith(TICKS[1]))


def stretch(plain: str, offset: int, length: int) -> str:
    """The characters at a place that is counted in UTF-16 units."""
    return plain.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le")
