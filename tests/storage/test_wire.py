"""What goes to a server elsewhere is encrypted, or somebody said in so many words that it need not be."""

import asyncio
import struct

import pytest
from sqlalchemy.engine import make_url

from storage.database import Database
from storage.errors import StoreError
from storage.wire import Way, way_to

SSL_REQUEST = struct.pack("!ii", 8, 80877103)  # PostgreSQL, 55.2.11


@pytest.mark.parametrize(
    ("address", "way"),
    [
        ("sqlite:///zinute.db", "here"),
        ("postgresql+asyncpg:///zinute", "here"),
        ("postgresql+asyncpg://z:p@/zinute?host=/run/postgresql", "here"),
        ("postgresql+asyncpg://z:p@localhost/zinute", "here"),
        ("postgresql+asyncpg://z:p@127.0.0.2/zinute", "here"),
        ("postgresql+asyncpg://z:p@[::1]/zinute", "here"),
        ("postgresql+asyncpg://z:p@db/zinute", "unsaid"),
        ("postgresql+asyncpg://z:p@10.0.0.5/zinute", "unsaid"),
        ("postgresql+asyncpg://z:p@/zinute?host=/run/postgresql&host=db", "unsaid"),
        ("postgresql+asyncpg://z:p@db/zinute?ssl=yes", "unsaid"),
        ("postgresql+asyncpg://z:p@db/zinute?ssl=prefer", "open"),
        ("postgresql+asyncpg://z:p@db/zinute?ssl=disable", "open"),
        ("postgresql+asyncpg://z:p@db/zinute?ssl=require", "sealed"),
        ("postgresql+asyncpg://z:p@db/zinute?ssl=verify-full", "sealed"),
    ],
)
def test_how_a_store_is_reached(address: str, way: Way) -> None:
    assert way_to(make_url(address)) == way


def test_a_network_of_which_nothing_is_said_is_not_used() -> None:
    with pytest.raises(StoreError, match="add `\\?ssl=verify-full`"):
        Database("postgresql+asyncpg://z:hush@db/zinute")


async def test_a_server_that_does_not_encrypt_is_told_nothing() -> None:
    heard, ended = list[bytes](), asyncio.Event()

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1000))
        writer.write(b"N")
        heard.append(await reader.read(1000))
        writer.close()
        await writer.wait_closed()
        ended.set()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        database = Database(f"postgresql+asyncpg://zinute:hush@127.0.0.1:{port}/zinute?ssl=require")
        with pytest.raises(StoreError, match="cannot be opened"):
            await database.open()
        await database.close()
        await ended.wait()
    assert [each for each in heard if each] == [SSL_REQUEST]
