"""Group chats and channels that a place has bound: what is announced can go there too."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, String, cast, delete, func, insert, literal, select, update
from sqlmodel import Field, SQLModel

from domain.delivery import State
from domain.group import Bound, Kind
from domain.language import Language
from domain.organisation import Scope
from storage.addresses import ADDRESS
from storage.outbox import OUTBOX
from storage.scoping import within
from storage.table import core


class GroupRow(SQLModel, table=True):
    """Somebody (`made_by_id`) wants a group bound to a place: who writes the code (`code_hash`) in it binds it there.

    From then on it has an address and no code, until `ended_at`. `title` is what the messenger called it then, `kind`
    "group" or "channel". What goes there is in one `language`.
    """

    __tablename__ = "chat_group"
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    language: str
    code_hash: str | None = Field(default=None, unique=True)
    made_at: datetime
    made_by_id: int | None = Field(default=None, foreign_key="person.id")
    address_id: int | None = Field(default=None, foreign_key="address.id", index=True)
    title: str
    kind: str
    bound_at: datetime | None = None
    ended_at: datetime | None = None


GROUP: Final = core(GroupRow)
_NAMES: Final = ("id", "organisation_id", "language", "title", "kind", "address_id", "bound_at", "ended_at")
_COLUMNS: Final = tuple(GROUP.c[name] for name in _NAMES)
BOUND: Final = (GROUP.c.bound_at.is_not(None), GROUP.c.ended_at.is_(None))


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it stands; before it is bound its `address` is 0. `reachable`: what is sent there arrives, `worked_at`
    is when something last did; both are known where they are asked for."""

    id: int
    organisation: int
    language: Language
    title: str
    kind: Kind
    address: int
    bound_at: datetime | None
    ended_at: datetime | None
    reachable: bool = True
    worked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of an announcement in one group; `message` is its number in the outbox."""

    title: str
    kind: Kind
    message: int
    state: State
    reason: str
    ended_at: datetime | None


def ask(
    tx: Connection, *, organisation: int, language: Language, code_hash: str, by: int, at: datetime
) -> None:
    """Whoever shows this code in a group binds it; a code that somebody asked for there before is forgotten."""
    unused = (GROUP.c.organisation_id == organisation, GROUP.c.bound_at.is_(None), GROUP.c.made_by_id == by)
    tx.execute(delete(GROUP).where(*unused))
    values = {"organisation_id": organisation, "language": language, "code_hash": code_hash, "title": ""}
    tx.execute(insert(GROUP).values(**values, kind="group", made_at=at, made_by_id=by))


def by_code(tx: Connection, code_hash: str, since: datetime) -> Group | None:
    """What the code binds to, if it was made since then."""
    mine = (GROUP.c.code_hash == code_hash, GROUP.c.made_at > since)
    row = tx.execute(select(*_COLUMNS).where(*mine)).one_or_none()
    return _group(row) if row else None


def bind(tx: Connection, group: int, address: int, bound: Bound, at: datetime) -> bool:
    """The group at this address is bound from now on; False when the code was used just now."""
    mine = (GROUP.c.id == group, GROUP.c.bound_at.is_(None))
    values = {
        "address_id": address,
        "title": bound.title,
        "kind": bound.kind,
        "bound_at": at,
        "code_hash": None,
    }
    return tx.execute(update(GROUP).where(*mine).values(**values)).rowcount == 1


def at(tx: Connection, address: int) -> Group | None:
    """The group that is bound at this address."""
    row = tx.execute(select(*_COLUMNS).where(GROUP.c.address_id == address, *BOUND)).one_or_none()
    return _group(row) if row else None


def some(tx: Connection, groups: Collection[int]) -> dict[int, Group]:
    """Those of these groups that are bound now."""
    rows = tx.execute(select(*_COLUMNS).where(GROUP.c.id.in_(sorted(groups)), *BOUND))
    return {row.id: _group(row) for row in rows}


def of_scope(tx: Connection, scope: Scope) -> list[Group]:
    """The groups that places of the scope have bound, with how they do."""
    arrived = select(func.max(OUTBOX.c.ended_at)).where(
        OUTBOX.c.address_id == GROUP.c.address_id, OUTBOX.c.state == "sent"
    )
    joined = GROUP.join(ADDRESS, ADDRESS.c.id == GROUP.c.address_id)
    rows = select(*_COLUMNS, ADDRESS.c.reachable, arrived.scalar_subquery()).select_from(joined)
    mine = (within(scope, GROUP.c.organisation_id), *BOUND)
    return [_group(row) for row in tx.execute(rows.where(*mine).order_by(GROUP.c.title, GROUP.c.id))]


def of_message(tx: Connection, outbox: int) -> Group | None:
    """The group that a message goes to, also one that is bound no more; None for a person's."""
    joined = GROUP.join(OUTBOX, OUTBOX.c.address_id == GROUP.c.address_id)
    rows = select(*_COLUMNS).select_from(joined).where(OUTBOX.c.id == outbox)
    row = tx.execute(rows.order_by(GROUP.c.id.desc()).limit(1)).one_or_none()
    return _group(row) if row else None


def of_place(tx: Connection, group: int, places: Collection[int]) -> Group | None:
    """This group, if it is bound to one of these places."""
    found = some(tx, [group]).get(group)
    return found if found and found.organisation in places else None


def speak(tx: Connection, group: int, language: Language) -> None:
    """What goes there is in this language from now on."""
    tx.execute(update(GROUP).where(GROUP.c.id == group).values(language=language))


def end(tx: Connection, group: int, places: Collection[int], at: datetime) -> tuple[int, int] | None:
    """It is bound no more; the place that it was bound to and its address, None when it is none of these places'."""
    mine = (GROUP.c.id == group, GROUP.c.organisation_id.in_(sorted(places)), *BOUND)
    ended = (
        update(GROUP).where(*mine).values(ended_at=at).returning(GROUP.c.organisation_id, GROUP.c.address_id)
    )
    row = tx.execute(ended).one_or_none()
    return (row[0], row[1]) if row else None


def key_of(announcement: int, group: int) -> str:
    """What names the post of an announcement in a group."""
    return f"post:{announcement}:{group}"


def posts(tx: Connection, scope: Scope, announcement: int) -> Sequence[Posted]:
    """What became of it in each group that it went to."""
    rows: Select[Any] = select(
        *(GROUP.c.title, GROUP.c.kind, OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.reason, OUTBOX.c.ended_at)
    ).join_from(OUTBOX, GROUP, GROUP.c.address_id == OUTBOX.c.address_id)
    mine = (OUTBOX.c.announcement_id == announcement, OUTBOX.c.key.like(f"post:{announcement}:%"))
    named = OUTBOX.c.key == literal(f"post:{announcement}:") + cast(GROUP.c.id, String)
    rows = rows.where(*mine, named, within(scope, OUTBOX.c.organisation_id))
    return [Posted(*row) for row in tx.execute(rows.order_by(OUTBOX.c.id))]


def _group(row: Any) -> Group:
    values = list(row)
    values[5] = values[5] or 0
    return Group(*values)
