"""The web chat's own messages: tables and queries.

Each chat counts what happens in it (`head`): a new entry and a change both get the next number as their
`revision`. The row that counts is locked until the transaction ends, so numbers are committed in their order,
and a page that has seen number 7 misses nothing by asking for what came after 7.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Index, Select, select, update
from sqlmodel import Field, SQLModel

from storage.dialect import insert_new
from storage.errors import NotFound
from storage.table import core

Who = Literal["bot", "me"]


class WebChatRow(SQLModel, table=True):
    """A visitor's chat."""

    __tablename__ = "webchat"
    address: str = Field(primary_key=True)
    head: int


class WebChatEntryRow(SQLModel, table=True):
    """A message of a chat, by the bot or by the visitor ("me"). `seq` is its place, `body` is JSON."""

    __tablename__ = "webchat_entry"
    __table_args__ = (
        Index("webchat_entry_revision", "address", "revision"),
        Index("webchat_entry_place", "address", "seq"),
        {"sqlite_autoincrement": True},
    )
    seq: int | None = Field(default=None, primary_key=True)
    address: str
    who: str
    key: str = Field(unique=True)
    body: str
    at: datetime
    revision: int


CHAT, ENTRY = core(WebChatRow), core(WebChatEntryRow)


@dataclass(frozen=True, slots=True)
class Entry:
    """A message of a chat. `id` is the one that its writer gave it."""

    seq: int
    revision: int
    who: Who
    id: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class New:
    """A message to be added. `id` tells it from the others of the same writer in this chat."""

    who: Who
    id: str
    body: str
    at: datetime


def append(tx: Connection, address: str, new: New) -> int:
    """The place of a new entry; when there is one with this id, its place, and it stays as it is."""
    unique = f"{address}:{new.who}:{new.id}"
    place = select(ENTRY.c.seq).where(ENTRY.c.key == unique)
    known = tx.execute(place).scalar_one_or_none()
    if known is not None:
        return int(known)
    insert_new(tx, CHAT, address=address, head=0)
    revision = _next(tx, address)
    row = {"address": address, "who": new.who, "key": unique, "body": new.body, "at": new.at}
    insert_new(tx, ENTRY, **row, revision=revision)
    return int(tx.execute(place).scalar_one())


def change(tx: Connection, address: str, seq: int, body: str) -> None:
    """Give an entry of the bot's another body; raises NotFound when this chat has no such entry."""
    revision = _next(tx, address)
    mine = update(ENTRY).where(ENTRY.c.seq == seq, ENTRY.c.address == address, ENTRY.c.who == "bot")
    if tx.execute(mine.values(body=body, revision=revision)).rowcount == 0:
        raise NotFound(str(seq))


def after(tx: Connection, address: str, revision: int, most: int) -> list[Entry]:
    """What was added or changed after `revision`, in the order in which it happened."""
    rows = _of(address).where(ENTRY.c.revision > revision).order_by(ENTRY.c.revision).limit(most)
    return _entries(tx, rows)


def before(tx: Connection, address: str, seq: int | None, most: int) -> list[Entry]:
    """The last entries before place `seq` (None: of all), in the order of the chat."""
    rows = _of(address) if seq is None else _of(address).where(ENTRY.c.seq < seq)
    return _entries(tx, rows.order_by(ENTRY.c.seq.desc()).limit(most))[::-1]


def head(tx: Connection, address: str) -> int:
    """The number of the last thing that happened in the chat; 0 when nothing has."""
    return heads(tx, (address,)).get(address, 0)


def heads(tx: Connection, addresses: Collection[str]) -> dict[str, int]:
    """The head of each of these chats that has one."""
    rows = select(CHAT.c.address, CHAT.c.head).where(CHAT.c.address.in_(addresses))
    return {row.address: row.head for row in tx.execute(rows)}


def _next(tx: Connection, address: str) -> int:
    one_more = update(CHAT).where(CHAT.c.address == address).values(head=CHAT.c.head + 1)
    counted = tx.execute(one_more.returning(CHAT.c.head)).scalar_one_or_none()
    if counted is None:
        raise NotFound(address)
    return int(counted)


def _of(address: str) -> Select[Any]:
    return select(ENTRY).where(ENTRY.c.address == address)


def _entries(tx: Connection, rows: Select[Any]) -> list[Entry]:
    return [
        Entry(row.seq, row.revision, row.who, row.key.split(":", 2)[2], row.body, row.at)
        for row in tx.execute(rows)
    ]
