"""A message's story is told as it stands now, and with the organisation that it was written for."""

from datetime import date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text

from actions.tell_why import Why, why, why_any
from domain.message import notice
from domain.organisation import Scope
from storage import claiming, outbox, senders, settling
from storage.database import Connection, Database
from storage.outbox import New, Passed, To
from tests.storage.samples import MONDAY, Town, address, settle_down

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def town(database: Database) -> Town:
    return await database.write(settle_down)


def write(tx: Connection, town: Town, at: datetime = MONDAY, passed: Passed | None = None) -> int:
    """A lesson for Ana of the first organisation; its id."""
    to = To(address(tx, "ana", town.ana), "web", town.ana, town.here)
    new = outbox.add(tx, New(to, notice("menu.head"), "a", "lesson", passed), at)
    assert new is not None
    return new


def move_away(tx: Connection, town: Town) -> None:
    """Ana belongs to the other organisation from now on, in another country."""
    tx.execute(text(f"UPDATE person SET organisation_id = {town.elsewhere} WHERE id = {town.ana}"))


async def told(database: Database, number: int, now: datetime) -> Why:
    found = await database.read(partial(why_any, number_or_key=str(number), now=now))
    assert found
    return found


@pytest.mark.parametrize(
    ("ends", "now", "is_until", "was_until"),
    [
        (MONDAY + HOUR, MONDAY + MINUTE, MONDAY + HOUR, None),
        (MONDAY + HOUR, MONDAY + HOUR, None, MONDAY + HOUR),
        (MONDAY + HOUR, MONDAY + DAY, None, MONDAY + HOUR),
        (MONDAY - HOUR, MONDAY + MINUTE, None, None),
        (MONDAY, MONDAY + MINUTE, None, None),
        (None, MONDAY + MINUTE, None, None),
    ],
)
async def test_a_pause_is_told_as_what_it_is_now(
    *,
    database: Database,
    town: Town,
    ends: datetime | None,
    now: datetime,
    is_until: datetime | None,
    was_until: datetime | None,
) -> None:
    """One that is over is no present pause; one that was over before the message was written is none of its own."""

    def live(tx: Connection) -> int:
        senders.take(tx, "web", "me", None)
        if ends is not None:
            senders.pause(tx, "web", ends)
        return write(tx, town)

    found = await told(database, await database.write(live), now)
    assert (found.paused_until, found.was_paused_until) == (is_until, was_until)


async def test_a_message_that_was_over_before_a_pause_ended_did_not_meet_it(
    database: Database, town: Town
) -> None:
    def live(tx: Connection) -> int:
        senders.take(tx, "web", "me", None)
        number = write(tx, town)
        settling.settle_sent(tx, [(claiming.claim(tx, "web", 1, MONDAY, 1)[0], "7")], 1, MONDAY + MINUTE)
        senders.pause(tx, "web", MONDAY + HOUR)
        return number

    number = await database.write(live)
    assert (await told(database, number, MONDAY + DAY)).was_paused_until is None


async def test_it_is_told_with_the_organisation_that_it_was_written_for(
    database: Database, town: Town
) -> None:
    """Who answers for that one goes on seeing it, and not where its person went; who answers for the other does not."""
    number = await database.write(lambda tx: write(tx, town))
    await database.write(lambda tx: move_away(tx, town))
    for place, name in ((town.here, "Biblioteka"), (town.elsewhere, None)):
        scope = Scope(1, frozenset({place}))
        found = await database.read(partial(why, scope=scope, number=number, now=MONDAY))
        assert (found and found.organisation and found.organisation.name) == name
    found = await told(database, number, MONDAY)
    assert found.organisation
    assert found.organisation.zone == "Europe/Vilnius"


async def test_the_holiday_is_one_of_that_organisations_country(database: Database, town: Town) -> None:
    """16 February is a holiday in Lithuania and none in Norway."""
    day = datetime.fromisoformat("2027-02-16T08:00+00:00")

    def live(tx: Connection) -> int:
        number = write(tx, town, day, Passed("holiday", at=day + DAY))
        move_away(tx, town)
        return number

    found = await told(database, await database.write(live), day + MINUTE)
    assert found.off == date(2027, 2, 16)
