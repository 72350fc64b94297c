"""SCIM over HTTP: parts of lists, versions, what is shown of somebody, and what is refused, in its own words."""

import json
import re
from time import process_time
from typing import Any, Final

import httpx
import pytest

from console.api.answering import LARGEST
from console.scim.shapes import USERS
from domain.api_token import MOST_ASKED
from domain.roster import Said
from domain.scim_user import CORE, ENTERPRISE
from storage import roster
from storage.database import Database
from tests.console.api.conftest import Gate
from tests.console.scim.conftest import MESSAGE, brought, found, ona, refused
from tests.console.town import Clock

MANY: Final = 10_000
BOUND: Final = 15.0  # seconds of computing; a calm machine takes two


async def ids(directory: httpx.AsyncClient, start: int, count: int) -> tuple[int, list[str]]:
    answer = await directory.get(USERS, params={"startIndex": start, "count": count})
    told = answer.json()
    there = [each["id"] for each in told["Resources"]]
    assert (answer.status_code, told["startIndex"], told["itemsPerPage"]) == (200, max(1, start), len(there))
    return told["totalResults"], there


async def test_a_list_comes_in_parts(directory: httpx.AsyncClient) -> None:
    total, everybody = await ids(directory, 1, 200)
    assert (len(everybody), len(set(everybody)), total > 5) == (total, total, True)
    parts = [await ids(directory, start, 3) for start in range(1, total + 1, 3)]
    assert [which for _, part in parts for which in part] == everybody
    for start, count, right in (
        *((1, 0, []), (1, -5, []), (-7, 2, everybody[:2]), (0, 1, everybody[:1])),
        *((total + 1, 9, []), (2**31 - 1, 1, [])),
    ):
        assert await ids(directory, start, count) == (total, right)
    far = await directory.get(USERS, params={"startIndex": "9" * 40})
    assert (far.json()["totalResults"], far.json()["Resources"]) == (total, [])
    search = {"schemas": [f"{MESSAGE}SearchRequest"], "startIndex": 2, "count": 1}
    searched = await directory.post("/.search", json=search)
    assert [each["id"] for each in searched.json()["Resources"]] == everybody[1:2]
    refused(await directory.get(USERS, params={"count": "many"}), 400, "invalidValue")


@pytest.mark.timeout(300)
async def test_ten_thousand_people_are_paged(
    gate: Gate, directory: httpx.AsyncClient, database: Database
) -> None:
    own = gate.planted.organisations["own"]
    many = [(own, Said(f"Vardenė{n} P", f"v{n}@b.lt", str(n), "lt")) for n in range(MANY)]
    await database.write(lambda tx: len(roster.add(tx, many)))
    began, seen = process_time(), list[str]()
    for start in range(1, MANY + 200, 200):
        seen += (await ids(directory, start, 200))[1]
    total, _ = await ids(directory, 1, 0)
    assert (len(seen), len(set(seen)), total > MANY) == (total, total, True)
    for asked in (
        'userName eq "v9999@b.lt"',
        'emails.value eq "v9999@b.lt"',
        'id eq "9999" and active eq true',
    ):
        assert len(await found(directory, asked)) == 1
    assert process_time() - began < BOUND


async def test_filters_that_nobody_understands_are_refused_at_once(directory: httpx.AsyncClient) -> None:
    deep = "not (" * 999 + 'userName eq "a"' + ")" * 999
    hostile = ["(" * 5_000, deep, 'userName eq "' + "a" * 20_000 + '"', "title pr"]
    began = process_time()
    for each in hostile:
        refused(await directory.get(USERS, params={"filter": each}), 400, "invalidFilter")
        refused(await directory.post(f"{USERS}/.search", json={"filter": each}), 400, "invalidFilter")
    assert process_time() - began < 1


async def test_a_version_is_asked_for_and_demanded(directory: httpx.AsyncClient) -> None:
    told = await brought(directory)
    here, version = f"{USERS}/{told['id']}", told["meta"]["version"]
    seen = await directory.get(here)
    assert (seen.headers["etag"], re.fullmatch(r'W/"[0-9a-f]{20}"', version) is not None) == (version, True)
    same = await directory.get(here, headers={"If-None-Match": f'W/"x", {version}'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", version)
    fresh = {"If-Match": version}
    changed = await directory.put(here, json=ona(title="gidė"), headers=fresh)
    assert (changed.status_code, changed.headers["etag"] == version) == (200, False)
    for method in ("PUT", "PATCH", "DELETE"):
        sent: dict[str, Any] = {"Operations": [{"op": "add", "value": {"title": "x"}}]}
        refused(await directory.request(method, here, json=sent, headers=fresh), 412)
    assert (await directory.get(here)).json() == changed.json()
    assert (await directory.delete(here, headers={"If-Match": "*"})).status_code == 204


SHOWN: Final[list[tuple[dict[str, str], set[str]]]] = [
    ({"attributes": "userName"}, {"schemas", "id", "userName"}),
    ({"attributes": f"USERNAME, {CORE}:active,none"}, {"schemas", "id", "userName", "active"}),
    ({"attributes": "emails.value"}, {"schemas", "id", "emails"}),
    ({"attributes": "name.familyName"}, {"schemas", "id", "name"}),
    ({"attributes": f"{ENTERPRISE}:department"}, {"schemas", "id"}),
    ({"attributes": ENTERPRISE}, {"schemas", "id", ENTERPRISE}),
    (
        {"excludedAttributes": f"id,schemas,emails,meta,name,displayName,preferredLanguage,{ENTERPRISE}"},
        {"schemas", "id", "userName", "active"},
    ),
]


@pytest.mark.parametrize(("asked", "right"), SHOWN)
async def test_what_is_asked_for_is_shown(
    directory: httpx.AsyncClient, asked: dict[str, str], right: set[str]
) -> None:
    told = await brought(directory, **{ENTERPRISE: {"employeeNumber": "7"}})
    answer = await directory.get(f"{USERS}/{told['id']}", params=asked)
    assert set(answer.json()) == right
    listed = await directory.get(USERS, params={**asked, "filter": f'id eq "{told["id"]}"'})
    assert listed.json()["Resources"] == [answer.json()]
    if "name" in right and "attributes" in asked:
        assert answer.json()["name"] == {"familyName": "Onaitė"}


BODIES: Final[list[tuple[bytes, int, str | None]]] = [
    (b"", 400, "invalidSyntax"),
    (b"{", 400, "invalidSyntax"),
    (b"\xff\xfe", 400, "invalidSyntax"),
    (b"[" * 50_000, 400, "invalidSyntax"),
    (b"[]", 400, "invalidSyntax"),
    (b"null", 400, "invalidSyntax"),
    (b"{}", 400, "invalidValue"),
    (b'{"userName": "\\ud800"}', 400, "invalidValue"),
    (b'{"userName": 1.5}', 400, "invalidValue"),
    (b'{"userName": "' + b"a" * LARGEST + b'"}', 413, None),
    (json.dumps({"urn:ietf:params:scim:schemas:core:2.0:User": {"name": 5}}).encode(), 400, "invalidValue"),
]


@pytest.mark.parametrize(("body", "status", "kind"), BODIES, ids=range(len(BODIES)))
async def test_bodies_that_cannot_be(
    directory: httpx.AsyncClient, body: bytes, status: int, kind: str | None
) -> None:
    for media in ("application/scim+json", "application/json"):
        refused(await directory.post(USERS, content=body, headers={"Content-Type": media}), status, kind)


async def test_what_is_refused_before_anything_is_looked_at(gate: Gate, directory: httpx.AsyncClient) -> None:
    for media in ("text/plain", "application/x-www-form-urlencoded", ""):
        refused(await directory.post(USERS, content=b"{}", headers={"Content-Type": media}), 415)
    refused(await directory.post(USERS, json=ona(), headers={"Origin": "https://evil.test"}), 403)
    for lost in ("/none", f"{USERS}/", "/Bulk", "/Me", "/Groups", "/Schemas/none", "/no%0Ane", ""):
        refused(await directory.get(lost), 404)
    method = await directory.put(USERS, json={})
    refused(method, 405)
    assert set(method.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}
    refused(await directory.get("/Schemas", params={"filter": 'id eq "x"'}), 403)
    token = directory.headers["authorization"].removeprefix("Bearer ")
    refused(await directory.get(USERS, params={"token": token}), 400)


async def test_too_many_requests_wait_whatever_they_ask_for(gate: Gate, clock: Clock) -> None:
    token = await gate.token()
    async with gate.program(token) as program, gate.program(token, "/scim/v2") as directory:
        for _ in range(MOST_ASKED // 2):
            await program.get("/none")
            await program.get("/organisations", headers={"Authorization": f"Bearer {token}"})
        answers = [await directory.get("/ResourceTypes") for _ in range(MOST_ASKED // 2 + 1)]
    assert {each.status_code for each in answers[:-1]} == {200}
    refused(answers[-1], 429)
    assert answers[-1].headers["retry-after"] == "60"


async def test_a_fault_of_ours_is_told_calmly(gate: Gate, directory: httpx.AsyncClient) -> None:
    await gate.database.close()
    answer = await directory.get(USERS)
    await gate.database.open()
    refused(answer, 500)
    assert answer.headers["x-content-type-options"] == "nosniff"
