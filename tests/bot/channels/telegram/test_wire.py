"""What a server can do on a connection, and what is known of the request afterwards."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.channels.telegram import wire
from bot.channels.telegram.wire import Answer, Wire

REQUEST = b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
SECONDS = 0.5
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server(asyncio.Protocol):
    """Gives one of the answers that are left for each request."""

    def __init__(self, answers: list[bytes], opened: list[asyncio.BaseTransport], *, close: bool) -> None:
        self._answers, self._opened, self._close = answers, opened, close

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._opened.append(transport)

    def data_received(self, data: bytes) -> None:
        self._transport.write(self._answers.pop(0))
        if self._close:
            self._transport.close()


@asynccontextmanager
async def server(
    *answers: bytes, close: bool = False
) -> AsyncIterator[tuple[Wire, list[asyncio.BaseTransport]]]:
    """A wire to a server that gives these answers, and the connections that it had."""
    left, opened = list(answers), list[asyncio.BaseTransport]()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: Server(left, opened, close=close), "127.0.0.1", 0)
    to = Wire(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
    try:
        yield to, opened
    finally:
        to.close()
        for transport in opened:
            transport.close()
        listening.close()
        await listening.wait_closed()


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (OK, Answer(200, None, b"ok")),
        (b"HTTP/1.1 429 ?\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", Answer(429, "7")),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
            Answer(200, None, b"ok"),
        ),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, Answer(200, None, b"ok")),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", Answer(200, None, b"ok", "TimeoutError")),
        (b"HTTP/1.1 200", Answer(0, None, b"", "TimeoutError")),
        (b"SSH-2.0-OpenSSH\r\n", Answer(0, None, b"", "HttpParserError")),
        (b"", Answer(0, None, b"", "TimeoutError")),
    ],
)
async def test_an_answer_is_read_as_far_as_it_comes(raw: bytes, answer: Answer) -> None:
    async with server(raw) as (to, _):
        read = await to.ask(REQUEST, SECONDS)
    broken = read.broken if "Http" not in answer.broken else read.broken and answer.broken
    assert (read.status, read.retry_after, read.body, broken) == (
        answer.status,
        answer.retry_after,
        answer.body,
        answer.broken,
    )


@pytest.mark.parametrize(
    ("raw", "status", "body"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"all of it", 200, b"all of it"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", 200, b"ok"),
        (b"", 0, b""),
    ],
)
async def test_a_connection_that_the_server_ends(raw: bytes, status: int, body: bytes) -> None:
    async with server(raw, close=True) as (to, _):
        answer = await to.ask(REQUEST, SECONDS)
    assert (answer.status, answer.body, answer.broken) == (status, body, "closed by the server")


@pytest.mark.parametrize(
    ("first", "connections"),
    [
        (OK, 1),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 2),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 2),
        (OK + OK, 2),  # an answer that nobody asked for
        (OK + b"rubbish", 2),
    ],
)
async def test_a_connection_is_kept_only_when_all_is_well(first: bytes, connections: int) -> None:
    async with server(first, OK) as (to, counted):
        for _ in range(2):
            assert (await to.ask(REQUEST, SECONDS)).body == b"ok"
    assert len(counted) == connections


async def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST_BYTES", 1_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"
    async with server(head + b"x" * 9_000) as (to, _):
        assert (await to.ask(REQUEST, SECONDS)).broken == "too long"


async def test_it_is_told_when_a_request_has_left() -> None:
    told: list[str] = []
    async with server(OK) as (to, _):
        await to.ask(REQUEST, SECONDS, lambda: told.append("written"))
    assert told == ["written"]


async def test_requests_side_by_side_have_connections_of_their_own() -> None:
    async with server(*[OK] * 8) as (to, counted):
        await asyncio.gather(*(to.ask(REQUEST, SECONDS) for _ in range(8)))
    assert len(counted) == 8
