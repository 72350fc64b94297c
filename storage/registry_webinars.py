"""The registry's part on webinars: who holds them, who registered, and what they asked (registry.py)."""

from typing import Final

from sqlalchemy import ColumnElement, or_, select

from storage.leads import LEAD, TRAINER
from storage.people import PERSON
from storage.personal import Kept, by_person, kept, nothing
from storage.presence import PRESENCE, REPORT
from storage.recordings import RECORDING
from storage.registrations import REGISTRATION, WEBINAR_QUESTION
from storage.webinars import KEPT, WEBINAR


def _called(person: int) -> ColumnElement[bool]:
    """Rows that are theirs, and those that have their address."""
    email = select(PERSON.c.email).where(PERSON.c.id == person).scalar_subquery()
    return or_(PRESENCE.c.person_id == person, PRESENCE.c.email == email)


WEBINARS: Final[tuple[Kept, ...]] = (
    kept(
        WEBINAR,
        "learning",
        "always",
        lambda person: WEBINAR.c.trainer_id == person,
        technical="texts minutes zone venue link capacity opens_at closes_at release_at series sequence changed_at "
        "state arrivals look_at seeking spoken lead_at approves cost "
        "currency study_minutes seen_by least word certifies paper told_at told_arrivals",
        link="id organisation_id trainer_id programme_id",
        behaviour="starts_at",
        blank={"trainer_id": None},
        stays="starts_at",
        because="a webinar is held whoever holds it; whoever was to hold it is not named any more",
    ),
    nothing(KEPT),
    nothing(RECORDING),
    kept(
        TRAINER, "coordinating", "roster", by_person(TRAINER), link="person_id", behaviour="spoken programmes"
    ),
    kept(
        LEAD,
        "coordinating",
        "roster",
        by_person(LEAD),
        technical="sequence",
        link="id webinar_id person_id",
        content="why",
        behaviour="state asked_at until",
    ),
    kept(
        REGISTRATION,
        "learning",
        "roster",
        by_person(REGISTRATION),
        technical="arrival rung remind_at",
        link="id webinar_id person_id pool_id",
        behaviour="state registered_at offer_until joined_at attended rating minutes seen_by tries",
        key="seed",
    ),
    kept(
        WEBINAR_QUESTION,
        "learning",
        "roster",
        by_person(WEBINAR_QUESTION),
        link="id webinar_id person_id",
        content="words",
        behaviour="asked_at",
    ),
    kept(
        REPORT,
        "learning",
        "report",
        lambda person: REPORT.c.by_id == person,
        technical="read_as zone digest",
        link="id webinar_id by_id",
        behaviour="file at state",
        blank={},
        stays="file at state",
        because="the report is of a meeting; who brought it has no name any more",
    ),
    kept(
        PRESENCE,
        "learning",
        "report",
        _called,
        technical="line problem again how",
        link="report_id person_id",
        identifying="name known_as",
        contact="email",
        behaviour="begins_at ends_at lasted",
    ),
)
