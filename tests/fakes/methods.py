"""The methods that the fake server knows: each takes aiogram's typed method and returns plain JSON."""

import contextlib
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from aiogram import methods
from aiogram.methods.base import TelegramMethod
from aiogram.types import InlineKeyboardMarkup, MessageEntity

from tests.fakes.account import Account, File, Person
from tests.fakes.limits import (
    Refusal,
    bad,
    check_caption,
    check_commands,
    check_document,
    check_keyboard,
    check_language,
    check_poll,
    check_text,
)
from tests.fakes.parameters import Upload, typed
from tests.fakes.updates import LIFETIME, Json
from tests.fakes.webhooks import Webhook

Uploads = dict[str, Upload]
OLD = 48 * 3600  # seconds


async def get_me(account: Account, method: methods.GetMe, uploads: Uploads) -> Json:
    groups = {"can_join_groups": False, "can_read_all_group_messages": False}
    return account.user | groups | {"supports_inline_queries": False}


async def set_my_commands(account: Account, method: methods.SetMyCommands, uploads: Uploads) -> bool:
    check_commands(method.commands)
    language = _chat_of(method.scope) + check_language(method.language_code)
    account.commands[language] = [_plain(command) for command in method.commands]
    account.record("commands", language=method.language_code or "")
    return True


async def delete_my_commands(account: Account, method: methods.DeleteMyCommands, uploads: Uploads) -> bool:
    account.commands.pop(_chat_of(method.scope) + check_language(method.language_code), None)
    account.record("commands", language=method.language_code or "")
    return True


def _chat_of(scope: Any) -> str:
    return f"{scope.chat_id}:" if scope is not None and scope.type == "chat" else ""


async def get_my_commands(account: Account, method: methods.GetMyCommands, uploads: Uploads) -> list[Json]:
    return account.commands.get(check_language(method.language_code), [])


async def set_webhook(account: Account, method: methods.SetWebhook, uploads: Uploads) -> bool:
    if method.secret_token is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", method.secret_token):
        raise bad("secret token contains unallowed characters")
    if method.url and not re.match(r"https://|http://127\.0\.0\.1:", method.url):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    await _end_webhook(account, drop=bool(method.drop_pending_updates))
    if method.allowed_updates is not None:
        account.updates.allowed = method.allowed_updates
    account.updates.webhook_url = method.url
    if method.url:
        account.webhook = Webhook(
            method.url,
            method.secret_token or "",
            account.updates,
            account.record,
            partial(_asked_in_an_answer, account),
        )
    account.record("webhook", url=method.url)
    return True


async def delete_webhook(account: Account, method: methods.DeleteWebhook, uploads: Uploads) -> bool:
    await _end_webhook(account, drop=bool(method.drop_pending_updates))
    return True


async def get_webhook_info(account: Account, method: methods.GetWebhookInfo, uploads: Uploads) -> Json:
    error = account.webhook.last_error if account.webhook else ""
    info = {
        "url": account.updates.webhook_url,
        "has_custom_certificate": False,
        "pending_update_count": len(account.updates.pending),
        "max_connections": 40,
        "allowed_updates": account.updates.allowed,
    }
    return info | (
        {"last_error_message": error, "last_error_date": int(account.clock.now())} if error else {}
    )


async def get_updates(account: Account, method: methods.GetUpdates, uploads: Uploads) -> list[Json]:
    limit, timeout = 100 if method.limit is None else method.limit, method.timeout or 0
    return await account.updates.fetch(method.offset or 0, limit, timeout, method.allowed_updates)


async def send_message(account: Account, method: methods.SendMessage, uploads: Uploads) -> Json:
    person = account.person(method.chat_id)
    check_text(method.text, method.entities)
    fields = {"text": method.text} | _entities("entities", method.entities)
    return _sent(account, person, method, fields | _markup(method.reply_markup))


async def send_photo(account: Account, method: methods.SendPhoto, uploads: Uploads) -> Json:
    person = account.person(method.chat_id)
    caption = method.caption or ""
    check_caption(caption, method.caption_entities)
    markup = _markup(method.reply_markup)
    fields: Json = {"photo": _file(account, str(method.photo), uploads).sizes}
    if caption:
        fields |= {"caption": caption} | _entities("caption_entities", method.caption_entities)
    return _sent(account, person, method, fields | markup)


async def send_document(account: Account, method: methods.SendDocument, uploads: Uploads) -> Json:
    """A file that comes along, or that was uploaded before."""
    person = account.person(method.chat_id)
    caption, data = method.caption or "", uploads.get(str(method.document).removeprefix("attach://"))
    check_caption(caption, method.caption_entities)
    markup = _markup(method.reply_markup)
    if data is not None:
        check_document(data)
        account.names[account.keep("document", data, len(data)).id] = data.name
    known = next(reversed(account.names)) if data is not None else str(method.document)
    if known not in account.names:
        raise bad("wrong file identifier/HTTP URL specified")
    file = account.files[known]
    sent = {
        "file_id": file.id,
        "file_unique_id": file.sha256[:16],
        "file_name": account.names[known],
        "file_size": len(file.data),
    }
    fields: Json = {"document": sent}
    if caption:
        fields |= {"caption": caption} | _entities("caption_entities", method.caption_entities)
    return _sent(account, person, method, fields | markup)


async def send_poll(account: Account, method: methods.SendPoll, uploads: Uploads) -> Json:
    """A quiz of which nobody is told who answered what."""
    person = account.person(method.chat_id)
    options = [each if isinstance(each, str) else each.text for each in method.options]
    check_poll(method, options)
    poll = {
        "question": method.question,
        "options": [{"text": each, "voter_count": 0} for each in options],
        "type": method.type,
        "is_anonymous": method.is_anonymous is not False,
        "correct_option_ids": method.correct_option_ids,
        "explanation": method.explanation or "",
    }
    return _sent(account, person, method, {"poll": poll} | _markup(method.reply_markup))


async def get_file(account: Account, method: methods.GetFile, uploads: Uploads) -> Json:
    return account.link(method.file_id)


async def edit_message_text(account: Account, method: methods.EditMessageText, uploads: Uploads) -> Json:
    message = _own_message(account, method.chat_id, method.message_id)
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    check_text(method.text or "", method.entities)
    fields = {"text": method.text} | _entities("entities", method.entities)
    return _edited(account, message, fields | _markup(method.reply_markup))


async def edit_message_caption(
    account: Account, method: methods.EditMessageCaption, uploads: Uploads
) -> Json:
    message = _own_message(account, method.chat_id, method.message_id)
    kind = next((name for name in ("photo", "document") if name in message), None)
    if kind is None:
        raise bad("there is no caption in the message to edit")
    caption = method.caption or ""
    check_caption(caption, method.caption_entities)
    fields = {"caption": caption} | _entities("caption_entities", method.caption_entities) if caption else {}
    return _edited(account, message, {kind: message[kind]} | fields | _markup(method.reply_markup))


async def delete_message(account: Account, method: methods.DeleteMessage, uploads: Uploads) -> bool:
    """At most 48 hours after it was sent (Bot API, deleteMessage)."""
    message = _own_message(account, method.chat_id, method.message_id)
    if account.clock.now() - message["date"] > OLD:
        raise bad("message can't be deleted for everyone")
    account.person(method.chat_id).messages.remove(message)
    account.record("deleted", chat=message["chat"]["id"], message=message["message_id"])
    return True


async def edit_message_reply_markup(
    account: Account, method: methods.EditMessageReplyMarkup, uploads: Uploads
) -> Json:
    message = _own_message(account, method.chat_id, method.message_id)
    return _edited(account, message, _content(message, keyboard=False) | _markup(method.reply_markup))


async def answer_callback_query(
    account: Account, method: methods.AnswerCallbackQuery, uploads: Uploads
) -> bool:
    pressed = account.presses.get(method.callback_query_id)
    if pressed is None or account.clock.now() - pressed > LIFETIME["callback_query"]:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if method.text is not None and len(method.text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    account.record("answered", press=method.callback_query_id)
    return True


async def _asked_in_an_answer(account: Account, asked: dict[str, Any]) -> None:
    """A method in the answer to a webhook call (Bot API, "Making requests when getting updates")."""
    kind = BY_NAME[asked.pop("method").lower()]
    with contextlib.suppress(Refusal):
        await METHODS[kind](account, typed(kind, asked, {}), {})


Handler = Callable[[Account, Any, Uploads], Awaitable[Any]]
METHODS: Final[dict[type[TelegramMethod[Any]], Handler]] = {
    methods.GetMe: get_me,
    methods.SetMyCommands: set_my_commands,
    methods.DeleteMyCommands: delete_my_commands,
    methods.GetMyCommands: get_my_commands,
    methods.SetWebhook: set_webhook,
    methods.DeleteWebhook: delete_webhook,
    methods.GetWebhookInfo: get_webhook_info,
    methods.GetUpdates: get_updates,
    methods.GetFile: get_file,
    methods.SendMessage: send_message,
    methods.SendPhoto: send_photo,
    methods.SendDocument: send_document,
    methods.SendPoll: send_poll,
    methods.EditMessageText: edit_message_text,
    methods.DeleteMessage: delete_message,
    methods.EditMessageCaption: edit_message_caption,
    methods.EditMessageReplyMarkup: edit_message_reply_markup,
    methods.AnswerCallbackQuery: answer_callback_query,
}
BY_NAME: Final = {method.__api_method__.lower(): method for method in METHODS}


async def _end_webhook(account: Account, *, drop: bool) -> None:
    if account.webhook:
        await account.webhook.close()
    account.webhook, account.updates.webhook_url = None, ""
    if drop:
        account.updates.confirm({update.number for update in account.updates.pending}, "dropped")


def _plain(thing: Any) -> Json:
    plain: Json = thing.model_dump(exclude_none=True, warnings=False)
    return plain


def _entities(name: str, entities: list[MessageEntity] | None) -> Json:
    return {name: [_plain(entity) for entity in entities]} if entities else {}


def _markup(markup: Any) -> Json:
    if markup is None:
        return {}
    if not isinstance(markup, InlineKeyboardMarkup):
        raise bad("only inline keyboards are known here")
    check_keyboard(markup)
    return {"reply_markup": _plain(markup)} if markup.inline_keyboard else {}


def _file(account: Account, photo: str, uploads: Uploads) -> File:
    """The picture behind attach://NAME, a part of the request named `photo`, or a known id."""
    data = uploads.get(photo.removeprefix("attach://")) if photo.startswith("attach://") else None
    if data is not None:
        return account.upload(data)
    if photo not in account.files:
        raise bad("wrong file identifier/HTTP URL specified")
    return account.files[photo]


def _sent(account: Account, person: Person, method: TelegramMethod[Any], fields: Json) -> Json:
    _admit(account, str(person.id))
    message = account.message(person, account.user, fields)
    number, name = message["message_id"], method.__api_method__
    silent = bool(getattr(method, "disable_notification", None))
    details = {"message": number, "content": dict(fields), "method": name, "silent": silent}
    account.record("sent", chat=person.id, **details)
    return message


def _admit(account: Account, chat: str) -> None:
    """Refuse a message that comes too fast; one that comes before a 429 has passed is taken, and recorded."""
    now = account.clock.now()
    if since := account.flood.early(now):
        account.record("early", chat=int(chat), since=since)
    if wait := account.flood.wait(chat, now):
        raise Refusal(429, f"Too Many Requests: retry after {wait}", wait)


def _own_message(account: Account, chat_id: int | str | None, number: int | None) -> Json:
    person = account.person(chat_id or 0)
    found = next((message for message in person.messages if message["message_id"] == number), None)
    if found is None or found["from"] != account.user:
        raise bad("message to edit not found")
    return found


def _content(message: Json, *, keyboard: bool = True) -> Json:
    names = {"text", "entities", "photo", "document", "caption", "caption_entities"} | (
        {"reply_markup"} if keyboard else set()
    )
    return {name: value for name, value in message.items() if name in names}


def _edited(account: Account, message: Json, fields: Json) -> Json:
    before = _content(message)
    if before == fields:
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same as"
            " a current content and reply markup of the message"
        )
    for name in before:
        del message[name]
    message |= fields | {"edit_date": int(account.clock.now())}
    number = message["message_id"]
    account.record("edited", chat=message["chat"]["id"], message=number, content=dict(fields))
    return message
