"""How Telegram is called: through a session that keeps the raw answer and knows how far a request got."""

import json
import re
from typing import Any, Final, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods.base import TelegramMethod, TelegramType
from aiogram.types import InputFile
from aiohttp import ClientConnectorError, ClientError, ClientResponse, ClientTimeout, ConnectionTimeoutError

from bot.channel import AccountRefused, Ambiguous, NotSent, Refused, SendError, Unreachable

DEADLINE: Final = 25.0  # seconds for a whole request
CONNECT: Final = 10.0  # seconds of it for the connection: longer than this and nothing was sent

_ACCEPTED: Final = re.compile(rb'\s*\{\s*"ok"\s*:\s*true\b')
_MESSAGE_ID: Final = re.compile(rb'"message_id"\s*:\s*(\d{1,19})')
# Descriptions of a 400 that means this person, not this message (tdlib/telegram-bot-api, Client.cpp).
_NOBODY: Final = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "group chat was upgraded",
    "peer_id_invalid",
    "input_user_deactivated",
    "user_is_blocked",
    "chat_write_forbidden",
)


class Problem(Exception):
    """Telegram did not do what was asked."""


class NotConnected(Problem):
    """There was no connection: nothing has left."""


class Unclear(Problem):
    """Something left and no readable answer came back: it may have been done."""


class Answered(Problem):
    """Telegram said no. `code` is its error code, `retry_after` the seconds that it asks for."""

    def __init__(self, code: int, description: str, retry_after: float | None = None) -> None:
        super().__init__(f"{code} {description[:200]}")
        self.code = code
        self.description = description
        self.retry_after = retry_after

    @property
    def refuses_token(self) -> bool:
        """Whether it is our account that Telegram does not know."""
        return self.code in (401, 404)


class Session(AiohttpSession):
    """aiogram's session, lean: a result is plain JSON, so what aiogram cannot decode is no failure.

    Raises Problem only.
    """

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 (aiogram's signature)
    ) -> TelegramType:
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        options = {
            **self._body(bot, method),
            "timeout": ClientTimeout(total=timeout or DEADLINE, connect=CONNECT),
            "allow_redirects": False,
        }
        try:
            async with session.post(url, **options) as response:
                body = await _read(response)
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise NotConnected(f"no connection ({type(error).__name__})") from error
        except (ClientError, TimeoutError, OSError) as error:
            raise Unclear(f"no answer ({type(error).__name__})") from error
        return cast(TelegramType, result_of(response.status, response.headers.get("Retry-After"), body))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _body(self, bot: Bot, method: TelegramMethod[Any]) -> dict[str, Any]:
        files: dict[str, InputFile] = {}
        values = {
            name: self.prepare_value(value, bot=bot, files=files, _dumps_json=False)
            for name, value in method.model_dump(warnings=False, exclude_none=True).items()
        }
        if files:
            return {"data": self.build_form_data(bot, method)}
        return {"json": {name: value for name, value in values.items() if value is not None}}


def connect(token: str, base: str) -> Bot:
    """A Bot that speaks to the Bot API server at `base`; its results are plain JSON."""
    return Bot(token, session=Session(api=TelegramAPIServer.from_base(base)))


async def _read(response: ClientResponse) -> bytes:
    """The body; when the connection ends too early, what there is of it if that says `ok` already."""
    body = bytearray()
    try:
        async for chunk in response.content.iter_any():
            body += chunk
    except (ClientError, TimeoutError, OSError):
        if not _ACCEPTED.match(body):
            raise
    return bytes(body)


def result_of(status: int, retry_after: str | None, body: bytes) -> Any:
    """The result in a raw answer that says `ok` (of a broken one, its message id); else raises Problem."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if isinstance(answer, dict) and answer.get("ok") is True:
        return answer.get("result")
    if not isinstance(answer, dict) and _ACCEPTED.match(body):
        found = _MESSAGE_ID.search(body)
        return {"message_id": int(found[1])} if found else {}
    if isinstance(answer, dict) and answer.get("ok") is False:
        raise _refusal(status, retry_after, answer)
    if status in (413, 429):
        raise Answered(status, "without a readable body", _seconds(retry_after))
    raise Unclear(f"an answer that cannot be read (HTTP {status})")


def _refusal(status: int, header: str | None, answer: dict[str, Any]) -> Answered:
    code, parameters = answer.get("error_code"), answer.get("parameters")
    asked = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return Answered(
        code if isinstance(code, int) else status,
        str(answer.get("description", "")),
        _seconds(asked if asked is not None else header),
    )


def _seconds(value: object) -> float | None:
    try:
        return max(0.0, float(str(value)))
    except ValueError:
        return None


def failure(problem: Problem) -> SendError:
    """What a problem means for the message that was to be sent or changed."""
    if isinstance(problem, NotConnected):
        return NotSent(str(problem))
    if isinstance(problem, Answered):
        return _failure_of_answer(problem)
    return Ambiguous(str(problem))


def _failure_of_answer(no: Answered) -> SendError:
    reason, description = str(no), no.description.lower()
    if no.code in (409, 429):
        return NotSent(reason, no.retry_after)
    if no.refuses_token:
        return AccountRefused(reason)
    if no.code == 403 or (no.code == 400 and any(words in description for words in _NOBODY)):
        return Unreachable(reason)
    return Refused(reason) if 400 <= no.code < 500 else Ambiguous(reason)


def message_of(result: object) -> str:
    """The number of the message that was sent; "" when it cannot be read."""
    number = result.get("message_id") if isinstance(result, dict) else None
    return str(number) if type(number) is int else ""
