"""Reports of who was in a meeting: what they say, whose each row is, and when somebody was there."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Connection, UniqueConstraint, and_, delete, insert, or_, select, update
from sqlmodel import Field, SQLModel

from domain.meeting_report import Entry
from domain.organisation import Scope
from domain.presence import Stay
from domain.recognising import Guest, How
from domain.seating import ACTIVE
from storage.people import PERSON, called
from storage.progress import LARGEST_ID
from storage.registrations import REGISTRATION
from storage.scoping import people as seen
from storage.scoping import place as works_at
from storage.table import core

State = Literal["seen", "taken"]
SEEN_FOR: Final = timedelta(days=1)
NAMED_FOR: Final = timedelta(days=30)


class ReportRow(SQLModel, table=True):
    """A report of a webinar that somebody brought: a file, known by its digest. It is `seen` until it is taken."""

    __tablename__ = "attendance_report"
    __table_args__ = (UniqueConstraint("webinar_id", "digest"),)
    id: int | None = Field(default=None, primary_key=True)
    webinar_id: int = Field(foreign_key="webinar.id")
    by_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    file: str
    digest: str
    read_as: str
    zone: str
    at: datetime = Field(index=True)
    state: str


class PresenceRow(SQLModel, table=True):
    """A line of a report, as domain.meeting_report.Entry has it; `person_id` whose it is, `how` that is known. What it
    calls them is forgotten after 30 days."""

    __tablename__ = "attendance_row"
    report_id: int = Field(foreign_key="attendance_report.id", primary_key=True)
    line: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str
    email: str
    known_as: str
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    lasted: int | None = None
    problem: str
    again: bool
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    how: str


REPORT, PRESENCE = core(ReportRow), core(PresenceRow)
_NOT: Final = (None, "")
_ENTRY: Final = ("line", "name", "email", "known_as", "begins_at", "ends_at", "lasted", "problem", "again")


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it is listed; `by` is the name of whoever brought it."""

    id: int
    webinar: int
    by: str
    file: str
    read_as: str
    zone: str
    at: datetime
    state: State


@dataclass(frozen=True, slots=True)
class Brought:
    """A file as it was read; its times that name no zone are by the clock of this one."""

    file: str
    digest: str
    read_as: str
    zone: str
    entries: Sequence[Entry]


Said = Mapping[int, tuple[int | None, How]]


def add(tx: Connection, webinar: int, brought: Brought, said: Said, by: int, at: datetime) -> int:  # noqa: PLR0917
    """Keep what a file says, and whose its rows seem to be; its id."""
    alike = {name: getattr(brought, name) for name in ("file", "digest", "read_as", "zone")}
    made = insert(REPORT).values(webinar_id=webinar, by_id=by, at=at, state="seen", **alike)
    report = int(tx.execute(made.returning(REPORT.c.id)).scalar_one())
    rows = [
        dict(
            zip(
                ("report_id", *_ENTRY, "person_id", "how"),
                (report, *_values(each), *said.get(each.line, _NOT)),
                strict=True,
            )
        )
        for each in brought.entries
    ]
    tx.execute(insert(PRESENCE), rows)
    return report


def of_file(tx: Connection, webinar: int, digest: str) -> int | None:
    """The report that this file was kept as."""
    here = (REPORT.c.webinar_id == webinar, REPORT.c.digest == digest)
    return tx.execute(select(REPORT.c.id).where(*here)).scalar_one_or_none()


def get(tx: Connection, webinar: int, report: int) -> Report | None:
    """A report of this webinar."""
    if not 0 < report <= LARGEST_ID:
        return None
    row = tx.execute(_all().where(REPORT.c.webinar_id == webinar, REPORT.c.id == report)).one_or_none()
    return Report(*row) if row else None


def of_webinar(tx: Connection, webinar: int) -> list[Report]:
    """Those that were taken, the newest first."""
    rows = _all().where(REPORT.c.webinar_id == webinar, REPORT.c.state == "taken")
    return [Report(*row) for row in tx.execute(rows.order_by(REPORT.c.id.desc()))]


def entries(tx: Connection, report: int) -> tuple[list[Entry], Said]:
    """Its rows, and whose they are, as far as that was said."""
    columns = (*(PRESENCE.c[name] for name in _ENTRY), PRESENCE.c.person_id, PRESENCE.c.how)
    found, said = list[Entry](), dict[int, tuple[int | None, How]]()
    rows = select(*columns).where(PRESENCE.c.report_id == report).order_by(PRESENCE.c.line)
    for *entry, person, how in tx.execute(rows):
        found.append(Entry(*entry))
        if how:
            said[entry[0]] = (person, how)
    return found, said


def guests(tx: Connection, scope: Scope, webinar: int) -> list[Guest]:
    """The scope's people who registered for it, and have not given up."""
    rows = (
        select(*(PERSON.c[name] for name in ("id", "name", "email")), REGISTRATION.c.seed)
        .add_columns(works_at(scope), REGISTRATION.c.state)
        .join_from(REGISTRATION, PERSON, PERSON.c.id == REGISTRATION.c.person_id)
        .where(REGISTRATION.c.webinar_id == webinar, REGISTRATION.c.state.in_(ACTIVE), seen(scope))
    )
    found = tx.execute(rows).all()
    return [Guest(row[0], row[1], row[2], row[3], row[4], seated=row[5] == "seated") for row in found]


def settle(tx: Connection, report: int, said: Said) -> None:
    """Whose these lines of it are from now on."""
    groups = defaultdict[tuple[int | None, How], list[int]](list)
    for line, whose in said.items():
        groups[whose].append(line)
    for (person, how), lines in groups.items():
        here = (PRESENCE.c.report_id == report, PRESENCE.c.line.in_(lines))
        tx.execute(update(PRESENCE).where(*here).values(person_id=person, how=how))


def take(tx: Connection, report: int) -> None:
    """What it says holds from now on."""
    tx.execute(update(REPORT).where(REPORT.c.id == report).values(state="taken"))


def stays(tx: Connection, webinar: int) -> dict[int, list[Stay]]:
    """When each person was there, by all reports of it that were taken."""
    told = (REPORT.c.webinar_id == webinar, REPORT.c.state == "taken", PRESENCE.c.again.is_(False))
    rows = (
        select(PRESENCE.c.person_id, PRESENCE.c.begins_at, PRESENCE.c.ends_at, PRESENCE.c.lasted)
        .join_from(PRESENCE, REPORT, REPORT.c.id == PRESENCE.c.report_id)
        .where(*told, PRESENCE.c.person_id.is_not(None))
    )
    found = defaultdict[int, list[Stay]](list)
    for person, *stay in tx.execute(rows):
        found[person].append(Stay(*stay))
    return dict(found)


def forget(tx: Connection, now: datetime) -> int:
    """Delete reports that nobody took, and what the others call people after 30 days; how many rows."""
    unused = select(REPORT.c.id).where(REPORT.c.state == "seen", REPORT.c.at < now - SEEN_FOR)
    rows = tx.execute(delete(PRESENCE).where(PRESENCE.c.report_id.in_(unused))).rowcount
    rows += tx.execute(delete(REPORT).where(REPORT.c.id.in_(unused))).rowcount
    old = select(REPORT.c.id).where(REPORT.c.at < now - NAMED_FOR)
    named = or_(PRESENCE.c.name != "", PRESENCE.c.email != "", PRESENCE.c.known_as != "")
    over = update(PRESENCE).where(and_(PRESENCE.c.report_id.in_(old), named))
    return rows + tx.execute(over.values(name="", email="", known_as="")).rowcount


def _values(entry: Entry) -> tuple[Any, ...]:
    span = (entry.begins, entry.ends, entry.lasted)
    return (entry.line, entry.name, entry.email, entry.keys, *span, entry.problem, entry.again)


def _all() -> Any:
    named = ("file", "read_as", "zone", "at", "state")
    by = called(REPORT.c.by_id).label("by")
    return select(REPORT.c.id, REPORT.c.webinar_id, by, *(REPORT.c[name] for name in named))
