"""Addresses: a person's place in a channel, and where the talk with it stands."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, UniqueConstraint, insert, select, update
from sqlmodel import Field, SQLModel

from domain.language import Language
from storage.table import core


class AddressRow(SQLModel, table=True):
    """`person_id` is empty until someone joined; `invitation_id` is the one being talked about, `agreed_name` whether
    they said that it is theirs; `offers` are the presses that a bare number stands for."""

    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("channel", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    key: str
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    invitation_id: int | None = None
    agreed_name: bool
    language: str
    offers: str
    reachable: bool
    created_at: datetime


ADDRESS = core(AddressRow)


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it stands. `language` is the one chosen or guessed here, None when the messenger says none."""

    id: int
    channel: str
    key: str
    person: int | None
    invitation: int | None
    agreed_name: bool
    language: Language | None
    offers: tuple[str, ...]
    reachable: bool


def find_or_add(tx: Connection, channel: str, key: str, language: Language | None, at: datetime) -> Address:
    """The address in this channel; a new one gets the language that its messenger speaks."""
    rows = select(ADDRESS).where(ADDRESS.c.channel == channel, ADDRESS.c.key == key)
    row = tx.execute(rows).one_or_none()
    if row is None:
        new = insert(ADDRESS).values(
            channel=channel,
            key=key,
            agreed_name=False,
            language=language or "",
            offers="[]",
            reachable=True,
            created_at=at,
        )
        tx.execute(new)
        row = tx.execute(rows).one()
    return _address(row._mapping)


def get(tx: Connection, address: int) -> Address:
    """The address with this id."""
    return _address(tx.execute(select(ADDRESS).where(ADDRESS.c.id == address)).one()._mapping)


def of_person(tx: Connection, person: int) -> Address | None:
    """The reachable address that is newest here."""
    rows = select(ADDRESS).where(ADDRESS.c.person_id == person, ADDRESS.c.reachable)
    row = tx.execute(rows.order_by(ADDRESS.c.id.desc()).limit(1)).one_or_none()
    return _address(row._mapping) if row else None


def talk_about(tx: Connection, address: int, invitation: int | None, *, agreed_name: bool) -> None:
    """Which invitation the talk is about, and whether the name was said to be right."""
    _set(tx, address, invitation_id=invitation, agreed_name=agreed_name)


def bind(tx: Connection, address: int, person: int) -> None:
    """The address is this person's from now on."""
    _set(tx, address, person_id=person, invitation_id=None, agreed_name=False, reachable=True)


def speak(tx: Connection, address: int, language: Language) -> None:
    """Speak this language at the address."""
    _set(tx, address, language=language)


def offer(tx: Connection, address: int, offers: Sequence[str]) -> None:
    """What the numbers 1, 2, ... stand for from now on."""
    _set(tx, address, offers=json.dumps(list(offers)))


def reach(tx: Connection, address: int, *, reachable: bool) -> None:
    """Whether the messenger delivers to this address."""
    _set(tx, address, reachable=reachable)


def _set(tx: Connection, address: int, **values: object) -> None:
    tx.execute(update(ADDRESS).where(ADDRESS.c.id == address).values(**values))


def _address(row: RowMapping) -> Address:
    return Address(
        id=row["id"],
        channel=row["channel"],
        key=row["key"],
        person=row["person_id"],
        invitation=row["invitation_id"],
        agreed_name=row["agreed_name"],
        language=row["language"] or None,
        offers=tuple(json.loads(row["offers"])),
        reachable=row["reachable"],
    )
