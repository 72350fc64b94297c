"""Renewals: announced 90, 30 and 7 days before the end, each once, in the learner's hours, and never after it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from actions.certify import issue, revoke
from actions.renew import renew
from domain.message import Notice
from domain.organisation import Scope
from domain.programme import Rules
from domain.sharing import Reach
from scheduler.jobs import renew as job
from storage import addresses, certificates, enrolments, people, sharing
from storage.certificates import CERTIFICATE
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.actions.talk import Talk
from tests.storage.samples import MONDAY, Town, address, rows, sample, settle_down

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VILNIUS = ZoneInfo("Europe/Vilnius")
END = date(2027, 11, 23)  # a Tuesday


def certified(tx: Connection, months: int = 12) -> tuple[Town, int, int]:
    """Ana has finished on Monday; the town, her enrolment, and her certificate."""
    town = settle_down(tx, replace(sample(), rules=Rules(valid_months=months)))
    address(tx, "ana", town.ana)
    new = enrolments.enrol(tx, person=town.ana, programme=town.programme, version=town.version, at=MONDAY)
    assert new is not None
    enrolments.set_state(tx, new, "finished")
    issue(tx, new, code="c" * 22, now=MONDAY)
    return town, new, tx.execute(CERTIFICATE.select()).one().id


def before(days: int, hour: int = 8) -> datetime:
    """So many days before the end, at this hour of UTC (08:00 is 10:00 or 11:00 in Vilnius)."""
    return datetime(END.year, END.month, END.day, hour, tzinfo=UTC) - days * DAY


async def look(database: Database, now: datetime) -> int:
    return await job.JOB.run(database, now)


async def weeks(database: Database, start: datetime, number: int) -> None:
    """Let weeks go by, looking every hour."""
    for hours in range(number * 7 * 24):
        await look(database, start + hours * HOUR)


async def came(database: Database) -> list[tuple[str, str]]:
    """What was announced, and when in Vilnius."""
    found = await rows(database, OUTBOX.c.id, OUTBOX.c.key, OUTBOX.c.created_at)
    return [
        (key.partition(":")[2].partition(":")[2], at.astimezone(VILNIUS).strftime("%m-%d %H:%M"))
        for _, key, at in found
    ]


async def which(database: Database) -> Sequence[str]:
    return [days for days, _ in await came(database)]


async def test_it_is_announced_three_times_on_working_days_at_the_learners_hour(sqlite: Database) -> None:
    await sqlite.write(certified)
    await weeks(sqlite, before(100, 0), 17)
    # The 25th of August, the 24th of October (a Sunday), the 16th of November.
    assert await came(sqlite) == [("90", "08-25 10:00"), ("30", "10-25 10:00"), ("7", "11-16 10:00")]


async def test_each_is_said_once_however_many_look(database: Database) -> None:
    _, _, paper = await database.write(certified)
    assert await look(database, before(91)) == 0
    unit = partial(renew, certificate=paper, now=before(90))
    said = await asyncio.gather(*(database.write(unit) for _ in range(5)))
    assert sorted(said) == [False] * 4 + [True]
    await database.write(
        lambda tx: certificates.announce(tx, paper, before(90))
    )  # as if it had not been noted
    assert await look(database, before(90)) == 0
    assert await which(database) == ["90"]


async def test_what_it_says_and_how_it_is_begun(database: Database) -> None:
    _, enrolment, _ = await database.write(certified)
    assert await look(database, before(90)) == 1
    ana = Talk(database, at=before(90))
    [told] = await ana.written("renewal:")
    assert isinstance(told, Notice)
    assert told.lines[0].text == "certificate.ends_soon"
    assert await rows(database, OUTBOX.c.kind, OUTBOX.c.not_after) == [
        ("reminder", datetime(2027, 10, 23, 21, tzinfo=UTC))  # of no use once the next one is due
    ]
    assert await ana.says("1") == ["card 0.0"]
    study = await database.read(partial(enrolments.get, enrolment=enrolment))
    assert (study.state, study.lesson, study.card) == ("active", 0, 0)


async def test_what_cannot_be_begun_again_is_not_announced_until_it_can(database: Database) -> None:
    town, _, _ = await database.write(certified)

    async def owned(reach: Reach) -> None:
        put = partial(sharing.put, programme=town.programme, owner=town.here, reach=reach)
        await database.write(put)

    await owned("draft")
    assert await look(database, before(90)) == 0
    ana = Talk(database, at=before(89))
    assert await ana.says("/renew small") == ["programmes.not_listed"]
    await owned("own")
    assert await look(database, before(88)) == 1
    assert len(await ana.written("renewal:")) == 1
    assert await ana.says("/renew small") == ["card 0.0"]


async def test_a_link_that_leads_nowhere_offers_no_renewal_before_its_time(database: Database) -> None:
    await database.write(certified)
    ana = Talk(database, at=before(120))
    await ana.says("/start p_no-such")
    [told] = ana.heard[-1:]
    assert isinstance(told, Notice)
    assert not [each for each in told.choices if each.data.startswith("/renew")]


async def test_after_a_long_silence_only_the_last_one_is_said(database: Database) -> None:
    await database.write(certified)
    assert await look(database, before(20)) == 1
    assert await look(database, before(19)) == 0
    assert await look(database, before(7)) == 1
    assert await which(database) == ["30", "7"]


@pytest.mark.parametrize("days", [0, -1, -400])
async def test_nothing_is_said_after_the_end(database: Database, days: int) -> None:
    await database.write(certified)
    assert await look(database, before(days)) == (days == 0)
    assert await which(database) == (["7"] if days == 0 else [])
    assert await rows(database, CERTIFICATE.c.announce_at) == [(None,)]


async def test_a_leave_is_waited_for_or_the_next_one_comes_instead(database: Database) -> None:
    town, _, _ = await database.write(certified)
    away = before(95).date(), before(20).date()
    await database.write(lambda tx: people.set_leave(tx, town.ana, *away))
    assert [await look(database, before(days)) for days in (90, 60, 30, 20)] == [0] * 4
    assert await look(database, before(19)) == 1
    assert await which(database) == ["30"]


async def test_who_cannot_be_reached_hears_of_it_when_they_can(database: Database) -> None:
    town, _, _ = await database.write(certified)
    place = await database.read(lambda tx: addresses.of_person(tx, town.ana))
    assert place is not None
    await database.write(lambda tx: addresses.reach(tx, place.id, reachable=False))
    assert [await look(database, before(days)) for days in (90, 89)] == [0, 0]
    await database.write(lambda tx: addresses.reach(tx, place.id, reachable=True))
    assert await look(database, before(88)) == 1


async def test_a_night_is_waited_for(database: Database) -> None:
    await database.write(certified)
    assert await look(database, before(89, 1)) == 0
    assert await look(database, before(89)) == 1


async def test_revoked_and_renewed_ones_are_not_announced(database: Database) -> None:
    town, enrolment, paper = await database.write(certified)
    scope = Scope(town.ben, frozenset({town.here}))

    def renewed(tx: Connection) -> None:
        enrolments.begin_again(tx, enrolment, town.version, before(80))
        issue(tx, enrolment, code="d" * 22, now=before(80))

    assert await look(database, before(90)) == 1
    await database.write(renewed)
    assert await look(database, before(30)) == 0
    new = paper + 1
    await database.write(partial(revoke, scope=scope, certificate=new, reason="!", now=before(30)))
    assert await look(database, before(-200)) == 0
    assert await which(database) == ["90"]


@pytest.mark.parametrize(("months", "first"), [(0, None), (1, date(2026, 12, 16)), (2, date(2026, 12, 24))])
async def test_a_short_validity_has_fewer_and_none_has_none(
    sqlite: Database, months: int, first: date | None
) -> None:
    await sqlite.write(partial(certified, months=months))
    [(at,)] = await rows(sqlite, CERTIFICATE.c.announce_at)
    assert (at and at.date()) == first


async def test_one_that_fails_does_not_keep_the_others(database: Database) -> None:
    """What is kept of the first person cannot be read: their announcement is tried again later."""
    town, _, _ = await database.write(certified)

    def another(tx: Connection) -> None:
        address(tx, "kari", town.kari)
        new = enrolments.enrol(
            tx, person=town.kari, programme=town.programme, version=town.version, at=MONDAY
        )
        assert new is not None
        issue(tx, new, code="k" * 22, now=MONDAY)
        tx.execute(people.PERSON.update().where(people.PERSON.c.id == town.ana).values(hour="nine"))

    await database.write(another)
    assert await look(database, before(90)) == 1
    [ana, kari] = await rows(database, CERTIFICATE.c.id, CERTIFICATE.c.announce_at)
    assert ana[1] == before(90) + job.AGAIN
    assert kari[1] > before(31)
