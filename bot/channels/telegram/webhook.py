"""The address that Telegram calls in webhook mode."""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram.content import number_of

PATH: Final = "/telegram/webhook"
MOST_BYTES: Final = 1_000_000
RETRY_AFTER: Final = "5"  # seconds; a button press lives for 150

_HEADER: Final = b"x-telegram-bot-api-secret-token"
_log = structlog.get_logger(__name__)


def webhook(secret: bytes, take: Callable[[object], Awaitable[None]]) -> Route:
    """A route that answers 200 only after `take` has returned."""

    async def receive(request: Request) -> Response:
        given = dict(request.scope["headers"]).get(_HEADER, b"")
        if not hmac.compare_digest(given, secret):
            return Response(status_code=401)
        body = await _body(request)
        return Response(status_code=413) if body is None else await _stored(body, take)

    return Route(PATH, receive, methods=["POST"])


async def _body(request: Request) -> bytes | None:
    """The body; None when it is longer than MOST_BYTES."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > MOST_BYTES:
        return None
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


async def _stored(body: bytes, take: Callable[[object], Awaitable[None]]) -> Response:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return Response(status_code=400)
    if number_of(update) is None:
        return Response(status_code=400)
    try:
        await take(update)
    except Exception as error:  # noqa: BLE001 (the store is away: Telegram keeps the update)
        _log.warning("telegram_webhook_not_stored", kind=type(error).__name__)
        return Response(status_code=503, headers={"Retry-After": RETRY_AFTER})
    return Response(status_code=200)
