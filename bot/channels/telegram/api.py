"""How Telegram is called: through a session that keeps the raw answer and knows how far a request got."""

import json
import re
import secrets
from collections.abc import AsyncGenerator
from typing import Any, Final, cast
from urllib.parse import urlsplit

import msgspec
from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import (
    EditMessageCaption,
    EditMessageText,
    GetUpdates,
    SendDocument,
    SendMessage,
    SendPhoto,
)
from aiogram.methods.base import TelegramMethod, TelegramType
from aiogram.types import InputFile
from pydantic import BaseModel

from bot.channels.telegram.pieces import pieces_of
from bot.channels.telegram.problem import Answered, NoConnection, Unclear, refusal, seconds
from bot.channels.telegram.wire import Answer, NotConnected, Wire
from storage import crash

DEADLINE: Final = 25.0  # seconds for a whole request

_ACCEPTED: Final = re.compile(rb'\s*\{\s*"ok"\s*:\s*true\b')
_MESSAGE_ID: Final = re.compile(rb'"message_id"\s*:\s*(\d{1,19})')
_MESSAGES: Final = (SendMessage, SendPhoto, SendDocument, EditMessageText, EditMessageCaption)


class Session(BaseSession):
    """aiogram's session, lean: a result is plain JSON (of getUpdates, each update's own bytes), so what aiogram
    cannot decode is no failure.

    Raises Problem only.
    """

    def __init__(self, api: TelegramAPIServer) -> None:
        super().__init__(api=api, timeout=DEADLINE)
        self._wire = Wire(api.base)
        self._heads: dict[str, bytes] = {}

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 (aiogram's signature)
    ) -> TelegramType:
        kind, body = await _body(bot, method)
        head = self._heads.get(method.__api_method__) or self._head(bot, method.__api_method__)
        request = b"%b%b\r\nContent-Length: %d\r\n\r\n%b" % (head, kind, len(body), body)
        message = isinstance(method, _MESSAGES)
        try:
            answer = await self._wire.ask(request, timeout or self.timeout, _written if message else None)
        except NotConnected as error:
            raise NoConnection(f"no connection ({error})") from error
        if message:
            crash.point("answered")
        return cast(TelegramType, _read(answer, updates=isinstance(method, GetUpdates)))

    async def close(self) -> None:
        self._wire.close()

    def stream_content(self, *args: Any, **options: Any) -> AsyncGenerator[bytes, None]:
        raise NotImplementedError("files of people are not fetched")

    def _head(self, bot: Bot, name: str) -> bytes:
        parts = urlsplit(self.api.api_url(token=bot.token, method=name))
        lines = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: zinute\r\nContent-Type: "
        head = self._heads[name] = lines.encode("ascii")
        return head


def connect(token: str, base: str) -> Bot:
    """A Bot that speaks to the Bot API server at `base`; its results are plain JSON."""
    return Bot(token, session=Session(TelegramAPIServer.from_base(base)))


def _written() -> None:
    crash.point("bytes-sent")


async def _body(bot: Bot, method: TelegramMethod[Any]) -> tuple[bytes, bytes]:
    """The type of the body, and the body; a file goes along as a part of its own."""
    fields = _fields(method)
    files = {name: value for name, value in fields.items() if isinstance(value, InputFile)}
    if not files:
        return b"application/json", _ENCODER.encode(fields)
    boundary, parts = secrets.token_hex(16).encode(), bytearray()
    for name, value in fields.items():
        if name in files:
            extra, data = f'; filename="{value.filename}"', b"".join([part async for part in value.read(bot)])
        else:
            extra, data = "", value.encode() if isinstance(value, str) else _ENCODER.encode(value)
        disposition = f'Content-Disposition: form-data; name="{name}"{extra}\r\n\r\n'.encode()
        parts += b"--%b\r\n%b%b\r\n" % (boundary, disposition, data)
    return b"multipart/form-data; boundary=" + boundary, bytes(parts + b"--%b--\r\n" % boundary)


def _fields(thing: object) -> dict[str, Any]:
    """What is set in one of aiogram's methods or types; a Default stands for nothing."""
    if not isinstance(thing, BaseModel):
        raise TypeError(type(thing).__name__)
    return {
        name: value
        for name, value in thing.__dict__.items()
        if value is not None and type(value) is not Default
    }


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_fields)


def _read(answer: Answer, *, updates: bool) -> Any:
    if not answer.status:
        raise Unclear(f"no answer ({answer.broken})")
    read = updates_of if updates else result_of
    return read(answer.status, answer.retry_after, answer.body)


def updates_of(status: int, retry_after: str | None, body: bytes) -> list[bytes]:
    """The updates in a raw answer to getUpdates, each as it came: none that is broken hides its neighbours."""
    try:
        answer = _UPDATES.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        answer = None
    if answer is not None and answer.ok:
        return [bytes(update) for update in answer.result]
    if _ACCEPTED.match(body) and (pieces := pieces_of(body)) is not None:
        return pieces
    result_of(status, retry_after, body)
    raise Unclear("updates that cannot be read")


class _Updates(msgspec.Struct):
    ok: bool
    result: list[msgspec.Raw] = []


_UPDATES: Final = msgspec.json.Decoder(_Updates)


def result_of(status: int, retry_after: str | None, body: bytes) -> Any:
    """The result in a raw answer that says `ok` (of a broken one, its message id); else raises Problem."""
    answer = _json(body)
    if isinstance(answer, dict) and answer.get("ok") is True:
        return answer.get("result")
    if not isinstance(answer, dict) and _ACCEPTED.match(body):
        found = _MESSAGE_ID.search(body)
        return {"message_id": int(found[1])} if found else {}
    if isinstance(answer, dict) and answer.get("ok") is False:
        raise refusal(status, retry_after, answer)
    if status in (413, 429):
        raise Answered(status, "without a readable body", seconds(retry_after))
    raise Unclear(f"an answer that cannot be read (HTTP {status})")


def _json(body: bytes) -> Any:
    """JSON as lenient as Python reads it, at the price of msgspec where that can read it; None for neither."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def message_of(result: object) -> str:
    """The number of the message that was sent; "" when it cannot be read."""
    number = result.get("message_id") if isinstance(result, dict) else None
    return str(number) if type(number) is int else ""
