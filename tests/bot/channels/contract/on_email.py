"""People with mailboxes, behind a mail server on this machine."""

import hashlib
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from email.message import EmailMessage
from html import unescape
from itertools import count
from typing import Final

import pytest

from bot.channel import load
from tests.bot.channels.contract.house import House
from tests.bot.channels.contract.running import Opening, running
from tests.bot.channels.contract.visitor import Messenger, Shown, Visitor
from tests.fakes.mail import MailServer, html_of, mail_server

LINK: Final = re.compile(r'<a href="([^"]*)" rel="nofollow noopener">')
BUTTON: Final = re.compile(r'<p><a href="([^"]*)">(.*?)</a></p>')
TEXT: Final = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_numbers = count(1)


def prepare(request: pytest.FixtureRequest) -> Opening:
    """The settings are made when the server is there."""
    environment: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")

    @asynccontextmanager
    async def opened(house: House) -> AsyncIterator[Messenger]:
        async with mail_server() as server:
            environment.setenv("ZINUTE_SMTP_URL", f"smtp://127.0.0.1:{server.port}")
            environment.setenv("ZINUTE_MAIL_FROM", "Zinute <mokymai@zinute.example>")
            channel = load("email", house.post)

            async def visitor() -> Visitor:
                return MailVisitor(server, f"ona{next(_numbers)}@sav.example")

            async with running(channel) as run:
                yield Messenger(channel, run.receiving, visitor, crowd=True)

    return opened


class MailVisitor:
    """Somebody who reads mail; nothing can be answered."""

    def __init__(self, server: MailServer, address: str) -> None:
        self._server, self.address = server, address

    async def says(self, text: str) -> None:
        raise NotImplementedError("a mail cannot be answered")

    async def presses(self, label: str) -> None:
        raise NotImplementedError("a mail cannot be answered")

    async def chooses(self, options: Sequence[str], then: str) -> None:
        raise NotImplementedError("a mail cannot be answered")

    async def sees(self) -> list[Shown]:
        return [_shown(each) for each in self._server.of(self.address)]

    async def changes(self) -> None:
        self._server.more.clear()
        await self._server.more.wait()

    async def goes(self) -> None:
        """Their mailbox is closed."""
        self._server.refuses[self.address] = "550 5.1.1 no such mailbox"


def _shown(message: EmailMessage) -> Shown:
    html = html_of(message)
    opens = tuple((unescape(label), unescape(url)) for url, label in BUTTON.findall(html))
    found = TEXT.search(html[html.rindex("<p><img") :].partition("\n")[2] if "<p><img" in html else html)
    assert found is not None
    inner = found[1].replace("<br>\n", "\n")
    plain = unescape(re.sub("<[^>]*>", "", inner))
    return Shown(
        text=plain,
        labels=tuple(label for label, _ in opens),
        picture=_picture(message),
        links=tuple(map(unescape, LINK.findall(inner))),
        opens=opens,
        file=next((part.get_filename() or "" for part in message.iter_attachments()), ""),
    )


def _picture(message: EmailMessage) -> str:
    parts = [part for part in message.walk() if part.get_content_maintype() == "image"]
    if not parts:
        return ""
    data = parts[0].get_content()
    assert isinstance(data, bytes)
    assert f"cid:{str(parts[0]['Content-ID']).strip('<>')}" in html_of(message)
    return hashlib.sha256(data).hexdigest()
