"""Organisations by the API: their settings with where they come from, and changes as the console makes them."""

from dataclasses import fields
from functools import partial
from typing import Any, get_args

import httpx
import pytest

from actions.enlist import set_here
from console.api.organisations import ChangedOrganisation, Country, Messenger, Settings
from domain.messengers import MESSENGERS
from domain.organisation import HOME
from domain.tree import Own
from storage import organisations
from storage.audit import AUDIT
from tests.console.api.conftest import Gate
from tests.console.town import MONDAY
from tests.storage.samples import rows

DAYS = "2026-12-24, 2026-12-21..2027-01-02"
DEED = tuple(AUDIT.c[name] for name in ("number", "what", "person_id", "organisation_id", "before", "after"))


def test_every_setting_is_told_and_can_be_changed() -> None:
    """A new field of Own: say it in console/api/organisations.py."""
    named = {each.name for each in fields(Own)}
    assert (set(Settings.model_fields), set(ChangedOrganisation.model_fields) - {"name"}) == (named, named)
    assert (get_args(Country), get_args(Messenger)) == (tuple(HOME), tuple(MESSENGERS))


@pytest.fixture
def own(gate: Gate) -> int:
    return gate.planted.organisations["own"]


async def settings(program: httpx.AsyncClient, place: int) -> dict[str, Any]:
    answer = await program.get(f"/organisations/{place}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()["settings"]
    return found


async def test_what_holds_is_told_with_where_it_is_set(
    gate: Gate, program: httpx.AsyncClient, own: int
) -> None:
    """A place above that the token does not see is not named."""
    said: dict[str, Any] = {"cap": 2, "opens": "09:15", "days_off": ["06-24", "2026-12-21 – 2027-01-02"]}
    assert (await program.patch(f"/organisations/{own}", json=said)).json() == {"id": own}
    unit = gate.planted.organisations["unit"]
    assert (await program.patch(f"/organisations/{unit}", json={"days_off": ["12-24"]})).status_code == 200
    found = await settings(program, unit)
    days = ["06-24", "12-24", "2026-12-21..2027-01-02"]
    assert {name: found[name] for name in ("cap", "opens", "zone", "domains", "days_off")} == {
        "cap": {"own": None, "holds": 2, "where": "above", "place": own},
        "opens": {"own": None, "holds": "09:15", "where": "above", "place": own},
        "zone": {"own": None, "holds": "Europe/Vilnius", "where": "above", "place": None},
        "domains": {"own": None, "holds": [], "where": "nowhere", "place": None},
        "days_off": {"own": ["12-24"], "holds": days, "where": "here", "place": unit},
    }
    assert (await program.patch(f"/organisations/{own}", json={"country": "NO"})).status_code == 200
    found = await settings(program, own)
    assert found["zone"] == {"own": None, "holds": "Europe/Oslo", "where": "by country", "place": own}


async def test_a_change_is_the_consoles_and_stands_in_the_log(
    gate: Gate, program: httpx.AsyncClient, own: int
) -> None:
    """In the name of whoever made the token; what is not sent stays, null takes back, the same again writes nothing."""
    said = {"name": "  New   name ", "contact": " Ona  O. ", "domains": ["Own.LT"], "languages": ["lt", "lt"]}
    for body in (said, {"contact": None}, {"contact": None}):
        assert (await program.patch(f"/organisations/{own}", json=body)).json() == {"id": own}
    place = (await gate.database.read(organisations.places))[own]
    assert (place.name, place.own) == ("New name", Own(domains=("own.lt",), languages=("lt",)))
    deeds = sorted(await rows(gate.database, *DEED, where=AUDIT.c.what == "organisation.set"))
    maker = gate.planted.actors["administrator", "own"]
    assert [row[1:] for row in deeds] == [
        (
            "organisation.set",
            maker,
            own,
            '{"contact":null,"domains":null,"languages":null,"name":"…"}',
            '{"contact":"…","domains":["own.lt"],"languages":["lt"],"name":"…"}',
        ),
        ("organisation.set", maker, own, '{"contact":"…"}', '{"contact":null}'),
    ]
    used = await rows(gate.database, AUDIT.c.after, where=AUDIT.c.what == "token.used")
    assert used == [('{"operation":"change_organisation"}',)] * 3


@pytest.mark.parametrize(
    ("body", "code", "field", "told"),
    [
        ({"cap": 11}, "range", "cap", "Write a whole number from 1 to 10."),
        ({"cap": 10**30}, "range", "cap", "Write a whole number from 1 to 10."),
        ({"keep": 0}, "range", "keep", "Write a whole number from 1 to 50."),
        (
            {"approver_above": -1},
            "range_0",
            "approver_above",
            "Write a whole number from 0 to 1000000; with 0 nothing needs approval.",
        ),
        (
            {"approver_above": 51},
            "looser_approver",
            "approver_above",
            "Above this place approval is needed for more than 50 people: write a number from 1 to 50.",
        ),
        (
            {"messengers": ["web", "telegram"]},
            "looser_messengers",
            "messengers",
            "Above this place only these are allowed: web. Choose from them.",
        ),
        (
            {"days_off": ["13-01"]},
            "days",
            "days_off",
            f"“13-01” is no day off: write {DAYS}, or without a year, for every year: 06-24.",
        ),
        (
            {"zone": "../etc/passwd"},
            "zone",
            "zone",
            "There is no such time zone: write one such as Europe/Vilnius.",
        ),
        (
            {"domains": ["museum.lt"]},
            "taken",
            "domains",
            "The domain museum.lt belongs elsewhere already: it has to be taken back there first.",
        ),
        ({"name": " "}, "name", "name", "Write a name."),
        (
            {"closes": "07:00"},
            "hours",
            "closes",
            "The hours for messages would end before they begin ({name}).",
        ),
        (
            {"opens": "24:00"},
            "string_pattern_mismatch",
            "opens",
            r"This field is not as it has to be: string should match pattern '^([01][0-9]|2[0-3]):[0-5][0-9]$'.",
        ),
        ({"level": "unit"}, "unknown_field", "level", "There is no such field here: leave it out."),
    ],
)
async def test_what_cannot_be_is_told_by_its_field_and_changes_nothing(
    gate: Gate,
    program: httpx.AsyncClient,
    own: int,
    *,
    body: dict[str, Any],
    code: str,
    field: str,
    told: str,
) -> None:
    above, other = gate.planted.organisations["sector"], gate.planted.organisations["other"]
    limits = {"approver_above": 50, "messengers": ("web",)}
    await gate.database.write(partial(set_here, organisation=above, said=limits, now=MONDAY))
    await gate.database.write(
        partial(set_here, organisation=other, said={"domains": ("museum.lt",)}, now=MONDAY)
    )
    before = await gate.database.read(organisations.places)
    answer = await program.patch(f"/organisations/{own}", json=body)
    wrong = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    said = told.format(name=before[own].name) if "{name}" in told else told
    assert (wrong["code"], wrong["field"], wrong["detail"]) == (code, field, said)
    assert await gate.database.read(organisations.places) == before


async def test_a_token_for_settings_may_nothing_else_of_an_administrator(gate: Gate, own: int) -> None:
    """With the scope for people too it still does not touch somebody who has a role."""
    token = await gate.token("own", ["organisations:write", "people:write"])
    coordinator = gate.planted.actors["coordinator", "own"]
    async with gate.program(token) as program:
        assert (await program.patch(f"/organisations/{own}", json={"cap": 4})).status_code == 200
        left = await program.patch(f"/people/{coordinator}", json={"left_on": "2026-11-30"})
        assert (left.status_code, left.json()["code"]) == (422, "role_above")
