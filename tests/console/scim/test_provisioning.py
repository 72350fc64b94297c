"""People as directories send them: who comes, changes and leaves, and what is never done twice."""

import asyncio
from functools import partial
from typing import Any, Final

import httpx
import pytest
from sqlalchemy import select

from actions import edit_person, employ, enlist
from actions.assign import assign
from console.app import create
from console.scim.shapes import HERE, USERS
from domain.assigning import Terms
from domain.rights import Role
from domain.scim_user import ENTERPRISE
from domain.texts import Texts
from domain.tree import Own
from storage import organisations, own_data, people, roles, sessions
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.employments import EMPLOYMENT
from storage.enrolments import ENROLMENT
from storage.people import PERSON
from storage.provisioned import PROVISIONED
from tests.actions.land import look as let_assignments_look
from tests.actions.land import states
from tests.console.api.conftest import Gate
from tests.console.planted import Planted, secret
from tests.console.scim.conftest import brought, found, ona, patched, refused
from tests.console.town import MONDAY, Clock
from tests.storage import stores

LEFT: Final = {"op": "Replace", "path": "active", "value": "False"}


async def deeds(database: Database, after: int = 0) -> list[str]:
    """What the log has, without who was seen."""
    rows = select(AUDIT.c.what).where(
        AUDIT.c.number > after, AUDIT.c.what.not_in(("person.seen", "list.seen"))
    )
    return await database.read(lambda tx: list(tx.execute(rows.order_by(AUDIT.c.number)).scalars()))


async def row(database: Database, person: object) -> dict[str, Any]:
    """Somebody as the roster has them."""
    rows = select(PERSON).where(PERSON.c.id == int(str(person)))
    return await database.read(lambda tx: dict(tx.execute(rows).one()._mapping))


async def test_they_are_what_people_of_a_roster_are(gate: Gate, directory: httpx.AsyncClient) -> None:
    """A rule reaches them, and the log says whose deed it was."""
    own, first = gate.planted.organisations["own"], len(await deeds(gate.database))
    terms = Terms(gate.planted.taught, own, MONDAY.date(), only_new=True)
    given = await gate.database.write(lambda tx: assign(tx, terms, by=None, now=MONDAY))
    told = await brought(directory, title="gidė", preferredLanguage="nb-NO")
    kept = await row(gate.database, told["id"])
    assert {
        each: kept[each] for each in ("organisation_id", "name", "email", "language", "job", "left_on")
    } == {
        "organisation_id": own,
        "name": "Ona Onaitė",
        "email": "ona@library.example",
        "language": "nb",
        "job": "gidė",
        "left_on": "",
    }
    assert (await deeds(gate.database))[first:] == ["assignment.made", "token.used", "person.added"]
    await let_assignments_look(gate.database)
    reached = [(programme, who) for programme, who, _ in await states(gate.database)]
    assert (given, int(told["id"])) in reached


async def test_the_same_twice_changes_nothing(gate: Gate, directory: httpx.AsyncClient) -> None:
    told = await brought(directory, title="gidė", externalId="e-1")
    before = await deeds(gate.database)
    refused(await directory.post(USERS, json=ona()), 409, "uniqueness")
    for _ in range(2):
        same = await directory.put(f"{USERS}/{told['id']}", json=told)
        assert (same.status_code, same.json()) == (200, told)
        await patched(directory, told["id"], {"op": "add", "path": "title", "value": " gidė "})
        await patched(directory, told["id"], {"op": "replace", "path": "displayName", "value": "Onaitė, O."})
    assert await deeds(gate.database) == before
    await patched(directory, told["id"], {"op": "add", "path": "title", "value": "vedėja"})
    assert (await deeds(gate.database))[len(before) :] == ["token.used", "person.changed"]


async def test_racing_ones_have_one_winner(
    gate: Gate, directory: httpx.AsyncClient, texts: Texts, clock: Clock
) -> None:
    """Also in two processes on one store; the address or the name alone is enough to lose."""
    async with stores.again(gate.database) as store:
        twin = Gate(create(store, texts, clock), store, clock, gate.planted)
        token = directory.headers["authorization"].removeprefix("Bearer ")
        async with twin.program(token, HERE) as other:
            bodies = [ona(), ona(userName="other"), ona(emails=[{"value": "other@library.example"}])] * 2
            asked = [each.post(USERS, json=body) for body in bodies for each in (directory, other)]
            answers = await asyncio.gather(*asked)
    statuses = sorted(each.status_code for each in answers)
    assert set(statuses) == {201, 409}
    assert {each.json()["scimType"] for each in answers if each.status_code == 409} == {"uniqueness"}
    winners = [each.json() for each in answers if each.status_code == 201]
    for what in ("userName", "emails"):
        assert len({str(each[what]) for each in winners}) == len(winners)


async def test_an_address_or_a_name_that_is_taken(gate: Gate, directory: httpx.AsyncClient) -> None:
    planted = gate.planted
    for place in ("own", "unit", "beside", "other"):
        kept = await row(gate.database, planted.ids["person", place])
        taken = ona(userName="new", emails=[{"value": kept["email"].upper()}])
        refused(await directory.post(USERS, json=taken), 409, "uniqueness")
    one = await brought(directory)
    other = await brought(directory, userName="Second", emails=[{"value": "second@library.example"}])
    for path, value in (("userName", "ONA@library.example"), ("emails", [{"value": "ona@library.example"}])):
        operation = {"op": "replace", "path": path, "value": value}
        answer = await directory.patch(f"{USERS}/{other['id']}", json={"Operations": [operation]})
        refused(answer, 409, "uniqueness")
    assert await patched(
        directory, one["id"], {"op": "replace", "path": "userName", "value": "ONA@library.example"}
    )
    refused(
        await directory.post(USERS, json=ona(userName="sECOND", emails=[{"value": "n@b.lt"}])),
        409,
        "uniqueness",
    )


async def test_an_address_at_the_own_domain_of_somebody_elsewhere_joins(
    gate: Gate, directory: httpx.AsyncClient
) -> None:
    """Each organisation has its own view of them; to be away from one is not to be away from the other."""
    planted, database = gate.planted, gate.database
    kept = await row(database, planted.ids["person", "other"])
    own, domain = planted.organisations["own"], kept["email"].partition("@")[2]
    await database.write(lambda tx: enlist.set_here(tx, own, {"domains": (domain,)}, MONDAY))
    told = await brought(directory, userName=kept["email"], emails=[{"value": kept["email"]}], title="gidė")
    assert (int(told["id"]), told["title"]) == (kept["id"], "gidė")
    assert secret("other") not in str({**told, "displayName": "", "name": ""}).replace(kept["name"], "")
    changed = await patched(directory, told["id"], LEFT)
    assert changed["active"] is False
    assert await row(database, told["id"]) == kept
    again = await patched(directory, told["id"], {"op": "replace", "path": "active", "value": True})
    assert again["active"] is True
    assert (await directory.delete(f"{USERS}/{told['id']}")).status_code == 204
    assert (await directory.get(f"{USERS}/{told['id']}")).status_code == 404
    assert await row(database, told["id"]) == kept


async def test_any_other_address_of_somebody_elsewhere_asks_them_once_and_nothing_is_seen_before(
    gate: Gate, directory: httpx.AsyncClient
) -> None:
    database, who = gate.database, gate.planted.ids["person", "other"]
    kept = await row(database, who)
    sent = ona(userName=kept["email"], emails=[{"value": kept["email"]}], title="gidė")
    for _ in range(2):
        told = refused(await directory.post(USERS, json=sent), 409, "uniqueness")
        assert "They are asked in the chat whether they work here too" in told
        assert (await directory.get(f"{USERS}/{who}")).status_code == 404
        assert await found(directory, f'userName eq "{kept["email"]}"') == []
    assert (await deeds(database)).count("person.asked") == 1

    async def say(*, works: bool) -> None:
        def answer(tx: Connection) -> None:
            [number] = tx.execute(select(EMPLOYMENT.c.id).where(EMPLOYMENT.c.person_id == who)).scalars()
            employ.answer(tx, who, number, MONDAY, works=works)

        await database.write(answer)

    await say(works=False)
    assert "cannot be used here" in refused(await directory.post(USERS, json=sent), 409, "uniqueness")
    await say(works=True)
    [there] = await found(directory, f'userName eq "{kept["email"]}"')
    assert (there["id"], there["title"]) == (str(who), "gidė")


async def test_a_language_that_is_not_offered_is_refused_in_a_sentence(
    gate: Gate, directory: httpx.AsyncClient
) -> None:
    own = gate.planted.organisations["own"]
    await gate.database.write(lambda tx: enlist.set_here(tx, own, {"languages": ("lt", "en")}, MONDAY))
    told = refused(await directory.post(USERS, json=ona(preferredLanguage="nb-NO")), 400, "invalidValue")
    assert told.endswith("does not offer this preferredLanguage: send one that it offers, or none.")
    assert (await brought(directory, preferredLanguage="en"))["preferredLanguage"] == "en"


async def test_whoever_is_there_already_is_found_by_their_address(
    gate: Gate, directory: httpx.AsyncClient
) -> None:
    which = gate.planted.ids["person", "unit"]
    kept = await row(gate.database, which)
    [there] = await found(directory, f'userName eq "{kept["email"].upper()}"')
    assert (there["id"], there["userName"], "externalId" in there) == (str(which), kept["email"], False)
    sent = ona(userName="slapta", externalId="e-7", name={"givenName": "Ona", "familyName": "Kita"})
    put = await directory.put(f"{USERS}/{which}", json=sent | {"emails": there["emails"]})
    assert (put.status_code, put.json()["displayName"], put.json()["userName"]) == (200, "Ona Kita", "slapta")
    assert await found(directory, f'userName eq "{kept["email"]}"') == []
    assert [each["id"] for each in await found(directory, 'externalId eq "e-7"')] == [str(which)]


async def test_a_department_that_is_a_unit_moves_and_another_does_not(
    gate: Gate, directory: httpx.AsyncClient
) -> None:
    own, unit = gate.planted.organisations["own"], gate.planted.organisations["unit"]

    async def where(which: str) -> int:
        return int((await row(gate.database, which))["organisation_id"])

    path = f"{ENTERPRISE}:department"
    told = await brought(directory, **{ENTERPRISE: {"department": "UNIT  slaptaunit"}})
    assert (await where(told["id"]), told[ENTERPRISE]) == (unit, {"department": "unit Slaptaunit"})
    for value, place in (
        ("Nowhere", unit),
        ("other Slaptaother", unit),
        ("", own),
        ("unit Slaptaunit", unit),
    ):
        await patched(directory, told["id"], {"op": "Replace", "path": path, "value": value})
        assert await where(told["id"]) == place
    await patched(directory, told["id"], {"op": "Remove", "path": path})
    assert await where(told["id"]) == own
    await gate.database.write(
        lambda tx: organisations.add_place(tx, "Filia", Own(domains=("filia.lt",)), "unit", own)
    )
    there = await brought(directory, userName="x", emails=[{"value": "x@filia.lt"}])
    assert there[ENTERPRISE] == {"department": "Filia"}


async def test_whoever_leaves_keeps_their_history_and_comes_back_to_it(
    gate: Gate, directory: httpx.AsyncClient
) -> None:
    which = str(gate.planted.ids["person", "own"])
    learned = select(ENROLMENT.c.id).where(ENROLMENT.c.person_id == int(which))
    before = await gate.database.read(lambda tx: tx.execute(learned).scalars().all())
    email = (await row(gate.database, which))["email"]
    first = len(await deeds(gate.database))
    await patched(directory, which, LEFT)
    assert (await row(gate.database, which))["left_on"] == "2026-11-23"
    assert [each["id"] for each in await found(directory, f'active eq false and id eq "{which}"')] == [which]
    assert (await directory.delete(f"{USERS}/{which}")).status_code == 204
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        sent = {"Operations": [LEFT]} if method == "PATCH" else {}
        refused(await directory.request(method, f"{USERS}/{which}", json=sent), 404)
    assert await found(directory, f'userName eq "{email}"') == []
    again = await brought(directory, userName="again", emails=[{"value": email}])
    assert (again["id"], again["active"], again["userName"]) == (which, True, "again")
    assert await gate.database.read(lambda tx: tx.execute(learned).scalars().all()) == before != []
    assert (await deeds(gate.database))[first:] == [
        *("token.used", "person.left"),
        "token.used",
        *("token.used", "person.changed"),
    ]


async def test_whoever_was_deleted_and_taken_back_by_hand_is_there(
    gate: Gate, directory: httpx.AsyncClient, planted: Planted
) -> None:
    told = await brought(directory)
    await directory.delete(f"{USERS}/{told['id']}")
    back = lambda tx: edit_person.change(tx, None, int(told["id"]), {"left_on": ""}, now=MONDAY)  # noqa: E731
    await gate.database.write(back)
    assert (await directory.get(f"{USERS}/{told['id']}")).json()["active"] is True
    await directory.delete(f"{USERS}/{told['id']}")
    other = planted.organisations["other"]
    await gate.database.write(lambda tx: edit_person.change(tx, None, int(told["id"]), {}, other, now=MONDAY))
    refused(await directory.post(USERS, json=ona()), 409, "uniqueness")
    assert (await brought(directory, emails=[{"value": "n@b.lt"}]))["id"] != told["id"]


async def test_the_name_of_somebody_who_moved_away_is_free(
    gate: Gate, directory: httpx.AsyncClient, planted: Planted
) -> None:
    told, other = await brought(directory), planted.organisations["other"]
    await gate.database.write(lambda tx: edit_person.change(tx, None, int(told["id"]), {}, other, now=MONDAY))
    refused(await directory.get(f"{USERS}/{told['id']}"), 404)
    new = await brought(directory, emails=[{"value": "n@b.lt"}])
    kept = select(PROVISIONED.c.person_id)
    assert await gate.database.read(lambda tx: tx.execute(kept).scalars().all()) == [int(new["id"])]


async def test_today_is_the_date_where_they_are(
    gate: Gate, directory: httpx.AsyncClient, clock: Clock
) -> None:
    told = await brought(directory)
    clock.move(hours=15)  # 22:30 in UTC, and the next day in Vilnius
    assert (await patched(directory, told["id"], LEFT))["active"] is False
    assert (await row(gate.database, told["id"]))["left_on"] == "2026-11-24"
    assert len(await found(directory, 'active eq false and userName eq "ona@library.example"')) == 1
    new = await brought(directory, userName="n", emails=[{"value": "n@b.lt"}], active=False)
    assert (new["active"], (await row(gate.database, new["id"]))["left_on"]) == (False, "2026-11-24")


async def test_whoever_has_a_role_leaves_and_is_signed_in_no_more(
    gate: Gate, directory: httpx.AsyncClient
) -> None:
    """Also an author, which role an administrator could not give; who comes back signs in anew."""
    trainer, own = gate.planted.ids["grant", "own"], gate.planted.organisations["own"]
    author = partial(people.grant, person=trainer, organisation=own, role="author")
    await gate.database.write(author)
    enter = partial(
        sessions.start, person=trainer, token="t" * 43, now=gate.clock(), how="password", strong=True
    )
    await gate.database.write(partial(enter, agent=""))
    async with gate.program() as browser:
        browser.cookies.set("zinute_session", "t" * 43)
        page = "http://console.test/console"
        assert (await browser.get(page)).status_code == 200
        assert (await patched(directory, str(trainer), LEFT))["active"] is False
        assert (await browser.get(page)).headers["location"].startswith("/sign-in")
        back = {"op": "replace", "path": "active", "value": True}
        assert (await patched(directory, str(trainer), back))["active"] is True
        assert (await browser.get(page)).headers["location"].startswith("/sign-in")
    assert "author" in await gate.database.read(lambda tx: roles.of_person(tx, trainer))
    assert (await directory.delete(f"{USERS}/{trainer}")).status_code == 204
    assert (await row(gate.database, trainer))["left_on"] == "2026-11-23"


@pytest.mark.parametrize(
    ("role", "place"), [("trainer", "sector"), ("auditor", "other"), ("platform", "own")]
)
async def test_nobody_whose_role_reaches_beyond_is_ended(
    gate: Gate, directory: httpx.AsyncClient, role: Role, place: str
) -> None:
    person = gate.planted.ids["grant", "own"]
    more = partial(people.grant, person=person, organisation=gate.planted.organisations[place], role=role)
    await gate.database.write(more)
    answer = await directory.patch(f"{USERS}/{person}", json={"Operations": [LEFT]})
    assert "role" in refused(answer, 403)
    assert "role" in refused(await directory.delete(f"{USERS}/{person}"), 403)
    assert (await row(gate.database, person))["left_on"] == ""


async def test_nobody_with_a_role_is_moved_or_gets_another_address(
    gate: Gate, directory: httpx.AsyncClient
) -> None:
    trainer = gate.planted.ids["grant", "own"]
    before = await row(gate.database, trainer)
    department = {"op": "replace", "path": f"{ENTERPRISE}:department", "value": "unit Slaptaunit"}
    email = {"op": "replace", "path": "emails", "value": [{"value": "mine@evil.test"}]}
    for operations in ([department], [email], [LEFT, email]):
        answer = await directory.patch(f"{USERS}/{trainer}", json={"Operations": operations})
        assert "role" in refused(answer, 403)
    assert await row(gate.database, trainer) == before
    assert (await patched(directory, str(trainer), {"op": "add", "path": "title", "value": "x"}))[
        "title"
    ] == "x"


async def test_the_next_token_goes_on_and_the_one_of_another_place_has_its_own_names(gate: Gate) -> None:
    place = {ENTERPRISE: {"department": "unit Slaptaunit"}}
    async with gate.program(await gate.token(scopes=["provisioning"]), HERE) as old:
        told = await brought(old, userName="old", externalId="e-1", **place)
    async with gate.program(await gate.token(scopes=["provisioning"]), HERE) as new:
        assert await found(new, 'externalId eq "e-1" and userName eq "OLD"') == [told]
    async with gate.program(await gate.token("unit", scopes=["provisioning"]), HERE) as below:
        assert await found(below, 'externalId eq "e-1"') == await found(below, 'userName eq "old"') == []
        await patched(below, told["id"], {"op": "add", "path": "externalId", "value": "u-1"})
    async with gate.program(await gate.token(scopes=["provisioning"]), HERE) as new:
        assert (await new.get(f"{USERS}/{told['id']}")).json()["externalId"] == "e-1"


WRONG: Final[list[tuple[dict[str, Any], str]]] = [
    ({"userName": ""}, "userName"),
    ({"name": {}}, "name"),
    ({"name": {"familyName": "=1+1"}}, "="),
    ({"emails": [{"value": "ona"}]}, "ona"),
    ({"emails": [{"value": "оna@library.example"}]}, "CYRILLIC"),
    ({"userName": "no address", "emails": []}, "no address"),
    ({"title": "x" * 61}, "61"),
    ({ENTERPRISE: {"employeeNumber": "x" * 41}}, "x"),
    ({"urn:ietf:params:scim:schemas:extension:zinute:2.0:User": {"hiredOn": "soon"}}, "soon"),
    ({"active": "perhaps"}, "active"),
    ({"externalId": "x\ny"}, "externalId"),
]


@pytest.mark.parametrize(("wrong", "word"), WRONG)
async def test_what_a_roster_does_not_take_is_told(
    gate: Gate, directory: httpx.AsyncClient, wrong: dict[str, Any], word: str
) -> None:
    before = await deeds(gate.database)
    told = refused(await directory.post(USERS, json=ona(**wrong)), 400, "invalidValue")
    assert word in told or "characters" in told
    assert await deeds(gate.database) == before


async def test_what_a_directory_calls_them_is_copied_and_erased(
    gate: Gate, directory: httpx.AsyncClient, clock: Clock
) -> None:
    told = await brought(directory, userName="Slaptas", externalId="e-9")
    which = int(told["id"])
    [copy] = (await gate.database.read(lambda tx: own_data.copy_of(tx, which)))["provisioned"]
    assert (copy["user_name"], copy["external_id"], copy["given"]) == ("Slaptas", "e-9", "Ona")
    await gate.database.write(lambda tx: own_data.erase(tx, which, clock()))
    kept = select(PROVISIONED.c.person_id)
    assert await gate.database.read(lambda tx: tx.execute(kept).scalars().all()) == []
    refused(await directory.get(f"{USERS}/{which}"), 404)
    assert (await brought(directory))["id"] != told["id"]
