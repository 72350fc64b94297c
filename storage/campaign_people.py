"""The people of a launch campaign: who heads an organisation, who has joined, is invited or not, and has begun."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select, true

from domain.mailbox import MAIL, usable
from domain.organisation import Scope
from storage import addresses, given, people
from storage.addresses import ADDRESS
from storage.aiming import HEADS
from storage.audience import Recipient
from storage.bindings import Standing, stands
from storage.bulk import one_of
from storage.enrolments import ENROLMENT
from storage.invitations import INVITATION
from storage.organisations import ORGANISATION, allowed
from storage.outbox import To
from storage.people import IN_HOUSE, PERSON, ROLE, there
from storage.scoping import within
from storage.wall import beyond

Group = Literal["joined", "invited", "unreachable", "waiting"]
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
NO_ADDRESS: Final = 0  # of a mailbox to which nothing has been sent yet
_UNUSED: Final = (
    INVITATION.c.person_id == PERSON.c.id,
    INVITATION.c.replaced_at.is_(None),
    INVITATION.c.used_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class Member:
    """One of its people: "joined", "invited" (a code is good), "unreachable" (no code, and no mail can be sent), or
    "waiting" to be invited."""

    person: int
    name: str
    place: int
    group: Group


def members(
    tx: Connection, houses: Collection[int], now: datetime, scope: Scope | None = None
) -> list[Member]:
    """Everybody on the roster of these places, or those that the scope sees, by name."""
    sees = within(scope, PERSON.c.organisation_id) if scope else true()
    asked = (sees, PERSON.c.organisation_id.in_(sorted(houses)), there(now))
    columns = (PERSON.c.id, PERSON.c.name, PERSON.c.organisation_id, stands(now), PERSON.c.email)
    rows = tx.execute(select(*columns).where(*asked).order_by(func.lower(PERSON.c.name), PERSON.c.id))
    return [Member(who, name, at, group_of(state, email)) for who, name, at, state, email in rows]


def group_of(state: Standing, email: str) -> Group:
    """Where somebody stands who is there so, and has this e-mail address."""
    if state in ("joined", "invited"):
        return state
    return "waiting" if usable(email) else "unreachable"


def to_invite(
    tx: Connection, houses: Collection[int], *, again: bool, made_by: datetime, now: datetime
) -> list[int]:
    """Who is to get a mail with a code: who has not joined, can be sent mail, and has no code that is good.

    `again`: those too who have one that went out by mail before; a letter that somebody was handed stays good. Whoever
    has a code that is good until `made_by` or longer has it by this step.
    """
    good = (*_UNUSED, INVITATION.c.expires_at >= now)
    kept = or_(INVITATION.c.way != "mail", INVITATION.c.expires_at >= made_by) if again else true()
    asked = (PERSON.c.organisation_id.in_(sorted(houses)), there(now), stands(now) != "joined")
    rows = select(PERSON.c.id, PERSON.c.email).where(*asked, ~exists().where(*good, kept))
    return [who for who, email in tx.execute(rows.order_by(PERSON.c.id)) if usable(email)]


def learning(
    tx: Connection, houses: Collection[int], programme: int | None, now: datetime
) -> tuple[int, int, int, int]:
    """How many people these places have, of them how many joined, of these how many began the programme (None: any),
    and of these how many finished it."""
    mine = [ENROLMENT.c.person_id == PERSON.c.id, given.seen(houses, ENROLMENT.c.programme_id)]
    mine += [ENROLMENT.c.programme_id == programme] if programme else []
    joined = stands(now) == "joined"
    began = and_(joined, exists().where(*mine))
    finished = and_(joined, exists().where(*mine, ENROLMENT.c.state == "finished"))
    counted = [func.coalesce(func.sum(case((each, 1), else_=0)), 0) for each in (joined, began, finished)]
    asked = (PERSON.c.organisation_id.in_(sorted(houses)), there(now))
    row = tx.execute(select(func.count(), *counted).select_from(PERSON).where(*asked)).one()
    return row[0], row[1], row[2], row[3]


def heads(tx: Connection, place: int, now: datetime) -> list[int]:
    """Who looks after an organisation by a role there, wherever they are at home."""
    mine = (ROLE.c.organisation_id == place, ROLE.c.name.in_(HEADS), there(now))
    rows = select(PERSON.c.id).join_from(ROLE, PERSON, PERSON.c.id == ROLE.c.person_id).where(*mine)
    with beyond(tx, "holders"):
        return list(tx.execute(rows.distinct().order_by(PERSON.c.id)).scalars())


def reached_heads(tx: Connection, place: int, now: datetime, *, mails: bool) -> list[Recipient]:
    """Those of them who can be written to: in the chat, or else by mail, where any is sent."""
    found = list[Recipient]()
    for each in heads(tx, place, now):
        with beyond(tx, "holders"):
            person, email = people.get(tx, each), people.email(tx, each) if mails else ""
            address = addresses.of_person(tx, each, person.organisation.messengers)
        if address is not None:
            found.append(Recipient(person, To(address.id, address.channel, each, place)))
        elif usable(email):
            found.append(Recipient(person, To(NO_ADDRESS, MAIL, each, place)))
    return found


def counted_heads(
    tx: Connection, places: Collection[int], now: datetime, *, mails: bool
) -> dict[int, tuple[int, int]]:
    """How many look after each of these organisations, and how many of them can be written to."""
    newest = (ADDRESS.c.person_id == PERSON.c.id, ADDRESS.c.reachable, allowed(ADDRESS.c.channel))
    chats = exists().where(*newest).correlate(PERSON, ORGANISATION)
    rows = select(ROLE.c.organisation_id, PERSON.c.id, PERSON.c.email, chats).distinct()
    joined = ROLE.join(PERSON, PERSON.c.id == ROLE.c.person_id).join(ORGANISATION, IN_HOUSE)
    mine = (one_of(_PLACE, places), ROLE.c.name.in_(HEADS), there(now))
    found = dict[int, tuple[int, int]]()
    with beyond(tx, "holders"):
        for place, _, email, reached in tx.execute(rows.select_from(joined).where(*mine)):
            heads, so_far = found.get(place, (0, 0))
            found[place] = heads + 1, so_far + bool(reached or (mails and usable(email)))
    return found


_PLACE: Final[ColumnElement[int]] = ROLE.c.organisation_id


def with_mailboxes(tx: Connection, found: list[Recipient], now: datetime) -> list[Recipient]:
    """The same, with an address for each mailbox."""
    return [_with_mailbox(tx, each, now) if each.to.address == NO_ADDRESS else each for each in found]


def _with_mailbox(tx: Connection, recipient: Recipient, now: datetime) -> Recipient:
    person = recipient.person
    with beyond(tx, "address"):
        place = addresses.find_or_add(tx, MAIL, people.email(tx, person.id), person.language, now)
    return Recipient(person, recipient.to._replace(address=place.id))
