"""Pictures, and files for many: uploaded once to a bot account, then sent by Telegram's own id of the file."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile, InputFile

from bot.channel import NotSent, Post, Refused
from bot.channels.telegram.content import document_message, photo_message
from bot.channels.telegram.problem import Answered
from domain.message import Content, Paper
from domain.programme import Picture
from storage import crash
from storage.errors import NotFound

# Words of a 400 that refuse the id of a file (tdlib/telegram-bot-api, Client.cpp, and MTProto's own error).
_FILE_REFUSED: Final = ("file identifier", "file_id", "file_reference", "wrong type of file")

_log = structlog.get_logger(__name__)


class Pictures:
    """What `account` of `channel` has uploaded is known to `post`."""

    def __init__(self, bot: Bot, post: Post, channel: str, account: str) -> None:
        self._bot = bot
        self._post = post
        self._channel = channel
        self._account = account

    async def send(self, address: str, content: Content, picture: Picture) -> Any:
        """Send a content by the id of its picture; upload it when there is none or Telegram refuses it.

        Returns Telegram's message as plain JSON; raises Problem, or SendError when the store is the reason.
        """
        name = f"picture.{picture.media_type.rpartition('/')[2]}"
        return await self._sent(partial(photo_message, address, content), picture.digest, name)

    async def send_file(self, address: str, content: Content, paper: Paper) -> Any:
        """The same with a file that is kept for many."""
        return await self._sent(partial(document_message, address, content), paper.code, paper.name)

    async def _sent(
        self, message: Callable[[InputFile | str], TelegramMethod[Any]], digest: str, name: str
    ) -> Any:
        handle = await self._handle(digest)
        if handle is not None:
            try:
                return await self._bot(message(handle))
            except Answered as no:
                if not _refuses_file(no):
                    raise
                _log.warning("telegram_picture_uploaded_again", reason=str(no))
        result: Any = await self._bot(message(await self._upload(digest, name)))
        crash.point("uploaded")
        await self._keep(digest, _file_of(result))
        return result

    async def _handle(self, digest: str) -> str | None:
        try:
            return await self._post.handle(self._channel, self._account, digest)
        except Exception as error:
            raise NotSent("the id of the picture could not be read") from error

    async def _upload(self, digest: str, name: str) -> BufferedInputFile:
        try:
            data = await self._post.picture(digest)
        except NotFound as error:
            raise Refused("the picture is not in the store") from error
        except Exception as error:
            raise NotSent("the picture could not be read") from error
        return BufferedInputFile(data, name)

    async def _keep(self, digest: str, file: str | None) -> None:
        """Remember the id. The picture is sent already: when this fails, it is uploaded again next time."""
        if file is None:
            return
        try:
            await self._post.keep_handle(self._channel, self._account, digest, file)
        except Exception as error:  # noqa: BLE001
            _log.warning("telegram_picture_id_not_kept", kind=type(error).__name__)


def _refuses_file(no: Answered) -> bool:
    return no.code == 400 and any(words in no.description.lower() for words in _FILE_REFUSED)


def _file_of(result: object) -> str | None:
    """The id of the document or photo that was sent: of its largest size (Telegram lists the smallest first)."""
    sizes = result.get("photo") if isinstance(result, dict) else None
    document = result.get("document") if isinstance(result, dict) else None
    largest = sizes[-1] if isinstance(sizes, list) and sizes else document
    file = largest.get("file_id") if isinstance(largest, dict) else None
    return file if isinstance(file, str) else None
