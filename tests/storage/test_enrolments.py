"""Enrolments in the store, and what was done in them."""

import asyncio
from datetime import timedelta
from functools import partial

from domain.effect import Record
from domain.facts import Study
from domain.grading import Given
from storage import answers, enrolments, programmes, steps, studies
from storage.database import Connection, Database
from storage.enrolments import Enrolled
from storage.studies import LESSON_DONE
from tests.storage.learning import enrolled, step
from tests.storage.samples import MONDAY, enrolments_of, rows, sample, settle_down

HOUR = timedelta(hours=1)


async def test_an_enrolment_begins_before_the_first_card_of_the_first_lesson(database: Database) -> None:
    town, ana = await enrolled(database)
    expected = Enrolled(ana, town.ana, town.programme, town.version, "active", 0, -1, None)
    assert await database.read(partial(enrolments.get, enrolment=ana)) == expected
    assert await database.read(partial(enrolments_of, person=town.ana)) == [expected]
    assert await database.read(partial(enrolments_of, person=town.ben)) == []


async def test_someone_is_enrolled_once_in_a_programme(database: Database) -> None:
    town, _ = await enrolled(database)
    new = partial(enrolments.enrol, programme=town.programme, version=town.version, at=MONDAY)
    both = await asyncio.gather(*(database.write(partial(new, person=town.ben)) for _ in range(10)))
    assert [each is None for each in both].count(False) == 1
    assert await database.write(partial(new, person=town.ana)) is None


async def test_the_enrolment_touched_last_comes_first(database: Database) -> None:
    def build(tx: Connection) -> list[int]:
        town = settle_down(tx)
        other = programmes.publish(tx, sample("other"), MONDAY)
        owner = programmes.by_slug(tx, "other")
        assert other
        assert owner
        pairs = ((town.programme, town.version), (owner, other))
        ids = [
            enrolments.enrol(tx, person=town.ana, programme=programme, version=version, at=MONDAY)
            for programme, version in pairs
        ]
        assert ids[0]
        assert ids[1]
        before = [each.id for each in enrolments_of(tx, town.ana)]
        enrolments.move(tx, ids[0], 0, 0, MONDAY + HOUR)
        after = [each.id for each in enrolments_of(tx, town.ana)]
        return [before.index(ids[0]), after.index(ids[0])]

    assert await database.write(build) == [1, 0]


async def test_due_lessons_are_those_of_the_active_whose_time_has_come_the_longest_due_first(
    database: Database,
) -> None:
    def build(tx: Connection) -> list[int]:
        town = settle_down(tx)
        ids = []
        for person in (town.ana, town.ben, town.kari):
            new = enrolments.enrol(
                tx, person=person, programme=town.programme, version=town.version, at=MONDAY
            )
            assert new
            ids.append(new)
        enrolments.wait(tx, ids[0], MONDAY + HOUR)
        enrolments.wait(tx, ids[1], MONDAY)
        enrolments.wait(tx, ids[2], MONDAY - HOUR)
        return ids

    ana, ben, kari = await database.write(build)

    async def due(hours: int = 0, most: int = 9) -> list[int]:
        return await database.read(partial(enrolments.due, now=MONDAY + hours * HOUR, most=most))

    assert [await due(-2), await due(-1), await due(), await due(1), await due(1, 2)] == [
        [],
        [kari],
        [kari, ben],
        [kari, ben, ana],
        [kari, ben],
    ]
    await database.write(partial(enrolments.set_state, enrolment=kari, state="paused"))
    await database.write(partial(enrolments.wait, enrolment=ben, due_at=None))
    await database.write(partial(enrolments.move, enrolment=ana, lesson=0, card=0, at=MONDAY))
    assert await due(9) == []


async def test_moving_on_makes_it_active_and_due_for_nothing(database: Database) -> None:
    _, ana = await enrolled(database)
    await database.write(partial(enrolments.wait, enrolment=ana, due_at=MONDAY))
    await database.write(partial(enrolments.set_state, enrolment=ana, state="paused"))
    await database.write(partial(enrolments.move, enrolment=ana, lesson=1, card=-1, at=MONDAY))
    found = await database.read(partial(enrolments.get, enrolment=ana))
    assert (found.state, found.lesson, found.card, found.due_at) == ("active", 1, -1, None)


async def test_scores_count_graded_answers_and_no_opinions(database: Database) -> None:
    town, ana = await enrolled(database)
    given = ((0, 1.0), (0, 0.5), (0, None), (1, 1.0), (1, 1.0))

    def answer(tx: Connection) -> None:
        for number, (lesson, worth) in enumerate(given):
            asked = step(f"s{number}", ana, number, lesson)
            steps.put(tx, asked, MONDAY)
            answers.record(tx, Record(asked, town.version, "q", Given((0,)), worth), MONDAY)

    def scores(tx: Connection) -> list[tuple[int, ...]]:
        found = list[Study]()
        for lesson in range(3):
            enrolments.move(tx, ana, lesson, 0, MONDAY)
            found += studies.of_person(tx, town.ana)
        return [(each.right, each.graded, each.lesson_right, each.lesson_graded) for each in found]

    assert await database.write(scores) == [(0, 0, 0, 0)] * 3
    await database.write(answer)
    assert await database.write(scores) == [(3, 4, 1, 2), (3, 4, 2, 2), (3, 4, 0, 0)]


async def test_a_lesson_is_finished_once_at_its_first_time(database: Database) -> None:
    town, ana = await enrolled(database)
    for lesson, hours in ((0, 0), (0, 1), (1, 2)):
        at = MONDAY + hours * HOUR
        await database.write(partial(studies.finish_lesson, enrolment=ana, lesson=lesson, at=at))
    counted = await database.read(partial(studies.of_person, person=town.ana))
    assert [each.done for each in counted] == [2]
    done = await rows(database, LESSON_DONE.c.lesson, LESSON_DONE.c.finished_at)
    assert done == [(0, MONDAY), (1, MONDAY + 2 * HOUR)]
