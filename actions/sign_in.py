"""Sign in to the console with a one-time link, and out again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from domain.person import Person
from storage import people, sessions
from storage.database import Connection

LinkState = Literal["ready", "used", "expired", "unknown"]


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link is good for. `person` is whose it is, `at` when it was used or expired; both None if unknown."""

    state: LinkState
    person: Person | None = None
    at: datetime | None = None


def make_link(
    tx: Connection, *, person: int, now: datetime, token: str, lasts: timedelta = sessions.LINK_LASTS
) -> None:
    """A link with this token (256 random bits) signs the person in, once, while it lasts."""
    sessions.add_link(tx, person=person, token=token, now=now, lasts=lasts)


def open_link(tx: Connection, *, token: str, now: datetime) -> Opened:
    """What the link is good for; looking does not use it."""
    found = sessions.link(tx, token)
    if found is None:
        return Opened("unknown")
    person = people.get(tx, found.person)
    if found.used_at:
        return Opened("used", person, found.used_at)
    return Opened("ready" if found.expires_at > now else "expired", person, found.expires_at)


def use_link(
    tx: Connection, *, token: str, now: datetime, session_token: str, old_session: str = ""
) -> Opened:
    """Exchange the link for a session: "ready" for exactly one caller, else what is wrong with the link.

    `session_token` is 256 new random bits; a session that this browser had before ends.
    """
    if sessions.spend_link(tx, token, now) is None:
        return open_link(tx, token=token, now=now)
    opened = open_link(tx, token=token, now=now)
    assert opened.person
    sessions.forget_dead(tx, now)
    sessions.end(tx, old_session)
    sessions.start(tx, person=opened.person.id, token=session_token, now=now)
    return Opened("ready", opened.person, opened.at)


def sign_out(tx: Connection, *, token: str) -> None:
    """End the session, whoever else has its token."""
    sessions.end(tx, token)
