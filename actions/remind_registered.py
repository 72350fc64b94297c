"""What people are told by time about a webinar: reminders by its rungs, and that it has changed or is cancelled."""

from collections.abc import Callable
from datetime import datetime

import structlog

from actions.ask_gate import ask, passed
from actions.certify_presence import settle
from actions.register import fill, has_left, offer
from actions.tell_registered import Way, tell, way
from domain import attending, certifying, recording_talk
from domain import webinar as rules
from domain.person import Person
from domain.recording import may_see
from domain.webinar import AFTER, NEWS, RECORDED, Webinar
from storage import people, recordings, registrations, webinars
from storage.database import Connection
from storage.registrations import Registration

log = structlog.get_logger(__name__)


def remind(tx: Connection, webinar: int, now: datetime, most: int, *, code: Callable[[], str]) -> int:
    """Tell up to `most` of those who are due what is due, as the webinar stands now; how many there were. `code` gives
    the secret of a new certificate.

    It is locked first: what is said of it is true until this is committed, and whoever changes it then finds what has
    not gone yet, and stops it. Who has left by then gives their seat up.
    """
    found = webinars.lock(tx, webinar)
    if found is None:
        return 0
    due = registrations.due(tx, webinar, now, most)
    for each in due:
        who = people.get(tx, each.person)
        if has_left(who, now) and each.rung < AFTER:
            registrations.stand(tx, each.id, "gone")
            continue
        if each.rung == AFTER:
            _tell_after(tx, found, each, who, code(), now)
        else:
            _tell(tx, found, each, who, now)
        then = (RECORDED, now) if each.rung == AFTER and recordings.of(tx, found) else None
        registrations.stand(tx, each.id, each.state, then or _next(found, each, who, now), each.offer_until)
    fill(tx, found, now)
    return len(due)


def _next(webinar: Webinar, each: Registration, who: Person, now: datetime) -> tuple[int, datetime] | None:
    """The reminder behind this one; those that ought to have gone while nobody looked are told to be late."""
    if webinar.state != "open" or each.state != "seated":
        return None
    if each.rung == NEWS and each.attended is not None:
        return AFTER, max(now, webinar.ends_at)
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
    if rung == RECORDED:
        _tell_recording(tx, webinar, each, who, now)
        return
    kind, end = rules.KINDS[rung], rules.of_use_until(webinar, rung, who)
    said = passed(ask(tx, who, kind, end, now), who, now)
    told = attending.reminder(webinar, who, rung, each.seed)
    tell(tx, who, told, Way(kind, said, said.at or now), key=key, not_after=end, now=now)


def _tell_after(  # noqa: PLR0917
    tx: Connection, webinar: Webinar, each: Registration, who: Person, code: str, now: datetime
) -> None:
    """A word to who was there, with the certificate that they have of it, or to who was not; each once. Of a new
    certificate they are told also if they had a word before."""
    if webinar.state != "open" or each.state != "seated":
        return
    end, key, new = now + rules.AFTERWARDS, rules.key(webinar, who.id, AFTER), None
    if each.attended is not None:
        new = settle(tx, webinar, each, who, code=code, now=now)
    told, how = attending.afterwards(webinar, who, came=bool(each.attended)), way(tx, who, end, now)
    if new is None:
        tell(tx, who, told, how, key=key, not_after=end, now=now)
        return
    told, own = certifying.attended(told, new), f"{key}:{new.number}"
    if not tell(tx, who, told, how, key=key, not_after=end, now=now):
        tell(tx, who, told, how, key=own, not_after=end, now=now)
    tell(tx, who, certifying.issued(new), how, key=f"{own}:file", not_after=end, now=now)


def _tell_recording(tx: Connection, webinar: Webinar, each: Registration, who: Person, now: datetime) -> None:
    found = recordings.of(tx, webinar)
    if found and may_see(webinar.seen_by, each.state, attended=bool(each.attended), is_for=False):
        end, key = now + rules.AFTERWARDS, rules.key(webinar, who.id, RECORDED)
        told = recording_talk.show(found, who, new=True)
        tell(tx, who, told, way(tx, who, end, now), key=key, not_after=end, now=now)
