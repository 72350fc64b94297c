"""Which store this is: an id and an epoch that grows, compared with what the machine remembers outside the store."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlmodel import Field, SQLModel

from storage.dialect import insert_new
from storage.table import core


class InstanceRow(SQLModel, table=True):
    """The only row (`one` is 1).

    `held_at`: when it was found that the store is a restored backup or a copy; None when it sends. `code_key`: a
    fingerprint of the key that its codes are made with; None until a service that sends any has run.
    """

    __tablename__ = "instance"
    one: int = Field(default=1, primary_key=True)
    id: str
    epoch: int
    held_at: datetime | None = None
    code_key: str | None = None


INSTANCE = core(InstanceRow)


@dataclass(frozen=True, slots=True)
class Instance:
    """The store's own word on which one it is."""

    id: str
    epoch: int
    held_at: datetime | None


def get(tx: Connection) -> Instance | None:
    """The row; None in a store that never ran."""
    row = tx.execute(select(INSTANCE.c.id, INSTANCE.c.epoch, INSTANCE.c.held_at)).one_or_none()
    return Instance(*row) if row else None


def begin(tx: Connection, identity: str) -> None:
    """The store is this one from now on, at epoch 0, and takes the next key for codes.

    Of two that begin a new store at once, the first is right.
    """
    anew = update(INSTANCE).values(id=identity, epoch=0, held_at=None, code_key=None)
    if tx.execute(anew).rowcount == 0:
        insert_new(tx, INSTANCE, one=1, id=identity, epoch=0)


def advance(tx: Connection) -> int:
    """One epoch further; the new one."""
    return int(
        tx.execute(
            update(INSTANCE).values(epoch=INSTANCE.c.epoch + 1).returning(INSTANCE.c.epoch)
        ).scalar_one()
    )


def hold(tx: Connection, at: datetime | None) -> None:
    """Nothing that was due before `at` is sent by itself; None: that is over."""
    tx.execute(update(INSTANCE).values(held_at=at))


def held_at(tx: Connection) -> datetime | None:
    """Since when nothing is sent by itself; None when all is well."""
    return tx.execute(select(INSTANCE.c.held_at)).scalar_one_or_none()


def is_code_key(tx: Connection, fingerprint: str) -> bool:
    """Whether codes are made with the key of this fingerprint; the first that is asked for is the one."""
    tx.execute(update(INSTANCE).where(INSTANCE.c.code_key.is_(None)).values(code_key=fingerprint))
    return bool(tx.execute(select(INSTANCE.c.code_key)).scalar_one() == fingerprint)
