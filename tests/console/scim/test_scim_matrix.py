"""Every route of SCIM for tokens of every scope and several places: who may, and nothing of others in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from console.scim.shapes import HERE, USERS
from domain.api_token import SCOPES
from domain.scim_user import CORE
from tests.console.api.conftest import Gate
from tests.console.planted import PLACES, TREE, UNDER, Planted, secret
from tests.console.scim.conftest import ona, refused

ALL: Final = frozenset(name for name, _, _ in TREE)
BAD: Final = ("999999", "0", "-1", "１", "9" * 30, "1'--", "none", "1.0", "%00")
ONE: Final = f"{USERS}/{{id}}"
PATCHED: Final = {"Operations": [{"op": "replace", "value": {"title": "Guide"}}]}


@dataclass(frozen=True)
class Need:
    """What a route answers when all is well, and the body that it takes."""

    good: int = 200
    body: Mapping[str, Any] = field(default_factory=dict)


NEEDS: Final[Mapping[tuple[str, str], Need]] = {
    ("GET", "/ServiceProviderConfig"): Need(),
    ("GET", "/ResourceTypes"): Need(),
    ("GET", "/ResourceTypes/{id}"): Need(),
    ("GET", "/Schemas"): Need(),
    ("GET", "/Schemas/{id}"): Need(),
    ("GET", USERS): Need(),
    ("POST", USERS): Need(201, ona()),
    ("POST", "/.search"): Need(200, {"count": 200}),
    ("POST", f"{USERS}/.search"): Need(200, {"count": 200}),
    ("GET", ONE): Need(),
    ("PUT", ONE): Need(200, {"title": "Guide"}),
    ("PATCH", ONE): Need(200, PATCHED),
    ("DELETE", ONE): Need(204),
}
KNOWN: Final = {"/ResourceTypes/{id}": "User", "/Schemas/{id}": CORE}


@dataclass(frozen=True)
class Case:
    """A request, and the status that is right."""

    method: str
    address: str
    body: Mapping[str, Any]
    right: int


def cases(planted: Planted, at: str) -> Iterator[Case]:
    """All that a directory asks for; what it removes it asks for last."""
    mine = UNDER.get(at, frozenset({at}))
    for (method, path), need in NEEDS.items():
        named = {place: planted.ids["person", place] for place in PLACES} if path == ONE else {}
        for place, which in named.items():
            yield Case(method, path.format(id=which), need.body, need.good if place in mine else 404)
        if not named:
            # A sector is no organisation: somebody new needs a unit there, or the domain of one.
            good = 400 if (at, need.good) == ("sector", 201) else need.good
            yield Case(method, path.format(id=KNOWN.get(path, "")), need.body, good)
        for bad in BAD if "{id}" in path else ():
            yield Case(method, path.format(id=bad), need.body, 404)


async def ask(directory: httpx.AsyncClient, case: Case) -> httpx.Response:
    body = case.body if case.method in ("POST", "PUT", "PATCH") else None
    return await directory.request(case.method, case.address, json=body)


def test_every_route_says_what_it_needs(app: Starlette) -> None:
    """A new route: add a line to NEEDS."""
    [mount] = [each for each in app.routes if isinstance(each, Mount) and each.name == "scim"]
    there = set()
    for route in mount.routes:
        assert isinstance(route, Route)
        there |= {(method, route.path) for method in (route.methods or set()) - {"HEAD"}}
    assert there == set(NEEDS)


@pytest.mark.timeout(200)
@pytest.mark.parametrize("at", ["own", "unit", "sector", "other"])
async def test_a_directory_gets_what_is_its_places_and_nothing_of_others(gate: Gate, at: str) -> None:
    wrong, leaks = list[object](), list[object]()
    token = await gate.token(at, ["provisioning"])
    async with gate.program(token, HERE) as directory:
        for case in cases(gate.planted, at):
            answer = await ask(directory, case)
            if answer.status_code != case.right:
                wrong.append((case, answer.status_code, answer.text))
            unseen = [secret(name) for name in ALL - UNDER.get(at, frozenset({at}))]
            leaks += [(case.address, word) for word in unseen if word in answer.text + str(answer.headers)]
    assert (wrong, leaks) == ([], [])


async def test_a_token_for_something_else_may_nothing(gate: Gate) -> None:
    others = [each for each in SCOPES if each != "provisioning"]
    async with gate.program(await gate.token("own", others), HERE) as directory:
        for case in cases(gate.planted, "own"):
            told = refused(await ask(directory, case), 403)
            assert told == "This token is not for that: make one with the scope “provisioning”."


async def test_without_a_token_nothing_is_said(gate: Gate) -> None:
    async with gate.program("", HERE) as directory:
        for case in cases(gate.planted, "own"):
            answer = await ask(directory, case)
            refused(answer, 401)
            assert answer.headers["www-authenticate"] == 'Bearer realm="zinute"'


async def test_others_and_missing_are_told_in_the_same_words(
    gate: Gate, directory: httpx.AsyncClient
) -> None:
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        told = set()
        for which in (gate.planted.ids["person", "other"], 999_999, 0, 2**31, 10**40):
            body = NEEDS[method, ONE].body
            answer = await ask(directory, Case(method, f"{USERS}/{which}", body, 404))
            told.add((answer.status_code, answer.text))
        assert len(told) == 1
