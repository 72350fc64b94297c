"""Meeting a visitor: they have said something, so that their address is known."""

from dataclasses import dataclass

from domain.event import Event, Incoming, Pressed, Said
from tests.bot.channels.contract.house import House
from tests.bot.channels.contract.visitor import Messenger, Reader, Visitor


@dataclass(frozen=True, slots=True)
class Met:
    """A visitor who has said something, and their address."""

    visitor: Visitor
    address: str


async def meet(house: House, messenger: Messenger) -> Met:
    """Let somebody say something, and take it out of the inbox; where nothing can be said, their address is known."""
    visitor = await messenger.visitor()
    if isinstance(visitor, Reader):
        return Met(visitor, visitor.address)
    await visitor.says("Labas")
    [incoming] = await understood(house, messenger)
    return Met(visitor, incoming.address)


async def understood(house: House, messenger: Messenger, count: int = 1) -> list[Incoming]:
    """The next `count` updates, taken out of the inbox; all of them must have a meaning."""
    rows = await house.came(messenger.channel.name, count)
    found = [incoming for row in rows if (incoming := messenger.channel.decode(row.raw))]
    assert len(found) == count
    return found


async def happened(house: House, messenger: Messenger, count: int = 1) -> list[Event]:
    """What was done in these updates."""
    return [done(incoming) for incoming in await understood(house, messenger, count)]


def done(incoming: Incoming) -> Event:
    """What somebody did, who neither left nor came back."""
    assert isinstance(incoming.event, Said | Pressed)
    return incoming.event
