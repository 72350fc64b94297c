"""A14: tokens of a wrong scope, revoked, expired, of others, in an address: refused, and never logged."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import httpx
from sqlalchemy import select

from actions import edit_person
from actions.api_tokens import revoke
from domain.api_token import MOST_ASKED, SCOPES, written
from domain.organisation import Scope
from domain.rights import Grant
from storage import api_tokens, roles
from storage.api_tokens import API_TOKEN
from storage.database import Connection
from storage.schema import METADATA
from tests.console.api.conftest import Gate
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.town import Clock

REALM: Final = 'Bearer realm="zinute"'
INVALID: Final = f'{REALM}, error="invalid_token"'


async def asked(gate: Gate, headers: Mapping[str, str] | list[tuple[str, str]]) -> httpx.Response:
    async with gate.program() as program:
        return await program.get("/people", headers=headers)


def refused(answer: httpx.Response, challenge: str = INVALID) -> str:
    """The sentence of a refusal."""
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, challenge)
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["detail"])


async def test_a_token_is_taken_from_its_header_alone(gate: Gate) -> None:
    token = await gate.token()
    for good in (f"Bearer {token}", f"bearer {token}", f"BEARER  {token}"):
        assert (await asked(gate, {"Authorization": good})).status_code == 200
    none: list[Mapping[str, str] | list[tuple[str, str]]] = [
        {},
        {"Authorization": ""},
        {"Authorization": token},
        {"Authorization": f"Basic {token}"},
        {"Cookie": f"zinute_session={token}"},
        {"X-Api-Key": token},
        [("Authorization", f"Bearer {token}"), ("Authorization", f"Bearer {token}")],
    ]
    for each in none:
        refused(await asked(gate, each), REALM)
    wrong = [
        token[:-1],
        token + "a",
        token[:-1] + ("a" if token[-1] != "a" else "b"),
        "zin_",
        token.upper(),
        "x",
    ]
    for bad in (*wrong, written(b"nobody's".ljust(32))):
        refused(await asked(gate, {"Authorization": f"Bearer {bad}"}))


async def test_a_token_in_the_address_is_refused_even_beside_a_good_one(gate: Gate) -> None:
    token = await gate.token()
    async with gate.program() as nobody, gate.program(token) as program:
        for each in (nobody, program):
            for address in (f"/people?token={token}", f"/people/{token}", "/people?access_token=1"):
                answer = await each.get(address)
                assert (answer.status_code, answer.json()["code"]) == (400, "token_in_address")
                assert token not in answer.text + str(answer.headers)


async def test_a_session_of_the_console_is_no_token(gate: Gate, door: Door) -> None:
    async with door.signed_in(gate.planted.actors["administrator", "own"]) as browser:
        refused(await browser.get("/api/v1/people", headers=SAME_ORIGIN), REALM)


async def test_it_ends_when_it_expires_or_is_revoked(gate: Gate, clock: Clock) -> None:
    header = {"Authorization": f"Bearer {await gate.token(days=1)}"}
    clock.move(hours=23, minutes=59)
    assert (await asked(gate, header)).status_code == 200
    clock.move(minutes=1)
    assert "expired" in refused(await asked(gate, header))

    token = await gate.token()
    header = {"Authorization": f"Bearer {token}"}
    found = await gate.database.read(lambda tx: api_tokens.find(tx, token))
    assert found

    def by(place: str) -> Scope:
        own = frozenset({gate.planted.organisations[place]})
        return Scope(gate.planted.actors["administrator", place], own, frozenset({"see", "manage"}))

    assert not await gate.database.write(lambda tx: revoke(tx, found.id, by=by("other"), now=clock()))
    assert (await asked(gate, header)).status_code == 200
    assert await gate.database.write(lambda tx: revoke(tx, found.id, by=by("own"), now=clock()))
    assert not await gate.database.write(lambda tx: revoke(tx, found.id, by=by("own"), now=clock()))
    assert "revoked" in refused(await asked(gate, header))


async def test_it_works_as_long_as_its_maker_manages_the_place(gate: Gate, clock: Clock) -> None:
    header = {"Authorization": f"Bearer {await gate.token()}"}
    own, maker = gate.planted.organisations["own"], gate.planted.actors["administrator", "own"]
    grant = Grant(maker, "administrator", own)
    await gate.database.write(lambda tx: roles.take(tx, grant))
    assert "does not manage" in refused(await asked(gate, header))
    await gate.database.write(lambda tx: roles.give(tx, grant))
    assert (await asked(gate, header)).status_code == 200
    left = {"left_on": clock().date().isoformat()}
    await gate.database.write(lambda tx: edit_person.change(tx, None, maker, left, now=clock()))
    assert "does not manage" in refused(await asked(gate, header))


async def test_that_it_is_used_is_written_once_an_hour(
    gate: Gate, program: httpx.AsyncClient, clock: Clock
) -> None:
    def used(tx: Connection) -> object:
        rows = select(API_TOKEN.c.used_at).where(API_TOKEN.c.used_at.is_not(None))
        return tx.execute(rows).scalar_one_or_none()

    first = clock()
    assert await gate.database.read(used) is None
    for minutes, seen in ((0, first), (59, first), (1, first + timedelta(hours=1))):
        clock.move(minutes=minutes)
        await program.get("/programmes")
        assert await gate.database.read(used) == seen


async def test_too_many_requests_wait_and_others_do_not(gate: Gate, clock: Clock) -> None:
    one, other = await gate.token(scopes=["programmes:read"]), await gate.token()
    async with gate.program(one) as program:
        answers = [await program.get("/people") for _ in range(MOST_ASKED)]  # of a wrong scope they count too
        late = await program.get("/programmes")
        assert {each.status_code for each in answers} == {403}
        assert (late.status_code, late.headers["retry-after"], late.json()["code"]) == (429, "60", "too_many")
        async with gate.program(other) as another:
            assert (await another.get("/programmes")).status_code == 200
        clock.move(seconds=59)
        assert (await program.get("/programmes")).headers["retry-after"] == "1"
        clock.move(seconds=1)
        assert (await program.get("/programmes")).status_code == 200


async def test_the_store_holds_nothing_that_lets_anybody_in(gate: Gate, program: httpx.AsyncClient) -> None:
    token = program.headers["authorization"].removeprefix("Bearer ")
    await program.get("/people")

    def dump(tx: Connection) -> str:
        return str([tx.execute(select(table)).all() for table in METADATA.sorted_tables])

    assert token not in await gate.database.read(dump)


async def test_tokens_that_ended_long_ago_are_forgotten(gate: Gate, clock: Clock) -> None:
    await gate.token(scopes=SCOPES, days=1)
    clock.move(days=1 + api_tokens.KEPT.days, seconds=-1)
    assert await gate.database.write(lambda tx: api_tokens.forget(tx, clock())) == 0
    clock.move(seconds=1)
    assert await gate.database.write(lambda tx: api_tokens.forget(tx, clock())) == 1
