"""Certificates of attendance: who was there has one, however that is known, and who was not after all has none."""

import json
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from actions.certify import revoke
from domain.certificate import Certificate
from domain.message import Issued, Notice
from storage import certificates, register
from storage.activity import ACTIVITY
from storage.audit import AUDIT
from storage.certificates import CERTIFICATE, Kept
from storage.codec import load_message
from storage.database import Database
from storage.outbox import OUTBOX
from storage.register import Wanted
from tests.actions import hall
from tests.actions.hall import HOUR, MINUTE, START, Hall
from tests.actions.talk import Talk
from tests.storage.samples import rows

END = START + HOUR
HELD = date(2026, 12, 7)


async def held(database: Database, **changes: Any) -> tuple[Hall, list[int]]:
    """A webinar at which three have seats, and that certifies."""
    found = await hall.opened(
        database, **{"certifies": True, "capacity": 5, "venue": "Salė", "link": "", **changes}
    )
    who = await hall.guests(database, found.land.library, "ana", "ben", "eva")
    for each in who:
        assert await hall.come(database, found, each) == "seated"
    return found, who


async def tick(database: Database, found: Hall, *there: int, after: int = 0) -> None:
    """These were there, by their numbers among who came; then time goes on."""
    now = END + after * MINUTE
    await hall.tick(database, found, now, **{f"_{each + 1}": each in there for each in range(3)})
    await hall.look(database, now)


async def registered(database: Database, found: Hall) -> list[Kept]:
    """The register, the oldest first."""
    wanted = Wanted(HELD + timedelta(days=1))
    return (await database.read(partial(register.page, scope=found.scope, wanted=wanted)))[::-1]


async def told(database: Database, who: int) -> list[str]:
    """What somebody was told afterwards: lines of notices, and files."""
    found = await rows(database, OUTBOX.c.id, OUTBOX.c.body, where=OUTBOX.c.person_id == who)
    said = list[str]()
    for _, body in found:
        message = load_message(body)
        if isinstance(message, Issued):
            said.append(f"file {message.number}")
        elif isinstance(message, Notice):
            said.append("+".join(line.text for line in message.lines))
    return said


async def test_who_was_there_has_one_and_is_told_with_the_file(database: Database) -> None:
    found, (ana, ben, _) = await held(database, study_minutes=90)
    await tick(database, found, 0)
    [kept] = await registered(database, found)
    code = kept.certificate.code
    assert len(code) == 22
    assert kept.certificate == Certificate(
        code, "2026-000001", "ana", "Lietuva", "Virusai", "lt", 90, HELD, held_on=HELD, place="Salė"
    )
    assert (kept.person, kept.organisation, kept.enrolment, kept.version) == (
        ana,
        found.land.library,
        None,
        None,
    )
    assert (await told(database, ana))[-2:] == [
        "webinar.thanks+certificate.of_attendance",
        "file 2026-000001",
    ]
    assert (await told(database, ben))[-1:] == ["webinar.missed"]
    happened = await rows(database, ACTIVITY.c.what, ACTIVITY.c.details, where=ACTIVITY.c.person_id == ana)
    assert [json.loads(row[1]) for row in happened if row[0] == "certified"] == [
        {"number": "2026-000001", "title": "Virusai"}
    ]


async def test_its_own_minutes_count_where_no_hours_are_said_and_another_zone_has_another_day(
    database: Database,
) -> None:
    late = START.replace(hour=22, minute=30)
    found, _ = await held(database, starts_at=late, minutes=45)
    now = late + HOUR
    await hall.tick(database, found, now, _1=True, _2=True, _3=True)
    await hall.look(database, now)
    papers = [each.certificate for each in await registered(database, found)]
    assert [(each.minutes, each.held_on) for each in papers] == [(45, HELD + timedelta(days=1))] * 3
    assert [each.number for each in papers] == ["2026-000001", "2026-000002", "2026-000003"]


async def test_a_webinar_that_certifies_nothing_gives_none(database: Database) -> None:
    found, (ana, *_) = await held(database, certifies=False)
    await tick(database, found, 0, 1, 2)
    assert await registered(database, found) == []
    assert (await told(database, ana))[-1:] == ["webinar.thanks"]


async def test_the_word_certifies_once_it_is_over(database: Database) -> None:
    found, _ = await held(database, word="gintaras")
    ana = Talk(database, "ana")
    ana.at = END - 5 * MINUTE
    assert await ana.says("/here gintaras") == ["here.done"]
    await hall.look(database, END - MINUTE)
    assert await registered(database, found) == []
    await hall.look(database, END)
    assert [each.certificate.name for each in await registered(database, found)] == ["ana"]
    ana.at = END + MINUTE
    assert await ana.says("/certificates") == ["certificate.head+certificate.valid_for_ever"]


async def test_saved_again_nothing_is_given_or_said_again(database: Database) -> None:
    found, (ana, ben, _) = await held(database)
    await tick(database, found, 0)
    before = await told(database, ana), await told(database, ben)
    await tick(database, found, 0, after=5)
    assert (await told(database, ana), await told(database, ben)) == before
    assert len(await registered(database, found)) == 1


async def test_who_was_not_there_after_all_loses_it_and_ticked_again_gets_another(database: Database) -> None:
    found, (ana, *_) = await held(database)
    await tick(database, found, 0)
    await tick(database, found, after=5)
    [lost] = await registered(database, found)
    assert (lost.certificate.revoked_on, lost.reason) == (HELD, "")
    assert [row[0] for row in await rows(database, AUDIT.c.what)].count("certificate.revoked") == 1
    before = await told(database, ana)
    await tick(database, found, 0, after=10)
    old, new = await registered(database, found)
    assert (old.certificate.revoked_on, new.certificate.revoked_on) == (HELD, None)
    assert (await told(database, ana))[len(before) :] == [
        "webinar.thanks+certificate.of_attendance",
        "file 2026-000002",
    ]


async def test_who_was_found_later_is_told_though_they_had_been_missed(database: Database) -> None:
    found, (ana, *_) = await held(database)
    await tick(database, found)
    await tick(database, found, 0, after=5)
    assert (await told(database, ana))[-3:] == [
        "webinar.missed",
        "webinar.thanks+certificate.of_attendance",
        "file 2026-000001",
    ]


async def test_what_a_person_revoked_does_not_come_back(database: Database) -> None:
    found, _ = await held(database)
    await tick(database, found, 0)
    [kept] = await registered(database, found)
    await database.write(partial(revoke, scope=found.scope, certificate=kept.id, reason="Ne ta", now=END))
    await tick(database, found, 0, after=5)
    await tick(database, found, after=10)
    await tick(database, found, 0, after=15)
    [still] = await registered(database, found)
    assert (still.certificate.revoked_on, still.reason) == (HELD, "Ne ta")
    happened = await rows(database, ACTIVITY.c.details, where=ACTIVITY.c.what == "revoked")
    assert [json.loads(row[0]) for row in happened] == [
        {"number": "2026-000001", "reason": "Ne ta", "title": "Virusai"}
    ]


async def test_two_processes_give_it_once(database: Database) -> None:
    found, _ = await held(database)
    await hall.tick(database, found, END, _1=True, _2=True, _3=True)
    await hall.twice(database, END)
    assert [each.certificate.number for each in await registered(database, found)] == [
        "2026-000001",
        "2026-000002",
        "2026-000003",
    ]


async def test_the_store_takes_one_that_stands_for_each_presence_and_of_one_kind_only(
    database: Database,
) -> None:
    found, _ = await held(database)
    await tick(database, found, 0)
    for wrong in (
        {"held_on": None},
        {"expires_on": HELD},
        {"version_id": 1},
        {"person_id": found.scope.person},
    ):
        with pytest.raises(IntegrityError):
            await database.write(lambda tx, wrong=wrong: tx.execute(CERTIFICATE.update().values(**wrong)))  # type: ignore[misc]
    [kept] = await registered(database, found)
    again = certificates.Presence(1, kept.person, kept.organisation)
    with pytest.raises(AssertionError, match="looked"):
        await database.write(partial(certificates.add, certificate=kept.certificate, of=again))
