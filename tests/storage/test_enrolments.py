"""Enrolments, steps, answers and scores in the store."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from domain.facts import Step
from storage import enrolments, programmes
from storage.database import Connection, Database
from storage.enrolments import ANSWER, LESSON_DONE, Answered, Enrolled, Score
from tests.storage.samples import MONDAY, Town, rows, sample, settle_down

HOUR = timedelta(hours=1)


async def enrolled(database: Database) -> tuple[Town, int]:
    """Ana is enrolled."""

    def build(tx: Connection) -> tuple[Town, int]:
        town = settle_down(tx)
        new = enrolments.enrol(tx, person=town.ana, programme=town.programme, version=town.version, at=MONDAY)
        assert new is not None
        return town, new

    return await database.write(build)


def step(key: str, enrolment: int, card: int = 1, lesson: int = 0) -> Step:
    return Step(key, enrolment, lesson, card, question=True)


async def test_an_enrolment_begins_before_the_first_card_of_the_first_lesson(database: Database) -> None:
    town, ana = await enrolled(database)
    expected = Enrolled(ana, town.ana, town.programme, town.version, "active", 0, -1, None)
    assert await database.read(partial(enrolments.get, enrolment=ana)) == expected
    assert await database.read(partial(enrolments.of_person, person=town.ana)) == [expected]
    assert await database.read(partial(enrolments.of_person, person=town.ben)) == []


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
        before = [each.id for each in enrolments.of_person(tx, town.ana)]
        enrolments.move(tx, ids[0], 0, 0, MONDAY + HOUR)
        after = [each.id for each in enrolments.of_person(tx, town.ana)]
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


async def test_a_step_is_its_persons_and_the_newest_of_an_enrolment_is_open(database: Database) -> None:
    town, ana = await enrolled(database)

    def second(tx: Connection) -> int:
        version = programmes.publish(tx, sample("other"), MONDAY)
        owner = programmes.by_slug(tx, "other")
        assert version
        assert owner
        new = enrolments.enrol(tx, person=town.ana, programme=owner, version=version, at=MONDAY)
        assert new
        return new

    other = await database.write(second)
    for number, opened in enumerate((step("s1", ana, 0), step("s2", ana), step("o1", other))):
        at = MONDAY + number * HOUR
        await database.write(partial(enrolments.open_step, step=opened, at=at))

    def seen(tx: Connection) -> list[Step | None]:
        keys = (("s1", town.ana), ("s2", town.ana), ("s1", town.ben), ("none", town.ana))
        return [enrolments.step_by_key(tx, key, person) for key, person in keys]

    closed = Step("s1", ana, 0, 0, question=True, closed=True)
    assert await database.read(seen) == [closed, step("s2", ana), None, None]
    still_open = partial(enrolments.open_steps, person=town.ana)
    assert await database.read(still_open) == [step("o1", other), step("s2", ana)]
    assert await database.read(partial(enrolments.open_steps, person=town.ben)) == []


async def test_a_step_key_is_never_used_again(database: Database) -> None:
    _, ana = await enrolled(database)
    opened = partial(enrolments.open_step, step=step("s", ana), at=MONDAY)
    await database.write(opened)
    with pytest.raises(Exception, match=r"(?i)unique"):  # as the driver says it
        await database.write(opened)


async def test_exactly_one_closes_a_step(database: Database) -> None:
    _, ana = await enrolled(database)
    await database.write(partial(enrolments.open_step, step=step("s", ana), at=MONDAY))
    closing = (database.write(partial(enrolments.close_step, key="s", at=MONDAY)) for _ in range(20))
    assert sorted(await asyncio.gather(*closing)) == [False] * 19 + [True]
    assert not await database.write(partial(enrolments.close_step, key="none", at=MONDAY))


async def test_the_first_answer_of_a_step_counts(database: Database) -> None:
    town, ana = await enrolled(database)
    await database.write(partial(enrolments.open_step, step=step("s", ana), at=MONDAY))
    answers = [Answered(step("s", ana), town.version, "q1", (each, each + 1), True) for each in range(20)]
    record = partial(enrolments.record, at=MONDAY)
    done = await asyncio.gather(*(database.write(partial(record, answered=each)) for each in answers))
    assert sorted(done) == [False] * 19 + [True]
    first = done.index(True)
    assert await rows(database, ANSWER.c.chosen, ANSWER.c.version_id, ANSWER.c.question_id) == [
        (f"{first},{first + 1}", town.version, "q1")
    ]


async def test_ticked_options_are_remembered(database: Database) -> None:
    town, ana = await enrolled(database)
    await database.write(partial(enrolments.open_step, step=step("s", ana), at=MONDAY))
    for selected in ((0, 2), ()):
        await database.write(partial(enrolments.select_options, key="s", selected=selected))
        found = await database.read(partial(enrolments.step_by_key, key="s", person=town.ana))
        assert found is not None
        assert found.selected == selected


async def test_scores_count_graded_answers_and_no_opinions(database: Database) -> None:
    town, ana = await enrolled(database)
    given = ((0, True), (0, False), (0, None), (1, True), (1, True))

    def answer(tx: Connection) -> None:
        for number, (lesson, correct) in enumerate(given):
            asked = step(f"s{number}", ana, number, lesson)
            enrolments.open_step(tx, asked, MONDAY)
            enrolments.record(tx, Answered(asked, town.version, "q", (0,), correct), MONDAY)

    def scores(tx: Connection) -> list[Score]:
        return [enrolments.score(tx, ana), *(enrolments.score(tx, ana, lesson) for lesson in range(3))]

    assert await database.read(scores) == [Score(0, 0)] * 4
    await database.write(answer)
    assert await database.read(scores) == [Score(3, 4), Score(1, 2), Score(2, 2), Score(0, 0)]


async def test_a_lesson_is_finished_once_at_its_first_time(database: Database) -> None:
    _, ana = await enrolled(database)
    for lesson, hours in ((0, 0), (0, 1), (1, 2)):
        await database.write(
            partial(enrolments.finish_lesson, enrolment=ana, lesson=lesson, at=MONDAY + hours * HOUR)
        )
    assert await database.read(partial(enrolments.lessons_done, enrolment=ana)) == 2
    done = await rows(database, LESSON_DONE.c.lesson, LESSON_DONE.c.finished_at)
    assert done == [(0, MONDAY), (1, MONDAY + 2 * HOUR)]
