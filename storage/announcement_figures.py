"""What became of an announcement: how many messages stand where, who has confirmed it, and each of its people."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal_column, not_, select

from domain.delivery import State
from domain.organisation import Scope
from storage.bulk import one_of
from storage.confirmations import CONFIRMATION
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX
from storage.people import PERSON
from storage.progress import LARGEST_ID
from storage.scoping import people as theirs
from storage.scoping import within

Group = Literal["queued", "sent", "unknown", "failed", "dropped", "confirmed", "silent"]
GROUPS: Final[Mapping[str, tuple[State, ...]]] = {
    "queued": ("ready", "waiting", "sending", "held"),
    "sent": ("sent",),
    "unknown": ("unknown",),
    "failed": ("failed",),
    "dropped": ("dropped", "expired"),
}
PAGE: Final = 100
_SAID: Final = and_(
    CONFIRMATION.c.announcement_id == OUTBOX.c.announcement_id, CONFIRMATION.c.person_id == OUTBOX.c.person_id
)
_POST: Final[ColumnElement[bool]] = literal_column("outbox.key LIKE 'post:%'")  # goes to a group (groups.py)
_OF_PEOPLE: Final = not_(_POST)
_JOINED: Final = OUTBOX.outerjoin(CONFIRMATION, _SAID)


@dataclass(frozen=True, slots=True)
class Figures:
    """How many messages there are in each group, and for which reasons those failed or were dropped, most first."""

    counts: Mapping[str, int]
    reasons: Mapping[str, tuple[tuple[str, int], ...]]
    confirmed: int
    restored: int = 0  # of those that wait: held since a copy of the store was restored
    posts: tuple[tuple[State, int], ...] = ()  # in groups, by where they stand

    @property
    def people(self) -> int:
        """Whom it was for."""
        return sum(self.counts.values())

    @property
    def waits(self) -> bool:
        """Whether something of it is still to go: to somebody, or to a group."""
        return bool(self.counts["queued"]) or any(state in GROUPS["queued"] for state, _ in self.posts)

    @property
    def mark(self) -> str:
        """A word that is another one when something of it is."""
        posts = (f"{state}{many}" for state, many in self.posts)
        counts = ".".join(map(str, (*self.counts.values(), self.confirmed, *posts)))
        return counts + ".held" * bool(self.restored)


@dataclass(frozen=True, slots=True)
class Status:
    """One of its people: where their message stands and why, and when they confirmed it.

    Who was erased or is the scope's no more has no name here, and the number 0.
    """

    id: int
    person: int
    name: str
    place: int
    place_name: str
    channel: str
    state: State
    reason: str
    ended_at: datetime | None
    confirmed_at: datetime | None


def figures(tx: Connection, scope: Scope, announcements: Collection[int]) -> dict[int, Figures]:
    """Those of each of these announcements, in one look."""
    counted = select(
        *(OUTBOX.c.announcement_id, _POST, OUTBOX.c.state, OUTBOX.c.reason),
        *(func.count(), func.count(CONFIRMATION.c.at)),
    ).select_from(_JOINED)
    mine = (one_of(_NUMBER, announcements), within(scope, OUTBOX.c.organisation_id))
    found: dict[int, list[tuple[str, str, int, int]]] = {each: [] for each in announcements}
    posts: dict[int, Counter[State]] = {each: Counter() for each in announcements}
    alike = (OUTBOX.c.announcement_id, _POST, OUTBOX.c.state, OUTBOX.c.reason)
    for number, post, *row in tx.execute(counted.where(*mine).group_by(*alike)):
        if post:
            posts[number][row[0]] += row[2]
        else:
            found[number].append((row[0], row[1], row[2], row[3]))
    return {
        number: replace(_figures(rows), posts=tuple(sorted(posts[number].items())))
        for number, rows in found.items()
    }


_NUMBER: Final[ColumnElement[int]] = OUTBOX.c.announcement_id


def _figures(rows: list[tuple[str, str, int, int]]) -> Figures:
    counts, reasons = dict.fromkeys(GROUPS, 0), dict[str, dict[str, int]]()
    for state, reason, many, _ in rows:
        group = next(name for name, states in GROUPS.items() if state in states)
        counts[group] += many
        if group in ("failed", "dropped"):
            why = reason or state
            those = reasons.setdefault(group, {})
            those[why] = those.get(why, 0) + many
    ranked = {
        group: tuple(sorted(those.items(), key=lambda pair: (-pair[1], pair[0])))
        for group, those in reasons.items()
    }
    restored = sum(many for state, reason, many, _ in rows if (state, reason) == ("held", "restored"))
    return Figures(counts, ranked, sum(row[3] for row in rows), restored)


def people(
    tx: Connection, scope: Scope, announcement: int, group: str = "", *, before: int = 0, most: int = PAGE
) -> list[Status]:
    """Its people, or those of a group, the newest message first; before this message, if one is given."""
    rows = _people(scope, announcement, group).where(OUTBOX.c.id < (before or LARGEST_ID))
    return [Status(*row) for row in tx.execute(rows.order_by(OUTBOX.c.id.desc()).limit(most))]


def along(tx: Connection, scope: Scope, announcement: int, after: int, most: int) -> list[Status]:
    """Its people along the ids of their messages, from behind one on."""
    rows = _people(scope, announcement, "").where(OUTBOX.c.id > after).order_by(OUTBOX.c.id)
    return [Status(*row) for row in tx.execute(rows.limit(most))]


def _people(scope: Scope, announcement: int, group: str) -> Select[Any]:
    columns = (
        *(OUTBOX.c.id, func.coalesce(PERSON.c.id, 0), func.coalesce(PERSON.c.name, "")),
        *(
            ORGANISATION.c.id,
            ORGANISATION.c.name,
            OUTBOX.c.channel,
            OUTBOX.c.state,
            OUTBOX.c.reason,
            OUTBOX.c.ended_at,
            CONFIRMATION.c.at,
        ),
    )
    joined = _JOINED.outerjoin(PERSON, and_(PERSON.c.id == OUTBOX.c.person_id, theirs(scope)))
    rows = select(*columns).select_from(
        joined.join(ORGANISATION, ORGANISATION.c.id == OUTBOX.c.organisation_id)
    )
    mine = (OUTBOX.c.announcement_id == announcement, within(scope, OUTBOX.c.organisation_id))
    rows = rows.where(*mine, _OF_PEOPLE)
    if group == "confirmed":
        return rows.where(CONFIRMATION.c.at.is_not(None))
    if group == "silent":
        return rows.where(CONFIRMATION.c.at.is_(None))
    return rows.where(OUTBOX.c.state.in_(GROUPS[group])) if group else rows
