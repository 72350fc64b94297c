"""What ends at a place that is closed, and who is to leave it: in whole tables at once, and person by person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    distinct,
    exists,
    func,
    or_,
    select,
    update,
)

from storage import announcements, certificates, corrections, given, keeping, organisations, pictures
from storage.activity import ACTIVITY
from storage.announcements import ANNOUNCEMENT, BEFORE
from storage.api_requests import API_REQUEST
from storage.api_tokens import API_TOKEN
from storage.assignments import ASSIGNMENT
from storage.campaigns import CAMPAIGN, CAMPAIGN_STEP
from storage.certificates import CERTIFICATE
from storage.confirmations import CONFIRMATION
from storage.doorsteps import DOORSTEP
from storage.employments import EMPLOYMENT, WORDS
from storage.enrolments import ENROLMENT
from storage.erasures import ERASURE
from storage.given import GIVEN
from storage.groups import GROUP
from storage.hooks import DELIVERY, HOOK
from storage.imports import IMPORT
from storage.invitations import INVITATION
from storage.join_links import JOIN_LINK
from storage.leads import LEAD
from storage.outbox import OUTBOX, in_state
from storage.people import PERSON, ROLE
from storage.presence import PRESENCE, REPORT
from storage.programmes import PROGRAMME, VERSION
from storage.providers import PROVIDER
from storage.provisioned import PROVISIONED
from storage.reached import REACHED
from storage.recordings import RECORDING
from storage.registrations import REGISTRATION, WEBINAR_QUESTION
from storage.segments import SEGMENT
from storage.sharing import ADOPTION
from storage.topics import POST, TOPIC
from storage.votes import VOTE
from storage.webinars import KEPT, WEBINAR

_DAY: Final = timedelta(days=1)
_OF_WEBINARS: Final = (LEAD, RECORDING, REPORT, WEBINAR_QUESTION, REGISTRATION, KEPT)
_ASKED: Final = exists().where(ERASURE.c.person_id == PERSON.c.id)
_GONE: Final = {**dict.fromkeys(WORDS, ""), "agreed_at": None, "tell_at": None}


class Rooted(NamedTuple):
    """Somebody on the roster of a place who has a role elsewhere, and works nowhere else now."""

    person: int
    name: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people work only at these places, how many of them elsewhere too and how many mainly elsewhere; how many
    certificates were issued there, and how many people have a role there."""

    only: int
    stay: int
    further: int
    certificates: int
    roles: int


class Owned(NamedTuple):
    """A programme that a place owns: its id, name, reach, and how many places took it into their lists."""

    id: int
    slug: str
    reach: str
    adopted: int


def counts(tx: Connection, inside: Collection[int]) -> Counts:
    """What goes with these places."""
    here = sorted(inside)
    stays = _stays(here)

    def many(rows: Any) -> int:
        return int(tx.execute(rows).scalar_one())

    people = select(func.count()).select_from(PERSON).where(*_theirs(here))
    works = select(func.count(distinct(EMPLOYMENT.c.person_id))).where(
        EMPLOYMENT.c.organisation_id.in_(here), EMPLOYMENT.c.agreed_at.is_not(None)
    )
    return Counts(
        many(people.where(~stays)),
        many(people.where(stays)),
        many(works),
        many(select(func.count()).select_from(CERTIFICATE).where(CERTIFICATE.c.organisation_id.in_(here))),
        many(select(func.count(distinct(ROLE.c.person_id))).where(ROLE.c.organisation_id.in_(here))),
    )


def rooted(tx: Connection, inside: Collection[int], now: datetime, most: int = 5) -> list[Rooted]:
    """Some of those who would be erased, or stay as somebody who has left, although they have a role elsewhere, or for
    the whole installation: they work at no other place that is open."""
    here = sorted(inside)
    tomorrow = (now + _DAY).date().isoformat()  # wherever they are
    works = _stays(sorted({*inside, *organisations.closed(tx)}), _later(EMPLOYMENT, tomorrow))
    role = exists().where(
        ROLE.c.person_id == PERSON.c.id, or_(ROLE.c.organisation_id.not_in(here), ROLE.c.name == "platform")
    )
    rows = select(PERSON.c.id, PERSON.c.name).where(*_theirs(here), ~works, role)
    return [Rooted(*row) for row in tx.execute(rows.order_by(PERSON.c.name, PERSON.c.id).limit(most))]


def owned(tx: Connection, inside: Collection[int]) -> list[Owned]:
    """The programmes of these places."""
    elsewhere = select(func.count()).where(
        ADOPTION.c.programme_id == PROGRAMME.c.id, ADOPTION.c.organisation_id.not_in(sorted(inside))
    )
    columns = (PROGRAMME.c.id, PROGRAMME.c.slug, PROGRAMME.c.reach, elsewhere.scalar_subquery())
    rows = select(*columns).where(PROGRAMME.c.owner_id.in_(sorted(inside))).order_by(PROGRAMME.c.slug)
    return [Owned(*row) for row in tx.execute(rows)]


def here(tx: Connection, inside: Collection[int]) -> list[int]:
    """Everybody who is on the roster of these places, or works there too, by their ids."""
    main = select(PERSON.c.id).where(*_theirs(sorted(inside)))
    further = select(EMPLOYMENT.c.person_id).where(EMPLOYMENT.c.organisation_id.in_(sorted(inside)))
    return sorted(tx.execute(main.union(further)).scalars())


def stop(tx: Connection, inside: Collection[int], now: datetime) -> None:
    """Nothing more is sent for these places, nobody comes in there, and no other system is told anything or asks."""
    comes = select(DOORSTEP.c.address_id).where(DOORSTEP.c.organisation_id.in_(sorted(inside)))
    keeping.unknow(tx, tx.execute(comes).scalars().all())
    at = sorted(inside)
    theirs = select(PERSON.c.id).where(*_theirs(at))
    yesterday = (now - _DAY).date().isoformat()  # wherever they are
    assigned = select(ASSIGNMENT.c.id).where(ASSIGNMENT.c.organisation_id.in_(at))
    hooked = select(HOOK.c.id).where(HOOK.c.organisation_id.in_(at))
    held = select(WEBINAR.c.id).where(WEBINAR.c.organisation_id.in_(at))
    kept_at = select(KEPT.c.webinar_id).where(KEPT.c.organisation_id.in_(at))
    unused = (
        INVITATION.c.person_id.in_(theirs),
        INVITATION.c.used_at.is_(None),
        INVITATION.c.expires_at > now,
    )
    tokens = (API_TOKEN.c.organisation_id.in_(at), API_TOKEN.c.revoked_at.is_(None))
    assignments = (ASSIGNMENT.c.organisation_id.in_(at), ASSIGNMENT.c.ended_at.is_(None))
    going = in_state("ready", "waiting", "held", "sending")
    sends = or_(
        ANNOUNCEMENT.c.state.in_(BEFORE), exists().where(OUTBOX.c.announcement_id == ANNOUNCEMENT.c.id, going)
    )
    tx.execute(
        update(ANNOUNCEMENT).where(ANNOUNCEMENT.c.organisation_id.in_(at), sends).values(state="cancelled")
    )
    waiting = (REACHED.c.assignment_id.in_(assigned), REACHED.c.state == "waiting")
    unsend(tx, inside, now)
    for statement in (
        update(PERSON).where(*_theirs(at), _later(PERSON, yesterday)).values(left_on=yesterday),
        update(EMPLOYMENT)
        .where(EMPLOYMENT.c.organisation_id.in_(at), _later(EMPLOYMENT, yesterday))
        .values(left_on=yesterday, tell_at=None),
        *_campaigns(at, now),
        update(INVITATION).where(*unused).values(expires_at=now),
        update(API_TOKEN).where(*tokens).values(revoked_at=now),
        update(REACHED).where(*waiting).values(state="over", look_at=None),
        update(ASSIGNMENT).where(*assignments).values(ended_at=now, look_at=None),
        update(CERTIFICATE).where(CERTIFICATE.c.organisation_id.in_(at)).values(announce_at=None),
        update(WEBINAR).where(WEBINAR.c.organisation_id.in_(at)).values(state="cancelled", look_at=None),
        update(REGISTRATION).where(REGISTRATION.c.webinar_id.in_(held)).values(remind_at=None),
        update(WEBINAR).where(WEBINAR.c.id.in_(kept_at), WEBINAR.c.state == "open").values(look_at=now),
        delete(KEPT).where(KEPT.c.organisation_id.in_(at)),
        update(GROUP)
        .where(GROUP.c.organisation_id.in_(at))
        .values(ended_at=func.coalesce(GROUP.c.ended_at, now), code_hash=None, title=""),
        delete(DELIVERY).where(DELIVERY.c.hook_id.in_(hooked)),
        *(delete(each).where(each.c.organisation_id.in_(at)) for each in _AT_ONCE),
    ):
        tx.execute(statement)


def _campaigns(at: Sequence[int], now: datetime) -> tuple[Any, ...]:
    """A campaign of the place is over, and one from above does nothing more there."""
    waits = (CAMPAIGN_STEP.c.organisation_id.in_(at), CAMPAIGN_STEP.c.state.in_(("waiting", "paused")))
    own = (CAMPAIGN.c.organisation_id.in_(at), CAMPAIGN.c.state != "over")
    return (
        update(CAMPAIGN_STEP).where(*waits).values(state="skipped", reason="closed", ended_at=now),
        update(CAMPAIGN).where(*own).values(state="cancelled"),
    )


def unsend(tx: Connection, inside: Collection[int], now: datetime) -> None:
    """What has not gone for these places does not go; what was on its way and came back does not go again."""
    gone = {"state": "dropped", "reason": "left", "ended_at": now, "day": ""}
    tx.execute(update(OUTBOX).where(*_unsent(inside)).values(**gone))


def unsent(tx: Connection, inside: Collection[int]) -> bool:
    """Whether there is something of these places that has not gone."""
    return tx.execute(select(OUTBOX.c.id).where(*_unsent(inside)).limit(1)).first() is not None


_AT_ONCE: Final = (HOOK, JOIN_LINK, DOORSTEP, PROVIDER, PROVISIONED, IMPORT, ADOPTION)


def next_people(tx: Connection, inside: Collection[int], most: int, *, staying: bool = False) -> list[int]:
    """The next who are on the roster there and of whom nobody has said yet what becomes of them; `staying`: of those
    who are of another organisation too."""
    at = sorted(inside)
    rows = select(PERSON.c.id).where(*_theirs(at), ~_ASKED).order_by(PERSON.c.id)
    return list(tx.execute((rows.where(_stays(at)) if staying else rows).limit(most)).scalars())


def kept(tx: Connection, place: int) -> int:
    """How many are on the roster of this place alone, and are not to be erased."""
    rows = select(func.count()).select_from(PERSON).where(*_theirs([place]), ~_ASKED, ~_stays([place]))
    return tx.execute(rows).scalar_one()


def next_works(tx: Connection, inside: Collection[int], most: int) -> list[tuple[int, int]]:
    """The next who work there besides their main organisation: (person, number of the employment)."""
    held = EMPLOYMENT.c.declined_at.is_(None)
    rows = select(EMPLOYMENT.c.person_id, EMPLOYMENT.c.id)
    rows = rows.where(EMPLOYMENT.c.organisation_id.in_(sorted(inside)), held).order_by(EMPLOYMENT.c.id)
    return [(row[0], row[1]) for row in tx.execute(rows.limit(most))]


def anybody(tx: Connection, inside: Collection[int]) -> bool:
    """Whether somebody is left there."""
    people = select(PERSON.c.id).where(*_theirs(sorted(inside))).limit(1)
    return tx.execute(people).first() is not None or bool(next_works(tx, inside, 1))


def part(tx: Connection, person: int, employment: int, now: datetime) -> None:
    """Somebody does not work there any more, and what only this employment gave them is forgotten with it.

    A certificate stays theirs, and nobody else's to see: then the employment stays too, empty.
    """
    alone = {
        programme
        for (_, programme), givers in given.of(tx, [person]).items()
        if givers == frozenset({employment})
    }
    certified = {each for each in alone if not _unteach(tx, person, each)}
    kept = {pair: who for pair, who in given.of(tx, [person]).items() if pair[1] not in certified}
    given.keep(tx, {pair: who - {employment} for pair, who in kept.items() if employment in who})
    one = EMPLOYMENT.c.id == employment
    if certified:
        corrections.drop_work(tx, employment)
        tx.execute(update(EMPLOYMENT).where(one).values(**_GONE, declined_at=now))
    else:
        tx.execute(delete(EMPLOYMENT).where(one))


def clear(tx: Connection, inside: Collection[int]) -> None:
    """Nothing is left of what people of these places set up there, wrote and were told."""
    at = sorted(inside)
    assigned = select(ASSIGNMENT.c.id).where(ASSIGNMENT.c.organisation_id.in_(at))
    tokens = select(API_TOKEN.c.id).where(API_TOKEN.c.organisation_id.in_(at))
    gifts = exists().where(GIVEN.c.employment_id == EMPLOYMENT.c.id)
    announced = ANNOUNCEMENT.c.organisation_id.in_(at)
    asked = select(ANNOUNCEMENT.c.id).where(announced)
    begun = select(CAMPAIGN.c.id).where(CAMPAIGN.c.organisation_id.in_(at))
    held = select(WEBINAR.c.id).where(WEBINAR.c.organisation_id.in_(at))
    asking = select(TOPIC.c.id).where(TOPIC.c.organisation_id.in_(at))
    enclosed = announcements.digests(tx, at)
    certificates.let_go(tx, REGISTRATION.c.webinar_id.in_(held))
    for statement in (
        delete(REACHED).where(REACHED.c.assignment_id.in_(assigned)),
        delete(ASSIGNMENT).where(ASSIGNMENT.c.organisation_id.in_(at)),
        delete(API_REQUEST).where(API_REQUEST.c.token_id.in_(tokens)),
        delete(API_TOKEN).where(API_TOKEN.c.organisation_id.in_(at)),
        delete(EMPLOYMENT).where(EMPLOYMENT.c.organisation_id.in_(at), ~gifts),
        delete(PRESENCE).where(
            PRESENCE.c.report_id.in_(select(REPORT.c.id).where(REPORT.c.webinar_id.in_(held)))
        ),
        *(delete(each).where(each.c.webinar_id.in_(held)) for each in _OF_WEBINARS),
        delete(WEBINAR).where(WEBINAR.c.organisation_id.in_(at)),
        delete(CAMPAIGN_STEP).where(CAMPAIGN_STEP.c.campaign_id.in_(begun)),
        delete(CAMPAIGN).where(CAMPAIGN.c.organisation_id.in_(at)),
        delete(POST).where(POST.c.topic_id.in_(asking)),
        delete(TOPIC).where(TOPIC.c.organisation_id.in_(at)),
        update(OUTBOX).where(OUTBOX.c.organisation_id.in_(at), ~in_state("sending")).values(body=""),
        delete(SEGMENT).where(SEGMENT.c.organisation_id.in_(at)),
        delete(CONFIRMATION).where(CONFIRMATION.c.announcement_id.in_(asked)),
        delete(VOTE).where(VOTE.c.announcement_id.in_(asked)),
        update(ANNOUNCEMENT).where(announced).values(texts="{}", enclosed="{}", audience="", chase_at=None),
    ):
        tx.execute(statement)
    pictures.let_go(tx, enclosed)


def _unsent(inside: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return OUTBOX.c.organisation_id.in_(sorted(inside)), in_state("ready", "waiting", "held")


def _theirs(at: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    return PERSON.c.organisation_id.in_(at), PERSON.c.erased_at.is_(None)


def _later(table: Any, day: str) -> ColumnElement[bool]:
    return or_(table.c.left_on == "", table.c.left_on > day)


def _stays(at: Sequence[int], *further: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a row of PERSON is of another organisation too, also if they have left there; `further` is asked of that
    row of EMPLOYMENT."""
    return exists().where(
        EMPLOYMENT.c.person_id == PERSON.c.id,
        EMPLOYMENT.c.organisation_id.not_in(at),
        EMPLOYMENT.c.agreed_at.is_not(None),
        *further,
    )


def _unteach(tx: Connection, person: int, programme: int) -> bool:
    """Nobody knows that they learned it; False where a certificate stays."""
    mine = (ENROLMENT.c.person_id == person, ENROLMENT.c.programme_id == programme)
    for study in tx.execute(select(ENROLMENT.c.id).where(*mine)).scalars().all():
        keeping.undo(tx, study)
    tx.execute(delete(REACHED).where(REACHED.c.person_id == person, REACHED.c.programme_id == programme))
    versions = set(tx.execute(select(VERSION.c.id).where(VERSION.c.programme_id == programme)).scalars())
    noted = tx.execute(select(ACTIVITY.c.id, ACTIVITY.c.details).where(ACTIVITY.c.person_id == person)).all()
    about = [row.id for row in noted if msgspec.json.decode(row.details).get("version") in versions]
    tx.execute(delete(ACTIVITY).where(ACTIVITY.c.id.in_(about)))
    return tx.execute(update(ENROLMENT).where(*mine).values(due_at=None)).rowcount == 0
