"""E-mail: messages go out by one mail server; nothing comes in."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar, Final

import structlog
from starlette.routing import BaseRoute

from bot.channel import AccountRefused, ChannelError, NotSent, Post, Refused, SendError, Unreachable
from bot.channels.email.content import mail
from bot.channels.email.server import Server
from bot.channels.email.settings import PREFIX, Settings, read_settings
from domain.event import Incoming
from domain.fitting import Capabilities
from domain.mailbox import usable
from domain.message import Content
from storage.errors import NotFound

LOOK: Final = 60.0  # seconds between two looks at the server

_log = structlog.get_logger(__name__)


class Email:
    """Mail from one address, as `bot.channel.Channel` wants it. Raises ChannelError when its settings are wrong."""

    name: ClassVar[str] = "email"
    capabilities: ClassVar[Capabilities] = Capabilities(
        buttons=True,
        label=80,
        pictures=True,
        hidden=False,
        many=False,
        edits=False,
        idempotent=False,
        answers=False,
        largest=7_000_000,  # a mail is a third larger, and many servers take 10 MB
        together=True,
    )

    def __init__(self, post: Post) -> None:
        self._post = post
        self._settings = read_settings()
        self._sender = self._settings.sender
        self._server = Server(self._settings)

    @property
    def account(self) -> str:
        """The address that mail comes from."""
        return self._sender.addr_spec

    @property
    def rate(self) -> float | None:
        """Messages a second, from the settings; 0: there is no limit."""
        return self._settings.mail_rate or None

    async def open(self) -> None:
        """Look at the server; one that is away or has a bad day is left to `receive`, which goes on trying."""
        try:
            await self._look()
        except AccountRefused as refused:
            raise ChannelError(_refused(refused)) from refused
        except SendError as error:
            _log.warning("mail_server_away", reason=str(error))

    async def receive(self) -> None:
        """Nothing comes in; look at the server now and then, so that it is known whether mail can go."""
        while True:
            try:
                await self._look()
            except AccountRefused as refused:
                raise ChannelError(_refused(refused)) from refused
            except SendError as error:
                _log.warning("mail_server_away", reason=str(error))
            await asyncio.sleep(LOOK)

    def routes(self) -> Sequence[BaseRoute]:
        """Nobody calls."""
        return ()

    def link(self, code: str) -> str:  # noqa: ARG002
        """Nothing can be shown to us by mail."""
        return ""

    def decode(self, raw: str) -> Incoming | None:  # noqa: ARG002
        """Nothing comes in."""
        return None

    async def send(self, address: str, content: Content, *, key: str) -> str:
        """Send one mail; the server's word on it, which has its own number of the mail."""
        if not usable(address):
            raise Unreachable("this is no address that mail can be sent to")
        picture = await self._kept(content.picture.digest if content.picture else "")
        file = await self._kept(content.paper.code if content.paper else "")
        try:
            ascii_ = _in_ascii(address)
            message = mail(content, self._sender, ascii_, key, picture=picture, file=file).as_bytes()
        except ValueError:
            raise Refused("no mail can carry this message") from None
        said = await self._server.deliver(ascii_, message)
        self._post.heard(self.name)
        return " ".join(said.split())[:200]

    async def edit(self, address: str, sent: str, content: Content) -> None:  # noqa: ARG002
        """What was sent stays as it is."""
        raise Refused("a mail cannot be changed")

    async def close(self) -> None:
        """Let go of the connection."""
        await self._server.close()

    async def _look(self) -> None:
        await self._server.look()
        self._post.heard(self.name)

    async def _kept(self, digest: str) -> bytes:
        if not digest:
            return b""
        try:
            return await self._post.picture(digest)
        except NotFound as error:
            raise Refused("the picture or the file is not in the store") from error
        except Exception as error:
            raise NotSent("the picture or the file could not be read") from error


def _in_ascii(address: str) -> str:
    """The address with its domain as mail servers know it (RFC 5890)."""
    name, _, place = address.rpartition("@")
    return f"{name}@{place.encode('idna').decode('ascii')}"


async def look(settings: Settings, seconds: float) -> None:
    """See once that the mail server is there and takes us; ChannelError with one sentence when it does not."""
    server = Server(settings)
    try:
        async with asyncio.timeout(seconds):
            await server.look()
    except AccountRefused as refused:
        raise ChannelError(_refused(refused)) from refused
    except TimeoutError:
        raise ChannelError(
            f"The mail server of {PREFIX}SMTP_URL did not answer within {seconds:g} s."
        ) from None
    except SendError as error:
        raise ChannelError(f"The mail server of {PREFIX}SMTP_URL cannot be used now: {error}.") from error
    finally:
        await server.close()


def _refused(refused: AccountRefused) -> str:
    return f"The mail server of {PREFIX}SMTP_URL does not take our mail: {refused}."
