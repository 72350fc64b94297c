"""Completion, as the store counts it: who was asked, who came back, who only looked in, and where people stop."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from domain.completion import Completion
from domain.funnel import Stuck
from storage import completion
from storage.completion import Taking
from storage.database import Connection, Database
from tests.console.crowd import AGO, Crowd
from tests.console.town import MONDAY, Town, seeing
from tests.domain.make import programme

PROGRAMME = programme("ts", "t", "ts")
HOUR = timedelta(hours=1)
SECOND = PROGRAMME.lessons[0].texts[0].cards[1].question


@dataclass(frozen=True)
class Places:
    library: int
    museum: int
    where: tuple[int, int]


@pytest.fixture
async def places(database: Database) -> Places:
    def build(tx: Connection) -> Places:
        town = Town(tx)
        return Places(town.organisation("Library"), town.organisation("Museum"), town.publish(PROGRAMME))

    return await database.write(build)


async def taking(database: Database, places: Places, *organisations: int) -> Taking | None:
    scope = seeing(1, *(organisations or (places.library,)))
    whole = await database.read(lambda tx: completion.by_programme(tx, scope))
    one = await database.read(lambda tx: completion.by_programme(tx, scope, places.where[0]))
    assert whole == one
    assert await database.read(lambda tx: completion.by_programme(tx, scope, places.where[0] + 1)) == {}
    return whole.get(places.where[0])


async def test_nobody(database: Database, places: Places) -> None:
    assert await taking(database, places) is None


async def test_everyone_is_where_they_belong(database: Database, places: Places) -> None:
    def build(tx: Connection) -> None:
        crowd = Crowd(tx, places.library, places.where, PROGRAMME)
        for _ in range(3):  # asked, not begun; one of them twice
            crowd.invite(crowd.person())
        asked = crowd.person()
        crowd.invite(asked)
        crowd.enrol(asked)  # asked, only just begun
        for lessons in range(4):  # by themselves: nothing, one, two, three lessons
            crowd.finish(crowd.enrol(crowd.person()), *range(lessons))
        done = crowd.enrol(crowd.person(), state="finished")
        crowd.show(done, 0, 0)
        crowd.enrol(crowd.person(), state="finished")
        elsewhere = Crowd(tx, places.museum, places.where, PROGRAMME)
        elsewhere.enrol(elsewhere.person())
        elsewhere.invite(elsewhere.person())

    await database.write(build)
    versions = frozenset({places.where[1]})
    assert await taking(database, places) == Taking(
        Completion(finished=2, under_way=3, not_begun=3, browsing=2), versions, timed=1
    )
    assert await taking(database, places, places.museum) == Taking(
        Completion(not_begun=1, browsing=1), versions
    )
    assert await taking(database, places, places.library, places.museum) == Taking(
        Completion(finished=2, under_way=3, not_begun=4, browsing=3), versions, timed=1
    )


@pytest.mark.parametrize(
    ("lessons", "later", "browses"),
    [
        (1, 0 * HOUR, True),
        (1, 11 * HOUR, True),
        (1, 12 * HOUR, False),
        (1, 9 * 24 * HOUR, False),
        (0, 24 * HOUR, True),
    ],
)
async def test_who_comes_back_on_another_day_means_it(
    database: Database, places: Places, lessons: int, later: timedelta, browses: bool
) -> None:
    def build(tx: Connection) -> None:
        crowd = Crowd(tx, places.library, places.where, PROGRAMME)
        enrolment = crowd.enrol(crowd.person())
        assert SECOND
        crowd.answer(enrolment, SECOND, (1,), at=AGO - HOUR)
        crowd.finish(enrolment, *range(lessons), at=AGO)
        crowd.answer(enrolment, SECOND, (1,), at=AGO + later, took=timedelta(), purpose="review")

    await database.write(build)
    found = await taking(database, places)
    assert found
    assert found.completion == (Completion(browsing=1) if browses else Completion(under_way=1))


async def test_someone_asked_twice_is_one_person(database: Database, places: Places) -> None:
    def build(tx: Connection) -> None:
        town = Town(tx)
        who = town.person(places.library, "Ona")
        town.invite(who, places.where[0])
        Crowd(tx, places.library, places.where, PROGRAMME).invite(who)

    await database.write(build)
    found = await taking(database, places)
    assert found == Taking(Completion(not_begun=1))


async def test_where_people_stand_who_did_nothing_for_long(database: Database, places: Places) -> None:
    def build(tx: Connection) -> None:
        crowd = Crowd(tx, places.library, places.where, PROGRAMME)
        for state, lesson, card in (
            ("active", 0, 1), ("paused", 0, 1), ("active", 2, 0), ("active", 1, -1), ("finished", 2, 1)
        ):  # fmt: skip
            crowd.enrol(crowd.person(), state=state, lesson=lesson, card=card)
        fresh = Crowd(tx, places.library, places.where, PROGRAMME, at=MONDAY)
        fresh.enrol(fresh.person(), card=1)
        elsewhere = Crowd(tx, places.museum, places.where, PROGRAMME)
        elsewhere.enrol(elsewhere.person(), card=1)

    await database.write(build)
    owner, version = places.where
    here = seeing(1, places.library)
    found = await database.read(lambda tx: completion.stuck(tx, here, owner, MONDAY - 24 * HOUR))
    assert sorted(found, key=lambda each: each.lesson) == [Stuck(version, 0, 1, 2), Stuck(version, 2, 0, 1)]
    assert await database.read(lambda tx: completion.stuck(tx, here, owner, AGO)) == []
    assert await database.read(lambda tx: completion.stuck(tx, here, owner + 1, MONDAY)) == []
