"""The messages of a scope: page by page, counted, sent once more or dropped.

Whatever is asked for, the store looks along an index and at a bounded number of rows: where that is not enough, the
answer says so, and from where to look on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Subquery,
    Update,
    and_,
    case,
    func,
    literal,
    select,
    true,
    update,
)

from domain.delivery import POLICIES
from domain.message import Kind
from domain.organisation import Scope
from storage.bulk import one_of
from storage.message import LEFT, Entry, entries, entry, may_go_again
from storage.outbox import ODD, OUTBOX, in_state
from storage.people import PERSON
from storage.progress import LARGEST_ID
from storage.scoping import people, within

PAGE: Final = 50
LOOK: Final = 10_000  # rows among which those with some quality are looked for
SEPARATELY: Final = 20  # people or organisations whose messages are looked up one by one and put together


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: "" and None for any. `people` are ids, and the messages' own ids are smaller than `before`."""

    state: str = ""
    kind: str = ""
    organisation: int | None = None
    people: frozenset[int] | None = None
    before: int = LARGEST_ID


@dataclass(frozen=True, slots=True)
class Found:
    """The newest messages; `older` is from where to look on (None: there are no more), `far` that few were found
    although many were looked at."""

    entries: list[Entry]
    older: int | None
    far: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """How many there are, or `more`."""

    count: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as the reader saw it; one that changed meanwhile is left alone."""

    id: int
    state: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What has to be known of a message about which somebody decided."""

    id: int
    organisation: int
    kind: Kind
    step: str


def page(tx: Connection, scope: Scope, wanted: Wanted, most: int = PAGE) -> Found:
    """The newest messages that are asked for, the newest first."""
    looks = [each.ids(tx, most + 1) for each in _looks(scope, wanted)]
    ids = sorted({number for found, _ in looks for number in found}, reverse=True)
    end = max((reached for _, reached in looks), default=0)  # below this, not everything was looked at
    shown = [number for number in ids if number >= end][:most]
    found = _entries(tx, scope, shown)
    if len(shown) < most:
        return Found(found, end or None, far=end > 0)
    return Found(found, shown[-1] if end or len(ids) > most else None)


def totals(tx: Connection, scope: Scope, wanted: Wanted) -> dict[str, Total]:
    """How many messages there are in each state, whatever state and kind are asked for."""
    asked = replace(wanted, state="", kind="", before=LARGEST_ID)
    found = _counted(tx, scope, asked)
    if not _is_few(wanted.people):
        found |= {state: total(tx, scope, replace(asked, state=state)) for state in ODD}
    return found


def total(tx: Connection, scope: Scope, wanted: Wanted) -> Total:
    """How many messages there are in the state that is asked for."""
    return _counted(tx, scope, wanted).get(wanted.state, Total())


def names(tx: Connection, scope: Scope) -> list[tuple[int, str]]:
    """Everyone of the scope."""
    rows = select(PERSON.c.id, PERSON.c.name).where(people(scope))
    return [(row.id, row.name) for row in tx.execute(rows.order_by(PERSON.c.id))]


def retry(tx: Connection, scope: Scope, seen: Sequence[Seen], now: datetime) -> list[Settled]:
    """Have these sent once more, at the next moment that the gate gives them; those that are."""
    late = {kind: literal(now + policy.late_after) for kind, policy in POLICIES.items()}
    again = update(OUTBOX).values(
        state="waiting",
        due_at=now,
        not_after=case(late, value=OUTBOX.c.kind),
        day="",
        until=None,
        ended_at=None,
        reason="again",
    )
    return _settled(tx, again.where(may_go_again()), scope, seen)


def drop(tx: Connection, scope: Scope, seen: Sequence[Seen], now: datetime) -> list[Settled]:
    """Send these not at all; those that were stopped."""
    stop = update(OUTBOX).values(state="dropped", ended_at=now, reason="coordinator", day="")
    return _settled(tx, stop.where(OUTBOX.c.state.in_(LEFT)), scope, seen)


def _settled(tx: Connection, change: Update, scope: Scope, seen: Sequence[Seen]) -> list[Settled]:
    told = change.returning(OUTBOX.c.id, OUTBOX.c.organisation_id, OUTBOX.c.kind, OUTBOX.c.step)
    rows = [tx.execute(told.where(*_unchanged(scope, each))).one_or_none() for each in seen]
    return [Settled(*row) for row in rows if row]


def _unchanged(scope: Scope, seen: Seen) -> tuple[ColumnElement[bool], ...]:
    same = (OUTBOX.c.state == seen.state, OUTBOX.c.attempts == seen.attempts)
    return (OUTBOX.c.id == seen.id, *same, within(scope, OUTBOX.c.organisation_id))


def _entries(tx: Connection, scope: Scope, ids: Iterable[int]) -> list[Entry]:
    rows = entries(scope).where(OUTBOX.c.id.in_(list(ids))).order_by(OUTBOX.c.id.desc())
    return [entry(row) for row in tx.execute(rows)]


@dataclass(frozen=True, slots=True)
class _Look:
    """A way along one index, newest first, and what each row on it is asked besides."""

    path: ColumnElement[bool]
    asked: tuple[tuple[str, Any], ...]
    before: int
    most: int

    def ids(self, tx: Connection, enough: int) -> tuple[list[int], int]:
        """Up to `enough` ids, and the last row that was looked at when it was not the last one of the way (else 0)."""
        rows = self._rows(self.most if self.asked else enough)
        found = select(rows.c.id).where(self._fits(rows)).order_by(rows.c.id.desc()).limit(enough)
        ids = list(tx.execute(found).scalars())
        if len(ids) == enough or not self.asked:
            return ids, 0
        looked, last = tx.execute(select(func.count(), func.min(rows.c.id))).one()
        return ids, last if looked == self.most else 0

    def states(self, tx: Connection) -> list[tuple[str, int, int]]:
        """Each state on the way, how many rows fit, and how many were looked at."""
        rows = self._rows(self.most)
        fits = func.sum(case((self._fits(rows), 1), else_=0))
        counted = select(rows.c.state, fits, func.count()).group_by(rows.c.state)
        return [(row[0], row[1], row[2]) for row in tx.execute(counted)]

    def _rows(self, most: int) -> Subquery:
        names = {"id", "state", *(name for name, _ in self.asked)}
        rows = select(*(OUTBOX.c[name] for name in sorted(names))).where(self.path, OUTBOX.c.id < self.before)
        return rows.order_by(OUTBOX.c.id.desc()).limit(most).subquery()

    def _fits(self, rows: Subquery) -> ColumnElement[bool]:
        return and_(
            true(),
            *(
                one_of(rows.c[name], value) if isinstance(value, list) else rows.c[name] == value
                for name, value in self.asked
            ),
        )


def _looks(scope: Scope, wanted: Wanted) -> list[_Look]:
    """The shortest ways to what is asked for: by people, by an odd state, by organisations, or by nothing."""
    seen = scope.at("see")
    here = sorted(seen if wanted.organisation is None else seen & {wanted.organisation})
    asked: dict[str, Any] = {"state": wanted.state, "kind": wanted.kind, "organisation_id": here}
    asked["person_id"] = None if wanted.people is None else sorted(wanted.people)
    if _is_few(wanted.people):
        ways = [OUTBOX.c.person_id == each for each in asked.pop("person_id")]
    elif wanted.state in ODD:
        ways = [in_state(asked.pop("state"))]
    elif len(here) <= SEPARATELY:
        ways = [OUTBOX.c.organisation_id == each for each in asked.pop("organisation_id")]
    else:
        ways = [true()]
    rest = tuple((name, value) for name, value in asked.items() if value not in ("", None))
    return [_Look(way, rest, wanted.before, LOOK // max(1, len(ways))) for way in ways]


def _is_few(people: frozenset[int] | None) -> bool:
    return people is not None and len(people) <= SEPARATELY


def _counted(tx: Connection, scope: Scope, wanted: Wanted) -> dict[str, Total]:
    found: dict[str, Total] = {}
    for look in _looks(scope, wanted):
        states = look.states(tx)
        more = sum(looked for _, _, looked in states) == look.most
        for state, fits, _ in states:
            known = found.get(state, Total())
            found[state] = Total(known.count + fits, known.more or more)
    return found
