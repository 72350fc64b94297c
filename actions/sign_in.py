"""Sign in to the console: with a one-time link, with a second factor after whatever came first; and out again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from domain.audit import Deed
from domain.code import letters_in
from domain.mailbox import MAIL, secret_of, usable
from domain.message import Line, Notice, Place, Secret
from domain.person import Person
from domain.signing import How, link_token
from storage import addresses, audit, buckets, ceremonies, outbox, people, roles, second_factors, sessions
from storage.addresses import Address
from storage.database import Connection
from storage.sessions import Link, NewLink

LinkState = Literal["ready", "second", "used", "expired", "unknown", "elsewhere", "mismatch"]
Way = Literal["mail", "chat"]
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
    """What a link is good for. `person` is whose it is, `at` when it was used or expired; both None if unknown, or not
    this browser's. `number` is what has to be chosen ("" for nothing).
    """

    state: LinkState
    person: Person | None = None
    at: datetime | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a link: with which address, how it is to come, in the browser with which cookie.

    `number` (two digits) has to be chosen in the browser where it comes by a chat. `seed` is new.
    """

    email: str
    way: Way
    browser: str
    number: str
    seed: str


def make_link(
    tx: Connection, *, person: int, now: datetime, token: str, lasts: timedelta = sessions.LINK_LASTS
) -> None:
    """A link with this token (256 random bits) signs the person in, once, while it lasts, in any browser."""
    sessions.add_link(tx, NewLink(person, token, lasts), now)


def open_link(tx: Connection, *, token: str, now: datetime, browser: str = "") -> Opened:
    """What the link is good for in the browser with this cookie; looking does not use it."""
    return _opened(tx, sessions.link(tx, token), browser, now)


def use_link(tx: Connection, *, token: str, arrival: Arrival, browser: str = "", number: str = "") -> Opened:
    """Exchange the link for a session: "ready" for exactly one caller, else what is wrong with the link.

    A session that this browser had before ends. "second": the person has an authenticator, so they are not signed in
    yet, and the arrival's token is that of the ceremony. With another number than the link's it is used up.
    """
    return _use(tx, sessions.link(tx, token), arrival, browser, number=number)


def use_code(tx: Connection, *, code: str, arrival: Arrival, browser: str) -> Opened:
    """The same for the code that stands below the link, typed in the browser that asked for it."""
    typed = letters_in(code)
    found = sessions.link_of_code(tx, browser, typed) if browser and typed else None
    return _use(tx, found, arrival, browser, number=found.number if found else "")


def _use(tx: Connection, link: Link | None, arrival: Arrival, browser: str, *, number: str) -> Opened:
    opened = _opened(tx, link, browser, arrival.now)
    if link is None or opened.state != "ready":
        return opened
    if not sessions.spend_link(tx, link, arrival.now):
        return _opened(tx, replace(link, used_at=arrival.now), browser, arrival.now)
    if number != link.number:
        return replace(opened, state="mismatch")
    if link.how == "chat":
        assert opened.person
        deed = Deed("entrance.used", opened.person.organisation.id, link.person, after={"how": link.how})
        audit.note(tx, deed, link.person, arrival.now)
    return replace(opened, state=enter(tx, link.person, link.how, arrival))


def _opened(tx: Connection, link: Link | None, browser: str, now: datetime) -> Opened:
    if link is None:
        return Opened("unknown")
    if not link.is_for(browser):
        return Opened("elsewhere")
    person = people.get(tx, link.person)
    if link.used_at:
        return Opened("used", person, link.used_at)
    return Opened("ready" if link.expires_at > now else "expired", person, link.expires_at, link.number)


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


def send_link(tx: Connection, asked: Asked, *, key: bytes, now: datetime) -> bool:
    """Send a one-time link to a person's address in the roster, or to their chat; False when nobody is to have one.

    It works in the browser that asked. Its token is made of a seed, so the store holds nothing that signs anybody in.
    """
    who = people.by_email(tx, asked.email)
    if who is None or not may_enter(tx, who):
        return False
    person = people.get(tx, who)
    place = _mailbox(tx, asked.email, now) if asked.way == "mail" else _chat(tx, who)
    if place is None:
        return False
    how, number = ("link", "") if asked.way == "mail" else ("chat", asked.number)
    token, code = link_token(key, asked.seed), letters_in(secret_of(key, asked.seed, "entry"))
    new = NewLink(who, token, how=how, browser=asked.browser, code=code, number=number)  # type: ignore[arg-type]
    sessions.add_link(tx, new, now)
    said = Notice(_mailed(asked, person) if asked.way == "mail" else _chatted(asked, person))
    to = outbox.To(place.id, place.channel, who, person.organisation.id)
    outbox.add(tx, outbox.New(to, said, f"code:link:{asked.seed}", "code"), now)
    return True


def _mailbox(tx: Connection, email: str, now: datetime) -> Address | None:
    address = usable(email.strip().lower())
    return addresses.find_or_add(tx, MAIL, address, None, now) if address else None


def _chat(tx: Connection, person: int) -> Address | None:
    """Where they are talked to; nowhere for whoever looks after the installation: a chat is not enough for that."""
    place = addresses.best_of_person(tx, person)
    platform = "platform" in roles.of_person(tx, person)
    return place if place and place.reachable and not platform else None


def _mailed(asked: Asked, person: Person) -> tuple[Line, ...]:
    return (
        Line("entrance.mail_subject"),
        Line("entrance.mail_link", {"link": Place("/sign-in?token=", Secret(asked.seed, "link"))}),
        Line("entrance.code", {"code": Secret(asked.seed, "entry")}),
        Line("entrance.mail_use", {"minutes": MINUTES, "contact": person.organisation.contact}),
    )


def _chatted(asked: Asked, person: Person) -> tuple[Line, ...]:
    return (
        Line("entrance.chat_link", {"link": Place("/sign-in?token=", Secret(asked.seed, "link"))}),
        Line("entrance.chat_number", {"number": asked.number}),
        Line("entrance.code", {"code": Secret(asked.seed, "entry")}),
        Line("entrance.chat_use", {"minutes": MINUTES, "contact": person.organisation.contact}),
    )


def sign_out(tx: Connection, *, token: str) -> None:
    """End the session, whoever else has its token."""
    sessions.end(tx, token)
