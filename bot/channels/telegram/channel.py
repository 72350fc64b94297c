"""Telegram: one bot account, by long polling or by webhook."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any, ClassVar, Final

import structlog
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteWebhook,
    GetMe,
    GetUpdates,
    SetMyCommands,
    SetWebhook,
    TelegramMethod,
)
from pydantic import ValidationError
from starlette.routing import BaseRoute

from bot.channel import ChannelError, Post, Refused
from bot.channels.telegram.api import Answered, Problem, Unclear, connect, failure, message_of
from bot.channels.telegram.commands import command_lists
from bot.channels.telegram.content import (
    edited_message,
    envelope,
    incoming,
    press_of,
    text_message,
)
from bot.channels.telegram.pictures import Pictures
from bot.channels.telegram.polling import Polling, insist, token_refused
from bot.channels.telegram.settings import PREFIX, read_settings
from bot.channels.telegram.webhook import webhook
from domain.event import Incoming
from domain.fitting import Capabilities
from domain.message import Content

ALLOWED: Final = ["message", "callback_query", "my_chat_member"]
POLL: Final = 25  # seconds that Telegram may hold a fetch
OPENING: Final = 5  # seconds for each request while the service starts

_log = structlog.get_logger(__name__)


class Telegram:
    """A bot account, as `bot.channel.Channel` wants it. Raises ChannelError when its settings are wrong."""

    name: ClassVar[str] = "telegram"
    capabilities: ClassVar[Capabilities] = Capabilities(
        buttons=True, label=32, pictures=True, hidden=True, many=False, edits=True, idempotent=False
    )

    def __init__(self, post: Post) -> None:
        self._post = post
        self._settings = read_settings()
        self._bot = connect(self._settings.bot_token, str(self._settings.api))
        self._rng = Random()  # noqa: S311 (spreads retries)
        self._ready = False
        self._pictures = Pictures(self._bot, post, self.name, self.account)
        self._answers: set[asyncio.Task[None]] = set()

    @property
    def account(self) -> str:
        """The bot's own id, the number before the colon of its token: known without asking Telegram."""
        return self._settings.bot_token.partition(":")[0]

    async def open(self) -> None:
        """Make the account ready; a network that is away is left to `receive`, which goes on trying."""
        try:
            await self._prepare()
        except Problem as problem:
            if isinstance(problem, Answered) and problem.refuses_token:
                raise token_refused() from problem
            _log.warning("telegram_away", reason=str(problem))

    async def receive(self) -> None:
        """Take updates in until cancelled; in webhook mode return once Telegram knows the address."""
        if not self._ready:
            await insist(self._prepare, rng=self._rng)
        polling = Polling(self._fetch, self._take)
        while self._settings.mode == "polling":
            await insist(polling.once, rng=self._rng)

    def routes(self) -> Sequence[BaseRoute]:
        """The webhook, in webhook mode."""
        if self._settings.mode == "polling":
            return []
        return [webhook(self._settings.secret.encode(), self._take)]

    def decode(self, raw: str) -> Incoming | None:
        """What a person did in a private chat; None for anything else."""
        return incoming(raw)

    async def send(self, address: str, content: Content, *, key: str) -> str:  # noqa: ARG002
        """Send one message; "" when Telegram took it and its number is unreadable. `key` has no use here."""
        with _only_send_errors():
            if content.picture:
                return message_of(await self._pictures.send(address, content, content.picture))
            return message_of(await self._call(text_message(address, content)))

    async def edit(self, address: str, sent: str, content: Content) -> None:
        """Change a message; one that looks so already is a success."""
        if not sent.isdecimal():
            raise Refused("the number of the message is not known")
        with _only_send_errors():
            try:
                await self._call(edited_message(address, int(sent), content))
            except Answered as no:
                if "message is not modified" not in no.description:
                    raise

    async def close(self) -> None:
        """Let go of connections; presses that are not answered yet stay so."""
        for task in self._answers:
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)
        await self._bot.session.close()

    async def _call(self, method: TelegramMethod[Any], seconds: int | None = None) -> Any:
        return await self._bot(method, request_timeout=seconds)

    async def _prepare(self) -> None:
        await self._call(GetMe(), OPENING)
        for commands in command_lists(self._post.text):
            await self._set_commands(commands)
        if self._settings.mode == "polling":
            await self._call(DeleteWebhook(drop_pending_updates=False), OPENING)
        else:
            await self._set_webhook()
        self._ready = True

    async def _set_commands(self, commands: SetMyCommands) -> None:
        try:
            await self._call(commands, OPENING)
        except Answered as no:
            if no.code != 400:
                raise
            _log.warning("telegram_commands_refused", language=commands.language_code, reason=str(no))

    async def _set_webhook(self) -> None:
        url, secret = str(self._settings.webhook_url), self._settings.secret
        try:
            await self._call(SetWebhook(url=url, secret_token=secret, allowed_updates=ALLOWED), OPENING)
        except Answered as no:
            if no.code != 400:
                raise
            raise ChannelError(f"Telegram refuses {PREFIX}WEBHOOK_URL: {no.description}.") from no

    async def _fetch(self, offset: int | None) -> list[object]:
        method = GetUpdates(offset=offset, timeout=POLL, allowed_updates=ALLOWED)
        updates = await self._call(method, POLL + 10)
        if not isinstance(updates, list):
            raise Unclear("updates that cannot be read")
        return updates

    async def _take(self, update: object) -> None:
        await self._post.receive(self.name, self.account, envelope(update))
        press = press_of(update)
        if press is not None:
            task = asyncio.create_task(self._answer(press))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    async def _answer(self, press: str) -> None:
        """Stop the button's spinner, if it can be done: nothing depends on it."""
        try:
            await self._call(AnswerCallbackQuery(callback_query_id=press))
        except Problem as problem:
            _log.debug("telegram_press_not_answered", reason=str(problem))


@contextmanager
def _only_send_errors() -> Iterator[None]:
    """What goes wrong in here, named for what it means for the message."""
    try:
        yield
    except Problem as problem:
        raise failure(problem) from problem
    except (ValidationError, UnicodeEncodeError):
        raise Refused("neither Telegram's types nor UTF-8 can carry this message") from None
