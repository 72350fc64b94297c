"""A mail server on this machine (aiosmtpd, in the test's own loop), and the mailboxes behind it."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class MailServer:
    """Keeps what it takes. `refuses` are its answers to addresses, `answers` those to commands, once each.

    An answer that is empty breaks the connection. `away` is its answer to everything, from the greeting on, while
    it has one. `sessions` counts connections.
    """

    port: int = 0
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    login: tuple[str, str] | None = None
    logged_in: list[str] = field(default_factory=list)
    sessions: int = 0
    encrypted: list[bool] = field(default_factory=list)
    away: str = ""
    more: asyncio.Event = field(default_factory=asyncio.Event)
    connections: list[SMTP] = field(default_factory=list)

    def of(self, address: str) -> list[EmailMessage]:
        """What is in somebody's mailbox, the oldest first."""
        return [message for to, message in self.taken if to == address]

    async def arrives(self, address: str, count: int = 1) -> EmailMessage:
        """The mail with this number (from 1) in a mailbox, once it is there."""
        async with asyncio.timeout(10):
            while len(self.of(address)) < count:
                self.more.clear()
                await self.more.wait()
        return self.of(address)[count - 1]

    def drop(self) -> None:
        """Break all connections."""
        for connection in self.connections:
            _break(connection)

    def _says(self, command: str, server: SMTP, usual: str) -> str:
        given = self.answers.get(command, [])
        said = given.pop(0) if given else usual
        if not said:
            _break(server)
        return said

    async def handle_EHLO(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.sessions += 1
        session.host_name = hostname
        assert server.transport is not None
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        refused = self.answers.get("EHLO")
        return [refused.pop(0)] if refused else responses

    async def handle_HELO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str
    ) -> str:
        session.host_name = hostname
        return self._says("HELO", server, "250 mail.example")

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = self._says("MAIL", server, "250 OK")
        if said.startswith("250"):
            envelope.mail_from = address
        return said

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = self.refuses.get(address) or self._says("RCPT", server, "250 OK")
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        said = self._says("DATA", server, f"250 2.0.0 queued as {len(self.taken) + 1}")
        if said.startswith("250"):
            message = message_from_bytes(content, policy=policy.SMTP)
            assert isinstance(message, EmailMessage)
            self.taken += [(address, message) for address in envelope.rcpt_tos]
            self.more.set()
        return said

    def authenticator(self, *args: Any) -> AuthResult:
        """Whether name and password are right (called by aiosmtpd)."""
        given = args[-1]
        assert isinstance(given, LoginPassword)
        pair = given.login.decode(), given.password.decode()
        given_up = self.answers.get("AUTH")
        if given_up:
            return AuthResult(success=False, handled=False, message=given_up.pop(0))
        if pair == self.login:
            self.logged_in.append(pair[0])
        return AuthResult(success=pair == self.login, handled=False)


class _Connection(SMTP):
    """As the server says, and while it is away the same to everything."""

    async def push(self, status: Any) -> None:
        await super().push(self.event_handler.away or status)


@asynccontextmanager
async def mail_server(
    *,
    login: tuple[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
    starttls: bool = False,
) -> AsyncIterator[MailServer]:
    """A server; with `login` it wants a name and a password, with `tls` it speaks TLS at once or after STARTTLS."""
    kept = MailServer(login=login)

    def connection() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # a password without TLS can be read, and nobody is on the way here
            new = _Connection(
                kept,
                hostname="mail.example",
                authenticator=kept.authenticator,
                auth_required=login is not None,
                auth_require_tls=False,
                tls_context=tls if starttls else None,
                require_starttls=starttls,
            )
        kept.connections.append(new)
        return new

    server = await _listen(connection, None if starttls else tls)
    kept.port = server.sockets[0].getsockname()[1]
    try:
        yield kept
    finally:
        server.close()
        kept.drop()
        await server.wait_closed()
        await asyncio.sleep(0)


def _break(connection: SMTP) -> None:
    there = connection.transport
    if isinstance(there, asyncio.WriteTransport) and not there.is_closing():  # else 3.11.2 fails
        there.abort()


async def _listen(connection: Callable[[], SMTP], tls: ssl.SSLContext | None) -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0, ssl=tls)


def plain_of(message: EmailMessage) -> str:
    """The plain text of a mail."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    """Its HTML."""
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
