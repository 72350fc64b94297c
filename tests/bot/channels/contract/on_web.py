"""Visitors of the web chat, over real HTTP: they do what the page's script does."""

import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from bot.channels.web import WebChat
from storage.database import Connection, Database
from tests.bot.channels.contract.house import House
from tests.bot.channels.contract.running import Opening, running
from tests.bot.channels.contract.visitor import PATIENCE, Messenger, Shown, Visitor, finds, stretch
from tests.bot.channels.web.visitor import Stream

TRIES: Final = 3  # of a page that gets no answer
HEADERS: Final = {"Accept-Language": "lt", "Sec-Fetch-Site": "same-origin"}


@asynccontextmanager
async def opened(house: House) -> AsyncIterator[Messenger]:
    """The web chat at a port of its own. Visitors are faster than fingers, so a second goes by for each message."""
    channel = WebChat(house.post, seconds=count().__next__)
    async with AsyncExitStack() as leaving, running(channel) as run:

        async def visitor() -> Visitor:
            # Nothing here is encrypted; to load certificates for each browser would take longer than the rest.
            browser = httpx.AsyncClient(
                base_url=run.url, headers=HEADERS, timeout=2 * PATIENCE, trust_env=False, verify=False
            )
            http = await leaving.enter_async_context(browser)
            (await http.get("/chat")).raise_for_status()
            someone = WebVisitor(http, house.database)
            leaving.push_async_callback(someone.closes)
            return someone

        yield Messenger(channel, run.receiving, visitor, crowd=True)


def prepare(request: pytest.FixtureRequest) -> Opening:
    """Nothing has to be ready for a web chat."""
    return opened


class WebVisitor:
    """A browser. To look is to load the chat again; the page stays open until the next look."""

    def __init__(self, http: httpx.AsyncClient, database: Database) -> None:
        self._http, self._database = http, database
        self._page: httpx.Response | None = None
        self._stream: Stream | None = None
        self._entries: list[dict[str, Any]] = []
        self._pictures: dict[str, str] = {}

    async def says(self, text: str) -> None:
        await self._posts(text=text)

    async def presses(self, label: str) -> None:
        place, way = await finds(self, label)
        entry = self._entries[place]
        button = next(each for each in _buttons(entry) if each["label"] == way)
        await self._posts(press=button["data"], label=way)

    async def chooses(self, options: Sequence[str], then: str) -> None:
        place, _ = await finds(self, options[0])
        entry = self._entries[place]
        choice = {each["label"]: each["data"].split(":")[1] for each in entry["buttons"]}
        assert entry["submit"]["label"] == then
        labels = [(await finds(self, option))[1] for option in options]
        key, chosen = entry["submit"]["data"].split(":")[0], [choice[each] for each in labels]
        await self._posts(press=f"{key}:={','.join(chosen)}", label=", ".join(labels))

    async def sees(self) -> list[Shown]:
        await self.closes()
        self._page = await self._http.send(self._http.build_request("GET", "/chat/events"), stream=True)
        self._stream = Stream(self._page.raise_for_status())
        events = await self._stream.until("ready")
        self._entries = [entry for kind, _, entry in events if kind == "message" and entry["who"] == "bot"]
        return [await self._shown(entry) for entry in self._entries]

    async def changes(self) -> None:
        assert self._stream, "to wait for a change, look first"
        await self._stream.next()

    async def goes(self) -> None:
        """Their part of the store breaks: a browser cannot keep a message from being sent."""
        address = hashlib.sha256(self._http.cookies["zinute_chat"].encode()).hexdigest()
        await self._database.write(lambda tx: _break(tx, address))

    async def closes(self) -> None:
        """Close the page."""
        if self._page is not None:
            await self._page.aclose()

    async def _posts(self, **sent: str) -> None:
        body = json.dumps({"id": uuid4().hex, **sent}, ensure_ascii=False)
        answers = [await self._http.post("/chat/messages", content=body)]
        while answers[-1].status_code >= 500 and len(answers) < TRIES:
            answers.append(await self._http.post("/chat/messages", content=body))
        assert answers[-1].status_code == 202, answers[-1].text

    async def _shown(self, entry: dict[str, Any]) -> Shown:
        plain, entities = entry["text"]["plain"], entry["text"]["entities"]
        return Shown(
            text=plain,
            labels=tuple(button["label"] for button in _buttons(entry)),
            picture=await self._picture(entry["picture"]["digest"]) if entry["picture"] else "",
            selected=tuple(entry["buttons"][index]["label"] for index in entry["selected"]),
            marks=tuple((each["kind"], stretch(plain, each["offset"], each["length"])) for each in entities),
            links=tuple(each["url"] for each in entities if each["kind"] == "link"),
            opens=tuple((each["label"], each["url"]) for each in entry["buttons"] if each["url"]),
        )

    async def _picture(self, digest: str) -> str:
        """The SHA-256 of what is there, asked for once as it never changes; "" when there is nothing."""
        if digest not in self._pictures:
            answer = await self._http.get(f"/chat/pictures/{digest}")
            found = hashlib.sha256(answer.content).hexdigest() if answer.status_code == 200 else ""
            self._pictures[digest] = found
        return self._pictures[digest]


def _buttons(entry: dict[str, Any]) -> list[dict[str, str]]:
    return [*entry["buttons"], *([entry["submit"]] if entry["submit"] else []), *entry["more"]]


def _break(tx: Connection, address: str) -> None:
    for change in ("INSERT", "UPDATE"):
        tx.execute(
            text(
                f"CREATE TRIGGER full_{change} BEFORE {change} ON webchat_entry WHEN NEW.address = '{address}'"
                " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
            )
        )
