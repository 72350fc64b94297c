"""Launch campaigns: what a coordinator starts for many organisations, and each step at each of them, done once."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import (
    Connection,
    Index,
    Row,
    and_,
    delete,
    distinct,
    exists,
    func,
    insert,
    select,
    text,
    update,
)
from sqlmodel import Field, SQLModel

from domain.campaigning import STEPS, Step, Text, Way
from domain.language import Language
from domain.organisation import Scope
from storage.announcements import ANNOUNCEMENT
from storage.outbox import OUTBOX, in_state
from storage.scoping import within
from storage.table import core

State = Literal["draft", "running", "paused", "over", "cancelled"]
Stand = Literal["waiting", "paused", "done", "skipped", "cancelled"]
Texts = Mapping[Text, Mapping[Language, str]]
_WAITS: Final = text("state = 'waiting'")


class CampaignRow(SQLModel, table=True):
    """`texts` is JSON, what is said by text and language; `days` JSON, after how many each wanted step is due. `way` is
    how people are invited, to begin the programme (none: nothing yet). `by_id` is who began it."""

    __tablename__ = "campaign"
    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    by_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    programme_id: int | None = Field(default=None, foreign_key="programme.id")
    way: str
    texts: str
    days: str
    state: str
    created_at: datetime
    started_at: datetime | None = None


class CampaignStepRow(SQLModel, table=True):
    """A step of a campaign at an organisation: waiting (until `due_at`), paused, done, skipped or cancelled, `reason`
    says why. `begun_at` is when the first of its invitations were made, `many` to how many people it went, and
    `announcement_id` what the heads were told by it."""

    __tablename__ = "campaign_step"
    __table_args__ = (Index("campaign_step_due", "due_at", sqlite_where=_WAITS, postgresql_where=_WAITS),)
    campaign_id: int = Field(foreign_key="campaign.id", primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    step: str = Field(primary_key=True)
    state: str
    reason: str
    due_at: datetime | None = None
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    many: int
    announcement_id: int | None = Field(default=None, foreign_key="announcement.id", index=True)


CAMPAIGN, CAMPAIGN_STEP = core(CampaignRow), core(CampaignStepRow)


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as it stands; the words as in the table."""

    id: int
    place: int
    by: int | None
    programme: int | None
    way: Way
    texts: Texts
    days: Mapping[Step, int]
    state: State
    created_at: datetime
    started_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stage:
    """A step at an organisation; the words as in the table. `told`: where the announcement to the heads stands ("":
    there is none), and since when it has gone out."""

    place: int
    step: Step
    state: Stand
    reason: str
    due_at: datetime | None
    begun_at: datetime | None
    ended_at: datetime | None
    many: int
    announcement: int | None
    told: str = ""
    told_at: datetime | None = None


def put(
    tx: Connection,
    which: int,
    values: Mapping[str, Any],
    *,
    texts: Texts,
    days: Mapping[Step, int],
    at: datetime,
) -> int:
    """The id of the draft that says this from now on, a new one if not `which`; 0 when it is no draft any more."""
    said = {**values, "texts": json.dumps(texts, ensure_ascii=False), "days": json.dumps(days)}
    if not which:
        row = insert(CAMPAIGN).values(**said, state="draft", created_at=at)
        return int(tx.execute(row.returning(CAMPAIGN.c.id)).scalar_one())
    mine = (CAMPAIGN.c.id == which, CAMPAIGN.c.state == "draft")
    return which if tx.execute(update(CAMPAIGN).where(*mine).values(**said)).rowcount else 0


def put_stages(tx: Connection, which: int, places: Collection[int], steps: Collection[Step]) -> None:
    """These steps at these organisations are what the draft is of."""
    tx.execute(delete(CAMPAIGN_STEP).where(CAMPAIGN_STEP.c.campaign_id == which))
    new = {"campaign_id": which, "state": "waiting", "reason": "", "many": 0}
    rows = [{**new, "organisation_id": place, "step": step} for place in sorted(places) for step in steps]
    if rows:
        tx.execute(insert(CAMPAIGN_STEP), rows)


def of_scope(tx: Connection, scope: Scope, which: int | None = None) -> list[Campaign]:
    """The campaigns of the scope's coordinators, or this one of them, the newest first."""
    rows = select(CAMPAIGN).where(within(scope, CAMPAIGN.c.organisation_id))
    if which is not None:
        rows = rows.where(CAMPAIGN.c.id == which)
    return [_campaign(row) for row in tx.execute(rows.order_by(CAMPAIGN.c.id.desc()).limit(100))]


def lock(tx: Connection, which: int) -> Campaign:
    """The campaign, which nobody else changes before the transaction ends."""
    return _campaign(tx.execute(select(CAMPAIGN).where(CAMPAIGN.c.id == which).with_for_update()).one())


def turn(tx: Connection, which: int, before: Collection[State], after: State, **values: Any) -> bool:
    """It goes from one of these states to another; False when it is in none of them."""
    mine = (CAMPAIGN.c.id == which, CAMPAIGN.c.state.in_(before))
    return tx.execute(update(CAMPAIGN).where(*mine).values(state=after, **values)).rowcount == 1


def stages(tx: Connection, which: int, place: int | None = None) -> list[Stage]:
    """Its steps, by organisation and in their order."""
    columns = [CAMPAIGN_STEP.c[name] for name in _STAGE]
    there = ANNOUNCEMENT.c.id == CAMPAIGN_STEP.c.announcement_id
    rows = select(*columns, ANNOUNCEMENT.c.state, ANNOUNCEMENT.c.begun_at)
    rows = rows.select_from(CAMPAIGN_STEP.outerjoin(ANNOUNCEMENT, there))
    rows = rows.where(CAMPAIGN_STEP.c.campaign_id == which)
    if place is not None:
        rows = rows.where(CAMPAIGN_STEP.c.organisation_id == place)
    found = [_stage(tuple(row)) for row in tx.execute(rows)]
    return sorted(found, key=lambda each: (each.place, STEPS.index(each.step)))


def sizes(tx: Connection, campaigns: Collection[int]) -> dict[int, int]:
    """Of how many organisations each of these campaigns is."""
    counted = select(CAMPAIGN_STEP.c.campaign_id, func.count(distinct(CAMPAIGN_STEP.c.organisation_id)))
    mine = counted.where(CAMPAIGN_STEP.c.campaign_id.in_(sorted(campaigns)))
    found = {row[0]: row[1] for row in tx.execute(mine.group_by(CAMPAIGN_STEP.c.campaign_id))}
    return dict.fromkeys(campaigns, 0) | found


_STAGE: Final = (
    *("organisation_id", "step", "state", "reason", "due_at"),
    *("begun_at", "ended_at", "many", "announcement_id"),
)


def due(tx: Connection, now: datetime) -> list[tuple[int, int]]:
    """Where something is due: campaign and organisation, the longest due first."""
    runs = and_(CAMPAIGN.c.id == CAMPAIGN_STEP.c.campaign_id, CAMPAIGN.c.state == "running")
    rows = select(CAMPAIGN_STEP.c.campaign_id, CAMPAIGN_STEP.c.organisation_id).where(
        _WAITS, CAMPAIGN_STEP.c.due_at <= now, exists().where(runs)
    )
    found = tx.execute(rows.order_by(CAMPAIGN_STEP.c.due_at, CAMPAIGN_STEP.c.organisation_id))
    return list(dict.fromkeys((row[0], row[1]) for row in found))


def set_stage(tx: Connection, which: int, place: int, step: Step, **values: Any) -> None:
    """So the step stands there from now on."""
    mine = (
        CAMPAIGN_STEP.c.campaign_id == which,
        CAMPAIGN_STEP.c.organisation_id == place,
        CAMPAIGN_STEP.c.step == step,
    )
    tx.execute(update(CAMPAIGN_STEP).where(*mine).values(**values))


def put_off(tx: Connection, which: int, place: int, until: datetime) -> None:
    """What is due there is due then."""
    mine = (CAMPAIGN_STEP.c.campaign_id == which, CAMPAIGN_STEP.c.organisation_id == place)
    due = update(CAMPAIGN_STEP).where(*mine, _WAITS, CAMPAIGN_STEP.c.due_at < until)
    tx.execute(due.values(due_at=until))


def turn_stages(
    tx: Connection, which: int, place: int | None, before: Collection[Stand], after: Stand
) -> int:
    """What stands so (at one organisation, or at all) goes over to another state; how many steps."""
    mine = [CAMPAIGN_STEP.c.campaign_id == which, CAMPAIGN_STEP.c.state.in_(before)]
    mine += [CAMPAIGN_STEP.c.organisation_id == place] if place is not None else []
    return tx.execute(update(CAMPAIGN_STEP).where(*mine).values(state=after)).rowcount


def ended(tx: Connection, which: int) -> bool:
    """Whether nothing of it is left to be done."""
    open_ = (CAMPAIGN_STEP.c.campaign_id == which, CAMPAIGN_STEP.c.state.in_(("waiting", "paused")))
    return tx.execute(select(CAMPAIGN_STEP.c.step).where(*open_).limit(1)).first() is None


def key_of(which: int, place: int, step: Step, rest: object = "") -> str:
    """What names a message or an announcement of a campaign."""
    return f"campaign:{which}:{place}:{step}:{rest}"


def unsend(tx: Connection, which: int, place: int, now: datetime) -> int:
    """What has not gone of its mails to an organisation does not go; how many."""
    begins = OUTBOX.c.key.startswith(f"campaign:{which}:{place}:", autoescape=True)
    mine = (begins, in_state("ready", "waiting", "held"))
    gone = {"state": "dropped", "reason": "cancelled", "ended_at": now, "day": ""}
    return tx.execute(update(OUTBOX).where(*mine).values(**gone)).rowcount


def _stage(row: tuple[Any, ...]) -> Stage:
    *own, told, told_at = row
    found = Stage(*own)
    return replace(found, told=told or "", told_at=told_at)


def _campaign(row: Row[Any]) -> Campaign:
    return Campaign(
        row.id,
        row.organisation_id,
        row.by_id,
        row.programme_id,
        row.way,
        json.loads(row.texts),
        json.loads(row.days),
        row.state,
        row.created_at,
        row.started_at,
    )
