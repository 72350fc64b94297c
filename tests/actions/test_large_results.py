"""Results of 10,000 people in three programmes each: given within three seconds, in little memory."""

import tracemalloc
from typing import Any

import pytest
from sqlalchemy import insert

from actions.results import table
from domain.organisation import Scope
from storage.answers import ANSWER
from storage.database import Connection, Database
from storage.enrolments import ENROLMENT
from storage.people import PERSON
from storage.results import Wanted
from storage.steps import STEP
from storage.studies import LESSON_DONE
from tests.actions.test_large_roster import used
from tests.console.town import MONDAY, Town, programme

PEOPLE, PROGRAMMES, LESSONS, CARDS = 10_000, 3, 4, 3
SECONDS, MEGABYTES = 3.0, 16


def fill(tx: Connection) -> Scope:
    """Everybody has done half of the lessons of every programme."""
    town = Town(tx)
    house = town.organisation("Library")
    taught = [town.publish(programme(f"p{number}", LESSONS)) for number in range(PROGRAMMES)]
    person: dict[str, object] = {"organisation_id": house, "language": "lt", "hour": "09:00", "days": "12345"}
    who = [person | {"id": n, "name": f"Vardenė {n}", "email": f"v{n}@b.lt"} for n in range(1, PEOPLE + 1)]
    tx.execute(insert(PERSON), who)
    studies, done, steps, answers = list[dict[str, Any]](), list[Any](), list[Any](), list[Any]()
    for number in range(PEOPLE * PROGRAMMES):
        owner, version = taught[number % PROGRAMMES]
        mine: dict[str, object] = {
            "id": number + 1,
            "person_id": number // PROGRAMMES + 1,
            "programme_id": owner,
        }
        mine |= {"version_id": version, "state": "active", "lesson": 2, "card": -1}
        studies.append(mine | {"started_at": MONDAY, "touched_at": MONDAY})
        for lesson in range(LESSONS // 2):
            here = {"enrolment_id": number + 1, "lesson": lesson}
            done.append(here | {"finished_at": MONDAY, "seconds": 100})
            for card in range(CARDS):
                key = f"{number}-{lesson}-{card}"
                step = here | {"key": key, "card": card, "question": card > 0, "selected": ""}
                steps.append(step | {"opened_at": MONDAY, "closed_at": MONDAY, "purpose": "lesson"})
                answer = here | {"step_key": key, "card": card, "version_id": version, "question_id": "q"}
                answer |= {"chosen": "1", "correct": card == 1, "answered_at": MONDAY, "purpose": "lesson"}
                answers += [answer] if card else []
    for owner_table, rows in ((ENROLMENT, studies), (LESSON_DONE, done), (STEP, steps), (ANSWER, answers)):
        tx.execute(insert(owner_table), rows)
    return Scope(0, frozenset({house}))


async def given(database: Database, scope: Scope) -> tuple[int, int]:
    """How many lines and bytes it has."""
    lines = size = 0
    async for part in table(database, scope, Wanted("lt", "https://learn.example"), "plain"):
        lines, size = lines + part.count(b"\n"), size + len(part)
    return lines, size


@pytest.mark.slow
async def test_ten_thousand_people_in_three_seconds(sqlite: Database) -> None:
    scope = await sqlite.write(fill)
    began = used()
    lines, size = await given(sqlite, scope)
    assert (lines, size > 2_000_000) == (PEOPLE * PROGRAMMES + 1, True)
    took = used() - began
    assert took < SECONDS
    tracemalloc.start()
    await given(sqlite, scope)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MEGABYTES * 1024**2
