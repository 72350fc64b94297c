"""A TCP proxy that goes wrong on demand: it stands between a client and a real server on this machine."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from typing import Final, Literal

Mode = Literal["pass", "refuse", "silence", "deaf", "half-close", "reset", "drip"]

MOST: Final = 64  # connections at once
LONGEST: Final = 300.0  # seconds for a connection
CHUNK: Final = 65_536


class Proxy:
    """Carries bytes to `target` (a port on 127.0.0.1) as its mode says.

    `pass`. `refuse`: nobody listens. `silence`: accept, take the request and do nothing with it. `deaf`: pass the
    request on and keep the answer back. `half-close`: end the answer after its headers. `reset`: end it in the
    middle of its body with a reset. `drip`: one byte of it every `interval` seconds.
    """

    def __init__(self, target: int, interval: float = 1.0) -> None:
        self.target = target
        self.interval = interval
        self.port = 0
        self.accepted = 0
        self._mode: Mode = "pass"
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def turn(self, mode: Mode) -> None:
        """Behave so from now on; connections that are open are dropped."""
        self._mode = mode
        await self._drop()
        if mode == "refuse" and self._server:
            await self._stop_listening()
        elif mode != "refuse" and not self._server:
            await self._listen()

    async def close(self) -> None:
        """Let go of everything."""
        await self._drop()
        await self._stop_listening()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port, backlog=MOST)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop_listening(self) -> None:
        if self._server:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _drop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        if len(self._tasks) >= MOST:
            return writer.transport.abort()
        task = asyncio.create_task(self._carry(reader, writer))
        self._tasks.add(task)
        return task.add_done_callback(self._tasks.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(LONGEST):
                if self._mode == "silence":
                    await _discard(reader)
                else:
                    await self._between(reader, writer)
        except (OSError, asyncio.IncompleteReadError):  # one side has gone, or LONGEST is over
            pass
        finally:
            writer.close()

    async def _between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.target)
        ways = [
            asyncio.create_task(_pump(reader, server_writer)),
            asyncio.create_task(self._answer(server_reader, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            server_writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode == "pass":
            await _pump(reader, writer)
        elif self._mode == "deaf":
            await _discard(reader)
        elif self._mode == "drip":
            await self._drip(reader, writer)
        else:
            await self._cut(reader, writer)

    async def _drip(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while byte := await reader.read(1):
            writer.write(byte)
            await writer.drain()
            await asyncio.sleep(self.interval)

    async def _cut(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readuntil(b"\r\n\r\n"))
        if self._mode == "half-close":
            writer.write_eof()
            await _discard(reader)
        body = await reader.read(CHUNK)
        writer.write(body[: len(body) // 2])
        await writer.drain()
        _reset(writer)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()


async def _discard(reader: asyncio.StreamReader) -> None:
    while await reader.read(CHUNK):
        pass


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close without waiting for what was not sent: the other side sees a reset."""
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextlib.asynccontextmanager
async def proxy_to(target: int, interval: float = 1.0) -> AsyncIterator[Proxy]:
    """A proxy that passes everything on until it is told otherwise."""
    proxy = Proxy(target, interval)
    await proxy.turn("pass")
    try:
        yield proxy
    finally:
        await proxy.close()
