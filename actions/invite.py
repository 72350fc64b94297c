"""Invite people of the roster, by one-time codes: one, or everybody of an organisation who has not joined."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from actions import ask_gate
from domain.audit import Deed
from domain.campaigning import filled
from domain.code import by_hand
from domain.gate import Decision
from domain.joining import PAGE
from domain.language import DEFAULT, Language
from domain.letter import Letter
from domain.mailbox import MAIL, secret_of, usable
from domain.message import Day, Line, Notice, Place, Secret
from domain.pacing import local
from domain.person import Person
from domain.programme import Programme
from domain.spreadsheet import guarded
from storage import addresses, audit, given, invitations, outbox, people
from storage.database import Connection
from storage.invitations import Way
from storage.outbox import New, Passed, To
from storage.wall import beyond

VALID: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Made:
    """A new invitation, with its code: it is told now or never."""

    person: Person
    email: str
    code: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """Invitations that go by themselves: in these words by language, through the gate, each under a name that begins
    so."""

    words: Mapping[Language, str]
    name: str


def invite(
    tx: Connection,
    *,
    person: int,
    programme: int | None,
    code: str,
    now: datetime,
    way: Way = "hand",
    by: int | None = None,
) -> None:
    """Make the code (128 random bits) bring this person in, once, for a fortnight, and begin the programme.

    Codes that the person had and did not use open nothing any more. `by` is a person, None for whoever runs the
    installation.
    """
    if invitations.by_code(tx, code) is None:
        _add(tx, person, programme, code, now=now, way=way)
        _note(tx, [people.get(tx, person)], programme, by, now)


def invite_many(
    tx: Connection,
    who: Iterable[int],
    programme: int | None,
    *,
    way: Way,
    now: datetime,
    new_code: Callable[[], str],
    by: int | None = None,
) -> list[Made]:
    """A new code for each of these, to be told in a letter or a list."""
    made = []
    for each in who:
        code = new_code()
        _add(tx, each, programme, code, now=now, way=way)
        made.append(Made(people.get(tx, each), people.email(tx, each), code, now + VALID))
    _note(tx, [each.person for each in made], programme, by, now)
    return made


def invite_by_mail(  # noqa: PLR0913 (each is a word of its own to the caller)
    tx: Connection,
    who: Iterable[int],
    programme: int | None,
    *,
    key: bytes,
    now: datetime,
    new_key: Callable[[], str],
    by: int | None = None,
    of: Round | None = None,
) -> tuple[int, Sequence[Person]]:
    """A mail with a new code for each of these: how many go, and who has no address that mail can be sent to.

    The code itself is in no row: it is made of a seed and this key when the mail is written.
    """
    sent, left = list[Person](), list[Person]()
    for each in who:
        person, email = people.get(tx, each), people.email(tx, each)
        if not usable(email):
            left.append(person)
            continue
        seed = new_key()
        code = secret_of(key, seed, "token")
        _add(tx, each, programme, code, now=now, way="mail")
        said = _mail(person, seed, now + VALID, of.words if of else {})
        name = f"{of.name}{person.id}" if of else f"invitation:{seed}"
        passed = ask_gate.passed(_gate(tx, person, now), person, now) if of else None
        mail(tx, person, email, said, name, now=now, passed=passed)
        sent.append(person)
    _note(tx, sent, programme, by, now)
    return len(sent), left


def _add(tx: Connection, person: int, programme: int | None, code: str, *, now: datetime, way: Way) -> None:
    invitations.replace_unused(tx, person, now)
    invitations.add(tx, person=person, programme=programme, code=code, expires_at=now + VALID, way=way)


def _note(
    tx: Connection, invited: Sequence[Person], programme: int | None, by: int | None, now: datetime
) -> None:
    """One row of the audit log for somebody, or one for each organisation with how many of its people; that it is
    their main organisation which gives them the programme."""
    if programme is not None:
        given.invited(tx, [each.id for each in invited], programme)
    if len(invited) == 1:
        home, after = invited[0].organisation.id, {"programme": programme}
        audit.note(tx, Deed("invitation.made", home, invited[0].id, after=after), by, now)
        return
    for home, many in Counter(each.organisation.id for each in invited).items():
        after = {"programme": programme, "count": many}
        audit.note(tx, Deed("invitations.made", home, after=after), by, now)


def letters_of(made: Iterable[Made], programme: Programme | None, address: str) -> list[Letter]:
    """What each of them is told. `address` is where everybody reaches the service's pages."""
    return [
        Letter(
            language=each.person.language,
            name=each.person.name,
            email=each.email,
            organisation=each.person.organisation.name,
            contact=each.person.organisation.contact,
            programme=programme.text(each.person.language).title if programme else "",
            link=f"{address}{PAGE}{each.code}",
            page=f"{address}{PAGE}".rstrip("/"),
            code=by_hand(each.code),
            ends=local(each.ends, each.person).date(),
        )
        for each in made
    ]


def mail_merge(letters: Iterable[Letter]) -> str:
    """The same as a table (CSV with semicolons) for a mail merge; no cell is a formula to a spreadsheet."""
    names = ("name", "email", "organisation", "programme", "link", "code", "ends", "language", "contact")
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";", lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows(
        [guarded(" ".join(str(getattr(each, name)).split())) for name in names] for each in letters
    )
    return table.getvalue()


def mail(  # noqa: PLR0913 (each is a word of its own to the caller)
    tx: Connection,
    person: Person,
    email: str,
    told: Notice,
    key: str,
    *,
    now: datetime,
    house: int | None = None,
    passed: Passed | None = None,
) -> None:
    """A message to an address of the roster, which is nobody's place to learn in; of this `house`, if not the main."""
    with beyond(tx, "address"):
        place = addresses.find_or_add(tx, MAIL, email, person.language, now)
    to = To(place.id, MAIL, person.id, house or person.organisation.id)
    outbox.add(tx, New(to, told, key, "personal", passed, not_after=now + VALID), now)


def _gate(tx: Connection, person: Person, now: datetime) -> Decision:
    return ask_gate.ask(tx, person, "personal", now + VALID, now)


def _mail(person: Person, seed: str, ends: datetime, words: Mapping[Language, str]) -> Notice:
    """The first line is the subject."""
    house, last = person.organisation, Day(local(ends, person).date())
    own = words.get(person.language) or words.get(DEFAULT) or next(filter(None, words.values()), "")
    names = {"name": person.name, "organisation": house.name}
    lines = (
        Line("invite.subject", {"organisation": house.name}),
        Line("invite.own", {"words": filled(own, names)}) if own else Line("invite.text", {**names}),
        Line("invite.link", {"link": Place(PAGE, Secret(seed, "token"))}),
        Line("invite.hand", {"code": Secret(seed, "hand")}),
        Line("invite.until", {"day": last, "contact": house.contact}),
    )
    return Notice(lines)
