"""Certify that someone has finished a programme, and take it back."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.audit import Deed
from domain.certificate import Certificate, expiry, next_announcement, number_of
from domain.organisation import Scope
from domain.pacing import local, moment_of
from domain.person import Person
from storage import (
    activity,
    audit,
    certificates,
    enrolments,
    given,
    organisations,
    people,
    programmes,
    register,
)
from storage.certificates import Kept, Round
from storage.database import Connection


def issue(tx: Connection, enrolment: int, *, code: str, now: datetime) -> Certificate:
    """The certificate of an enrolment that was finished just now; the same one however often it is asked for.

    `code` is 128 random bits in 22 characters. What it says is taken from the version that was learned, in the
    person's language.
    """
    of, person = _round(tx, enrolment)
    known = certificates.of_round(tx, enrolment, of.begun_at)
    if known is not None:
        return known
    new = _certificate(tx, of, person, code, now)
    first = next_announcement(new.expires_on, new.issued_on) if new.expires_on else None
    certificates.announce_no_more(tx, enrolment)
    certificates.add(tx, new, of, moment_of(first, person.hour, person) if first else None)
    activity.note(tx, person.id, "certified", now, version=of.version, number=new.number)
    return new


def revoke(tx: Connection, scope: Scope, certificate: int, *, reason: str, now: datetime) -> Kept | None:
    """Revoke a certificate of the scope, for a reason that its coordinators see; None when it has no such one.

    One that was revoked before stays as it is.
    """
    found = register.one(tx, scope, certificate)
    if found is None:
        return None
    today = now.astimezone(ZoneInfo(found.zone)).date()
    if register.revoke(tx, scope, certificate, reason=reason, on=today):
        number = found.certificate.number
        about = {"number": number, "reason": reason}
        if found.version is None:
            title = found.certificate.programme
            activity.note(tx, found.person, "revoked", now, found.organisation, title=title, **about)
        else:
            activity.note(tx, found.person, "revoked", now, version=found.version, **about)
        audit.note(tx, Deed("certificate.revoked", found.organisation, certificate), scope.person, now)
    return register.one(tx, scope, certificate)


def _round(tx: Connection, enrolment: int) -> tuple[Round, Person]:
    found = enrolments.get(tx, enrolment)
    person = people.get(tx, found.person)
    begun_at = enrolments.begun_at(tx, enrolment)
    house = given.givers(tx, [person.id]).get((person.id, found.programme))
    if house is not None:  # who gave it proves it
        place = organisations.find(tx, house)
        assert place is not None, "organisations are not deleted"
        person = replace(person, organisation=place)
    return Round(enrolment, begun_at, person.id, person.organisation.id, found.version), person


def _certificate(tx: Connection, of: Round, person: Person, code: str, now: datetime) -> Certificate:
    programme, today = programmes.version(tx, of.version), local(now, person).date()
    return Certificate(
        code=code,
        number=number_of(today.year, certificates.next_count(tx, today.year)),
        name=person.name,
        organisation=person.organisation.name,
        programme=programme.text(person.language).title,
        language=person.language,
        minutes=programme.minutes(person.language),
        issued_on=today,
        expires_on=expiry(today, programme.rules.valid_months or 0),
    )
