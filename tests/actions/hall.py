"""A hall for the tests of webinars: a country with two libraries, people who have joined, and what they are told."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from actions import organise, register
from domain.language import Language
from domain.organisation import Scope
from domain.webinar import Webinar, Words
from scheduler.jobs import promote
from scheduler.jobs import webinars as job
from storage import people, webinars
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from storage.registrations import REGISTRATION
from tests.actions.land import Land, person, settle
from tests.storage import stores
from tests.storage.samples import MONDAY, rows

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
START = datetime.fromisoformat("2026-12-07T08:00:00+00:00")  # a Monday, 10:00 in Vilnius


@dataclass(frozen=True, slots=True)
class Hall:
    """The land, who acts for all of it, and a webinar at its top."""

    land: Land
    scope: Scope
    webinar: int


def planned(land: Land, **changes: Any) -> Webinar:
    texts: dict[Language, Words] = {
        "lt": Words("Virusai", "Apie juos."),
        "en": Words("Viruses", "About them."),
    }
    sample = Webinar(0, land.country, texts, START, 60, "Europe/Vilnius", 2, link="https://meet.example/a")
    return replace(sample, **changes)


def furnish(tx: Connection, **changes: Any) -> Hall:
    land = settle(tx)
    everywhere = frozenset({land.country, land.library, land.unit, land.other})
    boss = person(tx, land.country, "boss", joined=False)
    people.grant(tx, boss, land.country, "coordinator")
    scope = Scope(boss, everywhere, frozenset({"see", "act"}))
    [new] = organise.make(tx, scope, [planned(land, **changes)], MONDAY)
    return Hall(land, scope, new)


async def opened(database: Database, **changes: Any) -> Hall:
    return await database.write(partial(furnish, **changes))


async def guests(database: Database, place: int, *names: str) -> list[int]:
    return await database.write(lambda tx: [person(tx, place, name) for name in names])


async def come(database: Database, hall: Hall, who: int, now: datetime = MONDAY) -> str:
    def unit(tx: Connection) -> str:
        return register.register(tx, people.get(tx, who), hall.webinar, now, seed=f"seed{hall.webinar}-{who}")

    return await database.write(unit)


async def go(database: Database, hall: Hall, who: int, now: datetime = MONDAY) -> str:
    return await database.write(lambda tx: register.give_up(tx, people.get(tx, who), hall.webinar, now))


async def take(database: Database, hall: Hall, who: int, now: datetime) -> str:
    return await database.write(lambda tx: register.take(tx, people.get(tx, who), hall.webinar, now))


async def change(database: Database, hall: Hall, now: datetime = MONDAY, **changes: Any) -> Webinar:
    def unit(tx: Connection) -> Webinar:
        found = webinars.find(tx, hall.webinar)
        assert found
        return organise.change(tx, hall.scope, replace(found, **changes), now)

    return await database.write(unit)


async def cancel(database: Database, hall: Hall, now: datetime = MONDAY) -> None:
    await database.write(partial(organise.cancel, scope=hall.scope, webinar=hall.webinar, now=now))


async def look(database: Database, now: datetime) -> int:
    """What time does; then what waited for it goes."""
    done = await job.JOB.run(database, now)
    await promote.JOB.run(database, now)
    return done


async def twice(database: Database, now: datetime) -> None:
    """Two processes look at the same moment."""
    async with stores.again(database) as other:
        await asyncio.gather(*(job.JOB.run(each, now) for each in (database, other)))


async def tick(database: Database, hall: Hall, now: datetime, **there: bool) -> None:
    """On a page that is shown just now these are ticked or not, by their registrations: `_1=True`."""
    shown = await rows(database, REGISTRATION.c.id, REGISTRATION.c.attended)
    ticked = {number for number, came in shown if came}
    said = {int(name.removeprefix("_")): came for name, came in there.items()}
    attend = partial(
        organise.attend, scope=hall.scope, webinar=hall.webinar, said=said, now=now, ticked=ticked
    )
    await database.write(attend)


async def standing(database: Database) -> dict[int, str]:
    found = await rows(database, REGISTRATION.c.arrival, REGISTRATION.c.person_id, REGISTRATION.c.state)
    return {who: state for _, who, state in sorted(found)}


async def told(database: Database, about: str = "") -> Sequence[tuple[str, str, str]]:
    """Key, kind and state of what people were told, in order."""
    found = await rows(database, OUTBOX.c.id, OUTBOX.c.key, OUTBOX.c.kind, OUTBOX.c.state)
    return [each[1:] for each in found if each[1].startswith("webinar:") and about in each[1]]
