"""Webinars in the chat: found, registered for, given up, asked about and rated, in words and buttons alone."""

import re
from functools import partial

import pytest

from actions import organise
from domain.language import LANGUAGES
from domain.message import Notice
from storage import people, registrations, webinars
from storage.database import Database
from storage.registrations import REGISTRATION, WEBINAR_QUESTION
from tests.actions import hall
from tests.actions.hall import DAY, HOUR, MINUTE, START, Hall
from tests.actions.talk import Talk
from tests.storage.samples import MONDAY, rows


async def seated(database: Database, **changes: object) -> tuple[Hall, Talk, Talk]:
    """Two people, and a webinar with one seat."""
    held = await hall.opened(database, **{"capacity": 1, **changes})
    await hall.guests(database, held.land.library, "ana", "ben")
    return held, Talk(database, "ana"), Talk(database, "ben")


def choices(talk: Talk) -> list[str]:
    """What can be pressed below what was said last."""
    told = talk.heard[-1]
    assert isinstance(told, Notice)
    return [choice.data or choice.url for choice in told.choices]


async def test_from_the_list_to_a_seat_and_away_again(database: Database) -> None:
    _, ana, ben = await seated(database)
    assert await ana.says("/webinars") == ["webinars.head+webinars.open_line"]
    assert choices(ana) == ["/webinar 1", "/webinars mine", "/menu"]
    assert await ana.says("1") == ["webinar.title+webinar.about+webinar.when+webinar.online+webinar.free"]
    assert choices(ana) == ["/register 1", "/question 1", "/webinars"]
    assert await ana.says("1") == ["registered.seated+webinar.title+webinar.when+webinar.online"]
    key = await seed(database)
    assert [each for each in choices(ana) if each.startswith("/webinar/")] == [
        f"/webinar/join/{key}.",
        f"/webinar/calendar/{key}.",
    ]
    assert await ana.says("/register 1") == ["webinar.title+webinar.you_seated"]
    assert await ana.says("/webinars mine") == ["webinars.mine+webinars.seated_line"]
    assert await ben.says("/webinar 1") == [
        "webinar.title+webinar.about+webinar.when+webinar.online+webinar.full"
    ]
    assert await ben.says("/register 1") == [
        "registered.waiting+webinar.title+webinar.when+webinar.you_waiting"
    ]
    told = ben.heard[-1]
    assert isinstance(told, Notice)
    assert told.lines[-1].params == {"place": 1, "waiting": 1}
    assert await ben.says("/webinars") == ["webinars.head+webinars.waiting_line"]
    assert await ana.says("/cantcome 1") == ["registered.left+webinar.title"]
    assert [line.text for each in await ben.written("webinar:") for line in each.lines] == ["seat.yours"]  # type: ignore[union-attr]
    assert await ben.says("1") == [
        "webinar.title+webinar.about+webinar.when+webinar.online+webinar.you_seated"
    ]
    assert await ana.says("/cantcome 1") == ["registered.not_there+webinar.title"]
    assert await ana.says("/webinars mine") == ["webinars.mine_none"]


async def seed(database: Database) -> str:
    [(found,)] = await rows(database, REGISTRATION.c.seed)
    return str(found)


async def test_an_offer_is_taken_with_one_press(database: Database) -> None:
    held, ana, ben = await seated(database)
    await ana.says("/register 1")
    await ben.says("/register 1")
    ana.at = ben.at = START - 2 * HOUR
    await ana.says("/cantcome 1")
    assert await ben.says("/webinar 1") == [
        "webinar.title+webinar.about+webinar.when+webinar.online+webinar.you_offered"
    ]
    assert choices(ben) == ["/takeseat 1", "/cantcome 1", "/webinars"]
    assert await ben.says("1") == ["registered.seated+webinar.title+webinar.when+webinar.online"]
    for at in (START - HOUR, START - 10 * MINUTE):
        await hall.look(database, at)
    told = (await ben.written("webinar:"))[-1]
    assert isinstance(told, Notice)
    assert [line.text for line in told.lines] == ["webinar.starting", "webinar.link"]
    assert (await database.read(partial(webinars.find, webinar=held.webinar))) is not None


async def test_a_clash_is_warned_of_once(database: Database) -> None:
    held, ana, _ = await seated(database, capacity=5)
    other = hall.planned(held.land, starts_at=START + HOUR / 2)
    later = hall.planned(held.land, starts_at=START + HOUR)
    await database.write(lambda tx: organise.make(tx, held.scope, [other, later], MONDAY))
    await ana.says("/register 1")
    assert await ana.says("/register 3") == ["registered.seated+webinar.title+webinar.when+webinar.online"]
    assert await ana.says("/register 2") == ["webinar.clash"]
    assert choices(ana) == ["/register 2 anyway", "/webinars"]
    assert await ana.says("1") == ["registered.seated+webinar.title+webinar.when+webinar.online"]


async def test_questions_reach_the_trainer(database: Database) -> None:
    held, ana, _ = await seated(database)
    await hall.change(database, held, trainer=held.scope.person)
    assert await ana.says("/question 1") == ["question.how"]
    assert await ana.says(f"/question 1 {'x' * 501}") == ["question.long"]
    for number in range(5):
        assert await ana.says(f"/question 1  Ar \n tai {number}?") == ["question.kept"]
    assert await ana.says("/question 1 Dar?") == ["question.many"]
    found = await rows(database, WEBINAR_QUESTION.c.id, WEBINAR_QUESTION.c.words)
    assert [row[1] for row in found] == [f"Ar tai {number}?" for number in range(5)]
    asked = await database.read(partial(registrations.questions, scope=held.scope, webinar=1))
    assert [each[:2] for each in asked][:1] == [("Ar tai 0?", "ana")]


async def test_until_it_begins_its_organiser_is_asked_where_there_is_no_trainer(database: Database) -> None:
    held, ana, _ = await seated(database)
    assert await ana.says("/question 1") == ["question.how_organiser"]
    assert await ana.says("/question 1 Ar tai?") == ["question.kept_organiser"]
    await ana.says("/register 1")
    told = ana.heard[-1]
    assert isinstance(told, Notice)
    assert "webinar.ask_organiser" in [choice.label for choice in told.choices]
    await hall.change(database, held, trainer=held.scope.person)
    assert await ana.says("/question 1") == ["question.how"]
    ana.at = START
    assert await ana.says("/question 1 Ar dar?") == ["question.late"]
    assert len(await rows(database, WEBINAR_QUESTION.c.id)) == 1


async def test_who_let_a_seat_lapse_may_register_anew_as_long_as_anybody_may(database: Database) -> None:
    closes = START - HOUR
    _, ana, ben = await seated(database, closes_at=closes)
    for talk in (ana, ben):
        await talk.says("/register 1")
    ana.at = START - 2 * HOUR - 15 * MINUTE
    await ana.says("/cantcome 1")
    for at, said in ((closes - MINUTE, "registered.lapsed+webinar.title+seat.again"), (closes, "")):
        ben.at = at
        assert await ben.says("/takeseat 1") == [said or "registered.lapsed+webinar.title"]
    told = (await ben.written("webinar:"))[-1]
    assert isinstance(told, Notice)
    assert [line.text for line in told.lines] == ["seat.lapsed", "seat.again"]


async def test_afterwards_it_is_rated(database: Database) -> None:
    _, ana, ben = await seated(database)
    await ana.says("/register 1")
    ana.at = START + HOUR / 2
    assert await ana.says("/rate 1 5") == ["webinar.none"]
    await ana.says("/webinar 1")
    assert choices(ana)[0].startswith("/webinar/join/")
    ana.at = ben.at = START + HOUR
    await ana.says("/webinar 1")
    assert choices(ana)[:5] == [f"/rate 1 {each}" for each in range(1, 6)]
    assert [await ana.says(f"/rate 1 {each}") for each in ("4", "6", "x")] == [
        ["rate.thanks"],
        ["webinar.none"],
        ["webinar.none"],
    ]
    assert await ben.says("/rate 1 1") == ["webinar.none"]
    assert await rows(database, REGISTRATION.c.rating) == [(4,)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"opens_at": MONDAY + DAY}, "webinar.early"),
        ({"closes_at": MONDAY + DAY}, "webinar.closed"),
        ({"venue": "Salė", "link": ""}, "webinar.free"),
    ],
)
async def test_when_one_cannot_register_it_says_why(
    database: Database, changes: dict[str, object], said: str
) -> None:
    _, ana, _ = await seated(database, **changes)
    if "closes_at" in changes:
        ana.at = MONDAY + 2 * DAY
    [told] = await ana.says("/webinar 1")
    assert told.endswith(said)
    if said != "webinar.free":
        assert await ana.says("/register 1") == [f"webinar.title+{said}"]


async def test_what_is_not_there_or_not_for_one(database: Database) -> None:
    held, ana, _ = await seated(database)
    elsewhere = hall.planned(held.land, organisation=held.land.other)
    await database.write(lambda tx: organise.make(tx, held.scope, [elsewhere], MONDAY))
    said = ("webinar 2", "webinar x", "webinar 99999999999", "register 2", "cantcome 2", "takeseat 2")
    assert [await ana.says(f"/{each}") for each in (*said, "question 2 x", "rate 2 1")] == [
        ["webinar.none"]
    ] * 8
    ana.at = START
    assert await ana.says("/webinars") == ["webinars.none"]


async def test_a_cancelled_one_is_said_to_be(database: Database) -> None:
    held, ana, _ = await seated(database)
    await ana.says("/register 1")
    await hall.cancel(database, held)
    assert await ana.says("/webinar 1") == [
        "webinar.title+webinar.about+webinar.when+webinar.online+webinar.called_off"
    ]
    assert choices(ana) == ["/webinars"]
    assert await ana.says("/cantcome 1") == ["webinar.title+webinar.called_off"]


async def test_of_ones_own_those_are_shown_that_are_to_come(database: Database) -> None:
    held, ana, _ = await seated(database, capacity=5)
    later = hall.planned(held.land, starts_at=START + DAY)
    await database.write(lambda tx: organise.make(tx, held.scope, [later], MONDAY))
    for which in (1, 2):
        await ana.says(f"/register {which}")
    await hall.cancel(database, held)
    assert await ana.says("/webinars mine") == ["webinars.mine+webinars.cancelled_line+webinars.seated_line"]
    ana.at = START + HOUR
    assert await ana.says("/webinars mine") == ["webinars.mine+webinars.seated_line"]
    ana.at = START + DAY + HOUR - MINUTE
    assert await ana.says("/webinars mine") == ["webinars.mine+webinars.seated_line"]
    ana.at += MINUTE
    assert await ana.says("/webinars mine") == ["webinars.mine_none"]


async def test_many_are_shown_in_pages(database: Database) -> None:
    held, ana, _ = await seated(database)
    more = [hall.planned(held.land, starts_at=START + each * DAY) for each in range(1, 10)]
    await database.write(lambda tx: organise.make(tx, held.scope, more, MONDAY))
    await ana.says("/webinars")
    assert choices(ana)[-3:] == ["/webinars 2", "/webinars mine", "/menu"]
    await ana.says("/webinars 2")
    assert choices(ana) == ["/webinar 9", "/webinar 10", "/webinars mine", "/menu"]


async def test_every_word_is_there_in_every_language(database: Database) -> None:
    held, ana, ben = await seated(database, venue="Salė", trainer=None)
    await database.write(lambda tx: people.set_language(tx, held.scope.person, "en"))
    for talk in (ana, ben):
        for said in (
            "/webinars",
            "/webinar 1",
            "/register 1",
            "/webinars mine",
            "/question 1",
            "/cantcome 1",
        ):
            await talk.says(said)
    await hall.change(database, held, venue="Kita salė")
    await hall.look(database, MONDAY)
    heard = [*ana.heard, *ben.heard, *(await ben.written("webinar:"))]
    for language in LANGUAGES:
        for content in await ana.contents(language, heard):
            assert re.findall(r"[a-z]+\.[a-z_]+|{", content.text.plain) == []
