"""Lists in parts: nothing twice and nothing lost, while others add to them."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from random import Random
from typing import Final

import httpx
import pytest

from actions.assign import assign
from actions.certify import issue
from console.api.operation import MOST
from domain.assigning import Terms
from domain.tree import Own
from storage import organisations
from storage.audit import AUDIT
from storage.database import Connection
from tests.console.api.conftest import Gate
from tests.console.papers import code_of
from tests.console.planted import Planted
from tests.console.town import MONDAY, Town, programme
from tests.storage.samples import rows


def _person(tx: Connection, planted: Planted, number: int) -> int:
    return Town(tx).person(planted.organisations["own"], f"Added {number}")


def _study(tx: Connection, planted: Planted, number: int) -> int:
    return Town(tx).enrol(_person(tx, planted, number), (planted.taught, planted.version))


def _certificate(tx: Connection, planted: Planted, number: int) -> None:
    issue(tx, _study(tx, planted, number), code=code_of(f"x{number}"), now=MONDAY)


def _assignment(tx: Connection, planted: Planted, number: int) -> None:
    starts = MONDAY.date() + timedelta(days=number)
    assign(tx, Terms(planted.taught, planted.organisations["unit"], starts), by=None, now=MONDAY)


def _organisation(tx: Connection, planted: Planted, number: int) -> None:
    organisations.add_place(tx, f"Added {number}", Own(), "unit", planted.organisations["own"])


def _programme(tx: Connection, planted: Planted, number: int) -> None:
    Town(tx).publish(programme(f"added-{number}", 1))


ADD: Final[Mapping[str, Callable[..., object]]] = {
    "organisations": _organisation,
    "people": _person,
    "programmes": _programme,
    "assignments": _assignment,
    "progress": _study,
    "certificates": _certificate,
}


async def whole(program: httpx.AsyncClient, noun: str) -> list[int]:
    return [each["id"] for each in (await program.get(f"/{noun}", params={"limit": MOST})).json()["items"]]


@pytest.mark.parametrize("noun", ADD)
async def test_nothing_twice_and_nothing_lost_while_rows_are_added(gate: Gate, noun: str) -> None:
    random = Random(noun)
    for number in range(6):
        await gate.database.write(partial(ADD[noun], planted=gate.planted, number=number))
    async with gate.program(await gate.token()) as program:
        before, found, address, number = await whole(program, noun), list[int](), f"/{noun}?limit=2", 6
        while address:
            answer = await program.get(address)
            found += [each["id"] for each in answer.json()["items"]]
            following = answer.json()["next"]
            linked = answer.headers.get("link", "")
            assert bool(following) == bool(linked)
            if following:
                assert (linked.startswith("<"), linked.endswith('>; rel="next"')) == (True, True)
                assert f"after={following}" in linked
                address = f"/{noun}?limit={random.randint(1, 4)}&after={following}"
            else:
                address = ""
            if number < 10:
                await gate.database.write(partial(ADD[noun], planted=gate.planted, number=number))
                number += 1
        after = await whole(program, noun)
    assert len(found) == len(set(found))
    assert set(before) <= set(found)
    assert found == sorted(found)
    assert found == after[: len(found)]


async def test_what_a_list_is_narrowed_to(gate: Gate, program: httpx.AsyncClient) -> None:
    person, own = gate.planted.ids["person", "own"], gate.planted.organisations["own"]
    said = (await program.get(f"/people/{person}")).json()
    for asked in ({"email": said["email"].upper()}, {"email": said["email"], "organisation": own}):
        found = (await program.get("/people", params=asked)).json()["items"]
        assert [each["id"] for each in found] == [person]
    for noun in ("progress", "certificates"):
        asked = {"person": person, "programme": gate.planted.taught}
        found = (await program.get(f"/{noun}", params=asked)).json()["items"]
        assert {(each["person"], each["programme"]) for each in found} == {(person, gate.planted.taught)}
    nobody = {"person": gate.planted.ids["person", "other"]}
    assert (await program.get("/progress", params=nobody)).json() == {"items": [], "next": None}


async def test_a_look_at_a_list_of_people_is_kept_once_at_each_of_their_organisations(
    gate: Gate, program: httpx.AsyncClient
) -> None:
    own, columns = gate.planted.organisations["own"], ("number", "organisation_id", "after")
    found = []
    for asked in ({"email": "nobody@nowhere.example"}, {"organisation": own}, {"organisation": own}):
        found = (await program.get("/people", params=asked)).json()["items"]
    kept = await rows(gate.database, *(AUDIT.c[name] for name in columns), where=AUDIT.c.what == "list.seen")
    told = f'{{"list":"api_people","count":{len(found)},"first":{found[0]["id"]}}}'
    assert [row[1:] for row in kept] == [(own, told)]


@pytest.mark.parametrize("noun", ["progress", "certificates"])
async def test_a_look_at_what_people_did_is_kept_too(
    gate: Gate, program: httpx.AsyncClient, noun: str
) -> None:
    own, person = gate.planted.organisations["own"], gate.planted.ids["person", "own"]
    asked = {"person": person, "programme": gate.planted.taught}
    email = (await program.get(f"/people/{person}")).json()["email"]
    await program.get("/people", params={"email": email})
    _, found = [(await program.get(f"/{noun}", params=asked)).json()["items"] for _ in range(2)]
    columns = (AUDIT.c[name] for name in ("number", "what", "organisation_id", "about_id", "after"))
    kept = [row[1:] for row in await rows(gate.database, *columns, where=AUDIT.c.what.like("%.seen"))]
    assert kept == [
        ("person.seen", own, person, "{}"),
        *(
            ("list.seen", own, None, f'{{"list":"api_{each}","count":1,"first":{person}}}')
            for each in ("people", noun)
        ),
    ]
    if noun == "certificates":
        await program.get(f"/certificates/{found[0]['id']}")
        seen = await rows(
            gate.database, AUDIT.c.number, AUDIT.c.about_id, where=AUDIT.c.what == "person.seen"
        )
        assert [about for _, about in seen] == [person]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=1.0", "limit"),
        ("limit=x", "limit"),
        ("limit=%EF%BC%91", "limit"),
        ("limit=", "limit"),
        ("limit=1&limit=2", "limit"),
        ("after=none", "after"),
        ("after=YWZ0ZXI6LTE", "after"),
        ("after=%00", "after"),
        ("after=" + "A" * 61, "after"),
        ("organisation=0", "organisation"),
        ("organisation=9999999999", "organisation"),
        ("colour=red", "colour"),
    ],
)
async def test_what_cannot_be_asked_for_is_told(program: httpx.AsyncClient, asked: str, field: str) -> None:
    answer = await program.get(f"/people?{asked}")
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].endswith(".")


async def test_a_nul_in_a_word_finds_nobody(program: httpx.AsyncClient) -> None:
    answers = [await program.get(f"/people?{name}=a%00b") for name in ("email", "number")]
    assert [each.status_code for each in answers] == [422, 422]
