"""Second factors: an authenticator for each person who has one, and recovery codes for when it is lost."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BigInteger, Connection, delete, func, insert, select, update
from sqlmodel import Field, SQLModel

from storage.table import core


class AuthenticatorRow(SQLModel, table=True):
    """An authenticator that shows codes. Its secret is kept nowhere: it is made of `seed`, with a key that is outside
    the store. `last_step` is the newest time step of which a code was taken, so that none is taken twice.
    """

    __tablename__ = "authenticator"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    seed: str
    added_at: datetime
    last_step: int = Field(sa_type=BigInteger)


class RecoveryCodeRow(SQLModel, table=True):
    """A recovery code that nobody has used yet, as SHA-256 (hex) of 120 random bits."""

    __tablename__ = "recovery_code"
    code_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)


AUTHENTICATOR, RECOVERY_CODE = core(AuthenticatorRow), core(RecoveryCodeRow)


def seed(tx: Connection, person: int) -> str | None:
    """The seed of the person's authenticator; None when they have none."""
    rows = select(AUTHENTICATOR.c.seed).where(AUTHENTICATOR.c.person_id == person)
    return tx.execute(rows).scalar_one_or_none()


def put(tx: Connection, person: int, seed: str, step: int, now: datetime) -> None:
    """This is the person's authenticator from now on; codes up to this time step are used up."""
    tx.execute(delete(AUTHENTICATOR).where(AUTHENTICATOR.c.person_id == person))
    tx.execute(insert(AUTHENTICATOR).values(person_id=person, seed=seed, added_at=now, last_step=step))


def spend_step(tx: Connection, person: int, step: int) -> bool:
    """Take the code of this time step: True for one caller, and only if none of it or of a later one was taken."""
    mine = (AUTHENTICATOR.c.person_id == person, AUTHENTICATOR.c.last_step < step)
    return tx.execute(update(AUTHENTICATOR).where(*mine).values(last_step=step)).rowcount == 1


def put_codes(tx: Connection, person: int, codes: Iterable[str]) -> None:
    """These are the person's recovery codes from now on, and no others."""
    tx.execute(delete(RECOVERY_CODE).where(RECOVERY_CODE.c.person_id == person))
    tx.execute(insert(RECOVERY_CODE), [{"code_hash": _hash(code), "person_id": person} for code in codes])


def spend_code(tx: Connection, person: int, code: str) -> bool:
    """Use up a recovery code: True for one caller, once."""
    mine = (RECOVERY_CODE.c.code_hash == _hash(code), RECOVERY_CODE.c.person_id == person)
    return tx.execute(delete(RECOVERY_CODE).where(*mine)).rowcount == 1


def codes_left(tx: Connection, person: int) -> int:
    """How many recovery codes the person has."""
    rows = select(func.count()).where(RECOVERY_CODE.c.person_id == person)
    return int(tx.execute(rows).scalar_one())


def forget(tx: Connection, person: int) -> None:
    """The person has no authenticator and no recovery codes any more."""
    for table in (AUTHENTICATOR, RECOVERY_CODE):
        tx.execute(delete(table).where(table.c.person_id == person))


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
