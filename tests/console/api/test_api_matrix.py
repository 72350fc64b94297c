"""Every operation for tokens of every scope and several places: who may, who may not, and nothing of others in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from console.api.app import OPERATIONS
from console.api.operation import Operation
from domain.api_token import SCOPES, TokenScope
from tests.console.api.conftest import Gate
from tests.console.planted import PLACES, TREE, UNDER, Planted, secret

ALL: Final = frozenset(name for name, _, _ in TREE)
BAD: Final = ("999999", "0", "-1", "１", "9" * 30, "1'--", "none", "1.0", "%00")
_NEW: Final = count(1)
_GIVEN: Final = {"assignments", "programmes"}  # those come from places above too


@dataclass(frozen=True)
class Need:
    """What an operation names: a `thing` of a place ("": none).

    `reaches`: those at a place below see it too. `body` is one that can be carried out, with a place; `query`
    is what has to be asked.
    """

    thing: str = ""
    reaches: bool = False
    body: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, int] = field(default_factory=dict)


NEEDS: Final[Mapping[str, Need]] = {
    "list_organisations": Need(),
    "get_organisation": Need("organisation"),
    "change_organisation": Need("organisation", body={"cap": 4, "days_off": ["06-24"]}),
    "list_programmes": Need(),
    "get_programme": Need("programme", reaches=True),
    "list_progress": Need(),
    "list_certificates": Need(),
    "get_certificate": Need("certificate"),
    "list_people": Need(),
    "get_person": Need("person"),
    "add_person": Need(body={"name": "New", "email": "", "organisation": 0}),
    "change_person": Need("person", body={"number": "77"}),
    "list_assignments": Need(),
    "get_assignment": Need("assignment", reaches=True),
    "add_assignment": Need(body={"programme": 0, "organisation": 0}),
    "end_assignment": Need("assignment"),
    "preview_assignment": Need("organisation", query={"programme": 0}),
    "list_announcements": Need(),
    "get_announcement": Need("announcement"),
    "list_recipients": Need("announcement"),
    "preview_announcement": Need("announcement"),
    "add_announcement": Need(body={"organisation": 0, "texts": {"lt": "Labas"}}),
    "send_announcement": Need("announcement", body={"at": None}),
    "cancel_announcement": Need("announcement"),
    "change_assignment": Need("assignment", body={"pace": 2, "due_on": None}),
}


@dataclass(frozen=True)
class Case:
    """A request, and the status that is right."""

    operation: Operation
    address: str
    body: Mapping[str, Any]
    right: int


def id_of(planted: Planted, thing: str, place: str) -> int:
    if thing == "organisation":
        return planted.organisations[place]
    return planted.ids[thing, place]


def cases(planted: Planted, at: str, scopes: tuple[TokenScope, ...]) -> Iterator[Case]:
    """All that a token asks for."""
    mine = UNDER.get(at, frozenset({at}))
    for operation in OPERATIONS:
        need, may = NEEDS[operation.name], operation.scope in scopes
        for place in PLACES if need.thing or "organisation" in need.body else ("own",):
            reached = {place, *UNDER.get(place, ())} if need.reaches else {place}
            seen = bool(reached & mine)
            lost = 404 if need.thing else 422
            good = operation.status if seen or not (need.thing or need.body) else lost
            which = id_of(planted, need.thing, place) if need.thing else 0
            address = f"{operation.path.format(id=which)}{asked(planted, need)}"
            yield Case(operation, address, filled(planted, need, place), good if may else 403)
        for bad in BAD if need.thing else ():
            address = f"{operation.path.format(id=bad)}{asked(planted, need)}"
            yield Case(operation, address, filled(planted, need, "own"), 404 if may else 403)


def asked(planted: Planted, need: Need) -> str:
    """The query with what it names."""
    known = {"programme": planted.taught}
    return f"?{urlencode({name: known[name] for name in need.query})}" if need.query else ""


def filled(planted: Planted, need: Need, place: str) -> Mapping[str, Any]:
    """The body with what it names."""
    known = {
        "organisation": planted.organisations[place],
        "programme": planted.taught,
        "email": f"new.{next(_NEW)}@example.org",
    }
    return {name: known.get(name, value) for name, value in need.body.items()}


async def ask(gate: Gate, program: httpx.AsyncClient, case: Case) -> httpx.Response:
    headers = gate.key() if case.operation.method == "POST" else {}
    body = case.body if case.operation.body else None
    return await program.request(case.operation.method, case.address, headers=headers, json=body)


def test_every_operation_says_what_it_needs() -> None:
    """A new operation: add a line to NEEDS, and what it names of organisations to planted.py."""
    assert [each.name for each in OPERATIONS] == list(dict.fromkeys(each.name for each in OPERATIONS))
    assert {each.name for each in OPERATIONS} == set(NEEDS)
    assert {each.scope for each in OPERATIONS} == set(SCOPES) - {"provisioning"}  # tests/console/scim


def test_every_route_is_an_operation(app: Starlette) -> None:
    [mount] = [each for each in app.routes if isinstance(each, Mount) and each.name == "api"]
    there = set()
    for route in mount.routes:
        assert isinstance(route, Route)
        there |= {(method, route.path) for method in (route.methods or set()) - {"HEAD"}}
    assert there == {("GET", "/openapi.json")} | {(each.method, each.path) for each in OPERATIONS}


@pytest.mark.parametrize("at", ["own", "unit", "sector", "other"])
async def test_a_token_gets_what_is_its_places_and_nothing_of_others(gate: Gate, at: str) -> None:
    seen = UNDER.get(at, frozenset({at}))
    above = {name for name, under in UNDER.items() if under & seen}
    wrong, leaks = list[object](), list[object]()
    async with gate.program(await gate.token(at)) as program:
        for case in cases(gate.planted, at, SCOPES):
            answer = await ask(gate, program, case)
            if answer.status_code != case.right:
                wrong.append((case, answer.status_code, answer.text))
            known = seen | above if _GIVEN & {*case.operation.path.split("/")} else seen
            unseen = [secret(name) for name in ALL - known]
            leaks += [(case.address, word) for word in unseen if word in answer.text + str(answer.headers)]
    assert (wrong, leaks) == ([], [])


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_token_of_one_scope_may_that_alone(gate: Gate, scope: TokenScope) -> None:
    wrong, words = list[object](), set[str]()
    async with gate.program(await gate.token("own", [scope])) as program:
        for case in cases(gate.planted, "own", (scope,)):
            answer = await ask(gate, program, case)
            if answer.status_code != case.right:
                wrong.append((case, answer.status_code, answer.text))
            if answer.status_code == 403:
                words |= {each for each in map(secret, ALL) if each in answer.text}
    assert (wrong, words) == ([], set())


async def test_without_a_token_nothing_is_said(gate: Gate) -> None:
    async with gate.program() as program:
        for case in cases(gate.planted, "own", SCOPES):
            answer = await ask(gate, program, case)
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="zinute"')


@pytest.mark.parametrize("address", ["/programmes/%0A", "/programmes/1%0A2", "/none%0Aat all"])
async def test_what_is_not_there_is_told_as_everything_is(program: httpx.AsyncClient, address: str) -> None:
    answer = await program.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_others_and_missing_are_told_in_the_same_words(gate: Gate, program: httpx.AsyncClient) -> None:
    for name in (
        "get_person",
        "change_person",
        "get_certificate",
        "end_assignment",
        "get_organisation",
        "change_organisation",
    ):
        [operation] = [each for each in OPERATIONS if each.name == name]
        need = NEEDS[name]
        told = set()
        for which in (id_of(gate.planted, need.thing, "other"), 999_999, 0, 2**31, 10**40):
            case = Case(operation, operation.path.format(id=which), filled(gate.planted, need, "own"), 404)
            answer = await ask(gate, program, case)
            told.add((answer.status_code, answer.text))
        assert len(told) == 1
