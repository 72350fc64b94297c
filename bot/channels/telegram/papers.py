"""Files of one person: made when they are sent. No id of Telegram's is kept, for each is sent to one person once."""

from typing import Any

from aiogram import Bot
from aiogram.types import BufferedInputFile

from bot.channel import NotSent, Post, SendError
from bot.channels.telegram.content import document_message
from domain.message import Content, Paper


class Papers:
    """Files that `post` makes."""

    def __init__(self, bot: Bot, post: Post) -> None:
        self._bot, self._post = bot, post

    async def send(self, address: str, content: Content, paper: Paper) -> Any:
        """Telegram's message as plain JSON; raises Problem, or SendError when there is no file."""
        file = BufferedInputFile(await self._made(paper), paper.name)
        return await self._bot(document_message(address, content, file))

    async def _made(self, paper: Paper) -> bytes:
        try:
            return await self._post.paper(paper.code)
        except SendError:
            raise
        except Exception as error:
            raise NotSent("the file could not be read") from error
