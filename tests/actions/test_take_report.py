"""Reports of meetings taken: whose each row is, minutes, what a person decides, and that nothing is done twice."""

import resource
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from actions import take_report
from actions.take_report import NOBODY, Reported
from domain.meeting_report import Entry
from domain.organisation import Scope
from domain.recognising import mark
from storage import presence, registrations
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.errors import NotFound
from storage.people import PERSON
from storage.presence import PRESENCE, REPORT, Brought
from storage.registrations import REGISTRATION
from tests.actions import hall
from tests.actions.hall import HOUR, MINUTE, START, Hall
from tests.storage.samples import rows

OVER = START + HOUR


def stay(line: int, name: str, minutes: int = 40, email: str = "", begins: int = 0) -> Entry:
    first = START + begins * MINUTE
    return Entry(line, name, email, "", first, first + minutes * MINUTE)


def brought(*entries: Entry, digest: str = "d") -> Brought:
    return Brought("r.csv", digest, "utf-8", "Europe/Vilnius", entries)


async def opened(database: Database, *names: str, **changes: object) -> tuple[Hall, list[int]]:
    held = await hall.opened(database, **{"capacity": 50, **changes})
    found = await hall.guests(database, held.land.library, *names)
    for each in found:
        await hall.come(database, held, each)
    return held, found


async def bring(
    database: Database, held: Hall, what: Brought, scope: Scope | None = None
) -> tuple[int, bool]:
    unit = partial(take_report.bring, scope=scope or held.scope, webinar=held.webinar, brought=what, now=OVER)
    return await database.write(unit)


async def take(
    database: Database, held: Hall, report: int, decided: dict[int, int] | None = None, *, absent: bool = True
) -> Reported:
    unit = partial(take_report.take, scope=held.scope, webinar=held.webinar, report=report, absent=absent)
    return await database.write(partial(unit, decided=decided or {}, now=OVER))


async def standing(database: Database) -> list[tuple[object, ...]]:
    """Of each registration, in order: whether they attended, for how long, and by what that is known."""
    columns = (REGISTRATION.c[name] for name in ("id", "attended", "minutes", "seen_by"))
    return [row[1:] for row in await rows(database, *columns)]


async def test_minutes_come_from_every_row_and_are_enough_or_not(database: Database) -> None:
    held, who = await opened(database, "ana", "ben", "cyd", "dan", least=30)
    emails = dict(await rows(database, PERSON.c.id, PERSON.c.email))
    report, new = await bring(
        database,
        held,
        brought(
            stay(2, "x", 20, emails[who[0]]),
            stay(3, "x", 30, emails[who[0]], begins=10),
            stay(4, f"B {mark(f'seed1-{who[1]}')}", 29),
            stay(5, "Nobody", 60),
            stay(6, "late", 30, emails[who[2]], begins=70),
            Entry(7, "=1", problem="formula"),
        ),
    )
    assert new
    assert await standing(database) == [(None, None, "")] * 4
    after = await take(database, held, report)
    counts = {fate: count for fate, count in after.counts.items() if count}
    assert counts == {"taken": 2, "merged": 1, "outside": 1, "stranger": 1, "unreadable": 1}
    assert await standing(database) == [
        (True, 40, "report"),
        (False, 29, "report"),
        (False, 0, "report"),
        (False, None, "report"),
    ]
    log = [row[1] for row in await rows(database, AUDIT.c.number, AUDIT.c.what)]
    assert log[-1] == "webinar.reported"


async def test_a_name_is_decided_by_a_person_for_all_rows_that_are_alike(database: Database) -> None:
    held, who = await opened(database, "ana")
    entries = (
        stay(2, "ANA", 10),
        stay(3, "ANA", 10, begins=20),
        stay(4, "Ana", 10, "ana@home.lt", begins=40),
    )
    report, _ = await bring(database, held, brought(*entries))
    after = await take(database, held, report)
    assert [each.fate for each in after.rows] == ["decide"] * 3
    assert await standing(database) == [(False, None, "report")]
    stranger = (await hall.guests(database, held.land.library, "eve"))[0]
    after = await take(database, held, report, {2: stranger})
    assert after.counts["decide"] == 3
    after = await take(database, held, report, {2: who[0], 4: NOBODY})
    assert [each.fate for each in after.rows] == ["taken", "merged", "stranger"]
    assert await standing(database) == [(True, 20, "report")]
    assert (await take(database, held, report, {2: NOBODY})).counts["taken"] == 1


async def test_the_same_file_twice_and_a_second_report_change_nothing_twice(database: Database) -> None:
    held, who = await opened(database, "ana")
    emails = dict(await rows(database, PERSON.c.id, PERSON.c.email))
    mine = emails[who[0]]
    report, _ = await bring(database, held, brought(stay(2, "x", 20, mine)))
    await take(database, held, report)
    before = [*await standing(database), *await hall.told(database)]
    assert await bring(database, held, brought(stay(2, "x", 20, mine))) == (report, False)
    await take(database, held, report)
    assert [*await standing(database), *await hall.told(database)] == before
    more = brought(stay(2, "x", 20, mine, begins=10), digest="e")
    other, new = await bring(database, held, more)
    assert new
    await take(database, held, other)
    assert await standing(database) == [(True, 30, "report")]


async def test_what_was_said_by_hand_stays_and_everybody_is_told_once(database: Database) -> None:
    held, who = await opened(database, "ana", "ben", "cyd")
    emails = dict(await rows(database, PERSON.c.id, PERSON.c.email))
    report, _ = await bring(database, held, brought(*(stay(each, "x", 30, emails[each]) for each in who[:2])))
    await take(database, held, report)
    await hall.look(database, OVER)
    assert sorted(key.split(":")[2] for key, _, _ in await hall.told(database, ":5:")) == sorted(
        map(str, who)
    )
    await hall.tick(database, held, OVER, _1=False, _2=True, _3=True)
    assert [each[::2] for each in await standing(database)] == [
        (False, "hand"),
        (True, "report"),
        (True, "hand"),
    ]
    again, _ = await bring(
        database, held, brought(*(stay(each, "y", 40, emails[each]) for each in who), digest="e")
    )
    await take(database, held, again)
    assert await standing(database) == [(False, 40, "hand"), (True, 40, "report"), (True, 40, "hand")]
    await hall.look(database, OVER + HOUR)
    assert len(await hall.told(database, ":5:")) == 3


async def test_who_is_in_no_report_is_absent_only_if_that_is_said(database: Database) -> None:
    held, _ = await opened(database, "ana")
    report, _ = await bring(database, held, brought(stay(2, "Nobody")))
    await take(database, held, report, absent=False)
    assert await standing(database) == [(None, None, "")]


async def test_it_is_taken_where_it_is_held_and_nowhere_else(database: Database) -> None:
    held, _ = await opened(database, "ana")
    report, _ = await bring(database, held, brought(stay(2, "Nobody")))
    elsewhere = replace(held.scope, organisations=frozenset({held.land.other}))
    for unit in (
        partial(take_report.look, scope=elsewhere, webinar=held.webinar, report=report),
        partial(take_report.look, scope=held.scope, webinar=held.webinar, report=report + 1),
        partial(take_report.take, scope=elsewhere, webinar=held.webinar, report=report, decided={}, now=OVER),
        partial(take_report.bring, scope=elsewhere, webinar=held.webinar, brought=brought(), now=OVER),
    ):
        with pytest.raises(NotFound):
            await database.write(unit)


async def test_names_are_forgotten_and_what_nobody_took(database: Database) -> None:
    held, who = await opened(database, "ana")
    emails = dict(await rows(database, PERSON.c.id, PERSON.c.email))
    entries: Sequence[Entry] = (stay(2, "x", 20, emails[who[0]]), stay(3, "Nobody"))
    for digest in ("d", "e"):
        await bring(database, held, brought(*entries, digest=digest))
    await take(database, held, 1)

    async def forgets(days: int) -> int:
        return await database.write(partial(presence.forget, now=OVER + timedelta(days=days, seconds=1)))

    assert [await forgets(days) for days in (0, 1, 29, 30, 31)] == [0, 3, 0, 2, 0]
    kept = await rows(database, PRESENCE.c.line, PRESENCE.c.name, PRESENCE.c.email, PRESENCE.c.person_id)
    assert kept == [(2, "", "", who[0]), (3, "", "", None)]
    seen = await database.read(partial(take_report.look, scope=held.scope, webinar=1, report=1))
    assert [each.fate for each in seen.rows] == ["taken", "stranger"]
    assert await rows(database, REPORT.c.id) == [(1,)]


async def test_five_thousand_rows_are_taken_in_two_seconds(database: Database) -> None:
    many = 5_000
    held = await hall.opened(database, capacity=many)
    [sample] = await hall.guests(database, held.land.library, "ana")
    await hall.come(database, held, sample)

    def fill(tx: Connection) -> None:
        person = dict(tx.execute(PERSON.select().where(PERSON.c.id == sample)).mappings().one())
        people = [
            person | {"id": 1000 + each, "name": f"V {each}", "email": f"v{each}@b.lt"}
            for each in range(many - 1)
        ]
        tx.execute(PERSON.insert(), people)
        row = dict(tx.execute(REGISTRATION.select()).mappings().one())
        more = [
            row | {"id": 10 + each, "person_id": 1000 + each, "seed": f"s{each}", "arrival": 2 + each}
            for each in range(many - 1)
        ]
        tx.execute(REGISTRATION.insert(), more)
        tx.execute(update(REGISTRATION).values(remind_at=None))

    await database.write(fill)
    entries = [stay(2 + each, f"V {each}", each % 60, f"v{each}@b.lt") for each in range(many)]
    began, computed = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
    report, _ = await bring(database, held, brought(*entries))
    after = await take(database, held, report)
    spent = resource.getrusage(resource.RUSAGE_SELF).ru_utime - computed
    assert (spent < 2, time.monotonic() - began < 6) == (True, True)
    assert after.counts["taken"] + after.counts["outside"] == many - 1
    found = await database.read(partial(registrations.active, webinar=held.webinar))
    assert sum(each.minutes is not None for each in found) == many - 1
