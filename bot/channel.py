"""What every messenger must be able to do, the failures it may report, and where each one is."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import ClassVar, Final, Protocol

from starlette.routing import BaseRoute, Route

from domain.event import Incoming
from domain.fitting import Capabilities
from domain.language import Language
from domain.message import Content

REGISTRY: Final[dict[str, str]] = {
    "web": "bot.channels.web:WebChat",
    "telegram": "bot.channels.telegram:Telegram",
    "email": "bot.channels.email:Email",
    "terminal": "bot.channels.terminal:Terminal",
}
# Those in which lessons can be looked at: each module says what can be shown there (CAPABILITIES).
PREVIEWED: Final = (*REGISTRY, "matrix")


class SendError(Exception):
    """A message was not sent, or nobody knows; each subclass says what follows."""


class NotSent(SendError):
    """Nothing was delivered and a later try may work. `retry_after`: seconds that the messenger asks for, or None."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Limited(NotSent):
    """The messenger takes nothing from our account for `retry_after` seconds (None: it does not say how long)."""


class NotConnected(NotSent):
    """The messenger cannot be reached at all: nothing was sent, and nothing else would be now."""


class Moved(NotSent):
    """Nothing was sent: this chat has the address `to` now."""

    def __init__(self, reason: str, to: str) -> None:
        super().__init__(reason)
        self.to = to


class Unreachable(SendError):
    """The person cannot be written to at this address any more (blocked, deleted, never started)."""


class Refused(SendError):
    """The messenger will never take this message; sending it again unchanged is useless."""


class AccountRefused(SendError):
    """The messenger does not accept our account (token revoked): nothing can be sent until somebody mends it."""


class Ambiguous(SendError):
    """The message may or may not have been delivered."""


class ChannelError(Exception):
    """A messenger cannot be used as it is set up; the message is one sentence for the operator."""


class Hook(Route):
    """A route that a messenger's server calls: one fixed path, and no page."""


@dataclass(frozen=True, slots=True)
class Update:
    """What came in, raw. `key` is unique in the account; what one `address` sends is handled in order."""

    key: str
    address: str
    raw: str


class Post(Protocol):
    """What the house does for a channel."""

    async def receive(self, channel: str, account: str, update: Update) -> None:
        """Store the update; it is committed when this returns. The same key again changes nothing."""
        ...

    def heard(self, channel: str) -> None:
        """The messenger answered: what was sent to us meanwhile has come or is coming."""
        ...

    async def picture(self, digest: str) -> bytes:
        """The bytes of a published picture, or of a file that is kept for many."""
        ...

    async def handle(self, channel: str, account: str, digest: str) -> str | None:
        """The messenger's own file id of what was sent before."""
        ...

    async def keep_handle(self, channel: str, account: str, digest: str, handle: str) -> None:
        """Remember the messenger's file id of a picture or a file."""
        ...

    async def paper(self, code: str) -> bytes:
        """The file with this code, made now; raises Refused when it is not to be sent."""
        ...

    def text(self, language: Language, key: str) -> str:
        """A sentence of the catalogue, without parameters."""
        ...


class Channel(Protocol):
    """A messenger. It knows nothing of lessons; it carries contents out and updates in."""

    name: ClassVar[str]
    capabilities: ClassVar[Capabilities]

    @property
    def account(self) -> str:
        """Which of our accounts this is (a bot's id); part of the keys of updates and file ids. Known after open()."""
        ...

    @property
    def rate(self) -> float | None:
        """Messages a second that the messenger takes from our account; None where there is no limit."""
        ...

    async def open(self) -> None:
        """Get ready to send and receive; raise ChannelError when it cannot work as it is set up."""
        ...

    async def receive(self) -> None:
        """Take updates in until cancelled; return at once where they come by HTTP or the keyboard instead."""
        ...

    def routes(self) -> Sequence[BaseRoute]:
        """What the messenger, or a browser, calls over HTTP."""
        ...

    def link(self, code: str) -> str:
        """The address that opens this messenger and shows us `code` ("/start code"); "" while there is none."""
        ...

    def decode(self, raw: str) -> Incoming | None:
        """A stored update understood; None when it is nothing for us. Any exception quarantines the update."""
        ...

    async def send(self, address: str, content: Content, *, key: str) -> str:
        """Send one message that was fitted to `capabilities`; the messenger's id of it. Raises SendError only.

        `key` is the same for every try to send the same message.
        """
        ...

    async def edit(self, address: str, sent: str, content: Content) -> None:
        """Change a message that was sent (`sent` is what send() returned); raises SendError only."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def load(name: str, post: Post) -> Channel:
    """The channel of this name, with its settings from the environment; imported now and not before."""
    module, _, attribute = REGISTRY[name].partition(":")
    channel: Channel = getattr(import_module(module), attribute)(post)
    return channel


def capabilities_of(name: str) -> Capabilities:
    """What one of PREVIEWED can show, as its module says it; no settings and no vendor's library."""
    can: Capabilities = import_module(f"bot.channels.{name}").CAPABILITIES
    return can
