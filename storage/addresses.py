"""Addresses: a person's place in a channel, and where the talk with it stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, UniqueConstraint, bindparam, insert, select, update
from sqlmodel import Field, SQLModel

from domain.language import Language
from domain.messengers import ALWAYS
from storage.codec import dump
from storage.hot import Prepared
from storage.table import EMPTY, core


class AddressRow(SQLModel, table=True):
    """`person_id` is empty until someone joined; `invitation_id` is the one being talked about, `agreed_name` whether
    they said that it is theirs; `offers` are the presses that a bare number stands for. `bound_at` is when it became
    this person's, by the invitation `bound_by`. `writes` says which words of an announcement
    are awaited, if any are."""

    __tablename__ = "address"
    # Half of each page is left for the rows to change in: `offers` does with each message.
    __table_args__ = (UniqueConstraint("channel", "key"), {"postgresql_with": {"fillfactor": 50}})
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
    bound_at: datetime | None = Field(default=None, index=True)
    bound_by: int | None = None
    writes: str = Field(default="", sa_column_kwargs=EMPTY)


ADDRESS = core(AddressRow)
_COLUMNS: Final = tuple(
    ADDRESS.c[name]
    for name in (
        "id",
        "channel",
        "key",
        "person_id",
        "invitation_id",
        "agreed_name",
        "language",
        "offers",
        "reachable",
        "writes",
    )
)
_FIND = Prepared(
    select(*_COLUMNS).where(ADDRESS.c.channel == bindparam("where"), ADDRESS.c.key == bindparam("place"))
)
_OFFERS: Final = msgspec.json.Decoder(tuple[str, ...])
_OFFER = Prepared(
    update(ADDRESS).where(ADDRESS.c.id == bindparam("which")).values(offers=bindparam("offered"))
)


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
    writes: str = ""


def find_or_add(tx: Connection, channel: str, key: str, language: Language | None, at: datetime) -> Address:
    """The address in this channel; a new one gets the language that its messenger speaks."""
    row = _FIND.row(tx, where=channel, place=key)
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
        row = _FIND.row(tx, where=channel, place=key)
        assert row is not None, "it was just put there"
    return _address(row)


def of_person(tx: Connection, person: int, messengers: Collection[str] = ()) -> Address | None:
    """The reachable address that is newest here; in one of these messengers, if any are named."""
    rows = select(*_COLUMNS).where(ADDRESS.c.person_id == person, ADDRESS.c.reachable)
    if messengers:
        rows = rows.where(ADDRESS.c.channel.in_((*messengers, *ALWAYS)))
    row = tx.execute(rows.order_by(ADDRESS.c.id.desc()).limit(1)).one_or_none()
    return _address(row) if row else None


def best_of_person(tx: Connection, person: int, wanted: int | None = None) -> Address | None:
    """The wanted address if it is reachable, else the newest that is; else the newest, which is not."""
    rows = select(*_COLUMNS).where(ADDRESS.c.person_id == person)
    ranked = rows.order_by(ADDRESS.c.reachable.desc(), (ADDRESS.c.id == wanted).desc(), ADDRESS.c.id.desc())
    row = tx.execute(ranked.limit(1)).one_or_none()
    return _address(row) if row else None


def talk_about(tx: Connection, address: int, invitation: int | None, *, agreed_name: bool) -> None:
    """Which invitation the talk is about, and whether the name was said to be right."""
    _set(tx, address, invitation_id=invitation, agreed_name=agreed_name)


def bind(
    tx: Connection, address: int, person: int, at: datetime | None = None, by: int | None = None
) -> None:
    """The address is this person's from now on, by an invitation."""
    _set(
        tx,
        address,
        person_id=person,
        invitation_id=None,
        agreed_name=False,
        reachable=True,
        bound_at=at,
        bound_by=by,
    )


def unbind(tx: Connection, address: int, person: int) -> bool:
    """The address is nobody's any more; False when it is not this person's."""
    theirs = update(ADDRESS).where(ADDRESS.c.id == address, ADDRESS.c.person_id == person)
    free = {"person_id": None, "invitation_id": None, "agreed_name": False, "offers": "[]", "writes": ""}
    return tx.execute(theirs.values(**free, bound_at=None, bound_by=None)).rowcount == 1


def all_of_person(tx: Connection, person: int) -> list[Address]:
    """Every address of the person, the newest first."""
    rows = select(*_COLUMNS).where(ADDRESS.c.person_id == person).order_by(ADDRESS.c.id.desc())
    return [_address(row) for row in tx.execute(rows)]


def get(tx: Connection, address: int) -> Address | None:
    """The address with this id."""
    row = tx.execute(select(*_COLUMNS).where(ADDRESS.c.id == address)).one_or_none()
    return _address(row) if row else None


def speak(tx: Connection, address: int, language: Language) -> None:
    """Speak this language at the address."""
    _set(tx, address, language=language)


def offer(tx: Connection, address: int, offers: Sequence[str]) -> None:
    """What the numbers 1, 2, ... stand for from now on."""
    _OFFER.run(tx, which=address, offered=dump(list(offers)))


def write(tx: Connection, address: int, writes: str) -> None:
    """Which words are awaited there now; "" for none."""
    _set(tx, address, writes=writes)


def reach(tx: Connection, address: int, *, reachable: bool) -> None:
    """Whether the messenger delivers to this address."""
    _set(tx, address, reachable=reachable)


def move(tx: Connection, channel: str, key: str, to: str) -> bool:
    """The address has another key; False when there is none, or one with that key already."""
    if _FIND.row(tx, where=channel, place=to) is not None:
        return False
    mine = (ADDRESS.c.channel == channel, ADDRESS.c.key == key)
    return tx.execute(update(ADDRESS).where(*mine).values(key=to, reachable=True)).rowcount == 1


def at(tx: Connection, channel: str, key: str) -> Address | None:
    """The address in this channel, if it is known."""
    row = _FIND.row(tx, where=channel, place=key)
    return _address(row) if row else None


def _set(tx: Connection, address: int, **values: object) -> None:
    tx.execute(update(ADDRESS).where(ADDRESS.c.id == address).values(**values))


def _address(row: Sequence[Any]) -> Address:
    return Address(
        id=row[0],
        channel=row[1],
        key=row[2],
        person=row[3],
        invitation=row[4],
        agreed_name=row[5],
        language=row[6] or None,
        offers=_OFFERS.decode(row[7]),
        reachable=row[8],
        writes=row[9],
    )
