"""The registry's part on who is on a roster, at which places, and how they came in (registry.py)."""

from typing import Final

from sqlalchemy import String, literal

from domain.person import DEFAULT_HOUR
from storage.activity import ACTIVITY
from storage.addresses import ADDRESS
from storage.calendars import CALENDAR
from storage.corrections import CORRECTION
from storage.doorsteps import DOORSTEP
from storage.employments import EMPLOYMENT
from storage.given import GIVEN
from storage.imports import IMPORT
from storage.invitations import INVITATION
from storage.join_links import JOIN_LINK
from storage.own_imports import of_person, take_out
from storage.people import PERSON, ROLE
from storage.personal import (
    Among,
    by_person,
    kept,
    numbered,
    their_address,
    their_doorstep,
)
from storage.provisioned import PROVISIONED
from storage.reached import CHANGED, REACHED
from storage.statements import STATEMENT
from storage.tries import DOOR_TRY

ROSTER: Final = (
    kept(
        PERSON,
        "roster",
        "roster",
        lambda person: PERSON.c.id == person,
        technical="erased_at",
        link="id organisation_id notice_id",
        identifying="name number",
        contact="email",
        behaviour="language hour days consented_at leave_from leave_until snoozed_until job reviews hired_on left_on "
        "tags",
        blank={
            "name": "",
            "email": literal("erased:").concat(PERSON.c.id.cast(String)),
            "hour": DEFAULT_HOUR.strftime("%H:%M"),
            "days": "12345",
            "consented_at": None,
            "notice_id": None,
            "leave_from": "",
            "leave_until": "",
            "snoozed_until": None,
            "job": "",
            "number": "",
            "hired_on": "",
            "left_on": "",
            "reviews": False,
            "tags": "",
        },
        stays="language",
        because="one of four languages names nobody",
    ),
    kept(
        IMPORT,
        "roster",
        "import",
        lambda person: IMPORT.c.by_id == person,
        technical="read_as counts",
        link="id by_id organisation_id",
        behaviour="file at state undone_at",
        many="sheet deeds kept",
        blank={},
        stays="file at state undone_at",
        because="the list is the organisation's; who brought it has no name, and whoever is in it is taken out",
        among=Among(of_person, take_out),
    ),
    kept(
        PROVISIONED,
        "roster",
        "roster",
        by_person(PROVISIONED),
        link="organisation_id person_id",
        identifying="user_name user_key external_id given",
        behaviour="deleted_at",
    ),
    kept(
        EMPLOYMENT,
        "roster",
        "roster",
        by_person(EMPLOYMENT),
        technical="tell_at",
        link="id person_id organisation_id",
        identifying="number",
        behaviour="job hired_on left_on tags asked_at agreed_at declined_at",
    ),
    kept(
        CORRECTION,
        "rights",
        "asked",
        by_person(CORRECTION),
        link="id person_id employment_id",
        content="words",
        behaviour="what asked_at",
    ),
    kept(
        GIVEN,
        "learning",
        "roster",
        by_person(GIVEN),
        technical="alone",
        link="employment_id programme_id person_id",
    ),
    kept(ROLE, "coordinating", "roster", by_person(ROLE), link="person_id organisation_id", behaviour="name"),
    kept(
        ADDRESS,
        "messages",
        "address",
        their_address,
        technical="agreed_name reachable offers writes",
        link="id person_id invitation_id bound_by",
        identifying="channel",
        contact="key",
        behaviour="language created_at bound_at",
        blank={
            "key": numbered(ADDRESS),
            "person_id": None,
            "invitation_id": None,
            "bound_at": None,
            "bound_by": None,
            "language": "",
            "offers": "[]",
            "writes": "",
            "reachable": False,
        },
        stays="channel created_at",
        because="the messages that went there are counted by messenger",
    ),
    kept(
        INVITATION,
        "joining",
        "code",
        by_person(INVITATION),
        link="id person_id programme_id address_id",
        behaviour="expires_at used_at way replaced_at",
        key="code_hash",
    ),
    kept(
        DOORSTEP,
        "joining",
        "doorstep",
        their_doorstep,
        technical="wrong proved",
        link="address_id organisation_id invitation_id",
        identifying="name",
        contact="email",
        behaviour="sent_at asked_at touched_at",
        key="seed",
    ),
    kept(DOOR_TRY, "joining", "day", link="who", technical="id what at"),
    kept(
        JOIN_LINK, "joining", "always", link="organisation_id", technical="domains open made_at", key="code"
    ),
    kept(
        CALENDAR,
        "learning",
        "key",
        by_person(CALENDAR),
        technical="shown",
        link="person_id",
        behaviour="made_at",
        key="seed",
    ),
    kept(
        STATEMENT,
        "learning",
        "statement",
        by_person(STATEMENT),
        technical="refused",
        link="activity_id person_id",
        behaviour="body made_at",
    ),
    kept(
        REACHED,
        "learning",
        "learning",
        by_person(REACHED),
        link="assignment_id person_id programme_id",
        behaviour="state due_on look_at at",
    ),
    kept(CHANGED, "learning", "day", by_person(CHANGED), link="id person_id"),
    kept(
        ACTIVITY,
        "learning",
        "learning",
        by_person(ACTIVITY),
        link="id person_id organisation_id",
        behaviour="what details at",
    ),
)
