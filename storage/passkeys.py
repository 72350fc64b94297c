"""Passkeys: public keys of people's devices."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Connection, delete, insert, select, update
from sqlmodel import Field, SQLModel

from storage.table import core


class PasskeyRow(SQLModel, table=True):
    """`id` is the credential's (base64url), `name` what its owner calls it, `signs` its own count (0: it has none)."""

    __tablename__ = "passkey"
    id: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    name: str
    public_key: bytes
    signs: int = Field(sa_type=BigInteger)
    added_at: datetime
    used_at: datetime | None = None


PASSKEY = core(PasskeyRow)


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as it stands."""

    id: str
    person: int
    name: str
    public_key: bytes
    signs: int
    added_at: datetime
    used_at: datetime | None


_ROWS = select(
    *(PASSKEY.c[name] for name in ("id", "person_id", "name", "public_key", "signs", "added_at", "used_at"))
)


def add(tx: Connection, new: Passkey) -> None:
    """The person has this passkey from now on."""
    values = {"id": new.id, "person_id": new.person, "name": new.name, "public_key": new.public_key}
    tx.execute(insert(PASSKEY).values(**values, signs=new.signs, added_at=new.added_at))


def get(tx: Connection, which: str) -> Passkey | None:
    """The passkey with this id."""
    row = tx.execute(_ROWS.where(PASSKEY.c.id == which)).one_or_none()
    return Passkey(*row) if row else None


def of_person(tx: Connection, person: int) -> list[Passkey]:
    """The person's passkeys, the oldest first."""
    rows = _ROWS.where(PASSKEY.c.person_id == person).order_by(PASSKEY.c.added_at, PASSKEY.c.id)
    return [Passkey(*row) for row in tx.execute(rows)]


def used(tx: Connection, passkey: Passkey, signs: int, now: datetime) -> bool:
    """It signed once more; False when somebody else had it sign meanwhile."""
    seen = (PASSKEY.c.id == passkey.id, PASSKEY.c.signs == passkey.signs)
    return tx.execute(update(PASSKEY).where(*seen).values(signs=signs, used_at=now)).rowcount == 1


def remove(tx: Connection, person: int, which: str) -> bool:
    """The person does not have this passkey any more; False when they had none like that."""
    mine = (PASSKEY.c.person_id == person, PASSKEY.c.id == which)
    return tx.execute(delete(PASSKEY).where(*mine)).rowcount == 1


def forget(tx: Connection, person: int) -> None:
    """The person has no passkeys any more."""
    tx.execute(delete(PASSKEY).where(PASSKEY.c.person_id == person))
