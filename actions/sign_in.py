"""Sign in to the console: with a one-time link, with a second factor after whatever came first; and out again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from domain.mailbox import MAIL, usable
from domain.message import Line, Notice, Place
from domain.person import Person
from domain.signing import How, link_token
from storage import addresses, buckets, ceremonies, outbox, people, roles, second_factors, sessions
from storage.database import Connection

LinkState = Literal["ready", "second", "used", "expired", "unknown"]
MINUTES: Final = sessions.LINK_LASTS // timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A browser at the door. `token` is 256 new random bits, `old` the session that it had ("" for none), `agent` what
    it calls itself.
    """

    token: str
    now: datetime
    old: str = ""
    agent: str = ""


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
    tx: Connection, *, token: str, now: datetime, session_token: str, old_session: str = "", agent: str = ""
) -> Opened:
    """Exchange the link for a session: "ready" for exactly one caller, else what is wrong with the link.

    `session_token` is 256 new random bits; a session that this browser had before ends. "second": the person has an
    authenticator, so they are not signed in yet, and the token is that of the ceremony.
    """
    if sessions.spend_link(tx, token, now) is None:
        return open_link(tx, token=token, now=now)
    opened = open_link(tx, token=token, now=now)
    assert opened.person
    arrival = Arrival(session_token, now, old_session, agent)
    return Opened(enter(tx, opened.person.id, "link", arrival), opened.person, opened.at)


def enter(
    tx: Connection, person: int, how: How, arrival: Arrival, *, strong: bool = False
) -> Literal["ready", "second"]:
    """The person has shown who they are: they are signed in, or asked for the second factor that they have.

    `strong`: what they have shown is two factors already.
    """
    forget_dead(tx, arrival.now)
    if not strong and second_factors.seed(tx, person):
        ceremonies.begin(tx, "second", arrival.token, arrival.now, person=person, how=how)
        return "second"
    _start(tx, person, how, arrival, strong=strong)
    return "ready"


def finish(tx: Connection, ceremony: str, arrival: Arrival) -> bool:
    """The second factor was right: whoever began with this ceremony is signed in, once."""
    begun = ceremonies.take(tx, "second", ceremony, arrival.now)
    if begun is None or begun.person is None:
        return False
    _start(tx, begun.person, begun.data["how"], arrival, strong=True)
    return True


def _start(tx: Connection, person: int, how: How, arrival: Arrival, *, strong: bool) -> None:
    sessions.end(tx, arrival.old)
    token, now, agent = arrival.token, arrival.now, arrival.agent
    sessions.start(tx, person=person, token=token, now=now, how=how, strong=strong, agent=agent)


def forget_dead(tx: Connection, now: datetime) -> int:
    """Delete what nobody can sign in with any more, and tries that do not count; how many rows."""
    return sessions.forget_dead(tx, now) + ceremonies.forget(tx, now) + buckets.forget(tx, now)


def may_enter(tx: Connection, person: int) -> bool:
    """Whether there is anything in the console for the person."""
    return bool(roles.of_person(tx, person))


def mail_link(tx: Connection, email: str, *, seed: str, key: bytes, now: datetime) -> bool:
    """Send a one-time link to a person's address in the roster; False when nobody is to have one.

    Its token is made of `seed`, so the store holds nothing that signs anybody in.
    """
    who = people.by_email(tx, email)
    address = usable(email.strip().lower())
    if who is None or not address or not may_enter(tx, who):
        return False
    person = people.get(tx, who)
    make_link(tx, person=who, now=now, token=link_token(key, seed))
    lines = (
        Line("entrance.mail_subject"),
        Line("entrance.mail_link", {"link": Place("/sign-in?token=", seed)}),
        Line("entrance.mail_use", {"minutes": MINUTES, "contact": person.organisation.contact}),
    )
    place = addresses.find_or_add(tx, MAIL, address, None, now)
    to = outbox.To(place.id, MAIL, who, person.organisation.id)
    outbox.add(tx, outbox.New(to, Notice(lines), f"code:link:{seed}", "code"), now)
    return True


def sign_out(tx: Connection, *, token: str) -> None:
    """End the session, whoever else has its token."""
    sessions.end(tx, token)
