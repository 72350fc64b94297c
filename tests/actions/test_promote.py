"""Messages that waited long enough: asked about again, in the order in which they were due."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import update

from actions.promote import promote
from actions.release import release
from domain.delivery import POLICIES
from domain.message import Kind
from scheduler.jobs import promote as job
from storage import addresses, enrolments, outbox, people
from storage.database import Connection, Database
from storage.enrolments import ENROLMENT
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX, New, Passed, To
from storage.queueing import Later, Over, Ready, Verdict
from tests.actions.talk import new_key
from tests.storage.outgoing import HELLO, SECOND, claim, keys, settle, states
from tests.storage.samples import MONDAY, Town, address, rows, settle_down

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EARLY = MONDAY - 2 * HOUR  # 07:30 in Vilnius


def waits(
    tx: Connection,
    town: Town,
    key: str,
    *,
    at: datetime = MONDAY,
    kind: Kind = "announcement",
    not_after: datetime | None = None,
    place: str = "ana",
) -> None:
    """A message to Ana that waits until then."""
    to = To(address(tx, place, town.ana), "web", town.ana, town.here)
    outbox.add(tx, New(to, HELLO, key, kind, Passed("early", at=at), not_after), EARLY)


async def town(database: Database, *waiting: partial[None]) -> Town:
    def build(tx: Connection) -> Town:
        made = settle_down(tx)
        for each in waiting:
            each(tx, made)
        return made

    return await database.write(build)


async def promoted(database: Database, now: datetime = MONDAY, most: int = 99) -> list[Verdict]:
    return await database.write(partial(promote, now=now, most=most))


async def test_nothing_goes_before_it_is_due(database: Database) -> None:
    await town(database, partial(waits, key="k"))
    assert await promoted(database, MONDAY - timedelta(microseconds=1)) == []
    assert [type(each) for each in await promoted(database)] == [Ready]
    assert await promoted(database) == []
    assert await states(database) == {"k": "ready"}


async def test_the_longest_due_come_first_and_go_first(database: Database) -> None:
    times = {"c": 3, "a": 1, "d": 4, "b": 2}
    await town(
        database,
        *(
            partial(waits, key=key, at=EARLY + n * SECOND, place=key, kind="mandatory")
            for key, n in times.items()
        ),
    )
    assert len(await promoted(database, most=3)) == 3
    assert await states(database) == {"a": "ready", "b": "ready", "c": "ready", "d": "waiting"}
    assert len(await promoted(database, most=3)) == 1
    assert keys(await claim(database)) == ["a", "b", "c", "d"]


async def test_the_cap_of_a_day_holds_within_one_batch(database: Database) -> None:
    end = MONDAY + 5 * DAY
    ones = (
        partial(waits, key=str(n), place=str(n), at=EARLY + n * SECOND, not_after=end) for n in range(1, 5)
    )
    await town(database, *ones)
    verdicts = await promoted(database)
    assert [type(each) for each in verdicts] == [Ready] * 2 + [Later] * 2
    kept = await rows(database, OUTBOX.c.key, OUTBOX.c.state, OUTBOX.c.gate, OUTBOX.c.day)
    assert kept == [
        ("1", "ready", "now", "2026-11-23"),
        ("2", "ready", "now", "2026-11-23"),
        ("3", "waiting", "cap", ""),
        ("4", "waiting", "cap", ""),
    ]
    assert [type(each) for each in await promoted(database, MONDAY + DAY)] == [Ready, Ready]


async def test_what_passed_is_to_be_asked_about_again_when_the_working_day_is_over(
    database: Database,
) -> None:
    await town(database, partial(waits, key="k"))
    await promoted(database)
    assert await rows(database, OUTBOX.c.until, OUTBOX.c.day) == [(MONDAY + 8.5 * HOUR, "2026-11-23")]


@pytest.mark.parametrize(
    ("now", "gate", "due"),
    [
        (MONDAY + 9 * HOUR, "late", MONDAY + DAY - 1.5 * HOUR),
        (MONDAY + 5 * DAY, "day", MONDAY + 7 * DAY - 1.5 * HOUR),
        (datetime.fromisoformat("2026-12-25T10:00+00:00"), "holiday", MONDAY + 35 * DAY - 1.5 * HOUR),
    ],
    ids=["evening", "Saturday", "Christmas"],
)
async def test_what_may_not_go_waits_on(sqlite: Database, now: datetime, gate: str, due: datetime) -> None:
    await town(sqlite, partial(waits, key="k", not_after=MONDAY + 99 * DAY))
    (verdict,) = await promoted(sqlite, now)
    assert isinstance(verdict, Later)
    kept = (OUTBOX.c.state, OUTBOX.c.gate, OUTBOX.c.due_at, OUTBOX.c.day)
    assert await rows(sqlite, *kept) == [("waiting", gate, due, "")]


async def test_what_is_too_late_expires_and_what_would_be_is_dropped(database: Database) -> None:
    evening = MONDAY + 9 * HOUR
    await town(
        database,
        partial(waits, key="expires", place="a", at=EARLY + SECOND, not_after=evening - SECOND),
        partial(waits, key="would be", place="b", at=EARLY + 2 * SECOND, not_after=evening + HOUR),
        partial(waits, key="goes", place="c", at=EARLY + 3 * SECOND, not_after=evening + DAY),
    )
    assert [type(each) for each in await promoted(database, evening)] == [Over, Over, Later]
    kept = (OUTBOX.c.key, OUTBOX.c.state, OUTBOX.c.reason)
    assert await rows(database, *kept) == [
        ("expires", "expired", "late"),
        ("goes", "waiting", ""),
        ("would be", "dropped", "late"),
    ]


async def test_what_is_tried_again_is_not_asked_about(database: Database) -> None:
    """A reply has no hours, and what passed the gate has passed it: at night too, and over any cap."""

    def two(tx: Connection) -> None:
        made = settle_down(tx)
        to = To(address(tx, "ana", made.ana), "web", made.ana, made.here)
        passed = Passed("now", until=MONDAY + HOUR, day="2026-11-23")
        outbox.add(tx, New(to, HELLO, "lesson", "lesson", passed), MONDAY)
        other = To(address(tx, "ben", made.ben), "web", made.ben, made.here)
        outbox.add(tx, New(other, HELLO, "reply", "reply"), MONDAY)

    await database.write(two)
    for each in await claim(database):
        await settle(database, each, "not_sent", "waiting", 5)
    night = MONDAY + 15 * HOUR
    assert {(type(each), each.passed) for each in await promoted(database, night)} == {(Ready, None)}  # type: ignore[union-attr]
    assert await states(database) == {"lesson": "ready", "reply": "ready"}
    assert {row[0] for row in await rows(database, OUTBOX.c.day)} == {"2026-11-23", ""}


async def test_a_retry_that_is_too_late_expires(database: Database) -> None:
    await town(database)
    await database.write(lambda tx: outbox.add(tx, New(To(address(tx), "web"), HELLO, "k", "reply"), MONDAY))
    (claimed,) = await claim(database)
    await settle(database, claimed, "not_sent", "waiting", 5)
    late = MONDAY + POLICIES["reply"].late_after
    assert [type(each) for each in await promoted(database, late + SECOND)] == [Over]


async def test_the_settings_of_the_moment_count(database: Database) -> None:
    """Between queueing and the due time the learner went on leave."""
    made = await town(database, partial(waits, key="k", not_after=MONDAY + 30 * DAY))
    first, last = MONDAY.date(), (MONDAY + 4 * DAY).date()
    await database.write(partial(people.set_leave, person=made.ana, first=first, last=last))
    await promoted(database)
    assert await rows(database, OUTBOX.c.gate, OUTBOX.c.due_at) == [("leave", MONDAY + 7 * DAY - 1.5 * HOUR)]


async def test_two_that_promote_at_once_do_it_once_and_keep_the_cap(database: Database) -> None:
    ones = (partial(waits, key=str(n), place=str(n), not_after=MONDAY + 5 * DAY) for n in range(6))
    await town(database, *ones)
    await asyncio.gather(*(promoted(database) for _ in range(4)))
    found = list((await states(database)).values())
    assert (found.count("ready"), found.count("waiting")) == (2, 4)
    (first,), (second,) = await rows(database, OUTBOX.c.turn, where=OUTBOX.c.state == "ready")
    assert second == first + 1


async def test_the_job_goes_on_until_nothing_is_due(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "MOST", 2)
    ones = (partial(waits, key=str(n), place=str(n), kind="mandatory") for n in range(5))
    await town(sqlite, *ones)
    assert [await job.JOB.run(sqlite, MONDAY) for _ in range(2)] == [5, 0]


async def test_somebody_who_left_meanwhile_is_dealt_with_by_delivery(sqlite: Database) -> None:
    await town(sqlite, partial(waits, key="k"))
    place = await sqlite.read(lambda tx: addresses.find_or_add(tx, "web", "ana", None, MONDAY).id)
    await sqlite.write(partial(addresses.reach, address=place, reachable=False))
    assert [type(each) for each in await promoted(sqlite)] == [Ready]
    assert [each.reachable for each in await claim(sqlite)] == [False]


async def test_who_has_no_person_is_not_asked_about(sqlite: Database) -> None:
    def stranger(tx: Connection) -> None:
        outbox.add(tx, New(To(address(tx), "web"), HELLO, "k", "reply"), MONDAY)
        tx.execute(update(OUTBOX).values(state="waiting", gate="restored"))

    await sqlite.write(stranger)
    assert [type(each) for each in await promoted(sqlite)] == [Ready]


async def test_a_lesson_whose_learner_has_no_hour_any_more_expires_and_holds_up_nobody(
    database: Database,
) -> None:
    """The zone of an organisation is gone: its expired lesson waits for somebody to mend that."""

    def build(tx: Connection) -> None:
        town = settle_down(tx)
        address(tx, "ana", town.ana)
        new = enrolments.enrol(tx, person=town.ana, programme=town.programme, version=town.version, at=MONDAY)
        assert new
        enrolments.wait(tx, new, MONDAY)
        assert release(tx, new, now=MONDAY, new_key=new_key)
        tx.execute(update(OUTBOX).values(state="waiting", not_after=MONDAY))
        tx.execute(update(ORGANISATION).where(ORGANISATION.c.id == town.here).values(zone="Europe/Atlantis"))
        to = To(address(tx, "kari", town.kari), "web", town.kari, town.elsewhere)
        outbox.add(tx, New(to, HELLO, "other", "mandatory", Passed("early", at=MONDAY + SECOND)), EARLY)

    await database.write(build)
    assert [type(each) for each in await promoted(database, MONDAY + HOUR)] == [Over, Ready]
    assert sorted((await states(database)).values()) == ["expired", "ready"]
    assert await rows(database, ENROLMENT.c.card, ENROLMENT.c.due_at) == [(-1, MONDAY + HOUR + DAY)]
