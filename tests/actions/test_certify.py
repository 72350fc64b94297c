"""Certificates: one for each time that a programme is finished, with its own number, and worth nothing once revoked."""

import asyncio
import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from actions.certify import issue, revoke
from actions.invite import invite
from domain.certificate import Certificate
from domain.event import Pressed
from domain.message import Issued, Notice
from domain.organisation import Scope
from domain.programme import Rules
from storage import certificates, enrolments, organisations, people, programmes, register, studies
from storage.activity import ACTIVITY
from storage.certificates import CERTIFICATE
from storage.database import Connection, Database
from tests.actions.talk import Talk, in_short
from tests.storage.samples import MONDAY, Town, enrolments_of, rows, sample, settle_down

DAY = timedelta(days=1)
RULES = Rules(valid_months=12, passing=50)
ISSUED = date(2026, 11, 23)


def town_of(tx: Connection, rules: Rules = RULES, at: datetime = MONDAY) -> Town:
    """Ana is invited (code `ana`) to a programme that gives a certificate."""
    town = settle_down(tx, replace(sample(), rules=rules))
    invite(tx, person=town.ana, programme=town.programme, code="ana", now=at)
    return town


async def learn(ana: Talk, *, right: int = 2) -> list[str]:
    """Go through both lessons from the first card on, with so many right answers of two; what was said at the end."""
    single, multiple = "1" if right > 0 else "0", "=0,2" if right > 1 else "=0,1"
    for choice in ("next", single, "next", multiple, "next", "0"):
        await ana.presses(choice)
    assert await ana.says("/continue") == ["card 1.0"]
    return await ana.presses("next")


async def finished(database: Database, **rules: Any) -> tuple[Town, Talk]:
    """Ana has finished her programme."""
    town = await database.write(partial(town_of, rules=replace(RULES, **rules)))
    ana = Talk(database)
    await ana.join("ana")
    await learn(ana)
    return town, ana


async def held(database: Database, person: int) -> list[Certificate]:
    found = await database.read(partial(certificates.of_person, person=person))
    return [each.certificate for each in found]


async def happened(database: Database) -> list[tuple[str, Any]]:
    """What the timeline says of certificates."""
    found = await rows(database, ACTIVITY.c.id, ACTIVITY.c.what, ACTIVITY.c.details)
    wanted = ("certified", "revoked", "renewed", "programme_done")
    return [(what, json.loads(details)) for _, what, details in found if what in wanted]


async def test_the_end_of_a_programme_gives_a_certificate_in_the_words_of_that_day(
    database: Database,
) -> None:
    town, ana = await finished(database)
    assert in_short(ana.heard[-2:]) == ["study.programme_done+certificate.issued", "paper 2026-000001"]
    [paper] = await held(database, town.ana)
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", paper.code)
    assert paper == Certificate(
        code=paper.code,
        number="2026-000001",
        name="Ana Anaitė",
        organisation="Biblioteka",
        programme="small en",
        language="en",
        minutes=6,
        issued_on=ISSUED,
        expires_on=date(2027, 11, 23),
    )
    told, file = ana.heard[-2:]
    assert file == Issued(paper.code, paper.number, paper.programme)
    assert isinstance(told, Notice)
    assert told.choices[0].url == f"/certificate/{paper.code}"
    about = {"version": town.version, "number": "2026-000001"}
    assert (await happened(database))[-1] == ("certified", about)


async def test_its_date_is_the_learners(database: Database) -> None:
    night = MONDAY.replace(month=12, day=31, hour=22, minute=30)  # after midnight in Vilnius
    town = await database.write(partial(town_of, at=night))
    ana = Talk(database, at=night)
    await ana.join("ana")
    await learn(ana)
    [paper] = await held(database, town.ana)
    assert (paper.number, paper.issued_on, paper.expires_on) == (
        "2027-000001",
        date(2027, 1, 1),
        date(2028, 1, 1),
    )


@pytest.mark.parametrize(
    ("rules", "right", "end", "count"),
    [
        ({"passing": 50}, 1, "study.programme_done+certificate.issued", 1),
        ({"passing": 51}, 1, "study.programme_done+certificate.not_passed", 0),
        ({"valid_months": 0}, 2, "study.programme_done+certificate.issued_for_ever", 1),
        ({"valid_months": None}, 2, "study.programme_done", 0),
    ],
)
async def test_the_rules_of_the_programme_decide(
    *, sqlite: Database, rules: dict[str, Any], right: int, end: str, count: int
) -> None:
    town = await sqlite.write(partial(town_of, rules=replace(RULES, **rules)))
    ana = Talk(sqlite)
    await ana.join("ana")
    assert await learn(ana, right=right) == [end, *["paper 2026-000001"] * count]
    assert len(await held(sqlite, town.ana)) == count


async def test_issuing_again_gives_the_same_one(database: Database) -> None:
    town, _ = await finished(database)
    [paper] = await held(database, town.ana)
    [study] = await database.read(partial(enrolments_of, person=town.ana))
    unit = partial(issue, enrolment=study.id, code="x" * 22, now=MONDAY + 5 * DAY)
    again = await asyncio.gather(*(database.write(unit) for _ in range(3)))
    assert again == [paper] * 3
    assert len(await rows(database, CERTIFICATE.c.id)) == 1


async def test_those_who_finish_together_have_a_number_each(database: Database) -> None:
    count = 12

    def enrol(tx: Connection) -> list[int]:
        town, found = town_of(tx), list[int]()
        for each in range(count):
            person = people.add(
                tx, organisation=town.here, name="P", email=f"p{each}@a.example", language="pl"
            )
            new = enrolments.enrol(
                tx, person=person, programme=town.programme, version=town.version, at=MONDAY
            )
            assert new is not None
            found.append(new)
        return found

    learned = await database.write(enrol)
    units = [partial(issue, enrolment=each, code=f"{each}".rjust(22, "c"), now=MONDAY) for each in learned]
    papers = await asyncio.gather(*(database.write(unit) for unit in units))
    assert sorted(each.number for each in papers) == [f"2026-{number:06d}" for number in range(1, count + 1)]


async def test_a_renewal_begins_the_newest_version_and_gives_a_certificate_of_its_own(
    database: Database,
) -> None:
    town, ana = await finished(database)
    newer = await database.write(
        lambda tx: programmes.publish(tx, replace(sample(words="!"), rules=RULES), MONDAY)
    )
    ana.at += 300 * DAY
    assert await ana.says("/renew small") == ["card 0.0"]
    [study] = await database.read(partial(studies.of_person, person=town.ana))
    assert (study.version, study.done, study.graded) == (newer, 0, 0)
    assert await learn(ana, right=1) == ["study.programme_done+certificate.issued", "paper 2027-000001"]
    [study] = await database.read(partial(studies.of_person, person=town.ana))
    assert (study.done, study.right, study.graded, study.state) == (2, 1, 2, "finished")
    new, old = await held(database, town.ana)
    assert [(each.number, each.state(ana.at.date())) for each in (new, old)] == [
        ("2027-000001", "valid"),
        ("2026-000001", "valid"),
    ]
    assert [what for what, _ in await happened(database)] == [
        "programme_done",
        "certified",
        "renewed",
        "programme_done",
        "certified",
    ]


async def test_it_is_renewed_when_it_ends_soon_and_not_before(database: Database) -> None:
    _, ana = await finished(database)
    ana.at += 200 * DAY
    assert await ana.says("/renew small") == ["certificate.head+certificate.valid"]
    ana.at += 80 * DAY
    listed = ["certificate.head+certificate.valid+certificate.can_renew"]
    assert await ana.says("/certificates") == listed
    ana.at += 100 * DAY
    assert await ana.says("/certificates") == [listed[0].replace(".valid", ".expired")]
    assert await ana.says("1") == ["card 0.0"]


async def test_who_did_not_pass_begins_again_at_once(database: Database) -> None:
    town = await database.write(partial(town_of, rules=replace(RULES, passing=100)))
    ana = Talk(database)
    await ana.join("ana")
    await learn(ana, right=1)
    ana.at += timedelta(minutes=1)
    assert await ana.says("1") == ["card 0.0"]
    assert await learn(ana, right=2) == ["study.programme_done+certificate.issued", "paper 2026-000001"]
    assert [each.number for each in await held(database, town.ana)] == ["2026-000001"]


async def test_an_old_button_of_the_round_before_changes_nothing(database: Database) -> None:
    town, ana = await finished(database)
    old = ana.step
    ana.at += 300 * DAY
    await ana.says("/renew small")
    ana.heard.clear()
    await ana.does(Pressed(f"{old}:next"))
    [study] = await database.read(partial(enrolments_of, person=town.ana))
    assert (study.lesson, study.card, study.state) == (0, 0, "active")


async def test_a_revoked_certificate_says_so_and_why(database: Database) -> None:
    town, ana = await finished(database)
    scope = Scope(town.ben, frozenset({town.here}))
    [(number,)] = await rows(database, CERTIFICATE.c.id)
    unit = partial(revoke, scope=scope, certificate=number, now=MONDAY + DAY)
    first = await database.write(partial(unit, reason="Klaida varde"))
    again = await database.write(partial(unit, reason="Kita"))
    assert first is not None
    assert (first.certificate.revoked_on, first.reason, again) == (date(2026, 11, 24), "Klaida varde", first)
    assert await rows(database, CERTIFICATE.c.revoked_by, CERTIFICATE.c.announce_at) == [(town.ben, None)]
    about = {"version": town.version, "number": "2026-000001", "reason": "Klaida varde"}
    assert [each for each in await happened(database) if each[0] == "revoked"] == [("revoked", about)]
    assert await ana.says("/certificates") == ["certificate.head+certificate.revoked+certificate.can_renew"]


async def test_other_organisations_can_neither_see_nor_revoke_it(database: Database) -> None:
    town, _ = await finished(database)
    [(number,)] = await rows(database, CERTIFICATE.c.id)
    for scope in (
        Scope(town.kari, frozenset({town.elsewhere})),
        Scope(town.ben, frozenset({town.here}), frozenset()),
    ):
        unit = partial(revoke, scope=scope, certificate=number, reason="!", now=MONDAY)
        assert await database.write(unit) is None
        assert await database.read(partial(register.one, scope=scope, certificate=number)) is None
    assert await rows(database, CERTIFICATE.c.revoked_on) == [(None,)]


async def test_what_was_certified_stays_as_it_was(database: Database) -> None:
    town, _ = await finished(database)
    before = await held(database, town.ana)

    def change(tx: Connection) -> None:
        tx.execute(people.PERSON.update().values(name="Ana Kitaip"))
        tx.execute(organisations.ORGANISATION.update().values(name="Kita"))
        programmes.publish(tx, replace(sample(lessons=1), rules=RULES), MONDAY)

    await database.write(change)
    assert await held(database, town.ana) == before
