"""What Telegram sends, understood; only a person's own act in a private chat counts."""

import json
from typing import Any

import pytest
from aiogram.enums import ContentType
from msgspec import MsgspecError

from bot.channel import Update
from bot.channels.telegram.updates import MEDIA, Arrived, arrived, fetched, incoming
from domain.event import Event, Incoming, Left, Presence, Pressed, Returned, Said
from domain.group import Back, Bound, Gone, Moved, OfGroup

ANNA: dict[str, Any] = {"id": 42, "is_bot": False, "first_name": "Anna", "language_code": "pl"}
BOT = {"id": 7, "is_bot": True, "first_name": "Zinute"}
CHAT: dict[str, Any] = {"id": 42, "type": "private"}
PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
FILE = {"file_id": "f", "file_unique_id": "u", "duration": 1}


def message(**fields: Any) -> dict[str, Any]:
    return {"message": {"message_id": 5, "date": 1, "chat": CHAT, "from": ANNA} | fields}


def press(**fields: Any) -> dict[str, Any]:
    shown = message(text="?")["message"]
    query = {"id": "9", "from": ANNA, "chat_instance": "c", "message": shown, "data": "k:1"}
    return {"callback_query": query | fields}


def change(status: str, **fields: Any) -> dict[str, Any]:
    old, new = ({"status": name, "user": BOT} for name in ("member", status))
    parts = {"chat": CHAT, "from": ANNA, "date": 1, "old_chat_member": old, "new_chat_member": new}
    return {"my_chat_member": parts | fields}


@pytest.mark.parametrize(
    ("update", "event"),
    [
        (change("kicked"), Left()),
        (change("left"), Left()),
        (change("member"), Returned()),
        (change("administrator"), None),
        (change("creator", chat={"id": -7, "type": "group", "title": "g"}), None),
        (message(text="/start KODAS"), Said("/start KODAS")),
        (message(text="Ačiū 👩‍🏫"), Said("Ačiū 👩‍🏫")),
        (message(photo=PHOTO, caption="mano stalas"), Said("")),
        (message(voice=FILE), Said("")),
        (message(contact={"phone_number": "+370", "first_name": "A"}), Said("")),
        (message(location={"latitude": 54.7, "longitude": 25.3}), Said("")),
        (message(dice={"emoji": "🎲", "value": 3}), Said("")),
        (press(), Pressed("k:1")),
        (press(message={"message_id": 5, "date": 0, "chat": CHAT}), Pressed("k:1")),
        (message(pinned_message={"message_id": 4, "date": 0, "chat": CHAT}), None),
        (message(text="x", chat={"id": -7, "type": "group", "title": "g"}), None),
        (message(text="x", chat={"id": 43, "type": "private"}), None),
        (message(text="x", **{"from": ANNA | {"is_bot": True}}), None),
        ({"message": {"message_id": 5, "date": 1, "chat": CHAT, "text": "x"}}, None),
        (press(message=None), None),
        (press(data=None, game_short_name="g"), None),
        (press(**{"from": ANNA | {"id": 43}}), None),
        ({"edited_message": message(text="x")["message"]}, None),
        ({"poll_answer": {"poll_id": "1", "option_ids": [0], "option_persistent_ids": ["a"]}}, None),
        ({"brand_new_thing": {}}, None),
    ],
)
def test_a_persons_act_is_understood(update: dict[str, Any], event: Event | Presence | None) -> None:
    expected = None if event is None else Incoming("42", event, "pl")
    assert incoming(json.dumps({"update_id": 7} | update)) == expected


GROUP = {"id": -7, "type": "supergroup", "title": "g\nh"}
CODE = "A" * 22


@pytest.mark.parametrize(
    ("update", "event"),
    [
        (change("kicked", chat=GROUP), Gone()),
        (change("left", chat=GROUP), Gone()),
        (change("restricted", chat=GROUP), Gone()),
        (change("member", chat=GROUP), Back()),
        (change("administrator", chat=GROUP | {"type": "channel"}), Back()),
        (message(text=f"/bind {CODE}", chat=GROUP), Bound(CODE, "g h", "group")),
        (message(text=f"/bind@zinute_bot  {CODE}\n", chat=GROUP), Bound(CODE, "g h", "group")),
        (message(text=f"bind {CODE}", chat=GROUP), None),
        (message(text=f"/bind {CODE} now", chat=GROUP), None),
        (message(migrate_to_chat_id=-100, chat=GROUP), Moved("-100")),
        (
            {"channel_post": message(text=f"/bind {CODE}", chat=GROUP | {"type": "channel"})["message"]},
            Bound(CODE, "g h", "channel"),
        ),
    ],
)
def test_in_a_group_only_what_concerns_us_is_understood(
    update: dict[str, Any], event: OfGroup | None
) -> None:
    expected = None if event is None else Incoming("-7", event)
    raw = json.dumps({"update_id": 7} | update).encode()
    assert incoming(raw.decode()) == expected
    arrival = arrived(raw)
    assert (arrival.update.address, arrival.concerns) == ("", event is not None)


def test_a_person_without_a_language_has_none() -> None:
    nobody = {name: value for name, value in ANNA.items() if name != "language_code"}
    raw = json.dumps({"update_id": 7} | message(text="x", **{"from": nobody}))
    assert incoming(raw) == Incoming("42", Said("x"), "")


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "[]",
        "{}",
        '{"update_id": 7, "message": {"text": "x"}}',
        '{"update_id": 7, "message": "word"}',
        '{"update_id": 7, "message": {"message_id": 5, "chat": {"id": "42", "type": "private"}}}',
        json.dumps({"update_id": 7} | message(text="\ud83d")),
        json.dumps({"update_id": 7} | press(data=7)),
    ],
)
def test_what_is_no_update_is_quarantined(raw: str) -> None:
    with pytest.raises(MsgspecError):
        incoming(raw)


@pytest.mark.parametrize(
    ("update", "key", "address"),
    [
        ({"update_id": 7, "message": {"from": {"id": 42}}}, "7", "42"),
        ({"update_id": 7, "callback_query": {"from": {"id": 42}}}, "7", "42"),
        ({"update_id": 7, "my_chat_member": {"from": {"id": 42}}}, "7", "42"),
        ({"update_id": 7, "edited_message": {"from": {"id": 42}}}, "7", "42"),
        ({"update_id": 7, "poll": {"id": "1"}}, "7", ""),
        ({"update_id": 7, "message": {"from": {"id": "42"}}}, "7", ""),
        ({"update_id": 7, "message": {"from": {"id": True}}}, "7", ""),
        ({"update_id": 7, "message": ["from"]}, "7", ""),
        ({"update_id": 7, "message": None}, "7", ""),
    ],
)
def test_only_the_envelope_is_read_at_the_door(update: dict[str, Any], key: str, address: str) -> None:
    arrival = arrived(json.dumps(update).encode())
    assert arrival == Arrived(Update(key, address, json.dumps(update)), 7, None)


@pytest.mark.parametrize("number", [True, "7", 7.0, None, -7, 2**63])
def test_what_has_no_number_is_kept_under_its_own_hash(number: object) -> None:
    one, again, other = (arrived(json.dumps(each).encode()) for each in ([1], [1], {"update_id": number}))
    assert one == again
    assert (one.update.key[:4], one.update.address, one.update.raw, one.number) == ("odd-", "", "[1]", None)
    assert (other.update.key != one.update.key, other.number) == (True, None)


def test_an_update_is_stored_as_it_came() -> None:
    body = json.dumps({"update_id": 7} | message(text="Ačiū \0 👩‍🏫"), ensure_ascii=False)
    assert arrived(body.encode()).update.raw == body


@pytest.mark.parametrize("body", [b'{"text": "\\ud83d"}', b'\xef\xbb\xbf{"text": "\xc4\x8d"}'])
def test_what_no_store_keeps_is_stored_as_ascii(body: bytes) -> None:
    assert arrived(body).update.raw.isascii()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 99_999, b'{"a":"\0"}'])
def test_what_is_no_json_is_refused_at_the_door_and_kept_from_a_list(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        arrived(body)
    kept = fetched(body)
    assert (kept.update.key[:4], kept.update.address, kept.number) == ("odd-", "", None)
    assert kept.update.raw.isascii()
    assert "\0" not in kept.update.raw


def test_an_unreadable_update_is_kept_under_its_number() -> None:
    kept = fetched(b'{"update_id": 7, "message":{"text":"\xff"}}')
    assert (kept.update.key, kept.number) == ("7", 7)
    assert kept.update.raw.endswith('"text":"\\xff"}}')


@pytest.mark.parametrize(
    ("update", "press_id"),
    [
        (press(), "9"),
        (message(text="x"), None),
        ({"callback_query": {"id": 9}}, None),
        ({"callback_query": {"id": "9"}}, "9"),
    ],
)
def test_a_press_is_known_by_its_id(update: dict[str, Any], press_id: str | None) -> None:
    assert arrived(json.dumps({"update_id": 7} | update).encode()).press == press_id


def test_all_that_a_person_can_send_is_known() -> None:
    """The names of aiogram's content types are those of Telegram's fields."""
    assert {kind.value for kind in ContentType} >= MEDIA
