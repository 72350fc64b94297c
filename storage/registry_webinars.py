"""The registry's part on webinars: who holds them, who registered, and what they asked (registry.py)."""

from typing import Final

from storage.personal import Kept, by_person, kept, nothing
from storage.registrations import REGISTRATION, WEBINAR_QUESTION
from storage.webinars import KEPT, WEBINAR

WEBINARS: Final[tuple[Kept, ...]] = (
    kept(
        WEBINAR,
        "learning",
        "always",
        lambda person: WEBINAR.c.trainer_id == person,
        technical="texts minutes zone venue link capacity opens_at closes_at release_at series sequence changed_at "
        "state arrivals look_at",
        link="id organisation_id trainer_id",
        behaviour="starts_at",
        blank={"trainer_id": None},
        stays="starts_at",
        because="a webinar is held whoever holds it; whoever was to hold it is not named any more",
    ),
    nothing(KEPT),
    kept(
        REGISTRATION,
        "learning",
        "roster",
        by_person(REGISTRATION),
        technical="arrival rung remind_at",
        link="id webinar_id person_id pool_id",
        behaviour="state registered_at offer_until joined_at attended rating",
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
)
