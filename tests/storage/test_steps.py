"""Steps and answers in the store."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from domain.effect import Record
from domain.facts import Step
from domain.grading import Given
from storage import answers, enrolments, programmes, steps
from storage.answers import ANSWER
from storage.database import Connection, Database
from tests.storage.learning import enrolled, step
from tests.storage.samples import MONDAY, rows, sample

HOUR = timedelta(hours=1)


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
        await database.write(partial(steps.put, step=opened, at=at))

    def seen(tx: Connection) -> list[Step | None]:
        keys = (("s1", town.ana), ("s2", town.ana), ("s1", town.ben), ("none", town.ana))
        return [steps.by_key(tx, key, person) for key, person in keys]

    closed = Step("s1", ana, 0, 0, question=True, closed=True)
    assert await database.read(seen) == [closed, step("s2", ana), None, None]
    still_open = partial(steps.open_of, person=town.ana)
    assert await database.read(still_open) == [step("o1", other), step("s2", ana)]
    assert await database.read(partial(steps.open_of, person=town.ben)) == []


async def test_a_step_key_is_never_used_again(database: Database) -> None:
    _, ana = await enrolled(database)
    opened = partial(steps.put, step=step("s", ana), at=MONDAY)
    await database.write(opened)
    with pytest.raises(Exception, match=r"(?i)unique"):  # as the driver says it
        await database.write(opened)


async def test_exactly_one_closes_a_step(database: Database) -> None:
    _, ana = await enrolled(database)
    await database.write(partial(steps.put, step=step("s", ana), at=MONDAY))
    closing = (database.write(partial(steps.close, key="s", at=MONDAY)) for _ in range(20))
    assert sorted(await asyncio.gather(*closing)) == [False] * 19 + [True]
    assert not await database.write(partial(steps.close, key="none", at=MONDAY))


async def test_the_first_answer_of_a_step_counts(database: Database) -> None:
    town, ana = await enrolled(database)
    await database.write(partial(steps.put, step=step("s", ana), at=MONDAY))
    given = [Record(step("s", ana), town.version, "q1", Given((each, each + 1)), 1.0) for each in range(20)]
    record = partial(answers.record, at=MONDAY)
    done = await asyncio.gather(*(database.write(partial(record, answered=each)) for each in given))
    assert sorted(done) == [False] * 19 + [True]
    first = done.index(True)
    assert await rows(database, ANSWER.c.chosen, ANSWER.c.version_id, ANSWER.c.question_id) == [
        (f"{first},{first + 1}", town.version, "q1")
    ]


async def test_what_is_asked_again_is_the_newest(database: Database) -> None:
    town, ana = await enrolled(database)

    def other(tx: Connection) -> int:
        version = programmes.publish(tx, sample("other"), MONDAY)
        owner = programmes.by_slug(tx, "other")
        assert version
        assert owner
        new = enrolments.enrol(tx, person=town.ana, programme=owner, version=version, at=MONDAY)
        assert new
        return new

    for key, enrolment in (("s", ana), ("o", await database.write(other))):
        opened = step(key, enrolment)
        await database.write(partial(steps.put, step=opened, at=MONDAY + HOUR * (key == "o")))
    keys = []
    for number, key in enumerate(("none", "s", "o"), 2):
        await database.write(partial(steps.ask, key=key, at=MONDAY + number * HOUR))
        keys.append([each.key for each in await database.read(partial(steps.open_of, person=town.ana))])
    assert keys == [["o", "s"], ["s", "o"], ["o", "s"]]
    await database.write(partial(steps.close, key="s", at=MONDAY))
    await database.write(partial(steps.ask, key="s", at=MONDAY + 9 * HOUR))
    assert [each.key for each in await database.read(partial(steps.open_of, person=town.ana))] == ["o"]


@pytest.mark.parametrize("first", [0, 2])
async def test_a_lesson_is_unseen_until_something_is_done_in_it(database: Database, first: int) -> None:
    """It begins with its first card, or with the first that is drawn for this learner."""
    town, ana = await enrolled(database)

    async def at(*opened: Step, answered: bool = False) -> list[int | None]:
        def do(tx: Connection) -> list[int | None]:
            for each in opened:
                enrolments.move(tx, ana, each.lesson, each.card, MONDAY)
                steps.put(tx, each, MONDAY)
                if answered:
                    answers.record(tx, Record(each, town.version, "q", Given((0,)), 1.0), MONDAY)
            return [steps.unseen(tx, key) for key in ("s1", "s2", "none")]

        return await database.write(do)

    assert await at(step("s0", ana, first)) == [None, None, None]
    assert await at(step("s1", ana, first)) == [ana, None, None]
    assert await at(step("s2", ana, first + 1)) == [None, None, None]
    assert await at(step("s3", ana, first, lesson=1), step("s4", ana, first, lesson=1)) == [None, None, None]
    assert await database.read(partial(steps.unseen, step="s4")) == ana
    assert await at(step("s5", ana, first, lesson=1), answered=True) == [None, None, None]
    assert await database.read(partial(steps.unseen, step="s5")) is None


async def test_ticked_options_are_remembered(database: Database) -> None:
    town, ana = await enrolled(database)
    await database.write(partial(steps.put, step=step("s", ana), at=MONDAY))
    for selected in ((0, 2), ()):
        await database.write(partial(steps.tick, key="s", selected=selected))
        found = await database.read(partial(steps.by_key, key="s", person=town.ana))
        assert found is not None
        assert found.selected == selected
