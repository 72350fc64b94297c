"""Remind those who have not confirmed an announcement, as its rule says, until they have or it is cancelled."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from actions import announce, compose
from domain.audience import Line, Rule, Told, ruled
from domain.audit import Deed
from storage import announcements, audit, chasing, organisations
from storage.announcements import Announced
from storage.database import Connection

DAYS: Final = (1, 2, 3, 7)
MOST: Final = 3
AGAIN: Final = timedelta(hours=1)  # until a paused one is looked at again


def silent(which: int) -> Rule:
    """Those whom it reached, and who have not confirmed it."""
    return ruled([Line(Told(which, "arrived"), anew=True), Line(Told(which, "confirmed"), negated=True)])


def begin(tx: Connection, announced: Announced, now: datetime) -> None:
    """The first reminder of what goes now comes after its days."""
    if announced.confirms and announced.chase_times:
        chasing.begin(tx, announced.id, now + timedelta(days=announced.chase_days))


def chase(tx: Connection, which: int, now: datetime) -> int:
    """To how many a reminder goes now; it is an announcement of its own, which passes whatever these pass."""
    announcements.lock(tx, which)
    announced = announcements.get(tx, which)
    if announced.chase_at is None or announced.chase_at > now:
        return 0
    if announced.state == "paused":
        chasing.begin(tx, which, now + AGAIN)
        return 0
    place = organisations.find(tx, announced.organisation or 0)
    if announced.state != "sending" or place is None or place.id in organisations.closed(tx):
        chasing.begin(tx, which, None)
        return 0
    composed = compose.narrowed(compose.composed_of(announced), silent(which))
    reach = compose.reach(tx, composed, now)
    people = len(reach.people)
    number = chasing.sent(tx, which) + (1 if people else 0)
    goes_on = number < announced.chase_times and (people or now < announced.not_after)
    chasing.begin(tx, which, now + timedelta(days=announced.chase_days) if goes_on else None)
    if people:
        said = compose.reckoned(tx, composed, reach, now, own_hour=False)
        composed = replace(composed, days=said.better or said.days)  # also on a Saturday
        _remind(tx, announced, composed, f"{chasing.KEY}{which}:{number}", now)
    return people


def stop(tx: Connection, which: int, now: datetime) -> None:
    """Nobody is reminded of it any more, also not by what is on its way."""
    chasing.stop(tx, which)
    for each in chasing.going(tx, which):
        announce.cancel(tx, each, now)


def _remind(
    tx: Connection, announced: Announced, composed: compose.Composed, key: str, now: datetime
) -> None:
    new = compose.put(tx, composed, announced.by, now, key=key)
    chasing.follow(tx, new, announced)
    announcements.turn(tx, new, "draft", "due", send_at=now, approved_by=announced.approved_by)
    audit.note(tx, Deed("announcement.set", announced.organisation, new), None, now)
