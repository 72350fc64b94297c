"""Several at once: one wins, and the others are told exactly why they did not."""

import asyncio
from functools import partial

from actions.invite import invite
from domain.event import Pressed, Said
from storage import people, programmes, studies
from storage.activity import ACTIVITY
from storage.addresses import ADDRESS
from storage.answers import ANSWER
from storage.database import Connection, Database
from storage.enrolments import ENROLMENT
from storage.people import PERSON
from storage.steps import STEP
from tests.actions.talk import Talk, in_short
from tests.storage.samples import MONDAY, Town, rows, sample, settle_down


def invited(tx: Connection) -> Town:
    """A town in which Ana is invited."""
    town = settle_down(tx)
    invite(tx, person=town.ana, programme=town.programme, code="one", now=MONDAY)
    return town


async def test_of_two_who_show_the_same_code_one_joins_and_the_other_gets_the_reason(
    database: Database,
) -> None:
    town = await database.write(invited)
    talks = [Talk(database, f"place {number}") for number in range(6)]
    for talk in talks:
        assert [await talk.says("/start one"), await talk.says("/yes")] == [["join.who"], ["join.privacy"]]
    answers = await asyncio.gather(*(talk.does(Said("/agree")) for talk in talks))
    assert sorted(map(in_short, answers)) == [["join.used_code"]] * 5 + [["join.welcome", "card 0.0"]]
    bound = await rows(database, ADDRESS.c.key, where=ADDRESS.c.person_id.is_not(None))
    assert bound == [(talk.key,) for talk in talks if len(talk.heard) == 4]
    assert await rows(database, ENROLMENT.c.person_id) == [(town.ana,)]
    assert [row[1] for row in await rows(database, ACTIVITY.c.id, ACTIVITY.c.what)] == [
        "joined",
        "enrolled",
        "lesson_sent",
    ]


async def test_twenty_presses_of_the_same_answer_are_one_answer(database: Database) -> None:
    await database.write(invited)
    ana = Talk(database)
    await ana.join("one")
    await ana.presses("next")
    press = Pressed(f"{ana.step}:1")
    answers = await asyncio.gather(*(ana.does(press) for _ in range(20)))
    assert sorted(map(in_short, answers)) == [["right"], *[["study.recorded"]] * 19]
    assert await rows(database, ANSWER.c.chosen, ANSWER.c.correct) == [("1", True)]
    assert len(await rows(database, STEP.c.key, where=STEP.c.closed_at.is_(None))) == 1


async def test_two_messengers_of_a_person_give_one_answer(database: Database) -> None:
    town = await database.write(invited)
    desk, phone = Talk(database, "desk"), Talk(database, "77", channel="telegram")
    await desk.join("one")
    another = partial(invite, person=town.ana, programme=town.programme, code="two", now=MONDAY)
    await database.write(another)
    await phone.join("two")
    await phone.presses("next")
    options = [Pressed(f"{phone.step}:{each % 3}") for each in range(12)]
    await asyncio.gather(*((desk if index % 2 else phone).does(each) for index, each in enumerate(options)))
    assert len(await rows(database, ANSWER.c.id)) == 1


async def test_presses_of_the_last_next_finish_a_lesson_once(database: Database) -> None:
    town = await database.write(invited)
    ana = Talk(database)
    await ana.join("one")
    for choice in ("next", "1", "next", "=0,2", "next", "0"):
        await ana.presses(choice)
    await ana.says("/continue")
    press = Pressed(f"{ana.step}:next")
    answers = await asyncio.gather(*(ana.does(press) for _ in range(10)))
    assert sorted(map(in_short, answers)) == [["study.behind"]] * 9 + [["study.programme_done"]]
    done = await database.read(lambda tx: [each.done for each in studies.of_person(tx, town.ana)])
    assert done == [2]


async def test_enrolling_at_once_in_the_same_programme_is_one_enrolment(database: Database) -> None:
    def more(tx: Connection) -> None:
        invited(tx)
        programmes.publish(tx, sample("other"), MONDAY)

    await database.write(more)
    ana = Talk(database)
    await ana.join("one")
    await asyncio.gather(*(ana.does(Said("/enrol other")) for _ in range(8)))
    assert len(await rows(database, ENROLMENT.c.id)) == 2
    whats = [row[1] for row in await rows(database, ACTIVITY.c.id, ACTIVITY.c.what)]
    assert whats.count("enrolled") == 2


async def test_many_people_learn_at_once_and_none_gets_anothers_lesson(database: Database) -> None:
    def crowd(tx: Connection) -> list[str]:
        town = settle_down(tx)
        codes = [f"code{number}" for number in range(8)]
        for code in codes:
            person = people.add(
                tx, organisation=town.here, name=code, email=f"{code}@a.example", language="lt"
            )
            invite(tx, person=person, programme=town.programme, code=code, now=MONDAY)
        return codes

    async def learn(code: str) -> list[str]:
        talk = Talk(database, f"place of {code}")
        await talk.join(code)
        for choice in ("next", "1", "next", "=0,2", "next", "0"):
            await talk.presses(choice)
        return in_short(talk.heard)

    codes = await database.write(crowd)
    heard = await asyncio.gather(*map(learn, codes))
    assert heard == [heard[0]] * 8
    assert heard[0][-2:] == ["thanks", "study.lesson_done"]
    assert len(await rows(database, ANSWER.c.id)) == 24
    joined = await rows(database, PERSON.c.id, where=PERSON.c.consented_at.is_not(None))
    assert len(joined) == 8
