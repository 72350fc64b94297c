"""What Entra ID and Okta send, in the forms and the order that their public documentation shows."""

from typing import Any, Final

import httpx

from console.scim.shapes import HERE, USERS
from domain.scim_user import CORE, ENTERPRISE, OWN, PATCH
from tests.console.scim.conftest import ADDRESS, found, patched, refused

NAME: Final = "Test_User_00aa00aa-bb11-cc22-dd33-44ee44ee44ee"
# Microsoft Learn, "Develop and plan provisioning for a SCIM endpoint in Microsoft Entra ID".
ENTRA: Final[dict[str, Any]] = {
    "schemas": [CORE, ENTERPRISE],
    "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
    "userName": NAME,
    "active": True,
    "displayName": "BobIsAmazing",
    "emails": [{"primary": True, "type": "work", "value": "Test_User_11bb@testuser.com"}],
    "meta": {"resourceType": "User"},
    "name": {"formatted": "Whoever", "familyName": "familyName", "givenName": "givenName"},
    ENTERPRISE: {"employeeNumber": "0042", "department": "Nowhere", "manager": "x"},
    "roles": [],
}
# Okta Developer, "Okta and SCIM Version 2.0".
OKTA: Final[dict[str, Any]] = {
    "schemas": [CORE],
    "userName": "test.user@okta.local",
    "name": {"givenName": "Test", "familyName": "User"},
    "emails": [{"primary": True, "value": "test.user@okta.local", "type": "work"}],
    "displayName": "Test User",
    "locale": "en-US",
    "externalId": "00ujl29u0le5T6Aj10h7",
    "groups": [],
    "password": "1mz050nq",
    "active": True,
}


async def test_entra_id_brings_somebody_and_finds_them(directory: httpx.AsyncClient) -> None:
    assert await found(directory, 'userName eq "non-existent user"') == []
    headers = {"Content-Type": "application/scim+json; charset=utf-8"}
    made = await directory.post(USERS, json=ENTRA, headers=headers)
    told = made.json()
    assert (made.status_code, made.headers["content-type"]) == (201, "application/scim+json")
    assert made.headers["location"] == told["meta"]["location"] == f"{ADDRESS}{HERE}{USERS}/{told['id']}"
    assert {each: told[each] for each in told if each not in ("id", "meta")} == {
        "schemas": [CORE, ENTERPRISE],
        "userName": NAME,
        "externalId": ENTRA["externalId"],
        "active": True,
        "name": {"familyName": "familyName", "givenName": "givenName"},
        "displayName": "givenName familyName",
        "emails": [{"primary": True, "type": "work", "value": "test_user_11bb@testuser.com"}],
        "preferredLanguage": "lt",
        ENTERPRISE: {"employeeNumber": "0042"},
    }
    for asked in (
        f'userName eq "{NAME}"',
        f'userName eq "{NAME.upper()}"',
        f'externalId eq "{ENTRA["externalId"]}"',
        'emails[type eq "work"].value eq "Test_User_11bb@testuser.com"',
        f'userName eq "{NAME}" and active eq "True"',
    ):
        assert await found(directory, asked) == [told], asked


async def test_entra_id_changes_somebody(directory: httpx.AsyncClient) -> None:
    which = (await directory.post(USERS, json=ENTRA)).json()["id"]
    several: list[dict[str, Any]] = [
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "updatedEmail@microsoft.com"},
        {"op": "Replace", "path": "name.familyName", "value": "updatedFamilyName"},
        {"op": "Add", "path": f"{ENTERPRISE}:department", "value": "unit Slaptaunit"},
        {"op": "Add", "path": 'phoneNumbers[type eq "work"].value', "value": "+47 22 22 22 22"},
        {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "12"},
        {"op": "Add", "value": {"title": "Guide", f"{ENTERPRISE}:employeeNumber": "43", "nickName": "x"}},
        {"op": "Add", "path": f"{OWN}:hiredOn", "value": "2026-11-01T00:00:00Z"},
    ]
    told = await patched(directory, which, *several)
    assert told["emails"][0]["value"] == "updatedemail@microsoft.com"
    assert (told["displayName"], told["title"]) == ("givenName updatedFamilyName", "Guide")
    assert told[ENTERPRISE] == {"employeeNumber": "43", "department": "unit Slaptaunit"}
    assert told[OWN] == {"hiredOn": "2026-11-01"}
    new = "5b50642d-79fc-4410-9e90-4c077cdd1a59@testuser.com"
    told = await patched(directory, which, {"op": "Replace", "path": "userName", "value": new})
    assert (told["userName"], told["emails"][0]["value"]) == (new, "updatedemail@microsoft.com")
    told = await patched(directory, which, {"op": "Remove", "path": f"{ENTERPRISE}:department"})
    assert told[ENTERPRISE] == {"employeeNumber": "43"}


async def test_entra_id_lets_somebody_go_and_has_them_back(directory: httpx.AsyncClient) -> None:
    which = (await directory.post(USERS, json=ENTRA)).json()["id"]
    for value in ("False", False):
        gone = await patched(directory, which, {"op": "Replace", "path": "active", "value": value})
        back = await patched(directory, which, {"op": "Replace", "path": "active", "value": "True"})
        assert (gone["active"], back["active"]) == (False, True)
    deleted = await directory.delete(f"{USERS}/{which}")
    assert (deleted.status_code, deleted.content) == (204, b"")
    refused(await directory.get(f"{USERS}/{which}"), 404)
    assert await found(directory, f'externalId eq "{ENTRA["externalId"]}"') == []
    again = await directory.post(USERS, json=ENTRA)
    assert (again.status_code, again.json()["id"], again.json()["active"]) == (201, which, True)


async def test_okta_connects_brings_and_changes_somebody(directory: httpx.AsyncClient) -> None:
    tested = (await directory.get(USERS, params={"startIndex": 1, "count": 2})).json()
    assert (tested["itemsPerPage"], tested["startIndex"], tested["totalResults"] > 2) == (2, 1, True)
    assert await found(directory, 'userName eq "test.user@okta.local"') == []
    made = await directory.post(USERS, json=OKTA)
    assert (made.status_code, made.json()["name"]) == (201, OKTA["name"])
    refused(await directory.post(USERS, json=OKTA), 409, "uniqueness")
    which = made.json()["id"]
    sent = (await directory.get(f"{USERS}/{which}")).json() | {
        "name": {"givenName": "Another", "middleName": "Excited", "familyName": "User"},
        "emails": [OKTA["emails"][0] | {"display": "test.user@okta.local"}],
        "groups": [],
    }
    for _ in range(2):
        put = await directory.put(f"{USERS}/{which}", json=sent)
        assert (put.status_code, put.json()["displayName"]) == (200, "Another User")


async def test_okta_lets_somebody_go_and_has_them_back(directory: httpx.AsyncClient) -> None:
    which = (await directory.post(USERS, json=OKTA)).json()["id"]
    for active in (False, True):
        one = {"op": "replace", "value": {"active": active}}
        answer = await directory.patch(f"{USERS}/{which}", json={"schemas": [PATCH], "Operations": [one]})
        assert (answer.status_code, answer.json()["active"]) == (200, active)
    sent = OKTA | {"id": which, "active": False}  # as custom integrations do it
    assert (await directory.put(f"{USERS}/{which}", json=sent)).json()["active"] is False
    [gone] = await found(directory, 'userName eq "test.user@okta.local"')
    assert (gone["id"], gone["active"]) == (which, False)
    back = await directory.put(f"{USERS}/{which}", json=sent | {"active": True})
    assert (back.status_code, back.json()["active"]) == (200, True)
