"""T9 and T15 of the fault catalogue: updates of any shape, and of places that are no private chat."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from msgspec import MsgspecError

from bot.channels.telegram.api import updates_of
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.updates import Arrived, incoming
from bot.post import StorePost
from domain.event import Incoming, Said
from storage import inbox

MUTATED = 1_000
BATCH = 100
ANNA: dict[str, Any] = {"id": 42, "is_bot": False, "first_name": "Anna", "language_code": "lt"}
BOT: dict[str, Any] = {"id": 7, "is_bot": True, "first_name": "Zinute", "username": "zinute_bot"}
PRIVATE: dict[str, Any] = {"id": 42, "type": "private", "first_name": "Anna"}
GROUP: dict[str, Any] = {"id": -100, "type": "supergroup", "title": "Biblioteka"}
CHANNEL: dict[str, Any] = {"id": -200, "type": "channel", "title": "Naujienos"}
ANONYMOUS: dict[str, Any] = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
OTHER: dict[str, Any] = {"id": 8, "is_bot": True, "first_name": "Other"}


def message(
    chat: dict[str, Any] = PRIVATE, sender: dict[str, Any] | None = ANNA, **fields: Any
) -> dict[str, Any]:
    base = {"message_id": 5, "date": 1, "chat": chat, "text": "/start KODAS"} | (
        {"from": sender} if sender else {}
    )
    return base | fields


def press(**fields: Any) -> dict[str, Any]:
    return {
        "id": "9",
        "from": ANNA,
        "message": message(sender=BOT),
        "chat_instance": "c",
        "data": "k:1",
    } | fields


SHAPES: list[dict[str, Any]] = [
    {"message": message()},
    {"message": message(photo=[{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}], text=None)},
    {"message": message(entities=[{"type": "bot_command", "offset": 0, "length": 6}])},
    {"message": message(forward_origin={"type": "hidden_user", "date": 1})},
    {"callback_query": press()},
    {"my_chat_member": {"chat": PRIVATE, "from": ANNA, "date": 1, "new_chat_member": {"status": "kicked"}}},
    {"poll_answer": {"poll_id": "1", "user": ANNA, "option_ids": [0]}},
    {"brand_new_thing": {"from": ANNA}},
]
VALUES: list[Callable[[], Any]] = [
    lambda: None,
    lambda: True,
    lambda: -1,
    lambda: 2**80,
    lambda: 1.5,
    lambda: "",
    lambda: "\x00",
    lambda: "\ud83d",
    lambda: "x" * 1_000_000,
    list,
    dict,
    lambda: {"from": {"id": "42"}},
    lambda: [{"from": ANNA}],
]


def mutated(rng: Random, number: int) -> bytes:
    """An update with one to three things in it that do not belong there."""
    update = {"update_id": number} | json.loads(json.dumps(rng.choice(SHAPES)))
    for _ in range(rng.randint(1, 3)):
        _mutate(rng, update)
    body = json.dumps(update).encode()
    if rng.random() < 0.1:
        return body.replace(b"Anna", rng.choice([b"\xff\xfe", b"\xed\xa0\x80", b"\\q", b"\x01", b"\0"]))
    if rng.random() < 0.05:
        return body[:-1] + b',"deep":' + b"[" * 5_000 + b"]" * 5_000 + b"}"
    return body


def _mutate(rng: Random, update: dict[str, Any]) -> None:
    places = [(update, name) for name in update if name != "update_id"]
    for place, name in places:
        if isinstance(place[name], dict):
            places += [(place[name], inner) for inner in place[name]]
    place, name = rng.choice(places) if places else (update, "message")
    if rng.random() < 0.3:
        place.pop(name, None)
    else:
        # A million characters are rare: most weight is on the others.
        place[name] = rng.choice(VALUES)() if rng.random() < 0.2 else rng.choice(VALUES[:8])()


class Telegrams:
    """Telegram's side of a fetch: a batch from the offset on, as one body."""

    def __init__(self, updates: dict[int, bytes]) -> None:
        self.updates = updates
        self.fetches = 0

    async def fetch(self, offset: int | None) -> list[bytes]:
        self.fetches += 1
        self.updates = {number: body for number, body in self.updates.items() if number >= (offset or 0)}
        batch = b",".join(list(self.updates.values())[:BATCH])
        return updates_of(200, None, b'{"ok":true,"result":[' + batch + b"]}")


@pytest.mark.parametrize("seed", [1, 2])
async def test_t9_no_update_stalls_the_poller_or_harms_its_neighbours(post: StorePost, seed: int) -> None:
    print("seed", seed)
    rng = Random(seed)
    good = {10_000 + 2 * n: message(text=f"labas {n}") for n in range(MUTATED)}
    bodies = {
        number: json.dumps({"update_id": number, "message": each}).encode() for number, each in good.items()
    }
    bodies |= {10_001 + 2 * n: mutated(rng, 10_001 + 2 * n) for n in range(MUTATED)}
    telegram = Telegrams(dict(sorted(bodies.items())))

    async def take(arrived: Arrived) -> None:
        await post.receive("telegram", "1", arrived.update)

    polling = Polling(telegram.fetch, take)
    while telegram.updates:
        await polling.once()
    assert telegram.fetches == 2 * MUTATED // BATCH + 1  # each batch once, and one that confirms the last
    rows = await post.database.read(
        lambda tx: tx.execute(inbox.INBOX.select().order_by(inbox.INBOX.c.id)).all()
    )
    assert [row.key for row in rows] == [str(number) for number in sorted(bodies)]
    understood = {int(row.key): outcome(row.raw) for row in rows}
    assert {number: understood[number] for number in good} == {
        number: Incoming("42", Said(each["text"]), "lt") for number, each in good.items()
    }
    quarantined = [number for number, each in understood.items() if isinstance(each, Exception)]
    assert MUTATED // 10 < len(quarantined) < MUTATED


def outcome(raw: str) -> Incoming | Exception | None:
    """What becomes of a stored update; an exception quarantines it."""
    try:
        return incoming(raw)
    except (MsgspecError, ValueError, RecursionError) as error:
        return error


@pytest.mark.parametrize(
    "update",
    [
        {"message": message(GROUP)},
        {"message": message({"id": -7, "type": "group", "title": "g"})},
        {"message": message(GROUP, ANONYMOUS, sender_chat=GROUP)},
        {"message": message(GROUP, {"id": 777000, "is_bot": False, "first_name": "T"}, sender_chat=CHANNEL)},
        {"message": message(GROUP, None, sender_chat=GROUP)},
        {"message": message(PRIVATE, OTHER)},
        {"message": message({"id": 8, "type": "private"}, OTHER)},
        {"message": message({"id": 43, "type": "private"})},
        {"message": message({"id": 42, "type": "group"})},
        {"message": message({"id": 42, "type": "sender"})},
        {"message": message(GROUP, new_chat_members=[BOT], text=None)},
        {"message": message(text=None, pinned_message=message())},
        {"channel_post": message(CHANNEL, None, sender_chat=CHANNEL)},
        {"edited_message": message()},
        {"edited_channel_post": message(CHANNEL, None)},
        {"business_message": message(business_connection_id="b")},
        {"inline_query": {"id": "1", "from": ANNA, "query": "/start KODAS", "offset": ""}},
        {"chosen_inline_result": {"result_id": "1", "from": ANNA, "query": "x"}},
        {"callback_query": press(message=message(GROUP, BOT))},
        {"callback_query": press(message=None, inline_message_id="i")},
        {"callback_query": press(**{"from": OTHER})},
        {"callback_query": press(data=None, game_short_name="g")},
        {
            "my_chat_member": {
                "chat": GROUP,
                "from": ANNA,
                "date": 1,
                "new_chat_member": {"status": "creator"},
            }
        },
        {
            "my_chat_member": {
                "chat": PRIVATE,
                "from": OTHER,
                "date": 1,
                "new_chat_member": {"status": "member"},
            }
        },
        {"chat_member": {"chat": GROUP, "from": ANNA, "date": 1, "new_chat_member": {"status": "left"}}},
        {"chat_join_request": {"chat": GROUP, "from": ANNA, "user_chat_id": 42, "date": 1}},
        {"message_reaction": {"chat": PRIVATE, "user": ANNA, "message_id": 5, "date": 1}},
        {"poll_answer": {"poll_id": "1", "user": ANNA, "option_ids": [0]}},
    ],
    ids=lambda update: next(iter(update)),
)
def test_t15_only_a_person_alone_with_the_bot_is_heard(update: dict[str, Any]) -> None:
    assert incoming(json.dumps({"update_id": 7} | update)) is None


def test_t15_a_person_alone_with_the_bot_is_heard() -> None:
    """Also when what they send was written elsewhere."""
    forwarded = message(forward_origin={"type": "channel", "chat": CHANNEL, "date": 1, "message_id": 3})
    heard = incoming(json.dumps({"update_id": 7, "message": forwarded}))
    assert heard == Incoming("42", Said("/start KODAS"), "lt")
