"""A launch campaign for the tests: a land whose library has a head, and who acts above."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from actions import launch
from actions.campaign_steps import Means
from actions.launch import Planned
from domain.campaigning import TEXTS, USUAL, Text
from domain.language import Language
from domain.organisation import Scope
from scheduler.jobs import announce as announcing
from scheduler.jobs import campaign as job
from storage import campaigns, people
from storage.announcements import ANNOUNCEMENT
from storage.campaigns import Stage
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.actions.land import Land, person, settle
from tests.storage.samples import MONDAY, rows

DAY = timedelta(days=1)
KEY = b"k" * 32
MEANS = Means(KEY, "https://zinute.example")
WORDS: dict[Text, dict[Language, str]] = {
    text: {"lt": f"{text}: {{organisation}}", "en": f"{text}"} for text in TEXTS
}


@dataclass(frozen=True, slots=True)
class Stand:
    """A land whose library has a head, and the coordinator above."""

    land: Land
    scope: Scope
    campaign: int
    head: int


def planned(land: Land, *, museum: bool = True, **changes: Any) -> Planned:
    both = frozenset({land.library, *([land.other] if museum else [])})
    return replace(Planned(land.country, both, land.week, "mail", WORDS, USUAL), **changes)


def furnish(tx: Connection, many: int = 2, **changes: Any) -> Stand:
    """The library has so many people who have not joined, one of them in its unit; the museum has one, and no head."""
    land = settle(tx)
    boss = person(tx, land.country, "boss", joined=False)
    people.grant(tx, boss, land.country, "coordinator")
    head = person(tx, land.library, "head")
    people.grant(tx, head, land.library, "coordinator")
    for number in range(many):
        person(tx, land.unit if number == 1 else land.library, f"p{number}", joined=False)
    person(tx, land.other, "ula", joined=False)
    everywhere = frozenset({land.country, land.library, land.unit, land.other})
    scope = Scope(boss, everywhere, frozenset({"see", "act"}))
    return Stand(land, scope, launch.save(tx, scope, planned(land, **changes), MONDAY), head)


def started(tx: Connection, **changes: Any) -> Stand:
    stand = furnish(tx, **changes)
    assert start(tx, stand)
    return stand


def start(tx: Connection, stand: Stand, at: datetime = MONDAY, *, mails: bool = True) -> bool:
    stages = campaigns.stages(tx, stand.campaign)
    seen = launch.mark(launch.one(tx, stand.scope, stand.campaign), stages)
    return launch.start(tx, stand.scope, stand.campaign, at, seen=seen, mails=mails)


async def look(database: Database, at: datetime, means: Means = MEANS) -> int:
    done = await job.campaigning(means).run(database, at)
    await announcing.JOB.run(database, at)
    return done


async def stages(database: Database, stand: Stand, place: int) -> dict[str, Stage]:
    found = await database.read(lambda tx: campaigns.stages(tx, stand.campaign, place))
    return {each.step: each for each in found}


async def stood(database: Database, stand: Stand, place: int) -> list[tuple[str, str, int]]:
    found = await stages(database, stand, place)
    return [(each.state, each.reason, each.many) for each in found.values()]


async def mails(database: Database) -> list[str]:
    found = await rows(database, OUTBOX.c.key, OUTBOX.c.state)
    return sorted(f"{key} {state}" for key, state in found if key.startswith("campaign:"))


async def told(database: Database) -> Sequence[tuple[str, str]]:
    """What the heads were told, and where it stands."""
    return sorted(await rows(database, ANNOUNCEMENT.c.texts, ANNOUNCEMENT.c.state))
