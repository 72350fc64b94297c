"""The word of a webinar from somebody without a seat: they get one where there is one, and guess as little."""

from datetime import timedelta
from functools import partial

import pytest

from actions import organise, take_report
from storage.attended import there
from storage.audit import AUDIT
from storage.database import Database
from storage.registrations import REGISTRATION
from storage.webinars import WEBINAR
from tests.actions import hall
from tests.actions.hall import HOUR, MINUTE, START, Hall
from tests.actions.talk import Talk
from tests.actions.test_take_report import brought, stay
from tests.storage.samples import MONDAY, rows


async def opened(database: Database, *names: str, **changes: object) -> tuple[Hall, list[Talk]]:
    """A webinar with one seat, and these people, who have none."""
    held = await hall.opened(database, **{"word": "Žąsis", "capacity": 1, **changes})
    await hall.guests(database, held.land.library, *names)
    talks = [Talk(database, name) for name in names]
    for each in talks:
        each.at = START + 50 * MINUTE
    return held, talks


async def seen(database: Database) -> list[tuple[object, ...]]:
    columns = (REGISTRATION.c[name] for name in ("id", "state", "attended", "seen_by"))
    return [row[1:] for row in await rows(database, *columns)]


async def test_who_never_registered_has_a_seat_and_was_there(database: Database) -> None:
    _, [ana, ben] = await opened(database, "ana", "ben")
    assert await ana.says("/here ZASIS.") == ["here.walked_in"]
    assert await seen(database) == [("seated", True, "word")]
    assert await ana.says("/here zasis") == ["here.done"]
    assert await ben.says("/here zasis") == ["here.no_seat"]
    assert await seen(database) == [("seated", True, "word")]
    log = [row[1] for row in await rows(database, AUDIT.c.number, AUDIT.c.what)]
    assert log.count("seat.walked_in") == 1
    await hall.look(database, START + HOUR)
    assert len(await hall.told(database, ":5:")) == 1


async def test_a_seat_of_somebody_who_is_not_there_is_no_obstacle(database: Database) -> None:
    held, [ana, ben] = await opened(database, "ana", "ben")
    for who in (ana, ben):
        who.at = START - timedelta(days=7)
        await who.says("/register 1")
    assert [each[0] for each in await seen(database)] == ["seated", "waiting"]
    ben.at = START + 50 * MINUTE
    assert await ben.says("/here zasis") == ["here.walked_in"]
    assert await seen(database) == [("seated", None, ""), ("seated", True, "word")]
    assert await database.read(partial(there, webinar=held.webinar)) == 1


@pytest.mark.parametrize(
    ("changes", "word", "told"),
    [
        ({"approves": True}, "zasis", "here.no_seat"),
        ({}, "antis", "here.not_now"),
        ({"word": ""}, "zasis", "here.not_now"),
        ({"starts_at": START + 2 * HOUR}, "zasis", "here.not_now"),
    ],
)
async def test_there_is_none_for(
    database: Database, changes: dict[str, object], word: str, told: str
) -> None:
    _, [ana] = await opened(database, "ana", **changes)
    assert await ana.says(f"/here {word}") == [told]
    assert await seen(database) == []


async def test_it_is_for_the_people_of_its_place_alone(database: Database) -> None:
    held, [ana] = await opened(database, "ana")
    elsewhere = WEBINAR.update().values(organisation_id=held.land.other)
    await database.write(lambda tx: tx.execute(elsewhere).rowcount)
    assert await ana.says("/here zasis") == ["here.not_now"]


async def test_guessing_ends(database: Database) -> None:
    _, [ana] = await opened(database, "ana")
    said = [(await ana.says(f"/here spėju{each}"))[0] for each in range(6)]
    assert said == ["here.not_now"] * 5 + ["here.many"]
    assert await ana.says("/here žąsis") == ["here.many"]
    assert await seen(database) == []


async def test_who_gave_up_and_came_has_their_seat_again(database: Database) -> None:
    held, [ana] = await opened(database, "ana")
    ana.at = START - timedelta(days=7)
    await ana.says("/register 1")
    await ana.says("/cantcome 1")
    ana.at = START + 50 * MINUTE
    assert await ana.says("/here zasis") == ["here.walked_in"]
    assert await seen(database) == [("seated", True, "word")]
    unit = partial(take_report.bring, scope=held.scope, webinar=held.webinar, now=START + HOUR)
    await database.write(partial(unit, brought=brought(stay(2, "x"))))
    assert await seen(database) == [("seated", True, "word")]


async def test_who_has_a_seat_elsewhere_at_that_time_walks_in_here(database: Database) -> None:
    """It is no wrong word of the one in which they have a seat, and wrong words are none of either."""
    held, [ana] = await opened(database, "ana")
    other = hall.planned(held.land, word="Gintaras", starts_at=START - HOUR / 2)
    await database.write(partial(organise.make, scope=held.scope, planned=[other], now=MONDAY))
    ana.at = MONDAY
    await ana.says("/register 2")
    ana.at = START + 50 * MINUTE
    assert await ana.says("/here lapė") == ["here.wrong"]
    assert await ana.says("/here zasis") == ["here.walked_in"]
    assert await seen(database) == [("seated", None, ""), ("seated", True, "word")]
