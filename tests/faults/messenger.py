"""The fake Bot API as the harness uses it: a process of its own that outlives the product's, and its ledger on disk."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.faults.evidence import Copy
from tests.journeys.running import ROOT

SERVER: Final = ROOT / "tests/fakes/botapi.py"
STARTING: Final = 60.0
LOOK: Final = 0.03  # seconds between two looks into the ledger

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as it appears on a phone, new or changed. `data` is what its buttons send."""

    chat: int
    message: int
    data: tuple[str, ...]


class Ledger:
    """What the messenger accepted from one account, in order, read from its file as it grows."""

    def __init__(self, file: Path, account: int) -> None:
        self._file = file.open("rb")
        self._account = account
        self._rest = b""
        self.entries: list[Json] = []

    def read(self) -> list[Json]:
        """What came since the last look."""
        *lines, self._rest = (self._rest + self._file.read()).split(b"\n")
        new = [entry for line in lines if (entry := json.loads(line))["bot"] == self._account]
        self.entries += new
        return new

    def since(self, start: int, what: str = "sent") -> list[Json]:
        """Entries of a kind, of those that came after the first `start`."""
        self.read()
        return [entry for entry in self.entries[start:] if entry["what"] == what]

    def copies(self, start: int = 0) -> tuple[Copy, ...]:
        """The messages that were accepted after the first `start` entries."""
        return tuple(_copy(entry) for entry in self.since(start))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _copy(entry: Json) -> Copy:
    content = dict(entry["content"])
    if "photo" in content:
        content["photo"] = content["photo"][-1]["file_unique_id"]  # the same picture, however often uploaded
    text = content.get("text", content.get("caption", ""))
    return Copy(entry["wall"], entry["chat"], entry["message"], text, json.dumps(content, sort_keys=True))


def seen(entry: Json) -> Seen:
    """What an entry that is "sent" or "edited" shows."""
    rows = entry["content"].get("reply_markup", {}).get("inline_keyboard", [])
    return Seen(entry["chat"], entry["message"], tuple(key["callback_data"] for row in rows for key in row))


class Messenger:
    """One bot account of the fake server, and the people who have started it."""

    def __init__(self, url: str, web: aiohttp.ClientSession, ledger: Ledger, made: Json) -> None:
        self.url, self.ledger = url, ledger
        self._web, self._token = web, made["token"]
        self._at = f"{url}/control/bots/{made['id']}"

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a service that uses this account."""
        return {"ZINUTE_TELEGRAM_API": self.url, "ZINUTE_TELEGRAM_TOKEN": self._token}

    async def people(self, count: int) -> list[int]:
        """So many new people who have started the bot; what they wrote to start it is forgotten."""
        if not count:
            return []
        chats: list[int] = (await self._post("/burst", people=count, text="/start"))["people"]
        last = (await self._call("getUpdates", offset=-1))[0]["update_id"]
        await self._call("getUpdates", offset=last + 1)
        return chats

    async def says(self, chat: int, text: str) -> str:
        """Somebody sends a text; the messenger's number of the update."""
        return str((await self._post(f"/people/{chat}/says", text=text))["update"])

    async def presses(self, chat: int, message: int, data: str) -> str:
        """Somebody presses a button; the messenger's number of the update."""
        return str((await self._post(f"/people/{chat}/presses", message_id=message, data=data))["update"])

    async def stays(self, chat: int) -> None:
        """Somebody's phone tells that they are still there: an update that nobody answers."""
        await self._post(f"/people/{chat}/blocks", blocked=False)

    async def fails(self, method: str, **fault: Any) -> None:
        """Script a failure of the next requests: the fields of tests.fakes.faults.Fault."""
        await self._post("/faults", method=method, **fault)

    async def pending(self) -> int:
        """How many updates wait to be fetched."""
        async with self._web.get(self._at) as answer:
            return len((await answer.json())["pending"])

    async def _post(self, path: str, **fields: Any) -> Json:
        async with self._web.post(self._at + path, json=fields) as answer:
            answer.raise_for_status()
            told: Json = await answer.json()
            return told

    async def _call(self, method: str, **parameters: Any) -> Any:
        async with self._web.post(f"{self.url}/bot{self._token}/{method}", json=parameters) as answer:
            return (await answer.json())["result"]


class Server:
    """The fake Bot API server; it outlives every process of the product."""

    def __init__(self, url: str, web: aiohttp.ClientSession, file: Path) -> None:
        self._url, self._web, self._file = url, web, file

    async def account(self) -> Messenger:
        """A new bot account."""
        async with self._web.post(f"{self._url}/control/bots") as answer:
            made = await answer.json()
        return Messenger(self._url, self._web, Ledger(self._file, made["id"]), made)


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Server]:
    """A fake server with its ledger in `folder`."""
    file = folder / "ledger.jsonl"
    file.touch()
    with (folder / "messenger.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *(str(SERVER), "--port", "0", "--ledger", str(file)),
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    assert process.stdout
    try:
        async with asyncio.timeout(STARTING):
            port = (await process.stdout.readline()).decode().strip()
        assert port, f"the fake server does not start: {(folder / 'messenger.log').read_text()}"
        async with aiohttp.ClientSession() as web:
            yield Server(f"http://127.0.0.1:{port}", web, file)
    finally:
        process.kill()
        await process.wait()


def chats_of(entries: Iterable[Json]) -> dict[int, list[Seen]]:
    """What each chat saw, in order."""
    found: dict[int, list[Seen]] = {}
    for entry in entries:
        if entry["what"] in ("sent", "edited"):
            found.setdefault(entry["chat"], []).append(seen(entry))
    return found
