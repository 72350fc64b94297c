"""What Telegram sends, understood; only a person's own act in a private chat counts."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from bot.channel import Update
from bot.channels.telegram.content import envelope, incoming, press_of
from domain.event import Incoming, Pressed, Said

ANNA: dict[str, Any] = {"id": 42, "is_bot": False, "first_name": "Anna", "language_code": "pl"}
CHAT: dict[str, Any] = {"id": 42, "type": "private"}
PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
FILE = {"file_id": "f", "file_unique_id": "u", "duration": 1}


def message(**fields: Any) -> dict[str, Any]:
    return {"message": {"message_id": 5, "date": 1, "chat": CHAT, "from": ANNA} | fields}


def press(**fields: Any) -> dict[str, Any]:
    shown = message(text="?")["message"]
    query = {"id": "9", "from": ANNA, "chat_instance": "c", "message": shown, "data": "k:1"}
    return {"callback_query": query | fields}


@pytest.mark.parametrize(
    ("update", "event"),
    [
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
def test_a_persons_act_is_understood(update: dict[str, Any], event: Said | Pressed | None) -> None:
    expected = None if event is None else Incoming("42", event, "pl")
    assert incoming(json.dumps({"update_id": 7} | update)) == expected


def test_a_person_without_a_language_has_none() -> None:
    nobody = {name: value for name, value in ANNA.items() if name != "language_code"}
    raw = json.dumps({"update_id": 7} | message(text="x", **{"from": nobody}))
    assert incoming(raw) == Incoming("42", Said("x"), "")


@pytest.mark.parametrize("raw", ["", "[]", "{}", '{"update_id": 7, "message": {"text": "x"}}'])
def test_what_is_no_update_is_quarantined(raw: str) -> None:
    with pytest.raises(ValidationError):
        incoming(raw)


@pytest.mark.parametrize(
    ("update", "key", "address"),
    [
        ({"update_id": 7, "message": {"from": {"id": 42}}}, "7", "42"),
        ({"update_id": 7, "callback_query": {"from": {"id": 42}}}, "7", "42"),
        ({"update_id": 7, "my_chat_member": {"from": {"id": 42}}}, "7", "42"),
        ({"update_id": 7, "poll": {"id": "1"}}, "7", ""),
        ({"update_id": 7, "message": {"from": {"id": "42"}}}, "7", ""),
        ({"update_id": 7, "message": {"from": {"id": True}}}, "7", ""),
        ({"update_id": 7, "message": ["from"]}, "7", ""),
    ],
)
def test_only_the_envelope_is_read_at_the_door(update: dict[str, Any], key: str, address: str) -> None:
    assert envelope(update) == Update(key, address, json.dumps(update))


def test_what_has_no_number_is_kept_under_its_own_hash() -> None:
    one, again, other = envelope([1]), envelope([1]), envelope({"update_id": True})
    assert one == again
    assert (one.key[:4], one.address, one.raw) == ("odd-", "", "[1]")
    assert other.key != one.key


def test_half_a_surrogate_pair_is_stored_as_ascii() -> None:
    assert envelope({"update_id": 7, "message": {"text": "\ud83d"}}).raw.isascii()


@pytest.mark.parametrize(
    ("update", "press_id"),
    [(press(), "9"), (message(text="x"), None), ([], None), ({"callback_query": {"id": 9}}, None)],
)
def test_a_press_is_known_by_its_id(update: object, press_id: str | None) -> None:
    assert press_of(update) == press_id
