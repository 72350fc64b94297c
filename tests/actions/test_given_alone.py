"""What one organisation alone gave somebody who works at several: every message about it is its own."""

from datetime import timedelta
from functools import partial

import pytest

from actions import edit_person, employ
from actions.renew import renew
from actions.reply import reply
from actions.share import entrust
from domain.organisation import Scope
from scheduler.jobs import close_tests
from storage import employments, given
from storage.certificates import CERTIFICATE
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.actions.examinees import HARD, comes, examined
from tests.actions.test_code import KEY, stands
from tests.actions.test_renew import before, certified
from tests.actions.test_reply import answered
from tests.journeys.told import Told, listening
from tests.storage.samples import MONDAY, Town, rows

TIMED = examined("ss", exam=HARD)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Every statement, of stores that are opened after it."""
    return listening(monkeypatch)


def elsewhere_alone(tx: Connection, town: Town) -> None:
    """Ana works elsewhere too, and has the programme from there alone."""
    work = employments.add(tx, town.ana, town.elsewhere, {}, MONDAY, agreed=True)
    given.keep(tx, {(town.ana, town.programme): frozenset({work})})


async def whose(database: Database, key: str) -> set[int | None]:
    found = await rows(database, OUTBOX.c.organisation_id, where=OUTBOX.c.key.startswith(key))
    return {house for (house,) in found}


async def test_the_result_of_a_test_whose_time_is_over(database: Database) -> None:
    ana, town = await comes(database, TIMED)
    await database.write(partial(elsewhere_alone, town=town))
    await ana.presses("next")
    assert await close_tests.JOB.run(database, MONDAY + timedelta(hours=1)) == 1
    assert await whose(database, "test:") == {town.elsewhere}


async def test_the_code_before_a_test(database: Database) -> None:
    ana, town = await stands(database, KEY)
    await database.write(partial(elsewhere_alone, town=town))
    await ana.presses("next")
    assert await whose(database, "code:") == {town.elsewhere}


async def test_the_reply_of_somebody_who_coordinates_both(database: Database) -> None:
    town, answer = await answered(database)
    await database.write(partial(elsewhere_alone, town=town))
    both = Scope(town.ben, frozenset({town.here, town.elsewhere}))
    told = partial(reply, scope=both, answer=answer, words="Puiku!", now=MONDAY)
    assert await database.write(told) == "replied"
    assert await whose(database, "personal:reply:") == {town.elsewhere}


async def test_what_only_a_further_organisation_teaches_is_renewed_and_on_the_shelf(
    database: Database,
) -> None:
    town, _, paper = await database.write(certified)
    mine = partial(entrust, programme=town.programme, owner=town.elsewhere, reach="own", who=None)
    await database.write(partial(mine, now=MONDAY))
    assert not await database.write(partial(renew, certificate=paper, now=before(90)))
    await database.write(partial(elsewhere_alone, town=town))
    assert await database.write(partial(renew, certificate=paper, now=before(29)))


@pytest.mark.parametrize("why", ["moved", "said no"])
async def test_a_renewal_is_of_where_they_work_now(database: Database, why: str) -> None:
    """Whoever gave the certificate is told nothing of somebody who is theirs no more."""
    town, _, paper = await database.write(certified)

    def leave(tx: Connection) -> None:
        if why == "moved":
            edit_person.change(tx, None, town.ana, {}, town.elsewhere, now=MONDAY)
            return
        elsewhere_alone(tx, town)
        tx.execute(CERTIFICATE.update().values(organisation_id=town.elsewhere))
        [work] = employments.of_person(tx, town.ana)
        employ.answer(tx, town.ana, work.id, MONDAY, works=False)

    await database.write(leave)
    assert await database.write(partial(renew, certificate=paper, now=before(90)))
    assert await whose(database, "renewal:") == {town.elsewhere if why == "moved" else town.here}


async def test_who_gave_what_is_said_with_the_studies_and_not_looked_up_anew(
    heard: Told, database: Database
) -> None:
    """One statement less on the way of each message."""
    ana, town = await comes(database, TIMED)
    await database.write(partial(elsewhere_alone, town=town))
    heard.texts.clear()
    await ana.presses("next")
    assert [text for text in heard.texts if "FROM enrolment" in text]
    assert [text for text in heard.texts if text.startswith("SELECT given.")] == []
    assert town.elsewhere in await whose(database, "")
