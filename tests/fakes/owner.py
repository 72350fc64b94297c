"""The fake Bot API server as the owner of one bot account: tests look, and script failures."""

import json
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, Final, TypeVar

import httpx

from tests.fakes.crowd import Crowd
from tests.fakes.person import Person

PATIENCE: Final = 10.0  # seconds
SECRET: Final = "a-secret_for-tests"

Json = dict[str, Any]
T = TypeVar("T")


class BotApi:
    """One bot account of the fake server."""

    def __init__(self, url: str, bot: int, token: str, client: httpx.AsyncClient) -> None:
        self.url = url
        self.id = bot
        self.token = token
        self._client = client

    def environment(self, *, webhook: str = "") -> dict[str, str]:
        """The settings of a service that uses this account: by polling, or by a webhook at this address."""
        settings = {"ZINUTE_TELEGRAM_API": self.url, "ZINUTE_TELEGRAM_TOKEN": self.token}
        if webhook:
            settings |= {
                "ZINUTE_TELEGRAM_MODE": "webhook",
                "ZINUTE_TELEGRAM_WEBHOOK_URL": webhook,
                "ZINUTE_TELEGRAM_WEBHOOK_SECRET": SECRET,
            }
        return settings

    async def person(self, first_name: str = "Anna", language_code: str = "lt") -> Person:
        """Somebody new, who has not written to the bot yet."""
        made = await self.post("/people", first_name=first_name, language_code=language_code)
        return Person(self, made["id"])

    async def group(self, member: Person, title: str = "Visi", kind: str = "group") -> Crowd:
        """A new group (or "supergroup", "channel") with this member."""
        made = await self.post("/groups", title=title, kind=kind)
        return Crowd(self, made["id"], member.id)

    async def account(self) -> Json:
        """`commands` by language code, `webhook_url`, and the updates that are `pending`."""
        account: Json = await self.get("")
        return account

    async def ledger(self, *kinds: str) -> list[Json]:
        """What was accepted, in order: "sent", "edited", "answered", "confirmed"; all, or some kinds."""
        return [entry for entry in await self.get("/ledger") if not kinds or entry["what"] in kinds]

    async def events(self, *kinds: str) -> list[Json]:
        """Everything that happened: also "called", "refused", "fault", "queued", "delivered"."""
        return [event for event in await self.get("/events") if not kinds or event["what"] in kinds]

    async def fails(self, method: str = "*", **fault: Any) -> None:
        """Script a failure of the next requests: the fields of tests.fakes.faults.Fault."""
        await self.post("/faults", method=method, **fault)

    async def calms(self) -> None:
        """Forget what was scripted."""
        await self.post("/calm")

    async def limits(self, *, overall: int = 0, each_chat: int = 0) -> None:
        """Take only so many messages in any one second; 0 is no limit."""
        await self.post("/limit", overall=overall, each_chat=each_chat)

    async def burst(self, **what: Any) -> Json:
        """Very many updates at once: the fields of tests.fakes.acts.burst."""
        made: Json = await self.post("/burst", **what)
        return made

    async def gives(self, **update: Any) -> int:
        """Queue an update of any shape; its number."""
        return int((await self.post("/updates", **update))["number"])

    async def numbers_from(self, number: int) -> None:
        """Number the next update so."""
        await self.post("/numbering", next=number)

    async def revoke(self) -> None:
        """Make the token invalid."""
        await self.post("/revoked")

    async def advance(self, seconds: float) -> None:
        """Let time pass at once for this account."""
        await self.post("/clock", seconds=seconds)

    async def confirmed(self, numbers: set[int]) -> None:
        """Return when these updates are confirmed."""

        async def look() -> bool | None:
            return numbers <= {entry["number"] for entry in await self.ledger("confirmed")} or None

        assert await self.until(look), f"{numbers} are not confirmed: {await self.events()}"

    async def until(self, look: Callable[[], Awaitable[T | None]], patience: float = PATIENCE) -> T | None:
        """What `look` returns once it is not None, looking after each event; None when patience ends."""
        deadline = monotonic() + patience
        while True:
            version = (await self.get("/wait", after=0, seconds=0))["version"]
            found = await look()
            left = deadline - monotonic()
            if found is not None or left <= 0:
                return found
            await self.get("/wait", after=version, seconds=left)

    async def get(self, path: str, **query: Any) -> Any:
        """Ask the control interface."""
        answer = await self._client.get(f"{self.url}/control/bots/{self.id}{path}", params=query)
        return answer.raise_for_status().json()

    async def post(self, path: str, **fields: Any) -> Any:
        """Tell the control interface."""
        body = json.dumps(fields)  # ASCII, so that half a surrogate pair can be given too
        answer = await self._client.post(f"{self.url}/control/bots/{self.id}{path}", content=body)
        return answer.raise_for_status().json()
