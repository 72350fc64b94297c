"""Groups and channels at the fake Bot API server: what happens in them, and a test's hand on one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.account import Account, Person
from tests.fakes.updates import Json

if TYPE_CHECKING:
    from tests.fakes.owner import BotApi

FIRST = -100_000_000_000


def add_group(account: Account, title: str, kind: str) -> Person:
    """A new group, in which the bot is not yet."""
    group = Person(FIRST - account.next_number(), title, "", kind=kind)
    account.people[group.id] = group
    return group


def happens(account: Account, group: Person, fields: dict[str, Any]) -> Any:
    """Something happens in it: `by` somebody says a `text`, the bot's `status` changes, it moves and gets a new id."""
    if "status" in fields:
        return _changes(account, group, fields)
    if "moves" in fields:
        new = add_group(account, group.first_name, "supergroup")
        new.started, group.migrated_to = True, new.id
        _say(account, group, fields["by"], {"migrate_to_chat_id": new.id})
        return {"id": new.id}
    return _say(account, group, fields["by"], {"text": fields["text"]})


def _say(account: Account, group: Person, by: int, fields: Json) -> Any:
    user = account.people[by].user
    message = account.message(group, user, fields)
    if group.kind == "channel":
        message = {name: value for name, value in message.items() if name != "from"}
    kind = "channel_post" if group.kind == "channel" else "message"
    return {"update": account.updates.add(kind, f"chat-{group.id}", message)}


def _changes(account: Account, group: Person, fields: Json) -> Any:
    status, by = fields["status"], account.people[fields["by"]].user
    group.started, group.blocked = True, status in ("kicked", "left")
    old, new = ({"status": each, "user": account.user} for each in ("left", status))
    change = {"chat": group.chat, "from": by, "date": int(account.clock.now())}
    change |= {"old_chat_member": old, "new_chat_member": new}
    return {"update": account.updates.add("my_chat_member", f"chat-{group.id}", change)}


class Crowd:
    """A group or a channel, of which somebody is a member."""

    def __init__(self, api: BotApi, group: int, member: int) -> None:
        self.id, self._api, self._by = group, api, member

    async def hears(self, text: str) -> int:
        """The member writes this in it; the number of the update."""
        return int((await self._happens(text=text))["update"])

    async def turns(self, status: str) -> int:
        """The bot is a "member", an "administrator", "kicked", has "left" ...; the number of the update."""
        return int((await self._happens(status=status))["update"])

    async def moves(self) -> Crowd:
        """It becomes a supergroup, with another id."""
        return Crowd(self._api, (await self._happens(moves=True))["id"], self._by)

    async def posts(self) -> list[str]:
        """What the bot has written in it."""
        shown = (await self._api.get(f"/people/{self.id}"))["messages"]
        return [each["text"] for each in shown if not each["mine"] and each["text"]]

    async def quizzes(self) -> list[Json]:
        """The quizzes that the bot has posted in it."""
        sent = [each["content"] for each in await self._api.events("sent") if each["chat"] == self.id]
        return [each for each in sent if "poll" in each]

    async def _happens(self, **fields: Any) -> Any:
        return await self._api.post(f"/people/{self.id}/happens", by=self._by, **fields)
