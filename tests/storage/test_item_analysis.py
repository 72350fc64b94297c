"""First answers, as the store tallies them: against every single answer, and ten thousand people in a second."""

import time
from dataclasses import replace
from functools import partial
from random import Random
from typing import Final

import pytest
from sqlalchemy import text

from domain.item_analysis import Tally, analyse
from domain.question import Question
from domain.question_history import MANY, codes
from domain.recall import edition
from storage import item_analysis
from storage.database import Connection, Database
from tests.console.crowd import Crowd
from tests.console.town import Town, seeing
from tests.domain.make import programme
from tests.domain.test_item_analysis import Person, tallies

PROGRAMME = programme("tsmn", "so", "w")
QUESTIONS = {each.id: each for lesson in PROGRAMME.lessons for each in lesson.texts[0].questions}
GRADED = {name for name, each in QUESTIONS.items() if each.kind != "opinion"}


def answered(crowd: Crowd, enrolment: int, asked: Question, chance: Random) -> tuple[tuple[int, ...], float]:
    chosen = () if asked.written else (chance.randrange(3),)
    worth = chance.choice((0.0, 0.5, 1.0))
    crowd.answer(enrolment, asked, chosen, worth=worth)
    return chosen, worth


async def test_the_store_tallies_every_first_answer(database: Database) -> None:
    """Some are asked little, some the same twice, some in a review; opinions have no score."""
    expected = list[Person]()

    def build(tx: Connection) -> tuple[int, int, int]:
        town, chance = Town(tx), Random(11)
        library, museum, where = (
            town.organisation("Library"),
            town.organisation("Museum"),
            town.publish(PROGRAMME),
        )
        for number in range(60):
            crowd = Crowd(tx, museum if number % 5 == 0 else library, where, PROGRAMME)
            enrolment = crowd.enrol(crowd.person())
            first: Person = {}
            for name in chance.sample(sorted(QUESTIONS), chance.randint(0, len(QUESTIONS))):
                asked = QUESTIONS[name]
                if asked.kind == "opinion":
                    crowd.answer(enrolment, asked, (1,))
                    continue
                crowd.answer(enrolment, asked, (0,), worth=0.25, purpose=chance.choice(("review", "test")))
                first[name] = answered(crowd, enrolment, asked, chance)
                for _ in range(number % 4):
                    answered(crowd, enrolment, asked, chance)
            if number % 5:
                expected.append(first)
        return library, *where

    library, owner, version = await database.write(build)
    here = edition(version, PROGRAMME)
    coded = codes(here, [])
    found = await database.read(lambda tx: item_analysis.tallies(tx, seeing(1, library), owner, coded))
    assert {here.names[place[1:]] for place in found} == GRADED
    assert {place[0] for place in found} == {version}
    for name in GRADED:
        assert rounded(found[(version, *here.spots[name])]) == rounded(tallies(expected, name))
    assert await database.read(lambda tx: item_analysis.tallies(tx, seeing(1), owner, coded)) == {}
    elsewhere = partial(item_analysis.tallies, scope=seeing(1, library), programme=owner + 1, codes=coded)
    assert await database.read(elsewhere) == {}
    whose = await database.read(lambda tx: item_analysis.versions(tx, seeing(1, library), owner))
    assert whose == {version}


async def test_a_fair_part_of_a_programme_is_looked_at(database: Database) -> None:
    """Its enrolments have every second id, and of two who enrol one knows it: half of them are looked at, of each."""

    def build(tx: Connection) -> tuple[int, int]:
        town = Town(tx)
        library, where = town.organisation("Library"), town.publish(PROGRAMME)
        crowd = Crowd(tx, library, where, PROGRAMME)
        beside = replace(crowd, where=town.publish(programme("s", slug="other")))
        for number in range(120):
            person = crowd.person()
            crowd.answer(crowd.enrol(person), QUESTIONS["01-1"], (0,), worth=float(number % 2))
            beside.enrol(person)
        return library, where[0]

    library, owner = await database.write(build)
    found = partial(item_analysis.tallies, scope=seeing(1, library), programme=owner, codes={})
    looked = partial(item_analysis.versions, scope=seeing(1, library), programme=owner)
    for each in (2, 3, 4):
        ((wrong, right),) = (await database.read(partial(found, each=each))).values()
        assert wrong.people + right.people == 120 // each
        assert abs(wrong.people - right.people) <= 8
        assert await database.read(partial(looked, each=each))


async def test_a_question_that_stood_elsewhere_is_the_same_among_many_thousands(database: Database) -> None:
    """Everybody answers two questions of the older version, then all of the newer one, where they stand elsewhere."""
    front = programme("t").lessons[0]
    newer = replace(PROGRAMME, lessons=(replace(front, slug="00"), *PROGRAMME.lessons))
    expected, chance = list[Person](), Random(3)

    def build(tx: Connection) -> tuple[int, int, tuple[int, int]]:
        town = Town(tx)
        library, old, new = town.organisation("Library"), town.publish(PROGRAMME), town.publish(newer)
        before, now = Crowd(tx, library, old, PROGRAMME), Crowd(tx, library, new, newer)
        for _ in range(20):
            enrolment, names = before.enrol(before.person()), sorted(GRADED)
            first = {name: answered(before, enrolment, QUESTIONS[name], chance) for name in names[:2]}
            again = {name: answered(now, enrolment, QUESTIONS[name], chance) for name in names}
            expected.append({**again, **first})
        return library, old[0], (old[1], new[1])

    library, owner, (old, new) = await database.write(build)
    here, earlier = edition(new, newer), edition(old, PROGRAMME)
    many = {(new + 1, number // 100, number % 100): MANY * MANY + number for number in range(30_000)}
    coded = {**codes(here, [earlier]), **many}
    found = await database.read(
        partial(item_analysis.tallies, scope=seeing(1, library), programme=owner, codes=coded)
    )
    for number, name in enumerate(sorted(GRADED)):
        at, version = (earlier, old) if number < 2 else (here, new)
        assert rounded(found.pop((version, *at.spots[name]))) == rounded(tallies(expected, name))
    assert found == {}


def test_of_many_people_some_are_looked_at() -> None:
    assert [item_analysis.every(people) for people in (0, 1, 1_000, 1_001, 10_000)] == [1, 1, 1, 2, 10]


def rounded(counted: list[Tally]) -> list[tuple[object, ...]]:
    return sorted(
        (each.chosen, each.worth, each.people, each.compared, round(each.rest, 6), round(each.squares, 6))
        for each in counted
    )


PEOPLE, LESSONS, EACH = 10_000, 10, 4
SERIES = f"""CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PEOPLE})
             SELECT i FROM n"""
# Everyone answers the questions of a lesson in one sitting.
SITTINGS = f"""FROM (SELECT i FROM n LIMIT {LESSONS}) AS lessons CROSS JOIN n AS people
               CROSS JOIN (SELECT i FROM n LIMIT {EACH}) AS cards"""
KEY, RIGHT = "people.i || '-' || lessons.i || '-' || cards.i || '-step-key'", "(people.i * cards.i) % 4 = 1"
MOMENT = "'2026-11-23 07:30:00.000000'"
FILL = (
    """INSERT INTO person (id, organisation_id, name, email, language, hour, days, leave_from, leave_until)
       SELECT 1000 + i, :place, 'P' || i, 'p' || i, 'lt', '09:30', '12345', '', '' FROM n""",
    f"""INSERT INTO enrolment (id, person_id, programme_id, version_id, state, lesson, card, started_at, touched_at)
        SELECT i, 1000 + i, :owner, :version, 'finished', 0, 0, {MOMENT}, {MOMENT} FROM n""",
    f"""INSERT INTO step (key, enrolment_id, lesson, card, question, selected, opened_at, closed_at, purpose)
        SELECT {KEY}, people.i, lessons.i, cards.i, 1, '', {MOMENT}, {MOMENT}, 'lesson' {SITTINGS}""",
    f"""INSERT INTO answer (step_key, enrolment_id, version_id, lesson, card, question_id, chosen, correct, answered_at,
                            words, worth, purpose)
        SELECT {KEY}, people.i, :version, lessons.i, cards.i, lessons.i || '-question-' || cards.i,
               (people.i * cards.i) % 4, {RIGHT}, {MOMENT}, '', {RIGHT}, 'lesson' {SITTINGS}""",
)


ALL: Final = "SELECT a.question_id, a.chosen, a.worth FROM answer a JOIN enrolment e ON e.id = a.enrolment_id"


@pytest.mark.timeout(180)
async def test_ten_thousand_people_and_forty_questions_are_judged_while_one_would_fetch_them_thrice(
    sqlite: Database,
) -> None:
    """That is less than a second where fetching takes a third of one. By the clock of the thread: what else the
    machine does is not counted."""

    def fill(tx: Connection) -> tuple[int, int]:
        town = Town(tx)
        place, (owner, version) = town.organisation("Library"), town.publish(PROGRAMME)
        tx.execute(text(SERIES))
        for statement in FILL:
            given = {"place": place, "owner": owner, "version": version}
            tx.execute(
                text(statement), {name: each for name, each in given.items() if f":{name}" in statement}
            )
        return place, owner

    place, owner = await sqlite.write(fill)
    asked = QUESTIONS["01-1"]

    def judge(tx: Connection) -> tuple[int, float]:
        began = time.thread_time()
        found = item_analysis.tallies(tx, seeing(1, place), owner, {})
        items = [analyse(asked, counted) for counted in found.values()]
        return sum(item.answers for item in items), time.thread_time() - began

    def fetch(tx: Connection) -> float:
        began = time.thread_time()
        assert len(tx.exec_driver_sql(ALL).fetchall()) == PEOPLE * LESSONS * EACH
        return time.thread_time() - began

    rounds = [(await sqlite.read(fetch), await sqlite.read(judge)) for _ in range(3)]
    assert {answers for _, (answers, _) in rounds} == {PEOPLE * LESSONS * EACH}
    print(rounds)
    assert min(judged / fetched for fetched, (_, judged) in rounds) < 3, rounds
