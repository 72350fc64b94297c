"""Tell many people something: a snapshot of the audience becomes rows of the outbox, at most one for each person."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from actions.ask_gate import decided, of_group, passed, reader_of
from domain import gate, rights
from domain.bucket import ANNOUNCEMENT
from domain.delivery import POLICIES
from domain.gate import Asked
from domain.group import CROWD
from domain.language import Language
from domain.message import Announcement, Kind
from domain.pacing import occurrence
from domain.roster_plan import house
from storage import (
    addresses,
    announcements,
    audience,
    buckets,
    crash,
    groups,
    organisations,
    outbox,
    queueing,
    roles,
)
from storage.announcements import Announced
from storage.audience import Recipient
from storage.database import Connection
from storage.groups import Group
from storage.outbox import New, Passed, To
from storage.people import lock_all
from storage.wall import beyond

AT_ONCE: Final = 1_000


class NotApproved(Exception):
    """It is for more people than one person may tell alone: `many`, and at most `most`."""

    def __init__(self, many: int, most: int) -> None:
        super().__init__(f"To tell {many} people, and more than {most}, a second person has to approve it.")
        self.many, self.most = many, most


class TooOften(Exception):
    """An organisation has told its people enough: `most` things within a day, and the next one from `again` on."""

    def __init__(self, most: int, again: datetime) -> None:
        super().__init__(
            f"This organisation has made its {most} announcements of a day: "
            f"the next one can be made from {again:%Y-%m-%d %H:%M} UTC on."
        )
        self.most, self.again = most, again


def announce(  # noqa: PLR0913 (each is a word of its own to the caller)
    tx: Connection,
    *,
    key: str,
    organisation: int | None,
    texts: Mapping[Language, str],
    houses: Collection[int] | None = None,
    people: Collection[int] | None = None,
    mandatory: bool = False,
    not_after: datetime | None = None,
    by: int | None = None,
    approved_by: int | None = None,
    owed: bool = False,
    now: datetime,
) -> int:
    """How many people will be told: these, or everyone in the organisation (None: everyone at all).

    `houses` are the organisations in which they are, where it is not only that one.

    Those for whom it would come too late are not among them; their rows say so. The same `key` again tells nobody
    anything. `not_after`: of no use later; a day from now if not given (a week for what is mandatory).

    `by` is who announces it, `approved_by` who else has approved it; `owed`: people have to be told in any case. Raises
    NotApproved and TooOften, and then nothing of it may be kept.
    """
    kind: Kind = "mandatory" if mandatory else "announcement"
    end = not_after or now + POLICIES[kind].late_after
    said = {
        "key": key,
        "organisation": organisation,
        "texts": texts,
        "mandatory": mandatory,
        "not_after": end,
    }
    if not announcements.add(tx, **said, at=now, by=by, approved_by=approved_by):  # type: ignore[arg-type]
        return 0
    if houses is None and organisation is not None:
        houses = (organisation,)
    recipients = audience.recipients(tx, now, people=people, organisations=houses)
    announced = announcements.by_key(tx, key)
    return begin(tx, announced, recipients, now) if not owed else _tell(tx, announced, recipients, now)


def begin(tx: Connection, announced: Announced, recipients: list[Recipient], now: datetime) -> int:
    """The same of an announcement that is kept, and is sending from now on."""
    there = groups.some(tx, announced.groups)
    if announced.organisation is not None:
        many = len(recipients) + (CROWD if there else 0)
        approved(tx, announced.organisation, many, announced.by, announced.approved_by)
        _counted(tx, announced.organisation, now)
    return _tell(tx, announced, recipients, now) + _post(tx, announced, there.values(), now)


def _post(tx: Connection, announced: Announced, there: Iterable[Group], now: datetime) -> int:
    """A row for each group, at the hours of its place; how many are not dropped."""
    posted = 0
    for each in there:
        place = addresses.get(tx, each.address)
        assert place is not None, "a group that is bound has an address"
        to = To(place.id, place.channel, None, each.organisation)
        said, key = Announcement(announced.id), groups.key_of(announced.id, each.id)
        decision = decided(of_group(tx, each, "announcement", announced.not_after, now))
        gated = passed(decision, reader_of(tx, each), now)
        end = announced.not_after
        new = New(to, said, key, "announcement", gated, not_after=end, announcement=announced.id)
        posted += outbox.add(tx, new, now) is not None and not gated.dropped
    return posted


def _tell(tx: Connection, announced: Announced, recipients: list[Recipient], now: datetime) -> int:
    kind: Kind = "mandatory" if announced.mandatory else "timely" if announced.own_hour else "announcement"
    queued = _Round(tx, announced, kind, now).tell(recipients)
    crash.point("announced")
    return queued


def approved(tx: Connection, organisation: int, many: int, by: int | None, approved_by: int | None) -> None:
    """Raises NotApproved when it is for too many, and nobody else who may announce things there has approved it."""
    house = organisations.find(tx, organisation)
    most = house.approver_above if house else 0
    if not most or many <= most:
        return
    if approved_by is None or approved_by == by:
        raise NotApproved(many, most)
    if organisation not in rights.held(roles.of_person(tx, approved_by)).get("act", frozenset()):
        raise NotApproved(many, most)


def _counted(tx: Connection, organisation: int, now: datetime) -> None:
    """Count it with those of the whole organisation, its units among them; raises TooOften."""
    with beyond(tx, "limits"):
        whose = house(organisations.places(tx), organisation)
        wait = buckets.take(tx, ANNOUNCEMENT, str(whose), now)
    if wait:
        raise TooOften(ANNOUNCEMENT.most, now + wait)


def nearby(now: datetime) -> list[str]:
    """The dates that it may be somewhere at this moment, or at somebody's next hour."""
    return [(now + timedelta(days=days)).date().isoformat() for days in (-1, 0, 1, 2)]


class _Round:
    """One announcement on its way into the outbox, at one moment."""

    def __init__(self, tx: Connection, announced: Announced, kind: Kind, now: datetime) -> None:
        self._tx, self._announced, self._kind, self._now = tx, announced, kind, now
        self._counts: Mapping[tuple[int, str], int] = {}

    def tell(self, people: list[Recipient]) -> int:
        """A row for each of them, gated; how many are not dropped."""
        self._count(people)
        queued = 0
        for at in range(0, len(people), AT_ONCE):
            news = [self._new(each) for each in people[at : at + AT_ONCE]]
            outbox.add_many(self._tx, news, self._now)
            queued += sum(not (each.passed and each.passed.dropped) for each in news)
            crash.point("announcing")
        return queued

    def _count(self, people: list[Recipient]) -> None:
        """What counts for them so far; what is capped may not be added to by others meanwhile."""
        if self._kind in gate.CAPPED:
            lock_all(self._tx, (each.person.id for each in people))
        self._counts = audience.counts(self._tx, nearby(self._now))

    def _new(self, recipient: Recipient) -> New:
        return New(
            recipient.to,
            Announcement(self._announced.id),
            f"announcement:{self._announced.id}:{recipient.person.id}",
            self._kind,
            passed=self._passed(recipient),
            not_after=self._announced.not_after,
            announcement=self._announced.id,
        )

    def _passed(self, recipient: Recipient) -> Passed:
        person, now = recipient.person, self._now
        day = occurrence(gate.begins(now, person, self._kind), person)
        asked = Asked(self._kind, self._announced.not_after, self._counts.get((person.id, day), 0))
        return passed(decided(gate.first(now, person, asked)), person, now)


def pause(tx: Connection, announcement: int) -> int:
    """Send no more of it for now; how many messages are held back."""
    if announcements.get(tx, announcement).state != "sending":
        return 0
    announcements.set_state(tx, announcement, "paused")
    return queueing.hold(tx, announcement)


def resume(tx: Connection, announcement: int, now: datetime) -> int:
    """Go on with it; how many messages go on."""
    if announcements.get(tx, announcement).state != "paused":
        return 0
    announcements.set_state(tx, announcement, "sending")
    return queueing.let_go(tx, announcement, now)


def cancel(tx: Connection, announcement: int, now: datetime) -> int:
    """Send no more of it at all; how many messages were stopped."""
    announcements.set_state(tx, announcement, "cancelled")
    return queueing.cancel(tx, announcement, now)
