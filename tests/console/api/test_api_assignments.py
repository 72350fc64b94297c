"""Assignments by the API: whom one would reach, and what can be changed of one."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from actions.assign import preview
from domain.api_token import SCOPES
from domain.assigning import Terms
from domain.disclosure import FEWEST
from domain.organisation import Scope
from storage.assignments import ASSIGNMENT
from storage.audit import AUDIT
from storage.database import Connection, Database
from tests.console.api.conftest import Gate
from tests.console.town import Town
from tests.storage.samples import rows

STANDS = (ASSIGNMENT.c.due_on, ASSIGNMENT.c.due_days, ASSIGNMENT.c.pace)


async def foreseen(gate: Gate, program: httpx.AsyncClient, place: str, **more: str | int) -> httpx.Response:
    """Whom an assignment to a place would reach."""
    asked = {"programme": gate.planted.taught, **more}
    return await program.get(f"/organisations/{gate.planted.organisations[place]}/reach", params=asked)


async def learners(gate: Gate, count: int) -> None:
    """So many more in "own", who learn."""

    def come(tx: Connection) -> None:
        town, taught = Town(tx), (gate.planted.taught, gate.planted.version)
        for number in range(count):
            town.enrol(town.person(gate.planted.organisations["own"], f"Added {number}"), taught)

    await gate.database.write(come)


async def stands(gate: Gate, which: int) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = await rows(gate.database, *STANDS, where=ASSIGNMENT.c.id == which)
    return found


async def test_whom_an_assignment_would_reach_is_told_and_nothing_is_made(
    gate: Gate, program: httpx.AsyncClient, database: Database
) -> None:
    before = await rows(database, ASSIGNMENT.c.id)
    await learners(gate, FEWEST)
    told = (await foreseen(gate, program, "own", pace=1)).json()
    terms = Terms(
        gate.planted.taught, gate.planted.organisations["own"], today := gate.clock().date(), pace=1
    )
    here = Scope(0, frozenset(gate.planted.organisations[name] for name in ("own", "unit")))
    reach = await database.read(lambda tx: preview(tx, terms, here))
    assert (len(reach.people) >= FEWEST, reach.learning > 0) == (True, True)
    assert told == {
        "people": len(reach.people),
        "joined": reach.joined,
        "learning": reach.learning,
        "finished": reach.finished,
        "places": [{"name": name, "people": many} for name, many in reach.places],
        "ends_on": reach.ends_on.isoformat(),
    }
    assert (len(told["places"]), told["joined"] > 0, told["ends_on"] > today.isoformat()) == (2, True, True)
    sooner = (await foreseen(gate, program, "own")).json()
    assert sooner == told | {"ends_on": sooner["ends_on"]}
    fewer = (await foreseen(gate, program, "unit")).json()
    assert (fewer["learning"], fewer["finished"]) == (None, None), "they are too few"
    assert fewer["people"] == next(each["people"] for each in told["places"] if each in fewer["places"])
    nobody = (await foreseen(gate, program, "own", job="no such job")).json()
    assert (nobody["people"], nobody["places"]) == (0, [])
    assert await rows(database, ASSIGNMENT.c.id) == before


async def test_what_people_learn_is_told_to_who_may_ask_for_it(gate: Gate) -> None:
    await learners(gate, FEWEST)
    async with gate.program(await gate.token()) as program:
        whole = (await foreseen(gate, program, "own")).json()
    scopes = [each for each in SCOPES if each != "progress:read"]
    async with gate.program(await gate.token(scopes=scopes)) as program:
        told = (await foreseen(gate, program, "own")).json()
    assert whole["learning"] > FEWEST
    assert told == whole | {"learning": None, "finished": None}


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"starts_on": "2020-01-01"}, "past", "starts_on"),
        ({"starts_on": "1"}, "value_error", "starts_on"),
        ({"due_on": "2026-11-01"}, "due_first", "due_on"),
        ({"due_on": "2027-01-01", "due_days": "3"}, "due_twice", "due_on"),
        ({"programme": "999999"}, "programme", "programme"),
        ({"after": "999999"}, "programme", "after"),
        ({"only_new": "1"}, "value_error", "only_new"),
        ({"pace": "6"}, "less_than_equal", "pace"),
        ({"why": "because"}, "unknown_field", "why"),
    ],
)
async def test_what_could_not_be_assigned_is_not_foreseen(
    gate: Gate, program: httpx.AsyncClient, more: Mapping[str, str], code: str, field: str
) -> None:
    answer = await foreseen(gate, program, "own", **more)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, field)


async def test_the_date_and_the_pace_are_changed_and_nothing_else(
    gate: Gate, program: httpx.AsyncClient, database: Database
) -> None:
    which = gate.planted.ids["assignment", "own"]

    async def change(**body: Any) -> int:
        return (await program.patch(f"/assignments/{which}", json=body)).status_code

    assert await change(due_on="2027-06-30", pace=2) == 200
    assert await stands(gate, which) == [("2027-06-30", None, 2)]
    assert await change(pace=None) == 200
    assert await stands(gate, which) == [("2027-06-30", None, None)]
    assert await change(due_on=None) == 200
    assert await stands(gate, which) == [("", None, None)]
    for same in ({}, {"due_on": None}, {"pace": None}):
        assert await change(**same) == 200
    kept = await rows(database, AUDIT.c.number, AUDIT.c.what, where=AUDIT.c.what.like("assignment.%"))
    done = ("due", "pace", "pace", "due")
    assert [what for _, what in kept][-4:] == [f"assignment.{each}" for each in done]


async def test_what_cannot_be_changed_is_told(gate: Gate, program: httpx.AsyncClient) -> None:
    which = gate.planted.ids["assignment", "own"]
    before = await stands(gate, which)

    async def told(body: Mapping[str, object]) -> tuple[int, str, str]:
        answer = await program.patch(f"/assignments/{which}", json=body)
        return answer.status_code, answer.json()["code"], answer.json()["field"]

    assert await told({"pace": 2, "due_on": "2020-01-01"}) == (422, "due_first", "due_on")
    assert await told({"pace": 9}) == (422, "less_than_equal", "pace")
    assert await told({"programme": 3}) == (422, "unknown_field", "programme")
    await program.post(f"/assignments/{which}/end", headers=gate.key())
    assert (await told({"pace": 2}))[:2] == (422, "ended")
    assert await stands(gate, which) == before
