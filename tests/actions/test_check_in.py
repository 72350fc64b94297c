"""Checking in at the door, in the chat: who has a seat, there and then, by a code that is shown now."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from actions import organise
from domain import door
from domain.webinar import Webinar
from storage import webinars
from storage.audit import AUDIT
from storage.database import Database
from storage.errors import NotFound
from tests.actions import hall
from tests.actions.hall import HOUR, MINUTE, START, Hall
from tests.actions.talk import Talk
from tests.actions.test_attend import choices
from tests.actions.test_say_here import seen
from tests.storage.samples import MONDAY, rows

KEY = b"k" * 32


async def opened(database: Database, **changes: object) -> tuple[Hall, Talk, Talk]:
    """Ana has a seat, Ben has none; it begins in a minute."""
    held = await hall.opened(database, **{"venue": "Salė", "link": "", **changes})
    await hall.guests(database, held.land.library, "ana", "ben")
    ana, ben = Talk(database, "ana", door_key=KEY), Talk(database, "ben", door_key=KEY)
    await ana.says("/register 1")
    ana.at = ben.at = START - MINUTE
    return held, ana, ben


async def webinar(database: Database, which: int = 1) -> Webinar:
    found = await database.read(partial(webinars.find, webinar=which))
    assert found is not None
    return found


async def code(database: Database, talk: Talk, which: int = 1) -> str:
    return door.on_screen(KEY, await webinar(database, which), door.step(talk.at))


async def test_the_code_on_the_screen_checks_in(database: Database) -> None:
    _, ana, _ = await opened(database)
    shown = await code(database, ana)
    assert await ana.says(f"/start {door.LINK}{shown}") == ["here.at_door"]
    assert await seen(database) == [(True, "door", 0)]
    assert await ana.says(f"/here {shown}") == ["here.at_door"]
    assert len(await seen(database)) == 1
    await hall.look(database, START + HOUR)
    assert len(await hall.told(database, ":5:")) == 1


async def test_who_has_no_seat_gets_one_at_the_door_where_there_is_one(database: Database) -> None:
    _, _, ben = await opened(database)
    shown = await code(database, ben)
    ben.at += 2 * MINUTE
    assert await ben.says(f"/start {door.LINK}{shown}") == ["here.old"]
    assert await ben.says(f"/here {await code(database, ben)}") == ["here.walked_in"]
    assert await seen(database) == [(None, "", 0), (True, "door", 0)]


async def test_who_has_no_seat_gets_none_of_a_full_session(database: Database) -> None:
    _, ana, ben = await opened(database, capacity=1)
    ana.at = ben.at = START
    shown = await code(database, ana)
    assert await ana.says(f"/here {shown}") == ["here.at_door"]
    assert await ben.says(f"/here {shown}") == ["here.no_seat"]
    assert len(await seen(database)) == 1


async def test_somebody_whom_nobody_knows_checks_nobody_in(database: Database) -> None:
    _, ana, _ = await opened(database)
    shown = await code(database, ana)
    stranger = Talk(database, "nobody", door_key=KEY)
    stranger.at = ana.at
    assert await stranger.says(f"/start {door.LINK}{shown}") == ["join.stranger"]
    assert await seen(database) == [(None, "", 0)]


async def test_a_code_that_went_round_is_worth_nothing_and_a_guess_counts(database: Database) -> None:
    _, ana, _ = await opened(database)
    shown = await code(database, ana)
    ana.at += 2 * MINUTE
    assert await ana.says(f"/here {shown}") == ["here.old"]
    assert await ana.says("/here 0000-0000") == ["here.wrong"]
    assert await seen(database) == [(None, "", 1)]
    said = [(await ana.says("/here 0000-0000"))[0] for _ in range(4)]
    assert said == ["here.wrong"] * 3 + ["here.many"]
    assert await ana.says(f"/here {await code(database, ana)}") == ["here.many"]


async def test_it_is_taken_from_half_an_hour_before_until_the_end(database: Database) -> None:
    _, ana, _ = await opened(database)
    for at, told in (
        (START - 31 * MINUTE, "here.not_now"),
        (START + HOUR, "here.not_now"),
        (START + HOUR - MINUTE, "here.at_door"),
    ):
        ana.at = at
        assert await ana.says(f"/here {await code(database, ana)}") == [told]


async def test_of_two_at_once_it_is_the_one_whose_code_it_is(database: Database) -> None:
    held, ana, _ = await opened(database, word="gintaras")
    other = hall.planned(held.land, venue="Kita salė", starts_at=START + 10 * MINUTE)
    await database.write(partial(organise.make, scope=held.scope, planned=[other], now=MONDAY))
    ana.at = MONDAY
    assert await ana.says("/register 2 anyway") != []
    ana.at = START
    assert await ana.says(f"/here {await code(database, ana, 2)}") == ["here.at_door"]
    assert await seen(database) == [(None, "", 0), (True, "door", 0)]
    assert await ana.says("/here gintaras") == ["here.done"]
    assert await seen(database) == [(True, "word", 0), (True, "door", 0)]


async def test_who_was_ticked_by_hand_stays_so(database: Database) -> None:
    held, ana, _ = await opened(database)
    ana.at = START + MINUTE
    for there in (True, False):
        await hall.tick(database, held, ana.at, _1=there)
    assert await ana.says(f"/here {await code(database, ana)}") == ["here.by_hand"]
    assert await seen(database) == [(False, "hand", 0)]


async def test_who_checks_in_while_a_page_is_open_stays_so_when_it_is_saved(database: Database) -> None:
    held, ana, _ = await opened(database)
    assert await ana.says(f"/here {await code(database, ana)}") == ["here.at_door"]
    page = partial(organise.attend, scope=held.scope, webinar=1, said={1: False}, now=START)
    await database.write(partial(page, ticked=()))
    assert await seen(database) == [(True, "door", 0)]
    await database.write(partial(page, ticked={1}))
    assert await seen(database) == [(False, "hand", 0)]


async def test_a_code_on_paper_is_good_until_it_is_taken_back(database: Database) -> None:
    held, ana, _ = await opened(database)
    printed = partial(organise.print_code, scope=held.scope, webinar=1, now=MONDAY)
    await database.write(partial(printed, seed="first"))
    paper = door.on_paper(KEY, await webinar(database))
    await database.write(partial(printed, seed=""))
    assert await ana.says(f"/here {paper}") == ["here.wrong"]
    await database.write(partial(printed, seed="second"))
    paper = door.on_paper(KEY, await webinar(database))
    assert await ana.says(f"/here {paper}") == ["here.at_door"]
    assert [row[0] for row in await rows(database, AUDIT.c.what)].count("webinar.printed") == 3
    elsewhere = replace(held.scope, organisations=frozenset({held.land.other}))
    with pytest.raises(NotFound):
        await database.write(partial(printed, scope=elsewhere, seed="x"))


async def test_a_changed_session_keeps_its_paper(database: Database) -> None:
    held, _, _ = await opened(database)
    printed = partial(organise.print_code, scope=held.scope, webinar=1, seed="first", now=MONDAY)
    await database.write(printed)
    await hall.change(database, held, capacity=4, paper="")
    assert (await webinar(database)).paper == "first"


async def test_a_session_at_a_place_says_how_one_checks_in(database: Database) -> None:
    _, ana, _ = await opened(database)
    ana.at = START
    await ana.says("/webinar 1")
    assert choices(ana)[0] == "/here"
    assert await ana.says("1") == ["here.how"]


async def test_before_it_begins_nobody_takes_the_seat_of_somebody_who_may_come(database: Database) -> None:
    """Nor goes before whoever waits; once it has begun, who is there counts."""
    _, ana, ben = await opened(database, capacity=1)
    assert await ben.says(f"/here {await code(database, ben)}") == ["here.full"]
    assert len(await seen(database)) == 1
    ben.at = START
    assert await ben.says(f"/here {await code(database, ben)}") == ["here.walked_in"]
    ana.at = START
    assert await ana.says(f"/here {await code(database, ana)}") == ["here.at_door"]


async def test_kept_seats_are_nobody_elses_at_the_door_before_it_begins(database: Database) -> None:
    held, _, ben = await opened(database)
    await hall.change(database, held, kept={held.land.other: 1})
    assert await ben.says(f"/here {await code(database, ben)}") == ["here.full"]


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({"venue": "Kita salė"}, True),
        ({"starts_at": START + 20 * MINUTE}, True),
        ({"starts_at": START + 48 * HOUR}, None),
    ],
)
async def test_who_checked_in_before_it_changed(
    database: Database, changes: dict[str, Any], *, there: bool | None
) -> None:
    """They are thanked when it is over, if they were at what was held in the end."""
    held, ana, _ = await opened(database)
    assert await ana.says(f"/here {await code(database, ana)}") == ["here.at_door"]
    changed = await hall.change(database, held, START - MINUTE, **changes)
    assert await seen(database) == [(there, "door" if there else "", 0)]
    for now in (START - MINUTE, changed.starts_at, changed.ends_at):
        await hall.look(database, now)
    assert len(await hall.told(database, ":5:")) == int(bool(there))


async def test_who_checked_in_and_left_again_takes_up_no_seat_and_is_not_there(database: Database) -> None:
    _, ana, ben = await opened(database, capacity=1)
    assert await ana.says(f"/here {await code(database, ana)}") == ["here.at_door"]
    await ana.says("/cantcome 1")
    assert await ben.says(f"/here {await code(database, ben)}") == ["here.walked_in"]
    await ben.says("/cantcome 1")
    await ana.says("/register 1")
    assert await seen(database) == [(None, "", 0), (True, "door", 0)]
