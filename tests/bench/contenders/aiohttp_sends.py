"""Bare aiohttp that posts messages whose bodies are ready: what any sender in Python could reach."""

import asyncio
import json
import sys
from typing import Any

import aiohttp

from tests.bench.child import IN_FLIGHT, Stopwatch, obey, side_by_side


async def main(url: str, body: str) -> None:
    """Post to the Bot API at `url`; `body` is the model of a message, of which the chat differs."""
    message, headers = json.loads(body), {"Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def post(data: bytes) -> None:
            async with session.post(f"{url}/bot1:token/sendMessage", data=data) as response:
                answer = json.loads(await response.read())
                assert answer["result"]["message_id"]

        async def send(count: int) -> Any:
            bodies = [json.dumps(message | {"chat_id": str(10**9 + n)}).encode() for n in range(count)]
            watch = Stopwatch()
            await side_by_side(bodies, post)
            return watch.lap(count)

        await obey({"send": send})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
