"""One more attempt, by a coordinator's word."""

from functools import partial

from actions.grant_attempt import grant_attempt
from domain.programme import Exam
from storage.activity import ACTIVITY
from storage.database import Database
from tests.actions.examinees import comes, examined, sat, sits
from tests.storage.samples import MONDAY, enrolments_of, rows

TAUGHT = examined("t", "ss", at=1)
ONCE = examined("t", "ss", at=1, exam=Exam(100, attempts=1, wait_days=9))


async def test_who_has_no_attempt_left_gets_another(database: Database) -> None:
    ana, town = await comes(database, ONCE)
    await ana.presses("next")
    await ana.says("/continue")
    (failed,) = await sits(ana, ONCE, lambda _: False, 2)
    assert failed == "test.failed+test.look_again+test.no_attempts"
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    grant = partial(grant_attempt, enrolment=study.id, lesson=1, now=MONDAY)
    assert await database.write(grant)
    assert not await database.write(grant)
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    assert study.due_at is not None
    assert (await ana.says("/continue"))[0].startswith("test.head+test.questions")
    (passed,) = await sits(ana, ONCE, lambda _: True, 2)
    assert passed == "test.passed+study.programme_done_unscored"
    assert await sat(database, town.ana) == [(1, 1, 2, False), (1, 2, 2, True)]
    assert not await database.write(grant)
    happened = [row[1] for row in await rows(database, ACTIVITY.c.id, ACTIVITY.c.what)]
    assert happened.count("test_granted") == 1


async def test_nothing_is_granted_where_nothing_failed(database: Database) -> None:
    ana, town = await comes(database, TAUGHT)
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    grant = partial(grant_attempt, enrolment=study.id, lesson=1, now=MONDAY)
    assert not await database.write(grant)
    await ana.presses("next")
    await ana.says("/continue")
    await ana.presses("next")
    assert not await database.write(grant)


async def test_a_pause_stays_one(database: Database) -> None:
    ana, town = await comes(database, ONCE)
    await ana.presses("next")
    await ana.says("/continue")
    await sits(ana, ONCE, lambda _: False, 2)
    await ana.says("/pause")
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    assert await database.write(partial(grant_attempt, enrolment=study.id, lesson=1, now=MONDAY))
    (study,) = await database.read(lambda tx: enrolments_of(tx, town.ana))
    assert (study.state, study.due_at) == ("paused", None)
