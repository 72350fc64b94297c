"""Passwords: hashes only, one for each person who has chosen one."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update
from sqlmodel import Field, SQLModel

from storage.dialect import insert_new
from storage.people import PERSON
from storage.table import core


class PasswordRow(SQLModel, table=True):
    """`hash` is argon2id with its parameters; the password itself is nowhere."""

    __tablename__ = "password"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    hash: str
    set_at: datetime


PASSWORD = core(PasswordRow)


def by_email(tx: Connection, email: str) -> tuple[int, str] | None:
    """The person with this address and their password's hash; None for who is not here or has none."""
    rows = select(PERSON.c.id, PASSWORD.c.hash).join_from(PERSON, PASSWORD)
    row = tx.execute(rows.where(PERSON.c.email == email.strip().lower())).one_or_none()
    return (row[0], row[1]) if row else None


def get(tx: Connection, person: int) -> str | None:
    """The hash of the person's password; None when they have none."""
    return tx.execute(select(PASSWORD.c.hash).where(PASSWORD.c.person_id == person)).scalar_one_or_none()


def put(tx: Connection, person: int, hashed: str, now: datetime) -> None:
    """This is the person's password from now on."""
    mine = update(PASSWORD).where(PASSWORD.c.person_id == person)
    if not insert_new(tx, PASSWORD, person_id=person, hash=hashed, set_at=now):
        tx.execute(mine.values(hash=hashed, set_at=now))


def forget(tx: Connection, person: int) -> None:
    """The person has no password any more."""
    tx.execute(delete(PASSWORD).where(PASSWORD.c.person_id == person))
