"""Receivers of webhooks, and what each is told until it has it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    UniqueConstraint,
    and_,
    delete,
    insert,
    select,
    update,
)
from sqlmodel import Field, SQLModel

from domain.hook import OVERLAP, Health, Topic, Verdict, topics_of
from domain.organisation import Scope
from storage.dialect import insert_new
from storage.organisations import ORGANISATION
from storage.people import called
from storage.scoping import within
from storage.table import EMPTY, ZERO, core

KEPT: Final = timedelta(days=30)
LEASE: Final = timedelta(seconds=60)  # longer than any try takes


class HookRow(SQLModel, table=True):
    """A receiver of webhooks: an address that an organisation, with all under it, has told of `topics` (with spaces
    between them).

    `person_id` made it. Its secret is made of `seed`; the one before, of `old_seed`, signs too until `old_until`.
    `is_on`: it is told. `failures` since the last success, the first of them `failing_since`; nobody asks it before
    `rests_until`. `failure` is what was wrong last ("" for nothing).
    """

    __tablename__ = "hook"
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    address: str
    topics: str
    seed: str
    old_seed: str = Field(sa_column_kwargs=EMPTY)
    old_until: datetime | None = None
    is_on: bool
    created_at: datetime
    failures: int = Field(sa_column_kwargs=ZERO)
    failing_since: datetime | None = None
    rests_until: datetime
    failure: str = Field(sa_column_kwargs=EMPTY)


class DeliveryRow(SQLModel, table=True):
    """What a receiver is told (`body`, JSON with ids only), under the id by which it knows it (`told_as`).

    `state`: waiting (until `due_at`), sent, or failed. `status` is the receiver's last answer (0: none), `why` what was
    wrong with it.
    """

    __tablename__ = "hook_delivery"
    __table_args__ = (
        UniqueConstraint("hook_id", "told_as"),
        Index("hook_delivery_due", "hook_id", "state", "due_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    hook_id: int = Field(foreign_key="hook.id")
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    told_as: str
    topic: str
    body: str
    state: str
    made_at: datetime = Field(index=True)
    due_at: datetime
    tries: int = Field(sa_column_kwargs=ZERO)
    tried_at: datetime | None = None
    status: int = Field(sa_column_kwargs=ZERO)
    why: str = Field(sa_column_kwargs=EMPTY)


HOOK, DELIVERY = core(HookRow), core(DeliveryRow)


@dataclass(frozen=True, slots=True)
class Hook:
    """A receiver as it stands. `by` is who made it; `old_seed` only as long as it signs."""

    id: int
    organisation: int
    place: str
    person: int
    by: str
    address: str
    topics: tuple[Topic, ...]
    seed: str
    old_seed: str
    old_until: datetime | None
    on: bool
    created_at: datetime
    health: Health
    failure: str

    def seeds(self, now: datetime) -> tuple[str, ...]:
        """What its secrets are made of, the newest first."""
        old = self.old_until is not None and now < self.old_until
        return (self.seed, self.old_seed) if old else (self.seed,)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a receiver is told, and what became of it."""

    id: int
    hook: int
    told_as: str
    topic: str
    body: str
    state: str
    made_at: datetime
    due_at: datetime
    tries: int
    tried_at: datetime | None
    status: int
    why: str


@dataclass(frozen=True, slots=True)
class New:
    """A receiver to be told."""

    organisation: int
    address: str
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Something to tell: about whom (None: nobody), under which id."""

    person: int | None
    told_as: str
    topic: str
    body: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a try: the delivery's state, the receiver's status and what was wrong, when it is tried again."""

    state: str
    status: int
    why: str
    due_at: datetime


_HOOKS: Final = select(
    *(HOOK.c.id, HOOK.c.organisation_id, ORGANISATION.c.name, HOOK.c.person_id),
    called(HOOK.c.person_id),
    *(HOOK.c[name] for name in ("address", "topics", "seed", "old_seed", "old_until", "is_on", "created_at")),
    *(HOOK.c.failures, HOOK.c.failing_since, HOOK.c.failure),
).join_from(HOOK, ORGANISATION, ORGANISATION.c.id == HOOK.c.organisation_id)
_DELIVERIES: Final = select(
    *(
        DELIVERY.c[name]
        for name in ("id", "hook_id", "told_as", "topic", "body", "state", "made_at", "due_at")
    ),
    *(DELIVERY.c[name] for name in ("tries", "tried_at", "status", "why")),
)
_WAITS: Final = DELIVERY.c.state == "waiting"


def add(tx: Connection, new: New, seed: str, person: int, now: datetime) -> int:
    """The id of a new receiver, that is told from now on."""
    row = insert(HOOK).values(
        organisation_id=new.organisation,
        person_id=person,
        address=new.address,
        topics=" ".join(new.topics),
        seed=seed,
        is_on=True,
        created_at=now,
        rests_until=now,
    )
    return int(tx.execute(row.returning(HOOK.c.id)).scalar_one())


def visible(tx: Connection, scope: Scope) -> list[Hook]:
    """The receivers of the scope's organisations, the newest first."""
    rows = _HOOKS.where(within(scope, HOOK.c.organisation_id)).order_by(HOOK.c.id.desc())
    return [_hook(row) for row in tx.execute(rows)]


def of_scope(tx: Connection, scope: Scope, hook: int) -> Hook | None:
    """The receiver, if it is one of the scope's."""
    row = tx.execute(_HOOKS.where(HOOK.c.id == hook, within(scope, HOOK.c.organisation_id))).one_or_none()
    return _hook(row) if row else None


def at(tx: Connection, organisations: Collection[int]) -> list[Hook]:
    """The receivers that are told and are of one of these organisations."""
    rows = _HOOKS.where(HOOK.c.organisation_id.in_(organisations), HOOK.c.is_on)
    return [_hook(row) for row in tx.execute(rows.order_by(HOOK.c.id))]


def any_on(tx: Connection) -> bool:
    """Whether anybody is told anything."""
    return tx.execute(select(HOOK.c.id).where(HOOK.c.is_on).limit(1)).first() is not None


def switch(tx: Connection, hook: int, now: datetime, *, on: bool) -> bool:
    """It is told, or not; False when it was so already. Whoever is told again begins anew."""
    mine = update(HOOK).where(HOOK.c.id == hook, HOOK.c.is_on.is_not(on))
    anew: dict[str, Any] = (
        {"failures": 0, "failing_since": None, "rests_until": now, "failure": ""} if on else {}
    )
    return tx.execute(mine.values(is_on=on, **anew)).rowcount == 1


def turn(tx: Connection, hook: int, seed: str, now: datetime) -> None:
    """Its secret is made of this seed from now on; the one before signs too for a while."""
    old = {"old_seed": HOOK.c.seed, "old_until": now + OVERLAP}
    tx.execute(update(HOOK).where(HOOK.c.id == hook).values(seed=seed, **old))


def remove(tx: Connection, hook: int) -> None:
    """It is told nothing any more, and nobody knows what it was told."""
    tx.execute(delete(DELIVERY).where(DELIVERY.c.hook_id == hook))
    tx.execute(delete(HOOK).where(HOOK.c.id == hook))


def tell(tx: Connection, hook: int, told: Told, now: datetime) -> bool:
    """It is to be told this; False when it was already."""
    values = {"person_id": told.person, "told_as": told.told_as, "topic": told.topic, "body": told.body}
    defaults = {"state": "waiting", "tries": 0, "status": 0, "why": ""}
    return insert_new(tx, DELIVERY, hook_id=hook, **values, **defaults, made_at=now, due_at=now)


def again(tx: Connection, hook: int, delivery: int, now: datetime) -> bool:
    """Tell it once more, now; False when there is nothing like that."""
    mine = update(DELIVERY).where(DELIVERY.c.id == delivery, DELIVERY.c.hook_id == hook)
    tx.execute(update(HOOK).where(HOOK.c.id == hook).values(rests_until=now))
    return tx.execute(mine.values(state="waiting", due_at=now, tries=0)).rowcount == 1


def deliveries(tx: Connection, hook: int, most: int = 50) -> list[Delivery]:
    """What it was told last, the newest first."""
    rows = _DELIVERIES.where(DELIVERY.c.hook_id == hook).order_by(DELIVERY.c.id.desc()).limit(most)
    return [Delivery(*row) for row in tx.execute(rows)]


def due(tx: Connection, now: datetime) -> list[int]:
    """The receivers that something waits for now."""
    ready = _ready(now)
    waits = select(DELIVERY.c.id).where(DELIVERY.c.hook_id == HOOK.c.id, _WAITS, DELIVERY.c.due_at <= now)
    return list(
        tx.execute(select(HOOK.c.id).where(ready, waits.exists()).order_by(HOOK.c.rests_until)).scalars()
    )


def claim(tx: Connection, hook: int, now: datetime) -> tuple[Hook, Delivery] | None:
    """What the receiver is told next, for one caller who settles it or dies: then it waits until LEASE is over."""
    mine = update(HOOK).where(HOOK.c.id == hook, _ready(now)).values(rests_until=now + LEASE)
    if tx.execute(mine).rowcount != 1:
        return None
    rows = _DELIVERIES.where(DELIVERY.c.hook_id == hook, _WAITS, DELIVERY.c.due_at <= now)
    row = tx.execute(rows.order_by(DELIVERY.c.due_at, DELIVERY.c.id).limit(1)).one_or_none()
    if row is None:
        tx.execute(update(HOOK).where(HOOK.c.id == hook).values(rests_until=now))
        return None
    return _hook(tx.execute(_HOOKS.where(HOOK.c.id == hook)).one()), Delivery(*row)


def settle(tx: Connection, told: Delivery, verdict: Verdict, fate: Fate, now: datetime) -> bool:
    """What became of a try, and how it stands with the receiver; whether that is given up, and told nothing any more.

    It is also where somebody switched it off during the try; where they removed it there is nobody to give up.
    """
    health = verdict.health
    what = {"state": fate.state, "status": fate.status, "why": fate.why, "due_at": fate.due_at}
    mine = update(DELIVERY).where(DELIVERY.c.id == told.id)
    tx.execute(mine.values(**what, tries=told.tries + 1, tried_at=now))
    stands = {"failures": health.failures, "failing_since": health.since, "rests_until": verdict.rests_until}
    known = tx.execute(update(HOOK).where(HOOK.c.id == told.hook).values(**stands, failure=fate.why)).rowcount
    if verdict.off:
        switch(tx, told.hook, now, on=False)
    return verdict.off and known == 1


def forget(tx: Connection, now: datetime) -> int:
    """Delete what was made long ago; how many."""
    return tx.execute(delete(DELIVERY).where(DELIVERY.c.made_at < now - KEPT)).rowcount


def _ready(now: datetime) -> ColumnElement[bool]:
    return and_(HOOK.c.is_on, HOOK.c.rests_until <= now)


def _hook(row: Any) -> Hook:
    values: list[Any] = list(row)
    values[6] = topics_of(values[6].split())
    values[12:14] = [Health(*values[12:14])]
    return Hook(*values)
