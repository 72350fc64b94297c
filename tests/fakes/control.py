"""What tests may do with the fake server: make bots and people, act for them, look, script failures."""

import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.fakes.account import Account, Person
from tests.fakes.acts import add_person, block, burst, deactivate, migrate, press, say, send_file
from tests.fakes.clock import Clock
from tests.fakes.crowd import add_group, happens
from tests.fakes.faults import Fault
from tests.fakes.flood import Limit
from tests.fakes.ledger import Ledger

Accounts = dict[str, Account]
Act = Callable[[Account, Person, dict[str, Any]], Any]


class Control:
    """The routes under /control/; everything is JSON."""

    def __init__(self, accounts: Accounts, ledger: Ledger | None) -> None:
        self._accounts = accounts
        self._ledger = ledger

    def routes(self) -> list[web.RouteDef]:
        """POST changes, GET looks."""
        at = "/control/bots/{bot}"
        person = at + "/people/{person}"
        return [
            web.post("/control/bots", self._make),
            web.get(at, self._with_account(look)),
            web.get(at + "/wait", self._with_account(wait)),
            web.get(at + "/events", self._with_account(events)),
            web.get(at + "/ledger", self._with_account(ledger)),
            web.post(at + "/people", self._with_account(make_person)),
            web.post(at + "/groups", self._with_account(make_group)),
            web.post(at + "/updates", self._with_account(inject)),
            web.post(at + "/numbering", self._with_account(number)),
            web.post(at + "/faults", self._with_account(fault)),
            web.post(at + "/calm", self._with_account(calm)),
            web.post(at + "/limit", self._with_account(limit)),
            web.post(at + "/burst", self._with_account(hurry)),
            web.post(at + "/revoked", self._with_account(revoke)),
            web.post(at + "/clock", self._with_account(advance)),
            web.get(person, self._with_person(chat)),
            web.post(person + "/happens", self._with_person(happens)),
            web.post(person + "/says", self._with_person(say)),
            web.post(person + "/presses", self._with_person(press)),
            web.post(person + "/blocks", self._with_person(block)),
            web.post(person + "/migrates", self._with_person(migrate)),
            web.post(person + "/deactivates", self._with_person(deactivate)),
            web.post(person + "/files", self._with_person(send_file)),
        ]

    async def _make(self, request: web.Request) -> web.Response:
        token = f"{7_000_000_000 + len(self._accounts)}:{secrets.token_urlsafe(24)}"
        account = self._accounts[token] = Account(token, Clock(), self._ledger)
        return web.json_response({"id": account.id, "token": token})

    def _account(self, request: web.Request) -> Account:
        bot = int(request.match_info["bot"])
        return next(account for account in self._accounts.values() if account.id == bot)

    def _with_account(
        self, act: Callable[[Account, dict[str, Any]], Awaitable[Any]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            return web.json_response(await act(self._account(request), await _fields(request)))

        return handle

    def _with_person(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            account = self._account(request)
            person = account.people[int(request.match_info["person"])]
            return web.json_response(act(account, person, await _fields(request)))

        return handle


async def _fields(request: web.Request) -> dict[str, Any]:
    body = await request.text()
    return dict(request.query) | (json.loads(body) if body else {})


async def look(account: Account, fields: dict[str, Any]) -> Any:
    """The account as its owner sees it."""
    return {
        "commands": account.commands,
        "webhook_url": account.updates.webhook_url,
        "pending": [update.body for update in account.updates.pending],
        "version": account.version,
    }


async def wait(account: Account, fields: dict[str, Any]) -> Any:
    """Wait for an event later than number `after`, at most `seconds`."""
    await account.changed(int(fields["after"]), min(float(fields["seconds"]), 60.0))
    return {"version": account.version}


async def events(account: Account, fields: dict[str, Any]) -> Any:
    """Everything that happened, requests too."""
    return account.events


async def ledger(account: Account, fields: dict[str, Any]) -> Any:
    """Accepted sends and edits, answered presses, confirmed updates."""
    return account.ledger


async def make_person(account: Account, fields: dict[str, Any]) -> Any:
    """Somebody new, who has not written to the bot yet."""
    return {"id": add_person(account, fields["first_name"], fields["language_code"]).id}


async def make_group(account: Account, fields: dict[str, Any]) -> Any:
    """A new group, in which the bot is not yet."""
    return {"id": add_group(account, fields["title"], fields["kind"]).id}


async def hurry(account: Account, fields: dict[str, Any]) -> Any:
    """Very many updates at once."""
    return burst(account, fields)


async def limit(account: Account, fields: dict[str, Any]) -> Any:
    """Take only so many messages a second."""
    account.flood.limit = Limit.model_validate(fields)
    return {}


async def calm(account: Account, fields: dict[str, Any]) -> Any:
    """Forget the script of failures."""
    account.faults.clear()
    return {}


async def inject(account: Account, fields: dict[str, Any]) -> Any:
    """Queue an update of any shape."""
    return {"number": account.updates.add_raw(fields)}


async def number(account: Account, fields: dict[str, Any]) -> Any:
    """Number the next update so."""
    account.updates.restart_at(int(fields["next"]))
    return {}


async def fault(account: Account, fields: dict[str, Any]) -> Any:
    """Script a failure."""
    account.faults.add(Fault.model_validate(fields))
    return {}


async def revoke(account: Account, fields: dict[str, Any]) -> Any:
    """Make the token invalid."""
    account.revoked = True
    return {}


async def advance(account: Account, fields: dict[str, Any]) -> Any:
    """Let time pass for this account."""
    account.clock.advance(float(fields["seconds"]))
    return {}


def chat(account: Account, person: Person, fields: dict[str, Any]) -> Any:
    """What the person sees, and the number of the last event that changed each message."""
    changed = {
        event["message"]: event["n"]
        for event in account.ledger
        if event["what"] in ("sent", "edited") and event["chat"] == person.id
    }
    shown = [_shown(account, message, changed.get(message["message_id"], 0)) for message in person.messages]
    return {"version": account.version, "messages": shown}


def _button(button: dict[str, str]) -> list[str]:
    """Its label, and what it sends or opens."""
    return [button["text"], button.get("callback_data") or button.get("url", "")]


def _shown(account: Account, message: dict[str, Any], changed: int) -> Any:
    photo, document = message.get("photo"), message.get("document", {})
    file = account.files.get(document.get("file_id", ""))
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {
        "id": message["message_id"],
        "mine": message["from"] != account.user,
        "text": message.get("text", message.get("caption", "")),
        "entities": message.get("entities", message.get("caption_entities", [])),
        "rows": [[_button(button) for button in row] for row in rows],
        "picture": account.files[photo[-1]["file_id"]].sha256
        if photo and photo[-1]["file_id"] in account.files
        else "",
        "file": document.get("file_name", ""),
        "digest": file.sha256 if file else "",
        "changed": changed,
    }
