"""One bot account in the fake server: its people, chats, pictures, updates and ledger."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

from tests.fakes.clock import Clock
from tests.fakes.faults import Faults
from tests.fakes.limits import Refusal, bad, check_photo
from tests.fakes.updates import Json, Updates
from tests.fakes.webhooks import Webhook

# What is worth a line in the ledger: accepted sends and edits, answered presses, confirmed updates.
ACCOUNTED: Final = frozenset({"sent", "edited", "answered", "confirmed"})


@dataclass(slots=True)
class Person:
    """Somebody with Telegram on a phone. `started` when they ever wrote to the bot."""

    id: int
    first_name: str
    language_code: str
    started: bool = False
    blocked: bool = False
    messages: list[Json] = field(default_factory=list)

    @property
    def user(self) -> Json:
        """The person as a User."""
        user = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        return user | ({"language_code": self.language_code} if self.language_code else {})

    @property
    def chat(self) -> Json:
        """The private chat with the person."""
        return {"id": self.id, "type": "private", "first_name": self.first_name}


@dataclass(frozen=True, slots=True)
class File:
    """A picture that was uploaded."""

    id: str
    sha256: str
    size: int
    width: int
    height: int

    @property
    def sizes(self) -> list[Json]:
        """The picture as PhotoSizes, the largest last."""
        unique = self.sha256[:16]
        small = {"file_id": f"{self.id}-s", "file_unique_id": f"{unique}s", "width": 90, "height": 90}
        large = {"file_id": self.id, "file_unique_id": unique, "width": self.width, "height": self.height}
        return [small, large | {"file_size": self.size}]


class Account:
    """A bot and all that Telegram knows of it. `version` grows with every change that a test may wait for."""

    def __init__(self, token: str, clock: Clock) -> None:
        self.token = token
        self.id = int(token.partition(":")[0])
        self.clock = clock
        self.faults = Faults()
        self.revoked = False
        self.people: dict[int, Person] = {}
        self.files: dict[str, File] = {}
        self.commands: dict[str, list[Json]] = {}
        self.presses: dict[str, float] = {}
        self.events: list[Json] = []
        self.updates = Updates(clock, self.record)
        self.webhook: Webhook | None = None
        self._last = 0
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
        """Append an event, and wake who waits for one."""
        self.events.append({"n": len(self.events) + 1, "what": what, "at": self.clock.now(), **details})
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
        known = self.people.get(int(chat_id)) if str(chat_id).lstrip("-").isdecimal() else None
        if known is None or not known.started:
            raise bad("chat not found")
        if known.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        return known

    def upload(self, data: bytes) -> File:
        """Keep a picture under a new id."""
        width, height = check_photo(data)
        number = self.next_number()
        file = File(f"photo-{self.id}-{number}", hashlib.sha256(data).hexdigest(), len(data), width, height)
        self.files[file.id] = file
        return file

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
