"""A town in which time is moved: learners in three zones, every job, and a messenger that notes when it got what."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import count
from time import monotonic
from typing import Any, Final

from sqlalchemy import select

from actions.converse import converse
from bot.delivery import Delivery
from bot.lease import Lease
from bot.words import Words
from domain.event import Incoming, Pressed
from domain.language import Language
from domain.programme import Programme
from scheduler.jobs import promote, release, remind
from storage import addresses, enrolments, organisations, people, programmes, schedules
from storage.database import Connection, Database
from storage.enrolments import ENROLMENT
from storage.outbox import OUTBOX
from storage.steps import STEP
from tests.actions.talk import new_key, texts
from tests.bot.messenger import Editing
from tests.storage.samples import MONDAY, sample

HOUSES: Final[tuple[tuple[str, str, Language], ...]] = (
    ("LT", "Europe/Vilnius", "lt"),
    ("NO", "Europe/Oslo", "nb"),
    ("US", "America/New_York", "en"),
)
LESSONS: Final = 4
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the messenger got: at which second of the monotonic clock, and at what time of day."""

    tick: float
    at: datetime
    place: str
    key: str


@dataclass
class Time:
    """The time of day, which is moved."""

    now: datetime = MONDAY


@dataclass
class Recorder(Editing):
    """Notes what it gets."""

    got: list[Sent] = field(default_factory=list)
    time: Time = field(default_factory=Time)

    async def send(self, address: str, content: Any, *, key: str) -> str:
        """Take it."""
        sent = await super().send(address, content, key=key)
        self.got.append(Sent(monotonic(), self.time.now, address, key))
        return sent


class Town:
    """One process on a store: its jobs and its sender, which has a `rate` by the machine's own monotonic clock."""

    def __init__(self, database: Database, time: Time, *, rate: float | None = None) -> None:
        self.database, self.time = database, time
        self.recorder = Recorder(rate=rate, time=time)
        lease = Lease(database, self.recorder.name, f"process {next(_numbers)}", lambda: 0.0)
        self.delivery = Delivery(database, self.recorder, Words(texts()), lease, lambda: time.now)

    async def jobs(self) -> int:
        """Every job looks once; how much they did."""
        jobs = (release.JOB, remind.JOB, promote.JOB)
        return sum([await job.run(self.database, self.time.now) for job in jobs])

    async def look(self) -> None:
        """Every job looks once, and what is ready is sent."""
        await self.jobs()
        await self.delivery.send_ready()

    async def press(self, doers: Collection[int]) -> None:
        """These learners (by enrolment) go on wherever a card waits for them that they got."""
        rows = select(STEP.c.key, STEP.c.enrolment_id).where(STEP.c.closed_at.is_(None))
        sent = select(OUTBOX.c.step).where(OUTBOX.c.state == "sent")
        found = await self._rows(rows.where(STEP.c.enrolment_id.in_(doers), STEP.c.key.in_(sent)))
        for key, enrolment in found:
            unit = partial(
                converse,
                incoming=Incoming(f"learner-{enrolment}", Pressed(f"{key}:next"), "en"),
                channel=self.recorder.name,
                occurrence=f"press:{next(_numbers)}",
                now=self.time.now,
                new_key=new_key,
            )
            await self.database.write(unit)

    async def messages(self) -> list[tuple[Any, ...]]:
        """Key, kind, state and reason of everything in the outbox."""
        return await self._rows(select(OUTBOX.c.key, OUTBOX.c.kind, OUTBOX.c.state, OUTBOX.c.reason))

    async def studies(self) -> dict[int, tuple[str, int, int]]:
        """State, lesson and card of each enrolment."""
        columns = (ENROLMENT.c.id, ENROLMENT.c.state, ENROLMENT.c.lesson, ENROLMENT.c.card)
        return {row[0]: row[1:] for row in await self._rows(select(*columns))}

    async def _rows(self, statement: Any) -> list[tuple[Any, ...]]:
        return await self.database.read(lambda tx: [tuple(row) for row in tx.execute(statement)])


def short() -> Programme:
    """A programme whose every lesson is one card to be read."""
    made = sample(lessons=LESSONS + 1)
    return replace(made, lessons=made.lessons[1:])


def settle(tx: Connection, number: int, due: datetime = MONDAY) -> Sequence[int]:
    """So many learners, each in one of three zones, whose first lesson is due; their enrolments."""
    version = programmes.publish(tx, short(), MONDAY)
    programme = programmes.by_slug(tx, short().slug)
    assert version is not None
    assert programme is not None
    houses = [
        organisations.add(tx, name=zone, country=country, zone=zone, language=language, contact="Rasa")
        for country, zone, language in HOUSES
    ]
    made = []
    for each in range(number):
        email = f"{each}@town.example"
        person = people.add(tx, organisation=houses[each % 3], name="P", email=email, language="en")
        people.consent(tx, person, MONDAY)
        enrolment = enrolments.enrol(tx, person=person, programme=programme, version=version, at=MONDAY)
        assert enrolment is not None
        place = addresses.find_or_add(tx, "web", f"learner-{enrolment}", "en", MONDAY)
        addresses.bind(tx, place.id, person)
        enrolments.wait(tx, enrolment, due)
        made.append(enrolment)
    return made


def stand_in_lesson(tx: Connection, enrolled: Sequence[int], due: datetime) -> None:
    """These have had their lesson and done nothing in it, and a reminder is due then."""
    for enrolment in enrolled:
        enrolments.move(tx, enrolment, 0, 0, MONDAY)
        person = enrolments.get(tx, enrolment).person
        schedules.put(tx, "reminder", person=person, item=enrolment, rung=1, due_at=due)
