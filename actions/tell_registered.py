"""Tell people about a webinar for which they registered: in their hours, or at once where these come too late."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from actions.ask_gate import ask, passed
from domain.gate import Drop
from domain.message import Kind, Message
from domain.offers import offers
from domain.person import Person
from storage import addresses, outbox
from storage.database import Connection
from storage.outbox import New, Passed, To

IN_TIME: Final = timedelta(minutes=30)  # before a webinar begins, for what has to be read before


@dataclass(frozen=True, slots=True)
class Way:
    """As which kind of message something goes, what the gate said of it, and from when."""

    kind: Kind
    passed: Passed
    at: datetime


def way(tx: Connection, person: Person, not_after: datetime, now: datetime) -> Way:
    """In the person's hours, if one of them begins `IN_TIME` before `not_after`; else now."""
    decision = ask(tx, person, "personal", not_after - IN_TIME, now)
    kind: Kind = "personal"
    if isinstance(decision, Drop) and decision.reason == "late":
        kind, decision = "webinar", ask(tx, person, "webinar", not_after, now)
    said = passed(decision, person, now)
    return Way(kind, said, said.at or now)


def tell(
    tx: Connection,
    person: Person,
    message: Message,
    how: Way,
    *,
    key: str,
    not_after: datetime,
    now: datetime,
) -> bool:
    """This, once for the key, at the newest place where they can be reached; False where they were told before, or
    cannot be."""
    place = addresses.of_person(tx, person.id, person.organisation.messengers)
    if place is None:
        return False
    to = To(place.id, place.channel, person.id, person.organisation.id)
    new = outbox.add(tx, New(to, message, key, how.kind, how.passed, not_after), now)
    if new is not None and how.passed.at is None and not how.passed.dropped:
        addresses.offer(tx, place.id, offers(message, None))
    return new is not None
