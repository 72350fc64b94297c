"""What a mail looks like, and over which connection it goes."""

import asyncio
import re
from dataclasses import replace
from email.utils import parsedate_to_datetime

import pytest

from bot.channel import NotSent, Refused, Unreachable
from bot.channels.email import Email
from bot.channels.email import server as server_module
from domain.message import Button, Content
from domain.text import Text, join, marked
from storage import media
from tests.bot.channels.contract.contents import PICTURE, PNG
from tests.bot.channels.contract.house import House
from tests.fakes.mail import MailServer, html_of, plain_of

ANA = "ana@sav.example"
HELLO = Content(join(Text("Kodas testui „Žuvys“"), marked("12345678 < 9", "bold"), Text("Iki!")))
PAGE = Button("Atverti & skaityti", "", "https://mokymai.example/x?a=1&b=2")

Both = tuple[Email, MailServer]


async def test_a_mail_has_the_heads_that_it_needs(both: Both) -> None:
    channel, server = both
    said = await channel.send(ANA, HELLO, key="code:1")
    mail = await server.arrives(ANA)
    assert said == "2.0.0 queued as 1"
    assert mail["Subject"] == "Kodas testui „Žuvys“"
    assert mail["From"] == "Zinutė <mokymai@zinute.example>"
    assert (mail["To"], mail["Auto-Submitted"]) == (ANA, "auto-generated")
    assert re.fullmatch(r"<[0-9a-f]{40}@zinute\.example>", mail["Message-ID"])
    assert parsedate_to_datetime(mail["Date"]) is not None
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert plain_of(mail) == "Kodas testui „Žuvys“\n\n12345678 < 9\n\nIki!\n"
    assert "<strong>12345678 &lt; 9</strong><br>" in html_of(mail)


async def test_a_second_copy_says_that_it_is_one(both: Both) -> None:
    channel, server = both
    for to, key in ((ANA, "k"), (ANA, "k"), (ANA, "other"), ("ben@sav.example", "k")):
        await channel.send(to, HELLO, key=key)
    ids = [mail["Message-ID"] for _, mail in server.taken]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


async def test_what_opens_a_page_is_a_link(both: Both) -> None:
    channel, server = both
    await channel.send(ANA, replace(HELLO, buttons=(PAGE,)), key="k")
    mail = await server.arrives(ANA)
    assert plain_of(mail).endswith(f"\n\n{PAGE.label}: {PAGE.url}\n")
    link = '<a href="https://mokymai.example/x?a=1&amp;b=2">Atverti &amp; skaityti</a>'
    assert link in html_of(mail)


async def test_a_picture_goes_along_with_what_it_shows(house: House, both: Both) -> None:
    channel, server = both
    await house.database.write(lambda tx: media.keep(tx, PICTURE.digest, PNG))
    await channel.send(ANA, replace(HELLO, picture=PICTURE), key="k")
    mail = await server.arrives(ANA)
    images = [part.get_content() for part in mail.walk() if part.get_content_type() == "image/png"]
    assert images == [PNG]
    assert plain_of(mail).startswith(f"[{PICTURE.alt}]\n\n")
    assert f'<img src="cid:picture" alt="{PICTURE.alt}"' in html_of(mail)


@pytest.mark.parametrize(
    "first",
    [
        "Labas\r\nBcc: x@y.example",
        "Labas\nBcc: x@y.example",
        "Labas\rBcc: x",
        "L\u2028Bcc: x",
        "\0Bcc: x",
        "\x1b[2J",
    ],
)
async def test_nothing_that_is_said_becomes_a_head(both: Both, first: str) -> None:
    channel, server = both
    await channel.send(ANA, Content(Text(first)), key="k\r\nBcc: x@y.example")
    mail = await server.arrives(ANA)
    assert (mail["Bcc"], mail["To"], len(server.taken)) == (None, ANA, 1)
    assert re.search(r"[\x00-\x1f]", mail["Subject"]) is None


async def test_a_line_of_one_dot_and_long_lines_arrive(both: Both) -> None:
    channel, server = both
    plain = f"Labas\n.\n..\n{'ž' * 5_000}\nFrom me"
    await channel.send(ANA, Content(Text(plain)), key="k")
    assert plain_of(await server.arrives(ANA)) == f"{plain}\n"


@pytest.mark.parametrize(
    "address", ["", "ana", "ana@sav.example>", "a b@sav.example", "ana@x\r\nDATA", "ąna@a.lt"]
)
async def test_what_is_no_address_is_written_to_nowhere(both: Both, address: str) -> None:
    channel, server = both
    with pytest.raises(Unreachable):
        await channel.send(address, HELLO, key="k")
    assert (server.taken, server.sessions) == ([], 0)


async def test_a_domain_with_letters_of_its_own(both: Both) -> None:
    channel, server = both
    await channel.send("ana@ąžuolas.lt", HELLO, key="k")
    assert [to for to, _ in server.taken] == ["ana@xn--uolas-2wa16f.lt"]


async def test_one_connection_is_kept(both: Both) -> None:
    channel, server = both
    await asyncio.gather(*(channel.send(ANA, HELLO, key=f"{number}") for number in range(8)))
    assert (len(server.of(ANA)), server.sessions) == (8, 1)


async def test_a_connection_that_was_let_go_is_made_anew(both: Both) -> None:
    channel, server = both
    await channel.send(ANA, HELLO, key="1")
    server.drop()
    await channel.send(ANA, HELLO, key="2")
    assert (len(server.of(ANA)), server.sessions) == (2, 2)


async def test_who_waits_for_their_turn_can_be_called_off(both: Both) -> None:
    channel, _ = both
    sends = [asyncio.create_task(channel.send(ANA, HELLO, key=f"{number}")) for number in range(3)]
    await asyncio.sleep(0)
    sends[0].cancel()
    first, *others = await asyncio.gather(*sends, return_exceptions=True)
    assert isinstance(first, asyncio.CancelledError)
    assert [type(each) for each in others] == [str, str]


async def test_a_picture_that_cannot_be_had(
    house: House, both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, server = both
    content = replace(HELLO, picture=replace(PICTURE, digest="0" * 64))
    with pytest.raises(Refused, match="not in the store"):
        await channel.send(ANA, content, key="k")
    await house.database.close()
    with pytest.raises(NotSent, match="could not be read"):
        await channel.send(ANA, content, key="k")
    assert server.taken == []


def test_patience_is_bounded() -> None:
    assert server_module.COMMAND < server_module.DATA < 600
