"""The web server's patience: requests end in time, heads have a size, and a service that stops takes nothing in."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from zinute.patience import HEAD, Patient
from zinute.web import SPARE, Server, connections, listen


class Hasty(Patient):
    """The same, which waits a fifth of a second."""

    within: ClassVar[float] = 0.2


async def echo(request: Request) -> Response:
    try:
        return PlainTextResponse(str(len(await request.body())))
    except ClientDisconnect:
        return Response(status_code=400)


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    """The port of a hasty server."""
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
    config = uvicorn.Config(app, http=Hasty, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    server, door = uvicorn.Server(config), listen("127.0.0.1", 0)
    task = asyncio.create_task(server._serve([door]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield door.getsockname()[1]
    server.should_exit = True
    await task


async def knock(port: int, *pieces: bytes) -> bytes:
    """What comes back for these bytes until the other side ends the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        async with asyncio.timeout(5):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


BEGUN = b"POST / HTTP/1.1\r\nHost: a\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        (b"GE",),
        (BEGUN,),
        (BEGUN + b"Content-Length: 9\r\n\r\n", b"abc"),
        (b"GET / HTTP/1.1\r\nX: ", *[b"a" * 4096] * (HEAD // 4096 + 2)),
        (b"GET /", *[b"a" * 4096] * (HEAD // 4096 + 2)),
    ],
    ids=["nothing", "a word", "half a head", "half a body", "a long head", "a long address"],
)
async def test_a_request_that_does_not_come_to_its_end_is_cut_off(pieces: tuple[bytes, ...]) -> None:
    async with serving() as port:
        assert await knock(port, *pieces) == b""


async def test_whole_requests_are_answered_on_one_connection_however_they_come() -> None:
    async with serving() as port:
        whole = BEGUN + b"Content-Length: 4\r\n\r\nabcd"
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in [whole] * 3:
            for at in range(0, len(request), 7):
                writer.write(request[at : at + 7])
                await writer.drain()
            answer = await reader.readuntil(b"\r\n\r\n4")
            assert answer.startswith(b"HTTP/1.1 200")
        writer.write(whole + whole)
        assert (await reader.readuntil(b"\r\n\r\n4")).startswith(b"HTTP/1.1 200")
        assert (await reader.readuntil(b"\r\n\r\n4")).startswith(b"HTTP/1.1 200")
        writer.close()


HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        b"Content-Length: 4\r\nContent-Length: 44\r\n\r\nabcd",
        b"Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd",
        b"Content-Length: 4, 4\r\n\r\nabcd",
        b"Content-Length: +4\r\n\r\nabcd",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n\r\n",
        b"Content-Length: 4\n\nabcd",
    ],
    ids=[
        "length and chunks",
        "chunks and length",
        "two lengths",
        "one length twice",
        "a list of lengths",
        "a sign",
        "two encodings",
        "no encoding",
        "a space",
        "a negative chunk",
        "a chunk too large to be",
        "lines that end in half",
    ],
)
async def test_where_a_request_ends_is_said_once_or_it_is_refused(rest: bytes) -> None:
    """RFC 9112, 6.3 and 11.2: else a web server before ours could take for a body what we take for a request."""
    async with serving() as port:
        answer = await knock(port, BEGUN + rest + HIDDEN)
        assert (answer.count(b"HTTP/1.1 "), answer[:13]) == (1, b"HTTP/1.1 400 ")


async def test_a_service_that_stops_shows_pages_and_takes_nothing_in() -> None:
    may_end, closing, started = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def close() -> None:
        closing.set()
        await may_end.wait()

    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
    server, door = Server(app, started=started.set, closing=close), listen("127.0.0.1", 0)
    task = asyncio.create_task(server.serve(sockets=[door]))
    await started.wait()
    url = f"http://127.0.0.1:{door.getsockname()[1]}/"
    async with httpx.AsyncClient() as client:
        assert (await client.post(url, content="abc")).text == "3"
        server.leave()
        await closing.wait()
        refused = await client.post(url, content="abc")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert (await client.get(url)).status_code == 200
    may_end.set()
    await task


def test_there_are_files_left_beside_the_connections() -> None:
    allowed = connections()
    assert 0 < allowed <= resource.getrlimit(resource.RLIMIT_NOFILE)[0] - SPARE
