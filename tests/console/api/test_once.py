"""What is asked for twice is done once; and bodies that cannot be carried out change nothing."""

import asyncio
from functools import partial
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette

from actions import employ
from console.api.answering import LARGEST
from console.app import create
from domain.texts import Texts
from storage import api_requests
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.employments import EMPLOYMENT
from storage.people import PERSON
from tests.console.api.conftest import Gate
from tests.console.town import Clock
from tests.storage import stores
from tests.storage.samples import rows


def new(gate: Gate, email: str = "nauja@example.org", **more: Any) -> dict[str, Any]:
    own = gate.planted.organisations["own"]
    return {"name": "Nauja Naujoji", "email": email, "organisation": own, **more}


async def people(database: Database) -> int:
    def count(tx: Connection) -> int:
        return int(tx.execute(select(func.count()).select_from(PERSON)).scalar_one())

    return await database.read(count)


async def deeds(database: Database, after: int = 0) -> list[tuple[str, int | None]]:
    """What the log has, with whose deed it was."""

    def look(tx: Connection) -> list[tuple[str, int | None]]:
        rows = select(AUDIT.c.what, AUDIT.c.person_id).where(AUDIT.c.number > after)
        return [(row[0], row[1]) for row in tx.execute(rows.order_by(AUDIT.c.number))]

    return await database.read(look)


async def test_the_same_again_is_told_and_not_done(gate: Gate, program: httpx.AsyncClient) -> None:
    before, key = await people(gate.database), gate.key()
    first = await program.post("/people", json=new(gate), headers=key)
    again = await program.post("/people", content=str(new(gate)).replace("'", '"'), headers=key | JSON)
    assert (first.status_code, first.headers["location"]) == (201, f"/api/v1/people/{first.json()['id']}")
    assert (again.status_code, again.text, again.headers["location"]) == (
        201,
        first.text,
        first.headers["location"],
    )
    assert ("idempotent-replayed" in first.headers, again.headers["idempotent-replayed"]) == (False, "true")
    other = await program.post("/people", json=new(gate, "kita@example.org"), headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "key_used")
    elsewhere = await program.post(f"/assignments/{gate.planted.ids['assignment', 'own']}/end", headers=key)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "key_used")
    assert await people(gate.database) == before + 1


JSON = {"Content-Type": "application/json; charset=utf-8"}


async def test_a_key_is_of_its_token_and_lasts_a_day(gate: Gate, clock: Clock) -> None:
    key, token = gate.key(), await gate.token()
    async with gate.program(token) as one, gate.program(await gate.token("sector")) as other:
        first = await one.post("/people", json=new(gate), headers=key)
        theirs = await other.post("/people", json=new(gate, "b@example.org"), headers=key)
        clock.move(hours=23, minutes=59)
        still = await one.post("/people", json=new(gate), headers=key)
        clock.move(minutes=2)
        later = await one.post("/people", json=new(gate, "c@example.org"), headers=key)
        clock.move(days=2)
        assert await gate.database.write(lambda tx: api_requests.forget(tx, clock())) == 2
    assert (first.status_code, theirs.status_code, later.status_code) == (201, 201, 201)
    assert still.json() == first.json()
    assert len({each.json()["id"] for each in (first, theirs, later)}) == 3


async def test_somebody_who_learns_elsewhere_is_asked_and_not_there_before_they_agree(
    gate: Gate, program: httpx.AsyncClient
) -> None:
    who = gate.planted.ids["person", "other"]
    [(email,)] = await rows(gate.database, PERSON.c.email, where=PERSON.c.id == who)
    key, asked = gate.key(), {"email": email}
    for headers, again in ((key, None), (key, "true"), (gate.key(), None)):
        answer = await program.post("/people", json=new(gate, email), headers=headers)
        assert (answer.status_code, answer.json(), "location" in answer.headers) == (202, {"id": 0}, False)
        assert answer.headers.get("idempotent-replayed") == again
        assert (await program.get("/people", params=asked)).json()["items"] == []
        assert (await program.get(f"/people/{who}")).status_code == 404
    assert [what for what, _ in await deeds(gate.database)].count("person.asked") == 1
    [(number,)] = await rows(gate.database, EMPLOYMENT.c.id, where=EMPLOYMENT.c.person_id == who)
    agree = partial(employ.answer, person=who, number=number, now=gate.clock(), works=True)
    await gate.database.write(agree)
    [there] = (await program.get("/people", params=asked)).json()["items"]
    assert (there["id"], there["organisation"]) == (who, gate.planted.organisations["own"])
    taken = await program.post("/people", json=new(gate, email), headers=gate.key())
    assert (taken.status_code, taken.json()["code"]) == (422, "taken")


async def test_what_failed_leaves_its_key_free(gate: Gate, program: httpx.AsyncClient) -> None:
    key = gate.key()
    refused = await program.post("/people", json=new(gate, "no address"), headers=key)
    done = await program.post("/people", json=new(gate), headers=key)
    assert (refused.status_code, refused.json()["field"], done.status_code) == (422, "email", 201)


async def test_racing_requests_have_one_winner(
    gate: Gate, program: httpx.AsyncClient, texts: Texts, clock: Clock
) -> None:
    """Also in two processes on one store."""
    before, key = await people(gate.database), gate.key()
    async with stores.again(gate.database) as store:
        second = create(store, texts, clock)
        twin = Gate(second, store, clock, gate.planted)
        async with twin.program(program.headers["authorization"].removeprefix("Bearer ")) as other:
            asked = [each.post("/people", json=new(gate), headers=key) for each in (program, other) * 6]
            answers = await asyncio.gather(*asked)
    statuses = {each.status_code for each in answers}
    assert statuses <= {201, 409}
    made = [each for each in answers if each.status_code == 201]
    assert len({each.text for each in made}) == 1
    assert sum("idempotent-replayed" not in each.headers for each in made) == 1
    assert all(each.headers["retry-after"] == "1" for each in answers if each.status_code == 409)
    assert await people(gate.database) == before + 1


@pytest.mark.parametrize("key", [None, "", " ", "ą", "a" * 256, "a b"])
async def test_a_key_is_needed(gate: Gate, program: httpx.AsyncClient, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency-Key": key.encode()}
    answer = await program.post("/people", json=new(gate), headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["field"]) == (400, "Idempotency-Key")


BODIES: list[tuple[bytes, int, str | None]] = [
    (b"", 400, None),
    (b"{", 400, None),
    (b"\xff\xfe", 400, None),
    (b"[" * 50_000, 400, None),
    (b"[]", 422, ""),
    (b"null", 422, ""),
    (b"{}", 422, "name"),
    (b'{"name": "a", "email": 5}', 422, "email"),
    (b'{"name": "a", "email": "a@b.lt", "colour": 1}', 422, "colour"),
    (b'{"name": "a\\u0000b", "email": "a@b.lt"}', 422, "name"),
    (b'{"name": "\\ud800", "email": "a@b.lt"}', 422, ""),
    (b'{"name": "a", "email": "a@b.lt", "organisation": "3"}', 422, "organisation"),
    (b'{"name": "a", "email": "a@b.lt", "organisation": 99999999999}', 422, "organisation"),
    (b'{"name": "a", "email": "a@b.lt", "organisation": 7}', 422, "organisation"),
    (b'{"name": "a", "email": "a@b.lt", "organisation": 999999}', 422, "organisation"),
    (b'{"name": "a", "email": "a@b.lt"}', 422, "organisation"),
    (b'{"name": "=1+1", "email": "a@b.lt", "organisation": 3}', 422, None),
    (b'{"name": "a", "email": "a@b.lt", "hired_on": "2026-02-30"}', 422, "hired_on"),
    (b'{"name": "a", "email": "a@b.lt", "hired_on": 1}', 422, "hired_on"),
    (b'{"name": "' + b"a" * LARGEST + b'"}', 413, None),
]


@pytest.mark.parametrize(("body", "status", "field"), BODIES, ids=range(len(BODIES)))
async def test_what_cannot_be_is_told_by_its_field(
    gate: Gate, program: httpx.AsyncClient, body: bytes, status: int, field: str | None
) -> None:
    before = await people(gate.database), await deeds(gate.database)
    answer = await program.post("/people", content=body, headers=JSON | gate.key())
    told = answer.json()
    assert (answer.status_code, told.get("field", None) or (field and ""), told["status"]) == (
        status,
        field,
        status,
    )
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["detail"].endswith(".")
    assert (await people(gate.database), await deeds(gate.database)) == before


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
async def test_a_body_is_json(gate: Gate, program: httpx.AsyncClient, kind: str) -> None:
    answer = await program.post("/people", content=b"{}", headers={"Content-Type": kind} | gate.key())
    assert (answer.status_code, answer.json()["field"]) == (415, "Content-Type")


async def test_deeds_are_those_of_the_console_and_the_log_says_by_which_token(
    gate: Gate, program: httpx.AsyncClient
) -> None:
    seen, maker = len(await deeds(gate.database)), gate.planted.actors["administrator", "own"]
    made = await program.post("/people", json=new(gate, job="gidė"), headers=gate.key())
    which = made.json()["id"]
    unit = gate.planted.organisations["unit"]
    changes: list[dict[str, Any]] = [
        {"name": "Kita Pavardė", "job": None, "organisation": unit},
        {"left_on": "2026-11-23"},
        {},
    ]
    for change in changes:
        assert (await program.patch(f"/people/{which}", json=change)).json() == {"id": which}
    told = (await program.get(f"/people/{which}")).json()
    await program.get(f"/people/{which}")
    assert {name: told[name] for name in ("name", "job", "organisation", "left_on", "email")} == {
        "name": "Kita Pavardė",
        "job": "",
        "organisation": unit,
        "left_on": "2026-11-23",
        "email": "nauja@example.org",
    }
    terms = {
        "programme": gate.planted.taught,
        "organisation": unit,
        "due_days": 30,
        "pace": 2,
        "why": " Nauja  tvarka. ",
    }
    given = await program.post("/assignments", json=terms, headers=gate.key())
    shown = (await program.get(f"/assignments/{given.json()['id']}")).json()
    sent = [shown[name] for name in ("why", "due_days", "pace", "starts_on")]
    assert sent == ["Nauja tvarka.", 30, 2, "2026-11-23"]
    for _ in range(2):  # one that has ended stays so
        ended = await program.post(f"/assignments/{given.json()['id']}/end", headers=gate.key())
        assert (ended.status_code, ended.json()) == (200, given.json())
    assert (await program.get(f"/assignments/{given.json()['id']}")).json()["ended"]
    found = await deeds(gate.database, seen)
    assert {who for _, who in found} == {maker}
    assert [what for what, _ in found] == [
        *("token.used", "person.added"),
        *("token.used", "person.changed", "person.moved", "person.moved"),
        *("token.used", "person.left"),
        "token.used",
        "person.seen",
        *("token.used", "assignment.made"),
        *("token.used", "assignment.ended"),
        "token.used",
    ]


async def test_nobody_with_a_role_is_touched_by_a_token(gate: Gate, program: httpx.AsyncClient) -> None:
    trainer = gate.planted.ids["grant", "own"]
    for change in ({"email": "taken@example.org"}, {"left_on": "2026-11-23"}):
        answer = await program.patch(f"/people/{trainer}", json=change)
        assert (answer.status_code, answer.json()["code"]) == (422, "role_above")


ASSIGNED: list[tuple[dict[str, Any], str]] = [
    ({"programme": 999999}, "programme"),
    ({"organisation": 999999}, "organisation"),
    ({"starts_on": "2026-11-22"}, "starts_on"),
    ({"starts_on": "2046-11-22"}, "starts_on"),
    ({"due_on": "2026-11-01"}, "due_on"),
    ({"due_on": "2026-12-01", "due_days": 3}, "due_on"),
    ({"due_days": 0}, "due_days"),
    ({"pace": 0}, "pace"),
    ({"pace": 6}, "pace"),
    ({"after": {"programme": 999999}}, "after"),
    ({"after": {"programme": 1, "days": 1, "colour": 2}}, "after.colour"),
]


@pytest.mark.parametrize(("wrong", "field"), ASSIGNED)
async def test_an_assignment_that_cannot_be_is_told(
    gate: Gate, program: httpx.AsyncClient, wrong: dict[str, Any], field: str
) -> None:
    usual = {"programme": gate.planted.taught, "organisation": gate.planted.organisations["own"]}
    answer = await program.post("/assignments", json=usual | wrong, headers=gate.key())
    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_a_page_of_another_site_is_refused(gate: Gate, program: httpx.AsyncClient) -> None:
    answer = await program.post(
        "/people", json=new(gate), headers={"Origin": "https://evil.test", **gate.key()}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_site")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_what_is_not_there_and_methods_that_are_not_known(program: httpx.AsyncClient) -> None:
    lost = [await program.get(each) for each in ("/none", "/people/", "/people/1/2", "")]
    assert {(each.status_code, each.json()["code"]) for each in lost} == {(404, "not_found")}
    answer = await program.delete("/people")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")


async def test_a_fault_of_ours_is_told_calmly(app: Starlette, gate: Gate, program: httpx.AsyncClient) -> None:
    await gate.database.close()
    answer = await program.get("/people")
    await gate.database.open()
    assert (answer.status_code, answer.json()["code"]) == (500, "broken")
    assert answer.headers["x-content-type-options"] == "nosniff"
