"""Pictures of published lessons, and the file ids that messengers gave them."""

from typing import Final

from sqlalchemy import ColumnElement, Connection, select, update
from sqlmodel import Field, SQLModel

from storage.dialect import insert_new
from storage.errors import NotFound, StoreError
from storage.table import core


class MediaRow(SQLModel, table=True):
    """Bytes by the SHA-256 (hex) of them; never changed."""

    __tablename__ = "media"
    digest: str = Field(primary_key=True)
    data: bytes


class HandleRow(SQLModel, table=True):
    """What a messenger calls a picture that it has."""

    __tablename__ = "media_handle"
    channel: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    digest: str = Field(primary_key=True, foreign_key="media.digest")
    handle: str


_TRIES: Final = 5
MEDIA, HANDLE = core(MediaRow), core(HandleRow)


def keep(tx: Connection, digest: str, data: bytes) -> None:
    """Store a picture unless it is there; one that is stays until the transaction ends (`pictures.drop`)."""
    held = select(MEDIA.c.digest).where(MEDIA.c.digest == digest).with_for_update(read=True)
    for _ in range(_TRIES):  # one that is there can be dropped before it is held
        if insert_new(tx, MEDIA, digest=digest, data=data) or tx.execute(held).first():
            return
    raise StoreError("A picture was removed again and again while it was to be kept. Try again.")


def data(tx: Connection, digest: str) -> bytes:
    """The bytes of a picture; raises NotFound."""
    found = tx.execute(select(MEDIA.c.data).where(MEDIA.c.digest == digest)).scalar_one_or_none()
    if found is None:
        raise NotFound(digest)
    return bytes(found)


def handle(tx: Connection, channel: str, account: str, digest: str) -> str | None:
    """The messenger's file id, when it has the picture."""
    return tx.execute(select(HANDLE.c.handle).where(*_key(channel, account, digest))).scalar_one_or_none()


def keep_handle(tx: Connection, channel: str, account: str, digest: str, handle: str) -> None:
    """Remember a messenger's file id; a newer one takes the place of an older one."""
    if not insert_new(tx, HANDLE, channel=channel, account=account, digest=digest, handle=handle):
        tx.execute(update(HANDLE).where(*_key(channel, account, digest)).values(handle=handle))


def _key(channel: str, account: str, digest: str) -> tuple[ColumnElement[bool], ...]:
    return HANDLE.c.channel == channel, HANDLE.c.account == account, HANDLE.c.digest == digest
