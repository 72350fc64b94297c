"""A learner's press on a button, as the messenger posts it to the webhook."""

import json
from typing import Any, Final

FIRST: Final = 1_000_000_000  # the messenger's number of learner 0
PATH: Final = "/telegram/webhook"
SECRET: Final = "a-secret_for-the-bench"
CHOICE: Final = 1
_STEP: Final = 10_000_000


def step_of(learner: int) -> str:
    """The key of the step that waits for the learner: as long as a real one."""
    return f"step{_STEP + learner}"


def press(learner: int, message: dict[str, Any]) -> bytes:
    """The update; `message` is the request with which the question was sent."""
    chat, step = FIRST + learner, step_of(learner)
    keyboard = [
        [key | {"callback_data": f"{step}:{key['callback_data'].partition(':')[2]}"} for key in row]
        for row in message["reply_markup"]["inline_keyboard"]
    ]
    person = {"id": chat, "is_bot": False, "first_name": f"Anna {learner}", "language_code": "lt"}
    shown = {
        "message_id": 5_000 + learner,
        "from": {"id": 42, "is_bot": True, "first_name": "Zinute", "username": "zinute_bot"},
        "chat": {"id": chat, "first_name": person["first_name"], "type": "private"},
        "date": 1_795_000_000,
        "text": message["text"],
        "entities": message.get("entities", []),
        "reply_markup": {"inline_keyboard": keyboard},
    }
    query = {
        "id": str(4_000_000_000_000_000_000 + learner),
        "from": person,
        "message": shown,
        "chat_instance": str(-3_000_000_000_000_000_000 - learner),
        "data": f"{step}:{CHOICE}",
    }
    return json.dumps({"update_id": 700_000_000 + learner, "callback_query": query}).encode()


def request(learner: int, message: dict[str, Any]) -> bytes:
    """The whole HTTP request."""
    body = press(learner, message)
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
