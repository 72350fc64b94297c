"""Take a report of who was in a meeting: keep what it says, show what it would do, do it, and decide what is left."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from actions import organise
from domain.audit import Deed
from domain.organisation import Scope
from domain.presence import enough, seconds
from domain.recognising import FATES, Fate, Guest, Guests, How, Known, alike, recognise
from domain.webinar import Webinar
from storage import attended, audit, presence
from storage.database import Connection
from storage.errors import NotFound
from storage.presence import Brought, Report
from storage.wall import beyond

NOBODY: Final = 0  # in place of a person: it is none of those who registered


@dataclass(frozen=True, slots=True)
class Reported:
    """A report, what becomes of each of its rows, and those who registered, by their ids."""

    webinar: Webinar
    report: Report
    rows: Sequence[Known]
    guests: Mapping[int, Guest]

    @property
    def counts(self) -> dict[Fate, int]:
        """How many rows there are of each fate."""
        counted = Counter(each.fate for each in self.rows)
        return {fate: counted[fate] for fate in FATES}


def bring(tx: Connection, scope: Scope, webinar: int, brought: Brought, now: datetime) -> tuple[int, bool]:
    """The report's id, and whether it is new: a file that is there already changes nothing."""
    found = organise.own(tx, scope, webinar)
    known = presence.of_file(tx, webinar, brought.digest)
    if known is not None:
        return known, False
    guests = Guests(presence.guests(tx, scope, webinar))
    rows = recognise(brought.entries, guests, (found.starts_at, found.ends_at), {}, settled=False)
    said: presence.Said = {each.entry.line: (each.person, each.how) for each in rows}
    return presence.add(tx, webinar, brought, said, scope.person, now), True


def look(tx: Connection, scope: Scope, webinar: int, report: int) -> Reported:
    """What it would do, or did. NotFound where there is none, or it is of a webinar of others."""
    return _looked(tx, scope, webinar, report)[0]


def take(
    tx: Connection,
    scope: Scope,
    webinar: int,
    report: int,
    *,
    decided: Mapping[int, int],
    now: datetime,
    absent: bool = False,
) -> Reported:
    """It holds. `decided`: whose the rows of these lines are (NOBODY: nobody's), and all that are written alike; each
    is one of those who were shown there. `absent`: of those who had a seat, whoever nobody has said anything of was
    not there."""
    organise.own(tx, scope, webinar)
    seen, guests, before = _looked(tx, scope, webinar, report)
    chosen = {
        alike(each.entry): decided[each.entry.line]
        for each in seen.rows
        if each.fate == "decide" and decided.get(each.entry.line) in (NOBODY, *each.perhaps)
    }
    said = dict[int, tuple[int | None, How]]()
    for each in seen.rows:
        who = chosen.get(alike(each.entry)) if each.fate == "decide" else None
        now_said: tuple[int | None, How] = (each.person, each.how) if who is None else (who or None, "person")
        if now_said != before.get(each.entry.line, (None, "")):
            said[each.entry.line] = now_said
    presence.settle(tx, report, said)
    presence.take(tx, report)
    _count(tx, seen.webinar, now, absent=absent)
    session, entries = (seen.webinar.starts_at, seen.webinar.ends_at), [each.entry for each in seen.rows]
    rows = recognise(entries, guests, session, {**before, **said}, settled=True)
    people = {each.person for each in rows if each.fate == "taken"}
    deed = Deed("webinar.reported", seen.webinar.organisation, webinar, after={"there": len(people)})
    audit.note(tx, deed, scope.person, now)
    return replace(seen, report=replace(seen.report, state="taken"), rows=rows)


def _looked(
    tx: Connection, scope: Scope, webinar: int, report: int
) -> tuple[Reported, Guests, presence.Said]:
    """The same with its guests to be found, and what was kept of whose its rows are."""
    found, kept = organise.seen(tx, scope, webinar), presence.get(tx, webinar, report)
    if kept is None:
        raise NotFound
    entries, said = presence.entries(tx, report)
    people = {each.person: each for each in presence.guests(tx, scope, webinar)}
    guests, settled = Guests(people.values()), kept.state == "taken"
    session = (found.starts_at, found.ends_at)
    rows = recognise(entries, guests, session, said if settled else {}, settled=settled)
    return Reported(found, kept, rows, people), guests, said


def _count(tx: Connection, webinar: Webinar, now: datetime, *, absent: bool) -> None:
    """Minutes of everybody whom reports tell of, and whether these are enough."""
    minutes, at = dict[int, tuple[int, bool]](), max(now, webinar.ends_at)
    for person, stays in presence.stays(tx, webinar.id).items():
        there = seconds(stays, webinar.starts_at, webinar.ends_at)
        minutes[person] = there // 60, enough(there, webinar.least)
    with beyond(tx, "seats"):
        attended.were_there(tx, webinar.id, minutes, at)
        if absent:
            attended.were_absent(tx, webinar.id, at)
