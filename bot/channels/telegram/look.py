"""Ask Telegram once who the bot is: whether its token is good, and the way there."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from aiogram.client.telegram import TelegramAPIServer

from bot.channel import ChannelError
from bot.channels.telegram.api import result_of
from bot.channels.telegram.polling import token_refused
from bot.channels.telegram.problem import Answered, Problem
from bot.channels.telegram.settings import Settings
from bot.channels.telegram.wire import NotConnected, Wire


async def look(settings: Settings, seconds: float) -> datetime | None:
    """What time it is there, as far as the answer says so; ChannelError with one sentence when there is no good one."""
    server = TelegramAPIServer.from_base(str(settings.api))
    parts = urlsplit(server.api_url(token=settings.bot_token, method="getMe"))
    request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: zinute\r\n\r\n"
    wire = Wire(str(settings.api))
    try:
        answer = await wire.ask(request.encode("ascii"), seconds)
    except NotConnected as error:
        raise ChannelError(f"There is no connection to {parts.netloc} ({error}).") from None
    finally:
        wire.close()
    if not answer.status:
        raise ChannelError(f"{parts.netloc} did not answer within {seconds:g} s ({answer.broken}).")
    try:
        result_of(answer.status, answer.retry_after, answer.body)
    except Problem as problem:
        if isinstance(problem, Answered) and problem.refuses_token:
            raise token_refused() from None
        raise ChannelError(f"{parts.netloc} answers: {problem}.") from None
    return _moment(answer.date)


def _moment(written: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(written).astimezone(UTC) if written else None
    except ValueError:
        return None
