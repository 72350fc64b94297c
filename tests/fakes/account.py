"""One bot account in the fake server: its people, chats, pictures, updates and ledger."""

import asyncio
import hashlib
import re
from dataclasses import dataclass, field
from typing import Any, Final

from tests.fakes.clock import Clock
from tests.fakes.faults import Faults
from tests.fakes.flood import Flood
from tests.fakes.ledger import Ledger, hash_of
from tests.fakes.limits import DOWNLOAD, Refusal, bad, check_photo
from tests.fakes.updates import Json, Updates
from tests.fakes.webhooks import Webhook

# What is worth a line in the ledger: accepted sends and edits, answered presses, confirmed updates.
ACCOUNTED: Final = frozenset({"sent", "edited", "answered", "confirmed"})
# And in its file: too many messages, and one that came before it was to.
WRITTEN: Final = ACCOUNTED | {"limited", "early"}
LINK: Final = 3600.0  # seconds that the address of a file is good for (Bot API, getFile)


@dataclass(slots=True)
class Person:
    """Somebody with Telegram on a phone. `started` when they ever wrote to the bot."""

    id: int
    first_name: str
    language_code: str
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    migrated_to: int = 0
    messages: list[Json] = field(default_factory=list)
    kind: str = "private"

    @property
    def user(self) -> Json:
        """The person as a User."""
        user = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        return user | ({"language_code": self.language_code} if self.language_code else {})

    @property
    def chat(self) -> Json:
        """The private chat with the person; or a group, which is called so."""
        called = "first_name" if self.kind == "private" else "title"
        return {"id": self.id, "type": self.kind, called: self.first_name}


@dataclass(frozen=True, slots=True)
class File:
    """A picture that was uploaded, or a file that a person sent. `announced` is the size that Telegram tells."""

    id: str
    data: bytes
    announced: int
    width: int = 0
    height: int = 0

    @property
    def sha256(self) -> str:
        """By which it is known again."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def sizes(self) -> list[Json]:
        """The picture as PhotoSizes, the largest last."""
        unique = self.sha256[:16]
        small = {"file_id": f"{self.id}-s", "file_unique_id": f"{unique}s", "width": 90, "height": 90}
        large = {"file_id": self.id, "file_unique_id": unique, "width": self.width, "height": self.height}
        return [small, large | {"file_size": self.announced}]


class Account:
    """A bot and all that Telegram knows of it. `version` grows with every change that a test may wait for."""

    def __init__(self, token: str, clock: Clock, ledger: Ledger | None = None) -> None:
        self.token = token
        self.id = int(token.partition(":")[0])
        self.clock = clock
        self.faults = Faults()
        self.flood = Flood()
        self.revoked = False
        self.people: dict[int, Person] = {}
        self.files: dict[str, File] = {}
        self.names: dict[str, str] = {}  # of documents
        self.links: dict[str, tuple[File, float]] = {}
        self.commands: dict[str, list[Json]] = {}
        self.presses: dict[str, float] = {}
        self.events: list[Json] = []
        self.updates = Updates(clock, self.record)
        self.webhook: Webhook | None = None
        self._last = 0
        self._ledger = ledger
        self._changed = asyncio.Event()

    @property
    def version(self) -> int:
        """The number of the last event."""
        return len(self.events)

    @property
    def ledger(self) -> list[Json]:
        """Accepted sends and edits, answered presses and confirmed updates, in their order."""
        return [event for event in self.events if event["what"] in ACCOUNTED]

    @property
    def user(self) -> Json:
        """The bot as a User."""
        return {"id": self.id, "is_bot": True, "first_name": "Zinute", "username": f"zinute_{self.id}_bot"}

    def record(self, what: str, **details: Any) -> None:
        """Append an event, to the ledger's file too where it is worth it, and wake who waits for one."""
        self.events.append({"n": len(self.events) + 1, "what": what, "at": self.clock.now(), **details})
        if self._ledger and what in WRITTEN:
            content = details.get("content", {})
            text = hash_of(content.get("text", content.get("caption", "")))
            self._ledger.write(**self.events[-1], bot=self.id, text=text)
        self._changed.set()
        self._changed = asyncio.Event()

    async def changed(self, after: int, seconds: float) -> None:
        """Return when there is an event later than number `after`, or after `seconds`."""
        deadline = asyncio.get_running_loop().time() + seconds
        while self.version <= after and (left := deadline - asyncio.get_running_loop().time()) > 0:
            event = asyncio.create_task(self._changed.wait())
            try:
                await asyncio.wait({event}, timeout=left)
            finally:
                event.cancel()

    def next_number(self) -> int:
        """A number for a message, a person, a file or a press."""
        self._last += 1
        return self._last

    def person(self, chat_id: int | str) -> Person:
        """Who may be written to; refuses as Telegram does."""
        known = self.people.get(int(chat_id)) if re.fullmatch(r"-?\d{1,19}", str(chat_id)) else None
        if known is None or not known.started:
            raise bad("chat not found")
        if known.migrated_to:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refusal(400, description, migrate_to=known.migrated_to)
        if known.blocked or known.deactivated:
            away = (
                "bot was blocked by the user"
                if known.kind == "private"
                else "bot was kicked from the group chat"
            )
            why = away if known.blocked else "user is deactivated"
            raise Refusal(403, f"Forbidden: {why}")
        return known

    def upload(self, data: bytes) -> File:
        """Keep a picture under a new id."""
        width, height = check_photo(data)
        return self.keep("photo", data, len(data), width, height)

    def keep(self, kind: str, data: bytes, announced: int, width: int = 0, height: int = 0) -> File:
        """Give a file an id."""
        file = File(f"{kind}-{self.id}-{self.next_number()}", data, announced, width, height)
        self.files[file.id] = file
        return file

    def link(self, file_id: str) -> Json:
        """getFile: where a file can be fetched for an hour."""
        file = self.files.get(file_id.removesuffix("-s"))
        if file is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if file.announced > DOWNLOAD:
            raise bad("file is too big")
        path = f"files/file_{self.next_number()}"
        self.links[path] = (file, self.clock.now() + LINK)
        unique = file.sha256[:16]
        return {
            "file_id": file.id,
            "file_unique_id": unique,
            "file_size": file.announced,
            "file_path": path,
        }

    def linked(self, path: str) -> File | None:
        """The file at an address that was given out; None when there is none (any more)."""
        file, until = self.links.get(path, (None, 0.0))
        return file if self.clock.now() < until else None

    def message(self, person: Person, sender: Json, fields: Json) -> Json:
        """Put a new message into a chat."""
        message = {
            "message_id": self.next_number(),
            "date": int(self.clock.now()),
            "from": sender,
            "chat": person.chat,
        } | fields
        person.messages.append(message)
        return message
