"""Codes that were sent by e-mail before a test: which seed, when, and how often something else was typed."""

from datetime import datetime

from sqlalchemy import Connection, Index, bindparam, delete, insert, select, update
from sqlmodel import Field, SQLModel

from domain.mailbox import Mailed
from storage.hot import Prepared
from storage.table import core


class MailedCodeRow(SQLModel, table=True):
    """A code that was sent to a person, to be typed at a step; kept for a day, to count how many there were.

    The code itself is kept nowhere: it is made of `seed`, with a key that is outside the store.
    """

    __tablename__ = "mailed_code"
    __table_args__ = (Index("mailed_code_person", "person_id", "sent_at"),)
    id: int | None = Field(default=None, primary_key=True)
    seed: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id")
    step: str = Field(foreign_key="step.key")
    sent_at: datetime = Field(index=True)
    wrong: int


MAILED_CODE = core(MailedCodeRow)
_RECENT = Prepared(
    select(MAILED_CODE.c.step, MAILED_CODE.c.seed, MAILED_CODE.c.sent_at, MAILED_CODE.c.wrong)
    .where(MAILED_CODE.c.person_id == bindparam("who"), MAILED_CODE.c.sent_at > bindparam("since"))
    .order_by(MAILED_CODE.c.id.desc())
)


def add(tx: Connection, person: int, mailed: Mailed) -> None:
    """A code is sent to the person."""
    values = {"seed": mailed.seed, "step": mailed.step, "sent_at": mailed.sent_at, "wrong": mailed.wrong}
    tx.execute(insert(MAILED_CODE).values(person_id=person, **values))


def recent(tx: Connection, person: int, since: datetime) -> tuple[Mailed, ...]:
    """The person's codes that were sent after this moment, the newest first."""
    return tuple(Mailed(*row) for row in _RECENT.rows(tx, who=person, since=since))


def count_wrong(tx: Connection, mailed: Mailed) -> bool:
    """Something else was typed for a code; False when it does not stand as it was seen any more."""
    seen = (MAILED_CODE.c.seed == mailed.seed, MAILED_CODE.c.wrong == mailed.wrong)
    return tx.execute(update(MAILED_CODE).where(*seen).values(wrong=mailed.wrong + 1)).rowcount == 1


def forget(tx: Connection, before: datetime) -> int:
    """Delete what is known of codes that were sent before this moment; how many."""
    return tx.execute(delete(MAILED_CODE).where(MAILED_CODE.c.sent_at < before)).rowcount
