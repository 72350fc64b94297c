"""The register of certificates in the store: searched, counted, paged, and each scope's own."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from actions.certify import issue, revoke
from domain.organisation import Scope
from domain.programme import Rules
from storage import certificates, enrolments, people, programmes, register
from storage.certificates import CERTIFICATE
from storage.database import Connection, Database
from storage.register import Wanted
from tests.storage.samples import MONDAY, Town, sample, settle_down

DAY = timedelta(days=1)
TODAY = date(2026, 11, 23)


def certified(tx: Connection, person: int, taught: tuple[int, int], name: str, **changes: Any) -> int:
    """The person finished a programme on Monday; their certificate, with changes."""
    new = enrolments.enrol(tx, person=person, programme=taught[0], version=taught[1], at=MONDAY)
    assert new is not None
    code = name.rjust(22, "c")
    issue(tx, new, code=code, now=MONDAY)
    if changes:
        tx.execute(CERTIFICATE.update().where(CERTIFICATE.c.code == code).values(**changes))
    kept = certificates.by_code(tx, code)
    assert kept is not None
    return kept.id


def settle(tx: Connection) -> tuple[Town, dict[str, int], int]:
    """Ana, Ben and Kari have certificates of two programmes; and the second programme's id."""
    town = settle_down(tx, replace(sample(), rules=Rules(valid_months=12)))
    version = programmes.publish(tx, replace(sample("other"), rules=Rules(valid_months=0)), MONDAY)
    other = programmes.by_slug(tx, "other")
    assert version
    assert other
    small, second = (town.programme, town.version), (other, version)
    tx.execute(people.PERSON.update().where(people.PERSON.c.id == town.ben).values(name="Żółć Ąžuolas_%"))
    made = {
        "ana": certified(tx, town.ana, small, "ana"),
        "for ever": certified(tx, town.ana, second, "forever"),
        "ben": certified(tx, town.ben, small, "ben", expires_on=TODAY + 90 * DAY),
        "over": certified(tx, town.ben, second, "over", expires_on=TODAY - DAY),
        "kari": certified(tx, town.kari, small, "kari", expires_on=TODAY),
        "away": certified(tx, town.kari, second, "away"),
    }
    scope = Scope(town.kari, frozenset({town.elsewhere}))
    revoke(tx, scope, made["away"], reason="Feil", now=MONDAY)
    return town, made, other


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, "away kari over ben forever ana"),
        ({"q": "anaite"}, "forever ana"),
        ({"q": " ANAITĖ "}, "forever ana"),
        ({"q": "zolc azuolas"}, "over ben"),
        ({"q": "_%"}, "over ben"),
        ({"q": "%"}, "over ben"),
        ({"q": "Asen"}, "away kari"),
        ({"q": "2026-000003"}, "ben"),
        ({"q": "000003"}, "ben"),
        ({"q": "nobody"}, ""),
        ({"state": "valid"}, "kari ben forever ana"),
        ({"state": "soon"}, "kari ben"),
        ({"state": "expired"}, "over"),
        ({"state": "revoked"}, "away"),
        ({"state": "soon", "on": TODAY + DAY}, "ben"),
        ({"state": "expired", "on": TODAY + DAY}, "kari over"),
        ({"state": "soon", "on": TODAY - DAY}, "kari over"),
        ({"programme": 2}, "away over forever"),
        ({"person": 1}, "forever ana"),
        ({"person": 1, "programme": 2, "state": "valid", "q": "ana"}, "forever"),
    ],
)
async def test_what_is_asked_for_is_found(database: Database, asked: dict[str, Any], expected: str) -> None:
    town, _, other = await database.write(settle)
    known = {"programme": {2: other}, "person": {1: town.ana}}
    given = {name: known.get(name, {}).get(value, value) for name, value in asked.items()}
    wanted = Wanted(**{"on": TODAY, **given})
    scope = Scope(town.ben, frozenset({town.here, town.elsewhere}))
    found = await database.read(partial(register.page, scope=scope, wanted=wanted))
    assert [each.certificate.code.lstrip("c") for each in found] == expected.split()
    counted = await database.read(partial(register.totals, scope=scope, wanted=wanted))
    assert (counted.whole, counted.asked) == (6, len(expected.split()))


async def test_totals_are_those_of_each_state_whatever_state_is_asked_for(database: Database) -> None:
    town, _, _ = await database.write(settle)
    scope = Scope(town.ben, frozenset({town.here, town.elsewhere}))
    for state, asked in (("", 6), ("soon", 2)):
        wanted = Wanted(TODAY, state=state)
        counted = await database.read(partial(register.totals, scope=scope, wanted=wanted))
        assert (counted.whole, counted.asked) == (6, asked)
        assert counted.states == {"valid": 4, "soon": 2, "expired": 1, "revoked": 1}
    nobody = partial(register.totals, scope=Scope(town.ben, frozenset()), wanted=Wanted(TODAY))
    assert (await database.read(nobody)).whole == 0


async def test_a_scope_has_its_own_only(database: Database) -> None:
    town, made, other = await database.write(settle)
    scope = Scope(town.ana, frozenset({town.here}))
    found = await database.read(partial(register.page, scope=scope, wanted=Wanted(TODAY)))
    assert {each.id for each in found} == {made[name] for name in ("ana", "for ever", "ben", "over")}
    for name, number in made.items():
        one = await database.read(partial(register.one, scope=scope, certificate=number))
        assert (one is None) == (name in ("kari", "away"))
    for number in (0, -1, 2**31, 2**63, 10**9):
        assert await database.read(partial(register.one, scope=scope, certificate=number)) is None
    taught = await database.read(partial(register.taught, scope=scope))
    assert [programme for programme, _ in taught] == sorted((town.programme, other))
    assert await database.read(partial(register.taught, scope=Scope(1, frozenset()))) == []


async def test_pages_meet(database: Database) -> None:
    town, made, _ = await database.write(settle)
    scope = Scope(town.ben, frozenset({town.here, town.elsewhere}))
    found, before = list[int](), 2**31 - 1
    for _ in range(3):
        wanted = Wanted(TODAY, before=before)
        page = await database.read(partial(register.page, scope=scope, wanted=wanted, most=2))
        found += [each.id for each in page]
        before = found[-1]
    assert found == sorted(made.values(), reverse=True)


async def test_a_code_that_nobody_has_opens_nothing(database: Database) -> None:
    await database.write(settle)
    assert await database.read(partial(certificates.by_code, code="x" * 22)) is None
    kept = await database.read(partial(certificates.by_code, code="ana".rjust(22, "c")))
    assert kept is not None
    assert (kept.zone, kept.certificate.name) == ("Europe/Vilnius", "Ana Anaitė")


async def test_numbers_of_a_year_that_is_given_back_are_used_again(database: Database) -> None:
    """A transaction that fails leaves no gap."""

    def fail(tx: Connection) -> None:
        certificates.next_count(tx, 2026)
        raise LookupError

    assert await database.write(partial(certificates.next_count, year=2026)) == 1
    with pytest.raises(LookupError):
        await database.write(fail)
    assert [await database.write(partial(certificates.next_count, year=year)) for year in (2026, 2027)] == [
        2,
        1,
    ]
