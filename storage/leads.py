"""Trainers of webinars: what each can do, who was asked to hold which session, and what they see of their own."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, UniqueConstraint, delete, func, insert, or_, select, update
from sqlmodel import Field, SQLModel

from domain.language import Language
from domain.leading import Answer, Session, Trainer, quarter
from domain.organisation import Scope
from domain.seating import SITTING
from domain.webinar import LONGEST, Webinar
from storage import organisations, people
from storage.bulk import one_of
from storage.codec import dump
from storage.people import PERSON, ROLE, there
from storage.registrations import REGISTRATION, WEBINAR_QUESTION
from storage.scoping import within
from storage.table import core
from storage.wall import beyond
from storage.webinars import WEBINAR, several


class TrainerRow(SQLModel, table=True):
    """What a trainer can do: languages and programmes' ids, as JSON (none: their own language; anything)."""

    __tablename__ = "trainer"
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    spoken: str
    programmes: str


class LeadRow(SQLModel, table=True):
    """Somebody was asked to hold a webinar as it was after so many changes (`sequence`). They answer `until` then."""

    __tablename__ = "webinar_lead"
    __table_args__ = (UniqueConstraint("webinar_id", "sequence", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    webinar_id: int = Field(foreign_key="webinar.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    sequence: int
    state: str
    asked_at: datetime
    until: datetime
    why: str


TRAINER, LEAD = core(TrainerRow), core(LeadRow)


@dataclass(frozen=True, slots=True)
class Asked:
    """A row, as the table says it."""

    id: int
    webinar: int
    person: int
    sequence: int
    state: Answer
    asked_at: datetime
    until: datetime
    why: str


_BESIDE: Final = timedelta(minutes=2 * LONGEST)  # as far zones and sessions reach over the ends of a quarter
_COLUMNS: Final = tuple(
    LEAD.c[name]
    for name in ("id", "webinar_id", "person_id", "sequence", "state", "asked_at", "until", "why")
)


def to_seek(tx: Connection, now: datetime, most: int) -> list[int]:
    """Webinars for which somebody has to be asked, or did not answer in time; the longest due first."""
    due = or_(WEBINAR.c.lead_at.is_(None), WEBINAR.c.lead_at <= now)
    which = (WEBINAR.c.seeking, WEBINAR.c.trainer_id.is_(None), WEBINAR.c.state == "open", due)
    rows = select(WEBINAR.c.id).where(*which, WEBINAR.c.starts_at > now)
    return list(tx.execute(rows.order_by(WEBINAR.c.lead_at, WEBINAR.c.id).limit(most)).scalars())


def nobody_left(tx: Connection, webinars: Collection[int], now: datetime) -> frozenset[int]:
    """Those of these, to come, that nobody holds and nobody is left to be asked to."""
    left = (WEBINAR.c.trainer_id.is_(None), WEBINAR.c.lead_at == WEBINAR.c.starts_at)
    ahead = (WEBINAR.c.state == "open", WEBINAR.c.starts_at > now, one_of(WEBINAR.c.id, webinars))
    return frozenset(tx.execute(select(WEBINAR.c.id).where(*left, *ahead)).scalars())


def look(tx: Connection, webinar: int, at: datetime) -> None:
    """Nobody else has to be asked before then; the beginning: nobody is left."""
    tx.execute(update(WEBINAR).where(WEBINAR.c.id == webinar).values(lead_at=at))


def name(tx: Connection, webinar: int, trainer: int | None) -> None:
    """They hold it; None: nobody does, and somebody is sought at once."""
    tx.execute(update(WEBINAR).where(WEBINAR.c.id == webinar).values(trainer_id=trainer, lead_at=None))


def ask(tx: Connection, webinar: Webinar, person: int, until: datetime, now: datetime) -> None:
    """They are asked to hold it."""
    new = {"webinar_id": webinar.id, "person_id": person, "sequence": webinar.sequence, "state": "offered"}
    tx.execute(insert(LEAD).values(**new, asked_at=now, until=until, why=""))


def settle(tx: Connection, asked: int, state: Answer, why: str = "") -> None:
    """What came of it."""
    tx.execute(update(LEAD).where(LEAD.c.id == asked).values(state=state, why=why))


def of(tx: Connection, webinar: Webinar) -> list[Asked]:
    """Who was asked to hold it as it is now, the first first."""
    rows = select(*_COLUMNS).where(LEAD.c.webinar_id == webinar.id, LEAD.c.sequence == webinar.sequence)
    return [Asked(*row) for row in tx.execute(rows.order_by(LEAD.c.id))]


def waits(tx: Connection, webinar: int) -> Asked | None:
    """Who is asked now."""
    rows = select(*_COLUMNS).where(LEAD.c.webinar_id == webinar, LEAD.c.state == "offered")
    row = tx.execute(rows.order_by(LEAD.c.id).limit(1)).one_or_none()
    return Asked(*row) if row else None


def newest(tx: Connection, webinar: int, person: int) -> Asked | None:
    """What they were asked last about this webinar."""
    rows = select(*_COLUMNS).where(LEAD.c.webinar_id == webinar, LEAD.c.person_id == person)
    row = tx.execute(rows.order_by(LEAD.c.id.desc()).limit(1)).one_or_none()
    return Asked(*row) if row else None


def named(tx: Connection, webinar: Webinar) -> list[tuple[str, Asked]]:
    """The same as `of`, with their names: for whoever holds the webinar, wherever these are at home."""
    found = of(tx, webinar)
    with beyond(tx, "holders"):
        return [(people.name(tx, each.person), each) for each in found]


def trainers(tx: Connection, webinar: Webinar, now: datetime) -> list[Trainer]:
    """Who is a trainer where it is held, above or below, with all that they hold or are asked to hold then."""
    with beyond(tx, "holders"):
        places = organisations.under(tx, [webinar.organisation])
        places |= set(organisations.upward(tx, webinar.organisation))
        rows = select(ROLE.c.person_id).join_from(ROLE, PERSON, PERSON.c.id == ROLE.c.person_id)
        mine = (ROLE.c.name == "trainer", one_of(ROLE.c.organisation_id, places), there(now))
        return of_people(tx, set(tx.execute(rows.where(*mine)).scalars()), webinar.starts_at, webinar.zone)


def of_people(tx: Connection, who: Collection[int], at: datetime, zone: str) -> list[Trainer]:
    """These, with what each holds in the quarter of this moment, and just before and after it."""
    said, sessions = _said(tx, who), _sessions(tx, who, at, zone)
    nothing = (frozenset[Language](), frozenset[int]())
    return [
        Trainer(people.get(tx, each), tuple(sessions[each]), *said.get(each, nothing)) for each in sorted(who)
    ]


def say(tx: Connection, person: int, spoken: Collection[Language], programmes: Collection[int]) -> None:
    """What they can do, from now on."""
    tx.execute(delete(TRAINER).where(TRAINER.c.person_id == person))
    both = {"spoken": dump(sorted(spoken)), "programmes": dump(sorted(programmes))}
    tx.execute(insert(TRAINER).values(person_id=person, **both))


def held(tx: Connection, person: int, since: datetime, most: int) -> list[Webinar]:
    """What they hold and did not end before then, the next first."""
    mine = (WEBINAR.c.trainer_id == person, WEBINAR.c.state == "open", WEBINAR.c.starts_at > since)
    return several(tx, _first(mine, most))


def offered(tx: Connection, person: int, now: datetime, most: int) -> list[Webinar]:
    """What they are asked to hold and can still say."""
    mine = (LEAD.c.person_id == person, LEAD.c.state == "offered", LEAD.c.until > now)
    asked = select(LEAD.c.webinar_id).where(*mine)
    open_ = (WEBINAR.c.id.in_(asked), WEBINAR.c.state == "open", WEBINAR.c.trainer_id.is_(None))
    return several(tx, _first(open_, most))


def guests(tx: Connection, webinar: int, first: int, most: int) -> list[str]:
    """Names of those who have a seat, in the order in which they came."""
    sits = (REGISTRATION.c.webinar_id == webinar, REGISTRATION.c.state.in_(SITTING))
    rows = select(PERSON.c.name).join_from(REGISTRATION, PERSON, PERSON.c.id == REGISTRATION.c.person_id)
    rows = rows.where(*sits).order_by(REGISTRATION.c.arrival)
    return list(tx.execute(rows.offset(first).limit(most)).scalars())


def questions(tx: Connection, webinar: int, first: int, most: int) -> Sequence[tuple[str, str]]:
    """Who asks what, the oldest first."""
    rows = select(PERSON.c.name, WEBINAR_QUESTION.c.words)
    rows = rows.join_from(WEBINAR_QUESTION, PERSON, PERSON.c.id == WEBINAR_QUESTION.c.person_id)
    rows = rows.where(WEBINAR_QUESTION.c.webinar_id == webinar).order_by(WEBINAR_QUESTION.c.id)
    return [(row[0], row[1]) for row in tx.execute(rows.offset(first).limit(most))]


def ratings(tx: Connection, webinar: int) -> Mapping[int, int]:
    """How many said each."""
    said = (REGISTRATION.c.webinar_id == webinar, REGISTRATION.c.rating.is_not(None))
    rows = select(REGISTRATION.c.rating, func.count()).where(*said).group_by(REGISTRATION.c.rating)
    with beyond(tx, "seats"):
        return {row[0]: row[1] for row in tx.execute(rows)}


def of_scope(tx: Connection, scope: Scope, now: datetime, zone: str) -> list[Trainer]:
    """Who is a trainer at a place of the scope, wherever they are at home, with what they hold this quarter."""
    rows = select(ROLE.c.person_id).where(ROLE.c.name == "trainer", within(scope, ROLE.c.organisation_id))
    mine = set(tx.execute(rows).scalars())
    with beyond(tx, "holders"):
        still = select(PERSON.c.id).where(one_of(PERSON.c.id, mine), there(now))
        return of_people(tx, set(tx.execute(still).scalars()), now, zone)


def _first(which: Sequence[ColumnElement[bool]], most: int) -> ColumnElement[bool]:
    rows = select(WEBINAR.c.id).where(*which).order_by(WEBINAR.c.starts_at, WEBINAR.c.id).limit(most)
    found: ColumnElement[bool] = WEBINAR.c.id.in_(rows)
    return found


def _said(tx: Connection, who: Collection[int]) -> dict[int, tuple[frozenset[Language], frozenset[int]]]:
    rows = select(TRAINER.c.person_id, TRAINER.c.spoken, TRAINER.c.programmes)
    return {
        person: (
            frozenset(msgspec.json.decode(spoken, type=list[Language])),
            frozenset(msgspec.json.decode(programmes, type=list[int])),
        )
        for person, spoken, programmes in tx.execute(rows.where(one_of(TRAINER.c.person_id, who)))
    }


def _sessions(tx: Connection, who: Collection[int], at: datetime, zone: str) -> dict[int, list[Session]]:
    """Of the quarter, and what is on just before and after; held, and asked to be held."""
    days = [datetime.combine(day, time(), UTC) for day in quarter(at, zone)]
    near = WEBINAR.c.starts_at.between(days[0] - _BESIDE, days[1] + _BESIDE), WEBINAR.c.state == "open"
    columns = (WEBINAR.c.starts_at, WEBINAR.c.minutes)
    holds = select(WEBINAR.c.trainer_id.label("who"), *columns).where(*near)
    asked = select(LEAD.c.person_id.label("who"), *columns)
    asked = asked.join_from(LEAD, WEBINAR, WEBINAR.c.id == LEAD.c.webinar_id)
    waits = asked.where(*near, LEAD.c.state == "offered", WEBINAR.c.trainer_id.is_(None))
    found = defaultdict[int, list[Session]](list)
    for each in (
        holds.where(one_of(WEBINAR.c.trainer_id, who)),
        waits.where(one_of(LEAD.c.person_id, who)),
    ):
        for person, starts_at, minutes in tx.execute(each):
            found[person].append(Session(starts_at, starts_at + timedelta(minutes=minutes)))
    return found
