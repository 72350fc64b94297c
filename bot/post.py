"""What the house does for a channel: updates into the inbox, pictures and their handles from the store."""

from collections.abc import Callable
from datetime import datetime

from bot.channel import Update
from domain.language import Language
from domain.texts import Texts
from storage import inbox, media
from storage.database import Database


class StorePost:
    """The channels' Post on the real store. `now` is the one clock."""

    def __init__(self, database: Database, texts: Texts, now: Callable[[], datetime]) -> None:
        self.database, self.texts, self.now = database, texts, now

    async def receive(self, channel: str, account: str, update: Update) -> None:
        """Store the update; it is committed when this returns. The same key again changes nothing."""
        at = self.now()
        await self.database.write(
            lambda tx: inbox.add(
                tx,
                channel=channel,
                account=account,
                key=update.key,
                address=update.address,
                raw=update.raw,
                at=at,
            )
        )

    async def picture(self, digest: str) -> bytes:
        """The bytes of a published picture; raises storage.errors.NotFound."""
        return await self.database.read(lambda tx: media.data(tx, digest))

    async def handle(self, channel: str, account: str, digest: str) -> str | None:
        """The messenger's own file id of a picture that was sent before."""
        return await self.database.read(lambda tx: media.handle(tx, channel, account, digest))

    async def keep_handle(self, channel: str, account: str, digest: str, handle: str) -> None:
        """Remember the messenger's file id of a picture."""
        await self.database.write(lambda tx: media.keep_handle(tx, channel, account, digest, handle))

    def text(self, language: Language, key: str) -> str:
        """A sentence of the catalogue, without parameters."""
        return self.texts.say(language, key)
