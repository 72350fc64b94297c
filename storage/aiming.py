"""A rule of whom an announcement is for (domain/audience.py), as the condition of one query on PERSON."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    text,
    true,
)

from domain.assigning import same
from domain.audience import (
    Active,
    All,
    At,
    Away,
    Ends,
    How,
    Leads,
    Leaf,
    Learns,
    Not,
    Rule,
    Seat,
    Sits,
    Some,
    Speaks,
    Tagged,
    Told,
    ToldToday,
    Where,
    Works,
    leaves,
)
from domain.roster_cells import parted
from domain.seating import SITTING
from storage import employments, given, organisations, webinars
from storage.activity import ACTIVITY
from storage.addresses import ADDRESS
from storage.certificates import CERTIFICATE
from storage.codec import dump
from storage.confirmations import CONFIRMATION
from storage.enrolments import ENROLMENT
from storage.organisations import ORGANISATION, allowed
from storage.outbox import OUTBOX, in_state
from storage.people import IN_HOUSE, PERSON, ROLE, there
from storage.registrations import REGISTRATION

_RULE: Final[TypeAdapter[Rule]] = TypeAdapter(Rule)
_THEIRS: Final = ENROLMENT.c.person_id == PERSON.c.id
_WHERE: Final[Mapping[Where, ColumnElement[bool]]] = {
    "any": true(),
    "first": and_(ENROLMENT.c.state == "active", ENROLMENT.c.lesson == 0),
    "under_way": and_(ENROLMENT.c.state == "active", ENROLMENT.c.lesson > 0),
    "paused": ENROLMENT.c.state == "paused",
    "finished": ENROLMENT.c.state == "finished",
}
_SEAT: Final[Mapping[Seat, ColumnElement[bool]]] = {
    "registered": REGISTRATION.c.state.in_(SITTING),
    "waiting": REGISTRATION.c.state == "waiting",
    "attended": REGISTRATION.c.attended.is_(True),
    "absent": REGISTRATION.c.attended.is_(False),
}
_NEWER: Final = CERTIFICATE.alias("newer")
HEADS: Final = ("administrator", "coordinator")  # who looks after a place
_MISSED: Final = ("failed", "dropped", "expired")  # where a message is over that cannot have arrived
_BY_ITSELF: Final = ("lesson_sent", "left")  # what happened to somebody, and was not done by them


@dataclass(frozen=True, slots=True)
class Aim:
    """What a rule's condition depends on: the places of those whom it may find, which of the rule's places are which
    of these, how the rule's jobs and tags are spelled there, which of its webinars are theirs or of places above,
    and when it is."""

    houses: frozenset[int]
    under: Mapping[int, frozenset[int]]
    spelled: Mapping[str, Collection[str]]
    tagged: Mapping[str, Collection[str]]
    held: frozenset[int]
    now: datetime
    today: date


def dump_rule(rule: Rule) -> str:
    """A rule as it is stored."""
    return dump(rule)


def load_rule(body: str) -> Rule:
    """The rule that was stored."""
    return _RULE.validate_json(body)


def aim(tx: Connection, rule: Rule, houses: Collection[int], now: datetime, today: date) -> Aim:
    """What there has to be known for a rule that is asked of the people of these places, on their date."""
    asked, mine = leaves(rule), frozenset(houses)
    places = {each.place for each in asked if isinstance(each, At)}
    jobs = {each.job for each in asked if isinstance(each, Works)}
    tags = {each.tag for each in asked if isinstance(each, Tagged)}
    there = words_at(tx, mine, "job") if jobs else []
    marked = words_at(tx, mine, "tags") if tags else []
    return Aim(
        mine,
        {place: organisations.under(tx, [place]) & mine for place in places},
        {job: [each for each in there if same(each, job)] for job in jobs},
        {tag: [each for each in marked if any(same(one, tag) for one in parted(each))] for tag in tags},
        webinars.of_line(tx, mine, {each.webinar for each in asked if isinstance(each, Sits)}),
        now,
        today,
    )


def words_at(tx: Connection, houses: Collection[int], name: str) -> list[str]:
    """What these places say of the work of their people ("job", "tags"), in every spelling."""
    word = employments.word(houses, name)
    rows = select(word).where(employments.of(houses), PERSON.c.erased_at.is_(None)).distinct()
    return sorted(each for each in tx.execute(rows).scalars() if each)


def condition(rule: Rule, aim: Aim) -> ColumnElement[bool]:
    """Whether the rule holds for somebody (a row of PERSON)."""
    match rule:
        case All(rules):
            return and_(true(), *(condition(each, aim) for each in rules))
        case Some(rules):
            return or_(false(), *(condition(each, aim) for each in rules))
        case Not(inner):
            return not_(condition(inner, aim))
        case _:
            return _holds(rule, aim)


def _holds(leaf: Leaf, aim: Aim) -> ColumnElement[bool]:
    match leaf:
        case At(place):
            return employments.addressed(aim.under[place], aim.today.isoformat())
        case Works(job):
            return employments.word(aim.houses, "job").in_(sorted(aim.spelled[job]))
        case Speaks(language):
            return PERSON.c.language == language
        case Learns(programme, where):
            seen = given.seen(aim.houses, ENROLMENT.c.programme_id)
            return exists().where(_THEIRS, ENROLMENT.c.programme_id == programme, _WHERE[where], seen)
        case Active(days):
            return _active(aim, aim.now - timedelta(days=days))
        case Told(announcement, how):
            return _told(aim, announcement, how)
        case Leads():
            role = (ROLE.c.person_id == PERSON.c.id, ROLE.c.name.in_(HEADS))
            return exists().where(*role, ROLE.c.organisation_id.in_(sorted(aim.houses)))
        case _:
            return _other(leaf, aim)


def _other(leaf: Tagged | Sits | Ends | Away | ToldToday, aim: Aim) -> ColumnElement[bool]:
    match leaf:
        case Tagged(tag):
            return employments.word(aim.houses, "tags").in_(sorted(aim.tagged[tag]))
        case Sits(webinar, how):
            here = (REGISTRATION.c.webinar_id == webinar, REGISTRATION.c.person_id == PERSON.c.id, _SEAT[how])
            return exists().where(*here) if webinar in aim.held else false()
        case Ends(days):
            return _ends(aim, days)
        case Away():
            day = aim.today.isoformat()
            return and_(PERSON.c.leave_from != "", PERSON.c.leave_from <= day, PERSON.c.leave_until >= day)
        case ToldToday():
            mine = (_sent_by(aim), OUTBOX.c.announcement_id.is_not(None))
            went = and_(text("day <> ''"), OUTBOX.c.day == aim.today.isoformat())
            waits = in_state("ready", "waiting", "held", "sending")
            return or_(*(exists().select_from(OUTBOX).where(*mine, each) for each in (went, waits)))


def _ends(aim: Aim, days: int) -> ColumnElement[bool]:
    """A certificate that these places see, unless a newer one follows it."""
    here = sorted(aim.houses)
    last = (CERTIFICATE.c.person_id == PERSON.c.id, CERTIFICATE.c.organisation_id.in_(here))
    soon = CERTIFICATE.c.expires_on.between(aim.today, aim.today + timedelta(days=days))
    newer = exists().where(
        _NEWER.c.enrolment_id == CERTIFICATE.c.enrolment_id,
        _NEWER.c.id > CERTIFICATE.c.id,
        _NEWER.c.organisation_id.in_(here),
        _NEWER.c.revoked_on.is_(None),
    )
    return exists().where(*last, CERTIFICATE.c.revoked_on.is_(None), soon, ~newer)


def _active(aim: Aim, since: datetime) -> ColumnElement[bool]:
    own = ACTIVITY.c.what.not_in(_BY_ITSELF)
    here = ACTIVITY.c.organisation_id.in_(sorted(aim.houses))
    return exists().where(ACTIVITY.c.person_id == PERSON.c.id, own, here, ACTIVITY.c.at > since)


def _sent_by(aim: Aim) -> ColumnElement[bool]:
    """A message to the person from these places: what others tell them is nothing that can be asked here."""
    return and_(OUTBOX.c.person_id == PERSON.c.id, OUTBOX.c.organisation_id.in_(sorted(aim.houses)))


def _told(aim: Aim, announcement: int, how: How) -> ColumnElement[bool]:
    mine = (OUTBOX.c.announcement_id == announcement, _sent_by(aim))
    told, arrived = exists().where(*mine), exists().where(*mine, OUTBOX.c.state == "sent")
    said = (CONFIRMATION.c.person_id == PERSON.c.id, CONFIRMATION.c.announcement_id == announcement)
    ways: dict[How, ColumnElement[bool]] = {
        "told": told,
        "arrived": arrived,
        "missed": exists().where(*mine, OUTBOX.c.state.in_(_MISSED)),
        "confirmed": and_(told, exists().where(*said)),
    }
    return ways[how]


def on_roster(rule: Rule, aim: Aim) -> ColumnElement[bool]:
    """The same for those who have not gone."""
    return and_(there(aim.now), condition(rule, aim))


def unreachable(tx: Connection, rule: Rule, aim: Aim) -> int:
    """How many of those for whom the rule holds cannot be written to."""
    return int(tx.execute(select(func.count()).select_from(_unreachable(rule, aim).subquery())).scalar_one())


def _unreachable(rule: Rule, aim: Aim) -> Select[int]:
    reached = (ADDRESS.c.person_id == PERSON.c.id, ADDRESS.c.reachable, allowed(ADDRESS.c.channel))
    people = select(PERSON.c.id).join(ORGANISATION, IN_HOUSE)
    people = people.where(employments.addressed(aim.houses, aim.today.isoformat()), on_roster(rule, aim))
    return people.where(~exists().where(*reached))
