"""The mail server that takes our messages: one connection, kept as long as the server keeps it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from aiosmtplib import SMTP, SMTPException, SMTPTimeoutError
from aiosmtplib.errors import SMTPServerDisconnected

from bot.channels.email.problem import Stage, failure
from bot.channels.email.settings import Settings

COMMAND: Final = 15.0  # seconds for the connection, and for each answer
DATA: Final = 60.0  # seconds for the answer to a whole message: the server looks at it before it takes it

FAREWELL: Final = 1.0


class Server:
    """Hands messages in, one at a time. Raises SendError only."""

    def __init__(self, settings: Settings) -> None:
        at = settings.server
        self._client = SMTP(
            hostname=at.hostname,
            port=settings.port,
            use_tls=at.scheme == "smtps",
            start_tls=False,  # see _connect
            local_hostname=settings.sender.domain,
            timeout=COMMAND,
        )
        self._starttls, self._login = at.scheme == "starttls", settings.login
        self._sender = settings.sender.addr_spec
        self._turn = asyncio.Lock()

    async def deliver(self, to: str, message: bytes) -> str:
        """Hand a message in for one address; what the server said, with its own number of it."""
        async with self._turn, self._whole():
            await self._begin()
            async with _at("recipient"):
                await self._client.rcpt(to)
            async with _at("data"):
                return (await self._client.data(message, timeout=DATA)).message

    async def look(self) -> None:
        """See that the server is there and takes us."""
        async with self._turn, self._whole(), _at("connect"):
            if self._client.is_connected:
                with suppress(SMTPServerDisconnected, SMTPTimeoutError):
                    await self._client.noop()
                    return
            await self._connect()

    async def close(self) -> None:
        """Let go of the connection, with a word if nothing is under way."""
        if self._client.is_connected and not self._turn.locked():
            with suppress(SMTPException, OSError):
                await self._client.quit(timeout=FAREWELL)
        self._client.close()

    async def _begin(self) -> None:
        """Name the sender: on the connection that there is, or on a new one when the server has let go of it."""
        if self._client.is_connected:
            with suppress(SMTPServerDisconnected, SMTPTimeoutError):
                async with _at("sender", SMTPServerDisconnected, SMTPTimeoutError):
                    await self._client.mail(self._sender)
                return
        async with _at("connect"):
            await self._connect()
        async with _at("sender"):
            await self._client.mail(self._sender)

    async def _connect(self) -> None:
        """Connect, encrypt, log in. Only a server that takes EHLO says what it can do: HELO would hide its bad day."""
        await self._client.connect()
        if self._starttls:
            await self._client.ehlo()
            await self._client.starttls()
        if self._login:
            await self._client.ehlo()
            await self._client.login(*self._login)

    @asynccontextmanager
    async def _whole(self) -> AsyncIterator[None]:
        """What breaks off in here leaves the connection at no known place: the next message gets a new one."""
        try:
            yield
        except BaseException:
            self._client.close()
            raise


@asynccontextmanager
async def _at(stage: Stage, *through: type[Exception]) -> AsyncIterator[None]:
    """What goes wrong in here, named for what it means for the message; `through` goes through."""
    try:
        yield
    except through:
        raise
    except (SMTPException, OSError, ValueError) as error:
        raise failure(error, stage) from error
