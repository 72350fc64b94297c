"""A person with Telegram on a phone, who talks to a bot at the fake Bot API server."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.owner import BotApi


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as it stands in the chat. `rows` are its buttons (label, data), `picture` a SHA-256 or "".

    `file` is the name of a file that came along, `digest` its SHA-256.

    `changed` is the number of the event that showed it or changed it last; 0 for the person's own.
    """

    id: int
    mine: bool
    text: str
    entities: tuple[dict[str, Any], ...]
    rows: tuple[tuple[tuple[str, str], ...], ...]
    picture: str
    file: str
    digest: str
    changed: int

    @property
    def labels(self) -> list[str]:
        """The labels of its buttons, in reading order."""
        return [label for row in self.rows for label, _ in row]

    def data(self, label: str) -> str:
        """What the button with this label sends, or the address that it opens."""
        return next(data for row in self.rows for each, data in row if each == label)

    def __str__(self) -> str:
        picture = "(picture) " if self.picture else ""
        buttons = "".join(f" [{label}]" for label in self.labels)
        return f"{'->' if self.mine else '<-'} {picture}{self.text}{buttons}"


class Person:
    """Writes, presses and reads. Each `waits_for` starts behind the message that the last one found."""

    def __init__(self, api: BotApi, person: int) -> None:
        self.id = person
        self._api = api
        self._at = f"/people/{person}"
        self._read = 0

    async def says(self, text: str) -> int:
        """Send a text; the number of the message."""
        return await self.sends(text=text)

    async def sends(self, **fields: Any) -> int:
        """Send any message by the fields of a Message, such as sticker; its number."""
        return int((await self._api.post(f"{self._at}/says", **fields))["message_id"])

    async def presses(self, label: str) -> Seen:
        """Press the button with this label on the newest message that has one, once there is one."""

        async def look() -> Seen | None:
            return next((seen for seen in reversed(await self.chat()) if label in seen.labels), None)

        found = await self._api.until(look)
        assert found is not None, f"there is no button {label!r}:\n{await self.transcript()}"
        await self.forges(found.id, found.data(label))
        return found

    async def forges(self, message: int, data: str) -> None:
        """Press a button of a message that may not be there (any more)."""
        await self._api.post(f"{self._at}/presses", message_id=message, data=data)

    async def blocks(self) -> None:
        """Block the bot."""
        await self._api.post(f"{self._at}/blocks", blocked=True)

    async def unblocks(self) -> None:
        """Take that back."""
        await self._api.post(f"{self._at}/blocks", blocked=False)

    async def migrates(self, to: int) -> None:
        """The chat gets another id."""
        await self._api.post(f"{self._at}/migrates", to=to)

    async def deactivates(self) -> None:
        """Delete the account at Telegram."""
        await self._api.post(f"{self._at}/deactivates")

    async def sends_file(self, data: bytes, announced: int | None = None) -> str:
        """Send a document; its file id."""
        told = {} if announced is None else {"announced": announced}
        sent = await self._api.post(f"{self._at}/files", data=b64encode(data).decode(), **told)
        return str(sent["file_id"])

    async def waits_for(self, text: str) -> Seen:
        """The next message of the bot's that has `text` in it, or is changed to have it."""

        async def look() -> Seen | None:
            unread = [seen for seen in await self.chat() if not seen.mine and seen.changed > self._read]
            unread.sort(key=lambda seen: seen.changed)
            return next((seen for seen in unread if text in seen.text), None)

        found = await self._api.until(look)
        assert found is not None, f"{text!r} did not come:\n{await self.transcript()}"
        self._read = found.changed
        return found

    async def chat(self) -> list[Seen]:
        """All messages as they stand now, the oldest first."""
        shown = (await self._api.get(self._at))["messages"]
        return [
            Seen(
                **message
                | {
                    "entities": tuple(message["entities"]),
                    "rows": tuple(tuple((label, data) for label, data in row) for row in message["rows"]),
                }
            )
            for message in shown
        ]

    async def transcript(self) -> str:
        """The chat in words, a line for each message."""
        return "\n".join(str(seen) for seen in await self.chat())
