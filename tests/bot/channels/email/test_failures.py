"""What a mail server answers, and what that means for the message: the whole table, and connections that break."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.channel import (
    AccountRefused,
    Ambiguous,
    ChannelError,
    NotConnected,
    NotSent,
    Refused,
    SendError,
    Unreachable,
)
from bot.channels.email import Email
from domain.message import Content
from domain.text import Text
from tests.bot.channels.contract.house import House
from tests.fakes.mail import MailServer

ANA = "ana@sav.example"
HELLO = Content(Text("Labas"))
Both = tuple[Email, MailServer]

ANSWERS: list[tuple[str, str, type[SendError]]] = [
    ("MAIL", "421 4.3.2 closing", NotConnected),
    ("MAIL", "451 4.3.0 later", NotSent),
    ("MAIL", "550 5.7.1 this sender may not", AccountRefused),
    ("MAIL", "530 5.7.0 log in first", AccountRefused),
    ("RCPT", "450 4.2.0 greylisted", NotSent),
    ("RCPT", "452 4.5.3 too many", NotSent),
    ("RCPT", "550 5.1.1 no such user", Unreachable),
    ("RCPT", "550 5.1.10 takes no mail", Unreachable),
    ("RCPT", "550 5.2.1 mailbox disabled", Unreachable),
    ("RCPT", "550 No such user here", Unreachable),
    ("RCPT", "556 takes no mail", Unreachable),
    ("RCPT", "550 5.7.1 blocked by policy", Refused),
    ("RCPT", "552 5.2.2 mailbox full", Refused),
    ("RCPT", "554 5.7.1 relay access denied", Refused),
    ("RCPT", "530 5.7.0 log in first", AccountRefused),
    ("DATA", "421 4.3.2 closing", NotConnected),
    ("DATA", "451 4.7.1 later", NotSent),
    ("DATA", "550 5.1.1 no such user after all", Unreachable),
    ("DATA", "550 spam", Refused),
    ("DATA", "554 5.6.0 refused", Refused),
    ("MAIL", "", NotConnected),
    ("RCPT", "", NotConnected),
    ("DATA", "", Ambiguous),
    ("DATA", "999 nonsense", Ambiguous),
    ("DATA", "350 nonsense", Ambiguous),
]


@pytest.mark.parametrize(("command", "answer", "means"), ANSWERS)
async def test_an_answer_means(both: Both, command: str, answer: str, means: type[SendError]) -> None:
    channel, server = both
    server.answers[command] = [answer]
    with pytest.raises(SendError) as raised:
        await channel.send(ANA, HELLO, key="k")
    assert type(raised.value) is means
    assert server.taken == []
    await channel.send(ANA, HELLO, key="k")
    assert len(server.of(ANA)) == 1, "the next one goes"


@pytest.mark.parametrize(
    "said", ["554 5.3.2 not today", "521 no mail", "421 4.3.2 closing", "451 4.3.0 later"]
)
async def test_a_server_that_has_a_bad_day_stops_nothing(both: Both, house: House, said: str) -> None:
    channel, server = both
    server.away = said
    await channel.open()
    assert house.post.heard_at == {}
    with pytest.raises(NotConnected):
        await channel.send(ANA, HELLO, key="k")
    server.away = ""
    await channel.open()
    await channel.send(ANA, HELLO, key="k")
    assert (house.post.heard_at, len(server.of(ANA))) == ({"email": house.at}, 1)


async def test_who_takes_neither_greeting_has_a_bad_day(both: Both) -> None:
    channel, server = both
    server.answers |= {"EHLO": ["554 5.3.2 not today"], "HELO": ["554 5.3.2 not today"]}
    with pytest.raises(NotConnected):
        await channel.send(ANA, HELLO, key="k")
    assert server.answers == {"EHLO": [], "HELO": []}


@pytest.mark.parametrize("scheme", ["smtp", "starttls"])
async def test_who_says_nothing_of_what_it_can_do_stops_nothing(
    opened: Callable[..., Any], scheme: str
) -> None:
    """It would take HELO, and offer neither TLS nor a way to log in there."""
    async with opened(f"{scheme}://ana:right@127.0.0.1:{{}}", login=("ana", "right")) as (channel, server):
        server.answers["EHLO"] = ["554 5.3.2 not today"]
        await channel.open()
        assert server.answers["EHLO"] == []


@pytest.mark.parametrize(
    ("said", "stops"),
    [
        ("530 5.7.0 log in otherwise", True),
        ("534 5.7.9 too weak", True),
        ("535 5.7.8 wrong", True),
        ("454 4.7.0 later", False),
        ("500 5.5.1 what", False),
        ("554 5.3.0 not today", False),
    ],
)
async def test_only_what_is_ours_to_mend_stops_the_service(
    opened: Callable[..., Any], said: str, *, stops: bool
) -> None:
    async with opened("smtp://ana:right@127.0.0.1:{}", login=("ana", "right")) as (channel, server):
        server.answers["AUTH"] = [said] * 2  # once for each way to log in
        if stops:
            with pytest.raises(ChannelError, match=said[:3]):
                await channel.open()
        else:
            await channel.open()
        assert server.answers["AUTH"] == []
        await channel.open()
        assert server.logged_in == ["ana"]


async def test_where_nobody_listens_nothing_is_sent(
    house: House, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    channel = made(house, monkeypatch, f"smtp://127.0.0.1:{unused_tcp_port}")
    await channel.open()
    with pytest.raises(NotConnected):
        await channel.send(ANA, HELLO, key="k")
    assert house.post.heard_at == {}
    await channel.close()


async def test_who_speaks_no_smtp_is_no_server(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    channel = made(house, monkeypatch, f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    with pytest.raises(NotConnected):
        await channel.send(ANA, HELLO, key="k")
    await channel.close()
    server.close()
    await server.wait_closed()


async def test_a_wrong_password_is_said_at_the_start_and_never_itself(opened: Callable[..., Any]) -> None:
    url = "smtp://ana:wr%40ng-secret@127.0.0.1:{}"
    async with opened(url, login=("ana", "right")) as (channel, server):
        with pytest.raises(
            ChannelError, match="ZINUTE_SMTP_URL does not take our mail: connect: 535"
        ) as told:
            await channel.open()
        with pytest.raises(AccountRefused) as refused:
            await channel.send(ANA, HELLO, key="k")
        assert "secret" not in f"{told.value} {refused.value}"
        assert server.taken == []


async def test_name_and_password_are_shown_to_the_server(opened: Callable[..., Any]) -> None:
    async with opened("smtp://ana:p%40ss%3A%2F@127.0.0.1:{}", login=("ana", "p@ss:/")) as (channel, server):
        await channel.open()
        await channel.send(ANA, HELLO, key="k")
        assert (server.logged_in, len(server.taken)) == (["ana"], 1)


async def test_the_server_is_heard_of_as_long_as_it_is_there(house: House, both: Both) -> None:
    channel, server = both
    await channel.open()
    assert house.post.heard_at == {"email": house.at}
    house.post.heard_at.clear()
    looking = asyncio.create_task(channel.receive())
    async with asyncio.timeout(10):
        while not house.post.heard_at:
            await asyncio.sleep(0)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    assert server.sessions == 1


async def test_tls_is_asked_for_where_it_is_wanted(opened: Callable[..., Any]) -> None:
    async with opened("starttls://127.0.0.1:{}") as (channel, server):
        with pytest.raises(AccountRefused, match="STARTTLS"):
            await channel.send(ANA, HELLO, key="k")
        with pytest.raises(ChannelError, match="STARTTLS"):
            await channel.open()
        assert server.taken == []


def made(house: House, monkeypatch: pytest.MonkeyPatch, url: str) -> Email:
    monkeypatch.setenv("ZINUTE_SMTP_URL", url)
    monkeypatch.setenv("ZINUTE_MAIL_FROM", "mokymai@zinute.example")
    return Email(house.post)
