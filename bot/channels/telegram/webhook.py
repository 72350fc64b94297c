"""The address that Telegram calls in webhook mode."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram.updates import Arrived, arrived
from storage import crash

PATH: Final = "/telegram/webhook"
MOST_BYTES: Final = 1_000_000
SLOWEST: Final = 10.0  # seconds for a body
RETRY_AFTER: Final = "5"  # seconds; a button press lives for 150

_HEADER: Final = b"x-telegram-bot-api-secret-token"
_log = structlog.get_logger(__name__)


def webhook(secret: bytes, take: Callable[[Arrived], Awaitable[None]], slowest: float = SLOWEST) -> Route:
    """A route that answers 200 only after `take` has returned."""

    async def receive(request: Request) -> Response:
        given = dict(request.scope["headers"]).get(_HEADER, b"")
        if not hmac.compare_digest(given, secret):
            return Response(status_code=401)
        body = await _body(request, slowest)
        crash.point("received")
        return Response(status_code=413) if body is None else await _stored(body, take)

    return Route(PATH, receive, methods=["POST"])


async def _body(request: Request, slowest: float) -> bytes | None:
    """The body; None when it is longer than MOST_BYTES, nothing when it does not come."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > MOST_BYTES:
        return None
    body = bytearray()
    try:
        async with asyncio.timeout(slowest):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST_BYTES:
                    return None
    except (ClientDisconnect, TimeoutError):
        return b""
    return bytes(body)


async def _stored(body: bytes, take: Callable[[Arrived], Awaitable[None]]) -> Response:
    try:
        update = arrived(body)
    except ValueError:
        return Response(status_code=400)
    if update.number is None:
        return Response(status_code=400)
    try:
        await take(update)
    except Exception as error:  # noqa: BLE001 (the store is away: Telegram keeps the update)
        _log.warning("telegram_webhook_not_stored", kind=type(error).__name__)
        return Response(status_code=503, headers={"Retry-After": RETRY_AFTER})
    crash.point("acknowledging")
    return Response(status_code=200)
