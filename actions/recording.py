"""Recordings: put where people find them, and told to those who may see them."""

from collections.abc import Mapping
from datetime import datetime

from actions.organise import own
from domain import recording_talk
from domain.audit import Deed
from domain.language import Language
from domain.message import Notice
from domain.organisation import Scope
from domain.person import Person
from domain.recording import Fault, chapters
from domain.webinar import is_link
from storage import audit, employments, recordings
from storage.database import Connection
from storage.wall import beyond


def record(
    tx: Connection,
    scope: Scope,
    webinar: int,
    said: tuple[str, Mapping[Language, str]],
    now: datetime,
) -> list[Fault]:
    """Its link and its chapters as they are written; no link: there is none any more. What is wrong with them, and then
    nothing is kept. People are told once, when it is there for the first time."""
    found = own(tx, scope, webinar)
    link, parts = said[0], chapters(said[1])
    faults: list[Fault] = ["early"] if found.starts_at > now or found.state != "open" else []
    if link and not is_link(link):
        faults.append("link")
    if parts is None:
        faults.append("chapters")
    if faults or parts is None:
        return faults
    before = recordings.of(tx, found)
    with beyond(tx, "seats"):
        if link:
            recordings.put(tx, webinar, link, parts, now)
        else:
            recordings.take(tx, webinar)
        if link and before is None:
            recordings.due(tx, found, now)
    after = {"chapters": len(parts), "there": int(bool(link))}
    audit.note(tx, Deed("webinar.recorded", found.organisation, webinar, after=after), scope.person, now)
    return []


def archive(tx: Connection, person: Person, words: str) -> Notice:
    """What they may see, or of that what has these words in it."""
    mine = recordings.of_person(tx, person.id, employments.places(tx, person))
    return recording_talk.archive([each for each in mine if each.found_by(words)], person, words)


def show(tx: Connection, person: Person, webinar: int) -> Notice:
    """One of these."""
    mine = recordings.of_person(tx, person.id, employments.places(tx, person))
    found = next((each for each in mine if each.webinar.id == webinar), None)
    return recording_talk.show(found, person) if found else recording_talk.none()
