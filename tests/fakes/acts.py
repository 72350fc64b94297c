"""What people do with a bot: they write, press, block it and send files; one at a time or very many at once."""

import base64
import random
from typing import Any

from tests.fakes.account import Account, Person
from tests.fakes.updates import Json


def say(account: Account, person: Person, fields: dict[str, Any]) -> Any:
    """The person sends a message; `fields` are those of a Message, such as text or sticker."""
    person.started, person.blocked = True, False
    text = str(fields.get("text", ""))
    if text.startswith("/"):
        length = len(text.partition(" ")[0])
        fields = fields | {"entities": [{"type": "bot_command", "offset": 0, "length": length}]}
    message = account.message(person, person.user, fields)
    number = account.updates.add("message", f"chat-{person.id}", message)
    return {"message_id": message["message_id"], "update": number}


def press(account: Account, person: Person, fields: dict[str, Any]) -> Any:
    """The person presses a button of a message in the chat; `data` is not checked: clients may forge it."""
    found = next(message for message in person.messages if message["message_id"] == fields["message_id"])
    identity = f"{account.id}{account.next_number():06}"
    account.presses[identity] = account.clock.now()
    query = {
        "id": identity,
        "from": person.user,
        "message": dict(found),
        "chat_instance": str(person.id),
        "data": fields["data"],
    }
    number = account.updates.add("callback_query", f"user-{person.id}", query)
    return {"press": identity, "update": number}


def block(account: Account, person: Person, fields: dict[str, Any]) -> Any:
    """The person blocks the bot, or takes that back."""
    names = ["kicked" if person.blocked else "member"]
    person.blocked = bool(fields["blocked"])
    names.append("kicked" if person.blocked else "member")
    old, new = ({"status": name, "user": account.user} | _until(name) for name in names)
    change = {"chat": person.chat, "from": person.user, "date": int(account.clock.now())}
    account.updates.add(
        "my_chat_member", f"chat-{person.id}", change | {"old_chat_member": old, "new_chat_member": new}
    )
    return {}


def _until(status: str) -> dict[str, int]:
    return {"until_date": 0} if status == "kicked" else {}


def migrate(account: Account, person: Person, fields: dict[str, Any]) -> Any:
    """The chat gets another id: the old one is refused with it."""
    person.migrated_to = int(fields["to"])
    return {}


def deactivate(account: Account, person: Person, fields: dict[str, Any]) -> Any:
    """The person deletes their account at Telegram."""
    person.deactivated = True
    return {}


def send_file(account: Account, person: Person, fields: dict[str, Any]) -> Any:
    """The person sends a document, of `data` (base64); Telegram tells a size of its own when `announced` is given."""
    data = base64.b64decode(fields["data"])
    file = account.keep("document", data, int(fields.get("announced", len(data))))
    document = {"file_id": file.id, "file_unique_id": file.sha256[:16], "file_size": file.announced}
    return say(account, person, {"document": document}) | {"file_id": file.id}


def burst(account: Account, fields: dict[str, Any]) -> Any:
    """Very many updates at once.

    Each of `people` (ids, or so many new ones) says `text`, or presses `data` on their last message, `each` times;
    "{n}" becomes a running number. Every update is queued `copies` times under its one number; with a `seed` all are
    shuffled. The answer has the people, and the numbers.
    """
    chosen = _people(account, fields.get("people", 1))
    before = len(account.updates.pending)
    for number in range(int(fields.get("each", 1)) * len(chosen)):
        _act(account, chosen[number % len(chosen)], fields, str(number))
    made = account.updates.pending[before:]
    queued = made * int(fields.get("copies", 1))
    if "seed" in fields:
        random.Random(fields["seed"]).shuffle(queued)
    account.updates.replace(before, queued)
    return {"people": [person.id for person in chosen], "numbers": [update.number for update in made]}


def _act(account: Account, person: Person, fields: Json, number: str) -> None:
    if "data" in fields:
        last = person.messages[-1]["message_id"]
        press(account, person, {"message_id": last, "data": fields["data"].replace("{n}", number)})
    else:
        say(account, person, {"text": str(fields["text"]).replace("{n}", number)})


def _people(account: Account, wanted: int | list[int]) -> list[Person]:
    if isinstance(wanted, list):
        return [account.people[each] for each in wanted]
    return [add_person(account, f"Person {number}", "lt") for number in range(wanted)]


def add_person(account: Account, first_name: str, language_code: str) -> Person:
    """Somebody new, who has not written to the bot yet."""
    person = Person(500_000 + account.next_number(), first_name, language_code)
    account.people[person.id] = person
    return person
