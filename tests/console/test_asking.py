"""Asking providers: what they said is remembered for a while, and a slow one holds nobody else up."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from console.asking import EACH, Asking, Untrusted
from console.provider import subject_of
from tests.console.test_provided import ASKED, GOOD, KEY, NOW, OTHERS, TRUSTED


class Told:
    """A provider that counts what it is asked, says what it is told to, and takes its time."""

    def __init__(self) -> None:
        self.asked, self.says, self.waits = list[str](), dict[str, Any](keys=1), 0.0
        self.address = ""
        self.answering = set[asyncio.Task[None]]()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        me = asyncio.current_task()
        assert me
        self.answering.add(me)
        try:
            await self._answer(reader, writer)
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readline()).decode().split()[1]
        self.asked.append(asked)
        body = json.dumps(self.says).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        writer.write(head)
        for start in range(len(body)):
            writer.write(body[start : start + 1])
            await asyncio.sleep(self.waits)


@asynccontextmanager
async def telling() -> AsyncIterator[Told]:
    told = Told()
    server = await asyncio.start_server(told.answer, "127.0.0.1", 0)
    told.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield told
    server.close()
    for each in told.answering:
        each.cancel()
    await asyncio.gather(*told.answering, return_exceptions=True)


@pytest.fixture
async def told() -> AsyncIterator[Told]:
    async with telling() as told:
        yield told


async def test_what_a_provider_says_is_good_for_ten_minutes(told: Told) -> None:
    at = 1000.0
    asking = Asking(clock=lambda: at)
    for _ in range(3):
        assert await asking.known(f"{told.address}/keys", told.address) == {"keys": 1}
    told.says = {"keys": 2}
    at += 59
    assert await asking.known(f"{told.address}/keys", told.address, newer=True) == {"keys": 1}
    at += 1
    assert await asking.known(f"{told.address}/keys", told.address) == {"keys": 1}
    assert await asking.known(f"{told.address}/keys", told.address, newer=True) == {"keys": 2}
    at += 600
    assert await asking.known(f"{told.address}/keys", told.address) == {"keys": 2}
    assert told.asked == ["/keys"] * 3


async def test_one_that_drips_is_given_up_and_leaves_room_for_others(told: Told) -> None:
    """Four ask it at once; two wait for the others' threads, and another provider is answered meanwhile."""
    told.waits = 0.2
    asking = Asking(patience=0.5)
    slow = [
        asyncio.create_task(asking.known(f"{told.address}/{each}", told.address)) for each in range(EACH + 2)
    ]
    async with telling() as other:
        assert await asking.known(f"{other.address}/keys", other.address) == {"keys": 1}
    found = await asyncio.gather(*slow, return_exceptions=True)
    assert ([type(each) for each in found], len(told.asked)) == ([Untrusted] * (EACH + 2), EACH)


async def test_keys_that_a_provider_changed_are_asked_for_again(told: Told) -> None:
    """What is remembered is of before the change, and more than a minute old."""
    at = 0.0
    asking, provider = Asking(clock=lambda: at), replace(TRUSTED, issuer=told.address, secret_file="")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    says: dict[str, Any] = {"issuer": told.address} | {name: f"{told.address}/{name}" for name in names}

    def signed(key: RSAKey) -> dict[str, str]:
        key.ensure_kid()
        head, claims = {"alg": "RS256", "kid": key.thumbprint()}, GOOD | {"iss": told.address}
        return {"id_token": jwt.encode(head, claims, key)}

    for key, later in ((OTHERS, 0), (KEY, 61)):
        at += later
        told.says = says | KeySet([key]).as_dict(private=False) | signed(key)
        assert await subject_of(asking, provider, ASKED, "code", back="", now=NOW) == "rasa"
    told.says |= signed(OTHERS)
    with pytest.raises(Untrusted):
        await subject_of(asking, provider, ASKED, "code", back="", now=NOW)
    assert [each for each in told.asked if each != "/token_endpoint"] == [
        "/.well-known/openid-configuration",
        *["/jwks_uri"] * 2,
    ]
