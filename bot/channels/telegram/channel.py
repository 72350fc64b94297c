"""Telegram: one bot account, by long polling or by webhook."""

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any, ClassVar, Final

import structlog
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    DeleteWebhook,
    GetMe,
    GetUpdates,
    SetMyCommands,
    SetWebhook,
    TelegramMethod,
)
from pydantic import ValidationError
from starlette.routing import BaseRoute

from bot.channel import ChannelError, Post, Refused, SendError
from bot.channels.telegram.abilities import CAPABILITIES
from bot.channels.telegram.api import connect, message_of
from bot.channels.telegram.commands import command_lists, lists_for
from bot.channels.telegram.content import edited_message, quiz_message, text_message
from bot.channels.telegram.papers import Papers
from bot.channels.telegram.pictures import Pictures
from bot.channels.telegram.polling import Patience, Polling, insist, token_refused
from bot.channels.telegram.problem import Answered, Problem, failure, failure_in_group
from bot.channels.telegram.settings import PREFIX, read_settings
from bot.channels.telegram.updates import Arrived, incoming
from bot.channels.telegram.webhook import webhook
from domain.event import Incoming
from domain.fitting import Capabilities
from domain.message import Content, Quiz, Reader
from domain.text import Text
from storage import crash

ALLOWED: Final = ["message", "callback_query", "my_chat_member", "channel_post"]
MOST_ANSWERS: Final = 1_000  # presses that wait to be answered; nothing depends on it
POLL: Final = 25  # seconds that Telegram may hold a fetch
OPENING: Final = 5  # seconds for each request while the service starts
ANSWERING: Final = 16  # presses answered at once: they are many, and matter least

_log = structlog.get_logger(__name__)


class Telegram:
    """A bot account, as `bot.channel.Channel` wants it. Raises ChannelError when its settings are wrong."""

    name: ClassVar[str] = "telegram"
    capabilities: ClassVar[Capabilities] = CAPABILITIES

    def __init__(self, post: Post) -> None:
        self._post = post
        self._settings = read_settings()
        self._bot = connect(self._settings.bot_token, str(self._settings.api))
        self._patience = Patience(Random())  # noqa: S311 (spreads retries)
        self._username = ""
        self._ready = False
        self._hooked = self._fetched = False
        self._papers = Papers(self._bot, post)
        self._pictures = Pictures(self._bot, post, self.name, self.account)
        self._answers: set[asyncio.Task[None]] = set()
        self._answering = asyncio.Semaphore(ANSWERING)

    @property
    def account(self) -> str:
        """The bot's own id, the number before the colon of its token: known without asking Telegram."""
        return self._settings.bot_token.partition(":")[0]

    @property
    def rate(self) -> float | None:
        """Messages a second, from the settings: 0 there is no limit, for a Bot API server that has none."""
        return self._settings.rate or None

    def link(self, code: str) -> str:
        """The bot's deep link (core.telegram.org/bots/features, "Deep Linking"); "" until Telegram told its name."""
        return f"https://t.me/{self._username}?start={code}" if self._username else ""

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
            await insist(self._prepare, patience=self._patience)
        polling = Polling(self._fetch, self._take)
        while self._settings.mode == "polling":
            await insist(polling.once, patience=self._patience)

    def routes(self) -> Sequence[BaseRoute]:
        """The webhook, in webhook mode."""
        if self._settings.mode == "polling":
            return []
        return [webhook(self._settings.secret.encode(), self._called)]

    def decode(self, raw: str) -> Incoming | None:
        """What a person did in a private chat, or what concerns us in a group; None for anything else."""
        return incoming(raw)

    async def send(self, address: str, content: Content, *, key: str) -> str:  # noqa: ARG002
        """Send one message; "" when Telegram took it and its number is unreadable. `key` has no use here."""
        with _only_send_errors(_failure_at(address)):
            sent = message_of(await self._sent(address, content))
        if content.reader and len(self._answers) < MOST_ANSWERS:
            self._beside(self._list(address, content.reader))
        return sent

    async def edit(self, address: str, sent: str, content: Content) -> None:
        """Change a message; one that looks so already is a success."""
        if not sent.isdecimal():
            raise Refused("the number of the message is not known")
        with _only_send_errors(_failure_at(address)):
            if content.gone and await self._deleted(address, int(sent)):
                return
            try:
                await self._call(edited_message(address, int(sent), content))
            except Answered as no:
                if "message is not modified" in no.description:
                    return
                await self._call(edited_message(address, int(sent), _without_entities(content, no)))

    async def _deleted(self, address: str, sent: int) -> bool:
        """Delete a message; False when Telegram does not: after 48 hours (Bot API, deleteMessage)."""
        try:
            await self._call(DeleteMessage(chat_id=address, message_id=sent))
        except Answered as no:
            if no.code != 400:
                raise
            return "not found" in no.description
        return True

    async def close(self) -> None:
        """Let go of connections; presses that are not answered yet stay so."""
        for task in self._answers:
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)
        await self._bot.session.close()

    async def _sent(self, address: str, content: Content) -> Any:
        """Telegram's message. Entities that it cannot read must not happen, and must not cost the lesson."""
        try:
            return await self._say(address, content)
        except Answered as no:
            return await self._say(address, _without_entities(content, no))

    async def _say(self, address: str, content: Content) -> Any:
        if content.quiz:
            return await self._ask(address, content, content.quiz)
        if content.picture:
            return await self._pictures.send(address, content, content.picture)
        if content.paper and content.paper.size:
            return await self._pictures.send_file(address, content, content.paper)
        if content.paper:
            return await self._papers.send(address, content, content.paper)
        return await self._call(text_message(address, content))

    async def _ask(self, address: str, content: Content, quiz: Quiz) -> Any:
        """A quiz, or where Telegram takes none (a group may allow no polls) its text."""
        try:
            return await self._call(quiz_message(address, content, quiz))
        except Answered as no:
            if no.code != 400:
                raise
            _log.warning("telegram_quiz_refused", reason=str(no))
        return await self._call(text_message(address, content))

    async def _call(self, method: TelegramMethod[Any], seconds: int | None = None) -> Any:
        return await self._bot(method, request_timeout=seconds)

    async def _prepare(self) -> None:
        self._username = _username(await self._call(GetMe(), OPENING))
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

    async def _fetch(self, offset: int | None) -> list[bytes]:
        """Updates as they came. A webhook that somebody has set is deleted, one pause after it was noticed."""
        if self._hooked:
            await self._call(DeleteWebhook(drop_pending_updates=False), OPENING)
            self._hooked = False
        method = GetUpdates(offset=offset, timeout=POLL if self._fetched else 0, allowed_updates=ALLOWED)
        try:
            updates: list[bytes] = await self._call(method, POLL + 10)
        except Answered as no:
            self._hooked = no.meets_webhook
            raise
        self._fetched = True  # the first one, which shows that Telegram can be reached, is not kept waiting
        self._post.heard(self.name)
        if updates:
            crash.point("fetched")
        return updates

    async def _called(self, arrived: Arrived) -> None:
        self._post.heard(self.name)
        if arrived.concerns:
            await self._post.receive(self.name, self.account, arrived.update)

    async def _take(self, arrived: Arrived) -> None:
        if not arrived.concerns:
            return
        await self._post.receive(self.name, self.account, arrived.update)
        if arrived.press is not None and len(self._answers) < MOST_ANSWERS:
            self._beside(self._answer(arrived.press))

    def _beside(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Do what nothing depends on."""
        task = asyncio.create_task(coroutine)
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _list(self, chat: str, reader: Reader) -> None:
        """List the commands of such a reader in this chat, if it can be done."""
        try:
            for method in lists_for(reader, chat, self._post.text):
                await self._call(method)
        except Problem as problem:
            _log.debug("telegram_commands_not_listed", reason=str(problem))

    async def _answer(self, press: str) -> None:
        """Stop the button's spinner, if it can be done: nothing depends on it."""
        try:
            async with self._answering:
                await self._call(AnswerCallbackQuery(callback_query_id=press))
        except Problem as problem:
            _log.debug("telegram_press_not_answered", reason=str(problem))


def _username(me: Any) -> str:
    """The bot's public name in the answer to getMe; "" when there is none that a link can have."""
    name = me.get("username") if isinstance(me, dict) else None
    return name if isinstance(name, str) and re.fullmatch(r"\w{1,64}", name, re.ASCII) else ""


def _without_entities(content: Content, no: Answered) -> Content:
    """The content to try once more as plain text; raises the refusal when that would change nothing."""
    if not (no.refuses_entities and content.text.entities):
        raise no
    _log.warning("telegram_entities_refused", reason=str(no))
    return replace(content, text=Text(content.text.plain))


def _failure_at(address: str) -> Callable[[Problem], SendError]:
    """What goes wrong means something else in a group."""
    return failure_in_group if address.startswith(CAPABILITIES.groups) else failure


@contextmanager
def _only_send_errors(meaning: Callable[[Problem], SendError]) -> Iterator[None]:
    """What goes wrong in here, named for what it means for the message."""
    try:
        yield
    except Problem as problem:
        raise meaning(problem) from problem
    except (ValidationError, UnicodeEncodeError):
        raise Refused("neither Telegram's types nor UTF-8 can carry this message") from None
