"""Load what the conversation needs to know about one address and what it just did."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime

from actions import announce_in_chat, doorway
from actions.facts_of_webinars import shown_to
from actions.remember import today_of
from domain import announcing
from domain.at_announcement import writing_of
from domain.attending import ABOUT
from domain.event import Command, Event, Said, StepPress, key_of, linked, meaning_of
from domain.facts import CodeState, Facts, Invitation, Shelf, Step, Study
from domain.guessing import UNGUARDED, Guard
from domain.language import DEFAULT
from domain.listening import LOOKED_AT, awaited, between
from domain.mailbox import DIGITS, HOUR, Mailbox, digits_in, usable
from domain.pacing import local
from domain.person import Person
from domain.recall import Today
from domain.sitting import has_tests
from storage import (
    certificates,
    codes,
    employments,
    invitations,
    outbox,
    people,
    programmes,
    reached,
    sharing,
    sittings,
    steps,
    studies,
)
from storage.addresses import Address
from storage.database import Connection
from storage.invitations import Invited

# The commands that are about every programme there is, and which of them can be begun again.
ON_SHELF = ("programmes", "programme", "enrol", "progress", "lessons", "moveon", "certificates", "renew")


def load(tx: Connection, address: Address, event: Event, now: datetime, code_key: bytes = b"") -> Facts:
    """The facts behind a reply, as they stand in this transaction. `code_key` makes codes; empty: no mail is sent."""
    meaning = meaning_of(event)
    code = doorway.shown(meaning, address)
    guarded = doorway.guard(tx, address.id, now) if code else UNGUARDED
    looked_up = code and guarded.until is None  # a right one is not told from a wrong one by who guesses
    shown = _invitation(tx, invitations.by_code(tx, code) if looked_up else None, address, now)
    if address.person is None:
        return _of_stranger(tx, address, meaning, (guarded, shown), now=now, code_key=code_key)
    people.lock(tx, address.person)
    person = people.get(tx, address.person)
    waiting = steps.open_of(tx, person.id)
    key = key_of(meaning)
    pressed = next((step for step in waiting if step.key == key), None)
    if key and pressed is None:
        pressed = steps.by_key(tx, key, person.id)
    mine = _studies(tx, person.id)
    about = pressed or (waiting[0] if waiting and not key else None)
    asked = waiting[0] if waiting and waiting[0].question and isinstance(meaning, Said) else None
    return Facts(
        now,
        person.language,
        person,
        shown=shown,
        studies=mine,
        shelf=shelf(tx, employments.places(tx, person)) if _of_shelf(meaning) else (),
        certificates=certificates.of_person(tx, person.id) if _of_shelf(meaning) else (),
        open=waiting[0] if waiting else None,
        pressed=pressed,
        waiting=tuple(waiting[1:]),
        awaited=asked is None or _awaited(tx, address, person, asked, now),
        today=_today(tx, person, mine, about, now),
        mailbox=_mailbox(tx, person, code_key, now) if _of_mailbox(meaning, (pressed, *waiting)) else None,
        dues=_dues(tx, person.id) if isinstance(meaning, Command) and meaning.name == "progress" else {},
        channel=address.channel,
        door=doorway.doorway(tx, address, meaning, guarded, now=now, key=code_key),
        webinars=shown_to(tx, person, now) if _of_webinars(meaning) else (),
        announces=announce_in_chat.may(tx, person, now) if _of_announcing(meaning) else False,
        writing=writing_of(address.writes, now),
    )


def _of_announcing(meaning: Command | StepPress | Said) -> bool:
    return isinstance(meaning, Command) and meaning.name in announcing.ABOUT


def _of_webinars(meaning: Command | StepPress | Said) -> bool:
    return isinstance(meaning, Command) and meaning.name in ABOUT


def _dues(tx: Connection, person: int) -> dict[int, date]:
    return {programme: due_on for (_, programme), due_on in reached.dues(tx, [person]).items()}


def _of_stranger(
    tx: Connection,
    address: Address,
    meaning: Command | StepPress | Said,
    showing: tuple[Guard, Invitation | None],
    *,
    now: datetime,
    code_key: bytes,
) -> Facts:
    """The facts behind a reply to somebody who has not joined."""
    guarded, shown = showing
    pending = _invitation(
        tx, invitations.get(tx, address.invitation) if address.invitation else None, address, now
    )
    invited = pending or shown
    door = doorway.doorway(tx, address, meaning, guarded, now=now, key=code_key)
    if shown and (guarded.alarm or shown.moves):
        door = replace(door, written=doorway.of_roster(tx, address, shown.person.id, now))
    house = door.arrival.house if door.arrival else door.link.house if door.link else None
    spoken = invited.person.language if invited else house.language if house else DEFAULT
    return Facts(
        now,
        address.language or spoken,
        None,
        pending,
        address.agreed_name,
        shown,
        channel=address.channel,
        door=door,
    )


def _awaited(tx: Connection, address: Address, person: Person, step: Step, now: datetime) -> bool:
    told = outbox.told(tx, address.id, person.id, kinds=between(step), most=LOOKED_AT)
    return awaited(step, told, now)


def _mailbox(tx: Connection, person: Person, code_key: bytes, now: datetime) -> Mailbox:
    address = usable(people.email(tx, person.id))
    return Mailbox(address, code_key, codes.recent(tx, person.id, now - HOUR))


def _of_mailbox(meaning: Command | StepPress | Said, steps: Iterable[Step | None]) -> bool:
    """Whether a reply may be about a code: one was typed, or somebody stands before a test."""
    typed = isinstance(meaning, Said) and len(digits_in(meaning.text)) == DIGITS
    return typed or any(step and step.purpose == "test" and not step.question for step in steps)


def _today(
    tx: Connection, person: Person, mine: tuple[Study, ...], about: Step | None, now: datetime
) -> Today | None:
    """What matters where this is about a question that came back."""
    if about is None or about.purpose != "review":
        return None
    study = next(each for each in mine if each.enrolment == about.enrolment)
    return today_of(tx, person, study, about, now)


def of_person(tx: Connection, person: Person, now: datetime) -> Facts:
    """The facts behind a message that comes by time."""
    return Facts(now, person.language, person, studies=_studies(tx, person.id))


def shelf(tx: Connection, places: Collection[int] = ()) -> tuple[Shelf, ...]:
    """The programmes that people of one of these places may enrol in; with none, what is offered to everybody."""
    newest = sharing.listed(tx, places) if places else sharing.offered(tx)
    bases = sharing.bases(tx)
    return tuple(
        Shelf(programme, version, programmes.version(tx, version), bases.get(programme, ()))
        for programme, version in newest.items()
    )


def _of_shelf(meaning: Command | StepPress | Said) -> bool:
    """Whether a reply needs to know every programme there is, and the person's certificates."""
    return isinstance(meaning, Command) and (meaning.name in ON_SHELF or bool(linked(meaning)))


def _invitation(
    tx: Connection, invited: Invited | None, address: Address, now: datetime
) -> Invitation | None:
    if invited is None:
        return None
    person, state = people.get(tx, invited.person), _state(invited, now)
    if state == "open" and person.has_left(local(now, person).date()):
        state = "expired"
    begins, here = _begun_by(tx, invited, person), invited.used_by == address.id
    return Invitation(invited.id, person, begins, state, here, moves=invited.way == "move")


def _begun_by(tx: Connection, invited: Invited, person: Person) -> int | None:
    """What the invitation begins: nothing that is not, or no longer, for the people of their organisation."""
    programme = invited.programme
    if programme is None or programme in sharing.unlisted(tx, person.organisation.id):
        return None
    return programme


def _state(invited: Invited, now: datetime) -> CodeState:
    if invited.used_at:
        return "used"
    if invited.replaced:
        return "replaced"
    return "expired" if invited.expires_at < now else "open"


def _studies(tx: Connection, person: int) -> tuple[Study, ...]:
    found = studies.of_person(tx, person)
    if not any(has_tests(study.programme) for study in found):
        return tuple(found)
    sat = sittings.of_person(tx, person)
    return tuple(replace(study, sittings=sat.get(study.enrolment, ())) for study in found)
