"""Certify that somebody was at a webinar, and take it back when it turns out that they were not."""

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.audit import Deed
from domain.certificate import Certificate, number_of
from domain.person import Person
from domain.webinar import Webinar
from storage import activity, audit, certificates, employments, organisations
from storage.certificates import Kept, Presence
from storage.database import Connection
from storage.registrations import Registration


def settle(
    tx: Connection, webinar: Webinar, mine: Registration, person: Person, *, code: str, now: datetime
) -> Certificate | None:
    """The certificate that presence, as it is known now, gives them anew; None where nothing new is certified.

    Who was not there after all loses the one that they had. Who was there after all gets another, with a number of its
    own, unless a person had revoked the one before: that stays so.
    """
    if not webinar.certifies:
        return None
    known = certificates.of_presence(tx, mine.id)
    stands = known is not None and known[0].certificate.revoked_on is None
    if not mine.attended:
        if known and stands:
            _withdraw(tx, known[0], now)
        return None
    if known and (stands or known[1]):
        return None
    return _issue(tx, webinar, mine, person, code, now)


def _issue(  # noqa: PLR0917
    tx: Connection, webinar: Webinar, mine: Registration, person: Person, code: str, now: datetime
) -> Certificate:
    place = organisations.find(tx, _place(tx, webinar, person))
    holder = organisations.find(tx, webinar.organisation)
    assert place is not None, "organisations are not deleted"
    assert holder is not None, "organisations are not deleted"
    today = now.astimezone(ZoneInfo(place.zone)).date()
    new = Certificate(
        code=code,
        number=number_of(today.year, certificates.next_count(tx, today.year)),
        name=person.name,
        organisation=holder.name,
        programme=webinar.text(person.language).title,
        language=person.language,
        minutes=webinar.minutes if webinar.study_minutes is None else webinar.study_minutes,
        issued_on=today,
        held_on=webinar.starts_at.astimezone(ZoneInfo(webinar.zone)).date(),
        place=webinar.venue,
    )
    certificates.add(tx, new, Presence(mine.id, person.id, place.id))
    activity.note(tx, person.id, "certified", now, place.id, number=new.number, title=new.programme)
    return new


def _withdraw(tx: Connection, known: Kept, now: datetime) -> None:
    """No reason is written down: that they were not there is one, and each page says it in its own language."""
    certificates.withdraw(tx, known.id, now.astimezone(ZoneInfo(known.zone)).date())
    told = {"number": known.certificate.number, "title": known.certificate.programme}
    activity.note(tx, known.person, "revoked", now, known.organisation, **told)
    audit.note(tx, Deed("certificate.revoked", known.organisation, known.id), None, now)


def _place(tx: Connection, webinar: Webinar, person: Person) -> int:
    """Where they work for whom it was held, the main organisation first; else who held it."""
    works = employments.places(tx, person)
    mine = (each for each in works if webinar.organisation in organisations.upward(tx, each))
    return next(mine, webinar.organisation)
