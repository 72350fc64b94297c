"""What people are told by time about a webinar: reminders by its rungs, and that it has changed or is cancelled."""

from datetime import datetime

import structlog

from actions.ask_gate import ask, passed
from actions.register import fill, has_left, offer
from actions.tell_registered import Way, tell, way
from domain import attending
from domain import webinar as rules
from domain.person import Person
from domain.webinar import AFTER, NEWS, Webinar
from storage import people, registrations, webinars
from storage.database import Connection
from storage.registrations import Registration

log = structlog.get_logger(__name__)


def remind(tx: Connection, webinar: int, now: datetime, most: int) -> int:
    """Tell up to `most` of those who are due what is due, as the webinar stands now; how many there were.

    It is locked first: what is said of it is true until this is committed, and whoever changes it then finds what has
    not gone yet, and stops it. Who has left by then gives their seat up.
    """
    found = webinars.lock(tx, webinar)
    if found is None:
        return 0
    due = registrations.due(tx, webinar, now, most)
    for each in due:
        who = people.get(tx, each.person)
        if has_left(who, now) and each.rung != AFTER:
            registrations.stand(tx, each.id, "gone")
            continue
        _tell(tx, found, each, who, now)
        registrations.stand(tx, each.id, each.state, _next(found, each, who, now), each.offer_until)
    fill(tx, found, now)
    return len(due)


def _next(webinar: Webinar, each: Registration, who: Person, now: datetime) -> tuple[int, datetime] | None:
    """The reminder behind this one; those that ought to have gone while nobody looked are told to be late."""
    if webinar.state != "open" or each.state != "seated":
        return None
    if each.rung == NEWS:
        return rules.next_rung(webinar, now, who)
    after = each.rung + 1
    return (after, rules.moment_for(webinar, after, who)) if after in rules.RUNGS else None


def _tell(tx: Connection, webinar: Webinar, each: Registration, who: Person, now: datetime) -> None:
    rung = each.rung
    key = rules.key(webinar, who.id, rung)
    if rung == NEWS:
        if webinar.ends_at > now:
            end = max(webinar.starts_at, now)
            told = attending.news(webinar, who, each.seed, seated=each.state == "seated")
            tell(tx, who, told, way(tx, who, end, now), key=key, not_after=end, now=now)
        if (
            webinar.state == "open"
            and each.state == "offered"
            and each.offer_until
            and each.offer_until > now
        ):
            offer(tx, webinar, each, who, now)
        return
    if webinar.state != "open" or each.state != "seated":
        return
    if rung == AFTER:
        end, told = now + rules.AFTERWARDS, attending.afterwards(webinar, who, came=bool(each.attended))
        tell(tx, who, told, way(tx, who, end, now), key=key, not_after=end, now=now)
        return
    kind, end = rules.KINDS[rung], rules.of_use_until(webinar, rung, who)
    said = passed(ask(tx, who, kind, end, now), who, now)
    told = attending.reminder(webinar, who, rung, each.seed)
    tell(tx, who, told, Way(kind, said, said.at or now), key=key, not_after=end, now=now)
