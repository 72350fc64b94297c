"""Somebody opens their own link to a webinar."""

from dataclasses import dataclass
from datetime import datetime

from domain.language import Language
from domain.pacing import local
from domain.webinar import Webinar
from storage import people, registrations, webinars
from storage.database import Connection
from storage.registrations import Registration


@dataclass(frozen=True, slots=True)
class Found:
    """A webinar, and the registration whose link was opened, with what they are called."""

    webinar: Webinar
    registration: Registration
    language: Language
    name: str


def find(tx: Connection, seed: str) -> Found | None:
    """What the link with this seed leads to; None for whoever has left."""
    registration = registrations.by_seed(tx, seed)
    webinar = webinars.find(tx, registration.webinar) if registration else None
    if registration is None or webinar is None:
        return None
    person = people.get(tx, registration.person)
    if person.has_left(local(webinar.starts_at, person).date()):
        return None
    return Found(webinar, registration, person.language, people.name(tx, person.id))


def join(tx: Connection, found: Found, now: datetime) -> None:
    """They opened it."""
    registrations.join(tx, found.registration.id, now)
