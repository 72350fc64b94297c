"""Sessions find their trainers in the chat: asked in turn, once, by whichever process; on both stores."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

from actions import lead, organise
from domain.message import Notice
from storage import leads, people, registrations
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.leads import LEAD
from storage.webinars import WEBINAR
from tests.actions import hall
from tests.actions.hall import DAY, HOUR, MINUTE, START, Hall
from tests.actions.land import person
from tests.actions.talk import Talk
from tests.storage import stores
from tests.storage.samples import MONDAY, rows


async def trained(database: Database, *names: str, **changes: object) -> tuple[Hall, list[int]]:
    """A session that seeks a trainer, and these, who are trainers of the whole country."""
    held = await hall.opened(database, **{"seeking": True, **changes})
    found = await hall.guests(database, held.land.library, *names)

    def grant(tx: Connection) -> None:
        for each in found:
            people.grant(tx, each, held.land.country, "trainer")

    await database.write(grant)
    return held, found


async def asked(database: Database) -> list[tuple[int, str]]:
    found = await rows(database, LEAD.c.id, LEAD.c.person_id, LEAD.c.state)
    return [(who, state) for _, who, state in sorted(found)]


async def leader(database: Database) -> int | None:
    [(_, found)] = await rows(database, WEBINAR.c.id, WEBINAR.c.trainer_id, where=WEBINAR.c.id == 1)
    return None if found is None else int(found)


def choices(talk: Talk) -> list[str]:
    told = talk.heard[-1]
    assert isinstance(told, Notice)
    return [choice.data for choice in told.choices]


async def test_from_an_offer_to_the_feedback(database: Database) -> None:
    held, [ana, _] = await trained(database, "ana", "ben")
    assert await hall.look(database, MONDAY) == 1
    assert await hall.look(database, MONDAY + MINUTE) == 0
    assert await asked(database) == [(ana, "offered")]
    talk, other = Talk(database, "ana"), Talk(database, "ben")
    [told] = await talk.written("webinar:")
    assert isinstance(told, Notice)
    assert [line.text for line in told.lines][:2] == ["leading.offered", "webinar.title"]
    assert await other.says("/lead 1") == ["leading.gone"]
    assert await talk.says("/leading") == ["leading.head+leading.asked_line"]
    assert await talk.says("/leading 1") == [
        "leading.offered+webinar.title+webinar.about+webinar.when+webinar.online"
    ]
    assert await talk.says("1") == ["leading.accepted"]
    assert await talk.says("/lead 1") == ["leading.already"]
    assert (await asked(database), await leader(database)) == ([(ana, "accepted")], ana)
    [guest] = await hall.guests(database, held.land.unit, "guest")
    await hall.come(database, held, guest)
    await Talk(database, "guest").says("/question 1 ar bus įrašas")
    seen = "webinar.title+webinar.about+webinar.when+webinar.online+leading.seats"
    assert await talk.says("/leading 1") == [f"{seen}+leading.names+leading.question"]
    room = talk.heard[-1]
    assert isinstance(room, Notice)
    assert [line.params for line in room.lines[-3:]] == [
        {"seated": 1, "waiting": 0},
        {"names": "guest"},
        {"name": "guest", "words": "ar bus įrašas"},
    ]
    assert await talk.says("/leading") == ["leading.head+leading.held_line"]
    assert await other.says("/leading 1") == ["leading.none"]
    later = Talk(database, "ana", at=START + 2 * HOUR)
    assert await later.says("/leading 1") == [f"{seen}+leading.names+leading.question+leading.rated_few"]
    assert await later.says("/notlead 1") == ["leading.gone"]
    log = await rows(database, AUDIT.c.about_id, AUDIT.c.after, where=AUDIT.c.what == "webinar.led")
    assert log == [(ana, '{"webinar":1,"state":"accepted"}')]


async def test_who_declines_or_is_silent_is_followed_by_the_next(database: Database) -> None:
    _, [ana, ben, cid] = await trained(database, "ana", "ben", "cid")
    await hall.look(database, MONDAY)
    talk = Talk(database, "ana")
    assert await talk.says("/notlead 1") == ["leading.declined+leading.why"]
    assert choices(talk) == ["/notlead 1 time", "/notlead 1 subject", "/menu"]
    assert await talk.says("2") == ["leading.noted"]
    assert await talk.says("/lead 1") == ["leading.gone"]
    await hall.look(database, MONDAY)
    assert await asked(database) == [(ana, "declined"), (ben, "offered")]
    [why] = [row for row in await rows(database, LEAD.c.why, LEAD.c.person_id) if row[1] == ana]
    assert why[0] == "subject"
    [(_, until)] = await rows(database, LEAD.c.id, LEAD.c.until, where=LEAD.c.person_id == ben)
    await hall.look(database, until - MINUTE)
    assert (await asked(database))[-1] == (ben, "offered")
    assert await Talk(database, "ben", at=until).says("/lead 1") == ["leading.gone"]
    await hall.look(database, until)
    assert await asked(database) == [(ana, "declined"), (ben, "silent"), (cid, "offered")]
    assert await Talk(database, "cid", at=until).says("/notlead 1 išvykstu") == ["leading.declined"]


async def test_nobody_is_left_and_the_coordinator_is_told_once(database: Database) -> None:
    held, _ = await trained(database, "ana")
    [boss] = await hall.guests(database, held.land.country, "head")
    await database.write(
        lambda tx: people.grant(tx, boss, held.land.country, "coordinator"),
    )
    await hall.look(database, MONDAY)
    await Talk(database, "ana").says("/notlead 1 negaliu")
    for _ in range(2):
        await hall.look(database, MONDAY + MINUTE)
    [told] = await Talk(database, "head").written("webinar:")
    assert isinstance(told, Notice)
    assert [line.text for line in told.lines] == ["leading.nobody"]
    assert await hall.look(database, START + MINUTE) == 0


async def test_who_cannot_be_reached_is_at_home_elsewhere_or_busy_is_not_asked(database: Database) -> None:
    held, [ana, _] = await trained(database, "ana", "ben", organisation=1)

    def more(tx: Connection) -> int:
        far = person(tx, held.land.other, "far")
        people.grant(tx, far, held.land.other, "trainer")  # below the country: may hold what is for all
        mute = person(tx, held.land.library, "mute", joined=False)
        people.grant(tx, mute, held.land.country, "trainer")
        return far

    far = await database.write(more)
    second = await database.write(
        lambda tx: organise.make(
            tx, held.scope, [hall.planned(held.land, seeking=True, organisation=held.land.library)], MONDAY
        )
    )
    assert await hall.look(database, MONDAY) == 2
    found = await asked(database)
    assert found[0] == (ana, "offered")
    assert found[1][0] not in (ana, far)  # ana is asked for the same hour; the museum's is not of the library
    assert second == [2]


async def test_two_processes_and_two_taps_give_it_to_one(database: Database) -> None:
    _, [ana, _] = await trained(database, "ana", "ben")
    await hall.twice(database, MONDAY)
    assert await asked(database) == [(ana, "offered")]

    def tap(tx: Connection) -> str:
        return lead.accept(tx, people.get(tx, ana), 1, MONDAY)

    async with stores.again(database) as other:
        came = await asyncio.gather(*(each.write(tap) for each in (database, other, database)))
    assert sorted(came) == ["accepted", "already", "already"]


async def test_who_has_taken_something_else_meanwhile_cannot(database: Database) -> None:
    held, [ana, ben] = await trained(database, "ana", "ben")
    await hall.look(database, MONDAY)
    same = hall.planned(held.land, trainer=ana, starts_at=START + 30 * MINUTE)
    await database.write(partial(organise.make, scope=held.scope, planned=[same], now=MONDAY))
    assert await Talk(database, "ana").says("/lead 1") == ["leading.busy"]
    await hall.look(database, MONDAY)
    assert await asked(database) == [(ana, "declined"), (ben, "offered")]


async def test_who_gives_it_back_is_followed_by_the_next(database: Database) -> None:
    held, [ana, ben] = await trained(database, "ana", "ben")
    await hall.look(database, MONDAY)
    await Talk(database, "ana").says("/lead 1")
    await hall.change(database, held, capacity=5)  # saved as it is: it is still theirs, and seeks if they go
    assert await Talk(database, "ana").says("/notlead 1 susirgau") == ["leading.given_back"]
    await hall.look(database, MONDAY)
    assert await asked(database) == [(ana, "declined"), (ben, "offered")]


async def test_a_session_that_moves_is_asked_about_anew_and_its_trainer_is_told(database: Database) -> None:
    held, [ana, ben] = await trained(database, "ana", "ben")
    await hall.look(database, MONDAY)
    await Talk(database, "ana").says("/notlead 1 negaliu")
    await hall.look(database, MONDAY)
    moved = START + DAY
    await hall.change(database, held, starts_at=moved)
    assert await asked(database) == [(ana, "declined"), (ben, "withdrawn")]
    await hall.look(database, MONDAY)
    assert await asked(database) == [(ana, "declined"), (ben, "withdrawn"), (ana, "offered")]
    assert await Talk(database, "ana").says("/lead 1") == ["leading.accepted"]
    await hall.change(database, held, starts_at=moved + HOUR)
    await hall.cancel(database, held)
    said = [
        line.text
        for each in await Talk(database, "ana").written("webinar:")
        if isinstance(each, Notice)
        for line in each.lines[:1]
    ]
    assert said == ["leading.offered", "leading.offered", "leading.changed", "leading.cancelled"]
    assert await Talk(database, "ana").says("/leading") == ["leading.nothing"]


async def test_whoever_is_named_by_hand_is_told_and_gives_it_back_to_the_coordinator(
    database: Database,
) -> None:
    held, [ana] = await trained(database, "ana", seeking=False)
    [boss] = await hall.guests(database, held.land.country, "head")
    await database.write(lambda tx: people.grant(tx, boss, held.land.country, "coordinator"))
    assert await hall.look(database, MONDAY) == 0
    await hall.change(database, held, trainer=ana)
    assert await Talk(database, "ana").says("/notlead 1") == ["leading.given_back+leading.why"]
    assert await Talk(database, "ana").says("/notlead 1 time") == ["leading.noted"]
    assert await leader(database) is None
    assert len(await Talk(database, "head").written("webinar:")) == 1
    assert await hall.look(database, MONDAY) == 0
    assert await Talk(database, "head").says("/notlead 1") == ["leading.none"]
    assert await Talk(database, "head").says("/lead 99") == ["leading.none"]


async def test_what_five_people_said_is_shown_as_an_average(database: Database) -> None:
    held, [ana] = await trained(database, "ana", seeking=False, trainer=None, capacity=50)
    await hall.change(database, held, trainer=ana)
    guests = await hall.guests(database, held.land.unit, *(f"g{each}" for each in range(25)))
    for each in guests:
        await hall.come(database, held, each)

    def rate(tx: Connection) -> None:
        for number, each in enumerate(registrations.active(tx, 1)):
            registrations.rate(tx, each.id, 1 if number < 5 else 3 if number < 20 else 5)

    await database.write(rate)
    talk = Talk(database, "ana", at=START + timedelta(hours=1))
    await talk.says("/leading 1")
    told = talk.heard[-1]
    assert isinstance(told, Notice)
    assert (told.lines[-1].text, told.lines[-1].params) == (
        "leading.rated",
        {"count": 25, "whole": 3, "tenth": 0},
    )
    assert choices(talk)[0] == "/leading 1 2"
    await talk.says("/leading 1 2")
    told = talk.heard[-1]
    assert isinstance(told, Notice)
    assert [line.params["names"] for line in told.lines if line.text == "leading.names"] == [
        "g20; g21; g22; g23; g24"
    ]


async def test_only_the_first_in_line_are_read(database: Database) -> None:
    await trained(database, "ana")
    assert await database.read(partial(leads.to_seek, now=MONDAY, most=1)) == [1]
    assert (
        await database.read(partial(leads.to_seek, now=datetime.max.replace(tzinfo=START.tzinfo), most=1))
        == []
    )
