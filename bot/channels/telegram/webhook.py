"""The address that Telegram calls in webhook mode."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
import structlog
from starlette.types import Receive, Scope, Send

from bot.channel import Hook
from bot.channels.telegram.updates import Arrived, arrived
from storage import crash

PATH: Final = "/telegram/webhook"
MOST_BYTES: Final = 1_000_000
RETRY_AFTER: Final = b"5"  # seconds; a button press lives for 150

_HEADER: Final = b"x-telegram-bot-api-secret-token"
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]  # status, headers, body
_log = structlog.get_logger(__name__)


def webhook(secret: bytes, take: Callable[[Arrived], Awaitable[None]]) -> Hook:
    """A route that answers 200 only after `take` has returned.

    A press is answered in the same breath, so that its button rests: Telegram carries out a method in the answer.
    """
    return Hook(PATH, _Endpoint(secret, take), methods=["POST"])


class _Busy(Exception):
    """There is no room for the update just now."""


class _Endpoint:
    """An ASGI application, without a framework's objects for each call."""

    def __init__(self, secret: bytes, take: Callable[[Arrived], Awaitable[None]]) -> None:
        self._secret, self._take = secret, take

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        status, headers, body = await self._answer(scope, receive)
        headers = [*headers, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if not hmac.compare_digest(headers.get(_HEADER, b""), self._secret):
            return 401, [], b""
        try:
            body = await self._body(headers.get(b"content-length", b""), receive)
            crash.point("received")
            return (413, [], b"") if body is None else await self._stored(body)
        except _Busy:
            return 503, [(b"retry-after", RETRY_AFTER)], b""

    async def _body(self, announced: bytes, receive: Receive) -> bytes | None:
        """The body; None when it is longer than MOST_BYTES, nothing when it is broken off.

        How long it may take to come is the web server's to say (zinute/patience.py).
        """
        if announced.isdigit() and int(announced[:20]) > MOST_BYTES:
            return None
        body = bytearray()
        try:
            while len(body) <= MOST_BYTES:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return b""
                body += message.get("body", b"")
                if not message.get("more_body"):
                    return bytes(body) if len(body) <= MOST_BYTES else None
        except MemoryError:
            raise _Busy from None
        return None

    async def _stored(self, body: bytes) -> Answer:
        try:
            update = arrived(body)
        except ValueError:
            return 400, [], b""
        except MemoryError:
            raise _Busy from None
        if update.number is None:
            return 400, [], b""
        try:
            await self._take(update)
        except Exception as error:  # noqa: BLE001 (the store is away: Telegram keeps the update)
            _log.warning("telegram_webhook_not_stored", kind=type(error).__name__)
            return 503, [(b"retry-after", RETRY_AFTER)], b""
        crash.point("acknowledging")
        if update.press is None:
            return 200, [], b""
        asked = {"method": "answerCallbackQuery", "callback_query_id": update.press}
        return 200, [(b"content-type", b"application/json")], msgspec.json.encode(asked)
