"""A certificate ends soon: say so, 90, 30 and 7 days before, each once."""

from datetime import date, datetime, time

from actions.ask_gate import ask, passed
from domain.certificate import announced, next_announcement
from domain.certifying import renewal
from domain.gate import Decision, Send, WaitUntil
from domain.ladder import put_off
from domain.offers import offers
from domain.pacing import DAY, local, moment_of, next_lesson_at
from domain.person import Person
from storage import addresses, certificates, employments, outbox, people, programmes, sharing
from storage.database import Connection
from storage.outbox import New, To


def renew(tx: Connection, certificate: int, *, now: datetime) -> bool:
    """Announce the renewal of a certificate, unless that is not due any more; say whether it was announced.

    An announcement that could not be made in time (nobody to be reached, a long leave) gives way to the next one, and
    after the last valid date nothing more is said.
    """
    who = certificates.get(tx, certificate).person
    people.lock(tx, who)
    if not certificates.is_due(tx, certificate, now):
        return False
    kept, person = certificates.get(tx, certificate), people.get(tx, who)
    assert kept.version is not None, "what is of a webinar does not end"
    ends, today = kept.certificate.expires_on, local(now, person).date()
    which = announced(ends, today) if ends else None
    if ends is None or which is None:
        certificates.announce(tx, certificate, None)
        return False
    following = next_announcement(ends, today)
    not_after = moment_of(following or ends + DAY, time(0), person)
    decision = ask(tx, person, "reminder", not_after, now)
    place = addresses.of_person(tx, who, person.organisation.messengers)
    works = employments.places(tx, person)
    closed = not sharing.may_begin(tx, kept.version, works)
    if place is None or closed or not isinstance(decision, Send):
        certificates.announce(tx, certificate, _again(decision, following, person, now))
        return False
    told = renewal(kept.certificate, programmes.version(tx, kept.version).slug)
    house = kept.organisation if kept.organisation in works else person.organisation.id
    to = To(place.id, place.channel, who, house)
    key, said = f"renewal:{certificate}:{which}", passed(decision, person, now)
    new = outbox.add(tx, New(to, told, key, "reminder", passed=said, not_after=not_after), now)
    if new is not None:
        addresses.offer(tx, place.id, offers(told, None))
    certificates.announce(tx, certificate, _at(following, person))
    return new is not None


def _again(decision: Decision, following: date | None, person: Person, now: datetime) -> datetime | None:
    """When to look again, having said nothing."""
    if isinstance(decision, WaitUntil):
        return put_off(decision.at, person)
    return next_lesson_at(now, person) if isinstance(decision, Send) else _at(following, person)


def _at(day: date | None, person: Person) -> datetime | None:
    return moment_of(day, person.hour, person) if day else None
