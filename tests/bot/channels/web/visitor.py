"""A visitor of the web chat who speaks HTTP, and the events of their open pages."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.bot.channels.web.served import Served

ID = "0123456789abcdef"
OWN = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Visitor:
    """A browser with a cookie, and the address that follows from it."""

    http: httpx.AsyncClient
    address: str

    async def post(self, **sent: object) -> httpx.Response:
        return await self.http.post("/chat/messages", json={"id": ID, **sent})


@asynccontextmanager
async def visiting(web: Served) -> AsyncIterator[Visitor]:
    async with httpx.AsyncClient(base_url=web.url, headers=OWN, timeout=5) as http:
        await http.get("/chat")
        token = http.cookies["zinute_chat"]
        yield Visitor(http, hashlib.sha256(token.encode()).hexdigest())


class Stream:
    """The events of an open page, as (event, id, data)."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def next(self) -> tuple[str, str, Any]:
        found = {"event": "message", "id": ""}
        async for line in self._lines:
            name, _, value = line.partition(": ")
            found[name] = value
            if not line and "data" in found:
                return found["event"], found["id"], json.loads(found["data"])
        raise EOFError

    async def until(self, event: str) -> list[tuple[str, str, Any]]:
        got = [await self.next()]
        while got[-1][0] != event:
            got.append(await self.next())
        return got


@asynccontextmanager
async def opened(visitor: Visitor, after: str = "", **headers: str) -> AsyncIterator[Stream]:
    async with visitor.http.stream("GET", f"/chat/events{after}", headers=headers) as response:
        assert response.status_code == 200
        yield Stream(response)
