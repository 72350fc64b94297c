"""Gaps as those of a scope read them: how many of their own people were asked to press again, and of nobody else's."""

from dataclasses import replace
from datetime import timedelta

import pytest

from actions.ask_again import ask_again
from domain.facts import Step
from domain.message import ShowCard
from domain.organisation import Scope
from storage import enrolments, gaps, outbox, senders, steps
from storage.database import Connection, Database
from storage.gaps import Gap
from storage.messages import LOOK, Total
from storage.outbox import OUTBOX, New, To
from tests.storage.samples import MONDAY, Town, address, settle_down
from tests.storage.test_many_messages import WHOLE, fill, listening, plan

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HERE = "web"


@pytest.fixture
async def town(database: Database) -> Town:
    return await database.write(settle_down)


def ask(tx: Connection, town: Town, person: int, where: int, *places: str) -> None:
    """A question that waits for its answer, sent to these addresses of a person."""
    study = enrolments.enrol(tx, person=person, programme=town.programme, version=town.version, at=MONDAY)
    assert study
    key = f"step-{person}"
    steps.put(tx, Step(key, study, 0, 1, question=True, selected=(), closed=False), MONDAY)
    for place in places:
        to = To(address(tx, place, person), HERE, person, where)
        outbox.add(tx, New(to, ShowCard(town.version, 0, 1, key), f"q:{place}", "reply"), MONDAY)
    tx.execute(OUTBOX.update().values(state="sent"))


def live(tx: Connection, town: Town) -> None:
    """Ana (at two addresses) and Ben of one organisation and Kari of another are asked again after a gap."""
    ask(tx, town, town.ana, town.here, "ana", "ana at home")
    ask(tx, town, town.ben, town.here, "ben")
    ask(tx, town, town.kari, town.elsewhere, "kari")
    assert ask_again(tx, channel=HERE, began=MONDAY + MINUTE, ended=MONDAY + HOUR) == 4


def seeing(*organisations: int) -> Scope:
    return Scope(1, frozenset(organisations))


async def asked(database: Database, scope: Scope) -> list[Total]:
    return [each.asked for each in await database.read(lambda tx: gaps.recent(tx, scope, MONDAY, 9))]


async def test_only_people_of_the_scope_are_counted(database: Database, town: Town) -> None:
    await database.write(lambda tx: live(tx, town))
    assert await asked(database, seeing(town.here)) == [Total(2)]
    assert await asked(database, seeing(town.elsewhere)) == [Total(1)]
    assert await asked(database, seeing(town.here, town.elsewhere)) == [Total(3)]
    assert await asked(database, seeing()) == [Total(0)]
    assert await asked(database, replace(seeing(town.here), rights=frozenset())) == [Total(0)]


async def test_each_gap_has_its_own_people(database: Database, town: Town) -> None:
    def again(tx: Connection) -> None:
        live(tx, town)
        steps.close(tx, f"step-{town.ana}", MONDAY)
        ask_again(tx, channel=HERE, began=MONDAY + 2 * HOUR, ended=MONDAY + 3 * HOUR)
        senders.note_gap(tx, "telegram", MONDAY + MINUTE, MONDAY + HOUR, 0)

    await database.write(again)
    found = await database.read(lambda tx: gaps.recent(tx, seeing(town.here), MONDAY, 9))
    assert found == [
        Gap("telegram", MONDAY + MINUTE, MONDAY + HOUR, Total(0)),
        Gap(HERE, MONDAY + 2 * HOUR, MONDAY + 3 * HOUR, Total(1)),
        Gap(HERE, MONDAY + MINUTE, MONDAY + HOUR, Total(2)),
    ]


async def test_the_newest_since_then(database: Database) -> None:
    def note(tx: Connection) -> None:
        for hour in range(4):
            began = MONDAY + hour * HOUR
            senders.note_gap(tx, HERE, began, began + MINUTE, hour)

    await database.write(note)
    since = MONDAY + HOUR
    found = await database.read(lambda tx: gaps.recent(tx, seeing(), since, 2))
    assert [each.began_at for each in found] == [MONDAY + 3 * HOUR, MONDAY + 2 * HOUR]
    assert len(await database.read(lambda tx: gaps.recent(tx, seeing(), since, 9))) == 3


async def test_counting_stops_and_says_so(database: Database, town: Town) -> None:
    began = MONDAY + MINUTE

    def fill_up(tx: Connection) -> None:
        ask(tx, town, town.ana, town.here, "ana")
        model = tx.execute(OUTBOX.select()).one()._asdict() | {"step": ""}
        del model["id"]
        keys = (f"{gaps.key(HERE, began)}{number}" for number in range(LOOK + 1))
        tx.execute(OUTBOX.insert(), [model | {"key": each} for each in keys])
        senders.note_gap(tx, HERE, began, MONDAY + HOUR, LOOK + 1)

    await database.write(fill_up)
    assert await asked(database, seeing(town.here)) == [Total(1, more=True)]


async def test_fifty_thousand_messages_are_not_looked_through(database: Database, town: Town) -> None:
    def look(tx: Connection) -> tuple[list[Gap], list[str]]:
        with listening(tx) as heard:
            found = gaps.recent(tx, seeing(town.here), MONDAY, 9)
        return found, plan(tx, *heard[-1])

    await database.write(lambda tx: live(tx, town))
    await database.write(lambda tx: fill(tx, town))
    await database.write(lambda tx: tx.exec_driver_sql("ANALYZE"))
    found, how = await database.read(look)
    assert [each.asked for each in found] == [Total(2)]
    assert [line for line in how if WHOLE.search(line)] == []
