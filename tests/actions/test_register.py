"""Seats: given once, kept for places, given on at once, offered near the start; in the audit log, on both stores."""

import random
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from actions import edit_person, organise, register
from actions.organise import NotHeld
from domain.seating import ACTIVE
from storage import people, registrations
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.registrations import REGISTRATION
from tests.actions import hall
from tests.actions.hall import DAY, HOUR, MINUTE, START, Hall
from tests.domain.seat_model import Model
from tests.storage.samples import MONDAY, rows

NIGHT = START - 10 * HOUR  # Sunday, 22:00 in Vilnius; working hours begin at 8:00 on Monday


async def test_who_comes_when_it_is_full_waits_and_sits_when_somebody_goes(database: Database) -> None:
    held = await hall.opened(database)
    ana, ben, cid, dan = await hall.guests(database, held.land.library, "ana", "ben", "cid", "dan")
    came = [await hall.come(database, held, who) for who in (ana, ben, cid, dan, ana)]
    assert came == ["seated", "seated", "waiting", "waiting", "already"]
    assert await hall.go(database, held, ana) == "left"
    assert await hall.standing(database) == {ana: "gone", ben: "seated", cid: "seated", dan: "waiting"}
    assert await hall.told(database) == [(f"webinar:1:{cid}:seat:3:0", "personal", "ready")]
    assert await hall.come(database, held, ana) == "waiting"
    assert await hall.go(database, held, cid) == "left"
    assert (await hall.standing(database))[dan] == "seated"
    log = await rows(
        database, AUDIT.c.number, AUDIT.c.about_id, AUDIT.c.after, where=AUDIT.c.what == "seat.given"
    )
    assert [row[1:] for row in log] == [
        (cid, '{"webinar":1,"state":"seated"}'),
        (dan, '{"webinar":1,"state":"seated"}'),
    ]


async def test_who_has_left_gives_up_seat_and_turn(database: Database) -> None:
    held = await hall.opened(database, capacity=1)
    ana, ben, cid = await hall.guests(database, held.land.library, "ana", "ben", "cid")
    for who in (ana, ben, cid):
        await hall.come(database, held, who)
    gone = {"left_on": (MONDAY + DAY).date().isoformat()}
    for who in (ana, ben):
        await database.write(partial(edit_person.change, by=None, person=who, cells=gone, now=MONDAY))
    await hall.look(database, START - 7 * DAY)
    assert await hall.standing(database) == {ana: "gone", ben: "gone", cid: "seated"}
    assert await hall.told(database) == [(f"webinar:1:{cid}:seat:3:0", "personal", "ready")]


async def test_seats_are_kept_for_a_place_and_released_in_time(database: Database) -> None:
    land_of = await hall.opened(database, capacity=3)
    release = MONDAY + 3 * DAY
    kept = {land_of.land.library: 2}
    await hall.change(database, land_of, kept=kept, release_at=release)
    far = await hall.guests(database, land_of.land.other, "far", "further", "furthest")
    near = await hall.guests(database, land_of.land.unit, "near")
    assert [await hall.come(database, land_of, who) for who in (*far, *near)] == [
        *("seated", "waiting", "waiting"),
        "seated",
    ]
    await hall.look(database, release - MINUTE)
    assert list((await hall.standing(database)).values()).count("seated") == 2
    await hall.look(database, release)
    assert await hall.standing(database) == {
        far[0]: "seated",
        far[1]: "seated",
        far[2]: "waiting",
        near[0]: "seated",
    }


async def test_who_registers_right_after_the_release_does_not_overtake(database: Database) -> None:
    held = await hall.opened(database, capacity=1)
    release = MONDAY + DAY
    await hall.change(database, held, kept={held.land.library: 1}, release_at=release)
    first, second = await hall.guests(database, held.land.other, "first", "second")
    assert await hall.come(database, held, first) == "waiting"
    assert await hall.come(database, held, second, release) == "waiting"
    assert await hall.standing(database) == {first: "seated", second: "waiting"}


async def test_near_the_start_a_seat_is_offered_and_held_for_a_while(database: Database) -> None:
    held = await hall.opened(database, capacity=1)
    ana, ben, cid = await hall.guests(database, held.land.library, "ana", "ben", "cid")
    for who in (ana, ben, cid):
        await hall.come(database, held, who)
    now = START - 2 * HOUR  # Monday, 8:00 in Vilnius
    assert await hall.go(database, held, ana, now) == "left"
    assert await hall.standing(database) == {ana: "gone", ben: "offered", cid: "waiting"}
    assert await hall.take(database, held, cid, now) == "already"
    await hall.look(database, now + 29 * MINUTE)
    assert (await hall.standing(database))[ben] == "offered"
    assert await hall.take(database, held, ben, now + 30 * MINUTE) == "lapsed"
    assert await hall.standing(database) == {ana: "gone", ben: "gone", cid: "offered"}
    assert await hall.take(database, held, cid, now + 31 * MINUTE) == "seated"
    assert [
        each[0].rsplit(":", 2)[0]
        for each in await hall.told(database)
        if "seat" in each[0] or "lapsed" in each[0]
    ] == [
        f"webinar:1:{ben}:seat",
        f"webinar:1:{ben}:lapsed",
        f"webinar:1:{cid}:seat",
    ]


async def test_an_offer_lapses_by_time_and_goes_on(database: Database) -> None:
    held = await hall.opened(database, capacity=1)
    ana, ben, cid = await hall.guests(database, held.land.library, "ana", "ben", "cid")
    for who in (ana, ben, cid):
        await hall.come(database, held, who)
    now = START - 2 * HOUR
    await hall.go(database, held, ana, now)
    await hall.look(database, now + 30 * MINUTE)
    assert await hall.standing(database) == {ana: "gone", ben: "gone", cid: "offered"}
    await hall.look(database, START)
    assert await hall.standing(database) == {ana: "gone", ben: "gone", cid: "gone"}


async def test_an_offer_in_the_night_is_held_until_it_can_be_read(database: Database) -> None:
    held = await hall.opened(database, capacity=1)
    ana, ben = await hall.guests(database, held.land.library, "ana", "ben")
    for who in (ana, ben):
        await hall.come(database, held, who)
    night = START - 10 * HOUR  # Sunday, 22:00 in Germany's east; working hours begin at 8:00 on Monday
    await hall.go(database, held, ana, night)
    [(until,)] = await rows(database, REGISTRATION.c.offer_until, where=REGISTRATION.c.person_id == ben)
    assert until == START - 2 * HOUR + 30 * MINUTE
    assert await hall.told(database) == [(f"webinar:1:{ben}:seat:2:0", "personal", "waiting")]


async def waits_for_morning(database: Database) -> tuple[Hall, int]:
    """Ben is told in the morning that a seat is held for him."""
    held = await hall.opened(database, capacity=1)
    ana, ben = await hall.guests(database, held.land.library, "ana", "ben")
    for who in (ana, ben):
        await hall.come(database, held, who)
    await hall.go(database, held, ana, NIGHT)
    return held, ben


async def test_nobody_is_told_of_a_seat_at_what_is_cancelled(database: Database) -> None:
    held, ben = await waits_for_morning(database)
    await hall.cancel(database, held, NIGHT + HOUR)
    await hall.look(database, NIGHT + HOUR)
    assert [each[::2] for each in await hall.told(database)] == [
        (f"webinar:1:{ben}:seat:2:0", "dropped"),
        (f"webinar:1:{ben}:1:0:2026-12-07", "waiting"),
    ]


async def test_nobody_is_told_of_the_seat_that_they_gave_up_or_took(database: Database) -> None:
    held, ben = await waits_for_morning(database)
    assert await hall.take(database, held, ben, NIGHT + HOUR) == "seated"
    assert [each[::2] for each in await hall.told(database)] == [(f"webinar:1:{ben}:seat:2:0", "dropped")]
    await hall.go(database, held, ben, NIGHT + HOUR)
    await hall.come(database, held, ben, NIGHT + HOUR)
    [cid] = await hall.guests(database, held.land.library, "cid")
    await hall.come(database, held, cid, NIGHT + HOUR)
    await hall.go(database, held, ben, NIGHT + HOUR)
    await hall.go(database, held, cid, NIGHT + HOUR)
    assert [each[::2] for each in await hall.told(database, ":seat:")][1:] == [
        (f"webinar:1:{cid}:seat:4:0", "dropped")
    ]


async def test_who_thinks_of_an_offer_is_asked_anew_when_it_changes(database: Database) -> None:
    """It moves by six hours: the seat is held for two hours of the morning."""
    held, ben = await waits_for_morning(database)
    await hall.change(database, held, NIGHT + HOUR, starts_at=START + 6 * HOUR)
    await hall.look(database, NIGHT + HOUR)
    assert [each[::2] for each in await hall.told(database)] == [
        (f"webinar:1:{ben}:seat:2:0", "dropped"),
        (f"webinar:1:{ben}:1:0:2026-12-07", "waiting"),
        (f"webinar:1:{ben}:seat:2:1", "waiting"),
    ]
    [(until,)] = await rows(database, REGISTRATION.c.offer_until, where=REGISTRATION.c.person_id == ben)
    assert until == START
    assert await hall.take(database, held, ben, START - HOUR) == "seated"


@pytest.mark.parametrize(("at", "result"), [(START, "over"), (START - 5 * DAY, "seated")])
async def test_who_comes_too_late_is_told_so(database: Database, at: object, result: str) -> None:
    held = await hall.opened(database)
    [ana] = await hall.guests(database, held.land.library, "ana")
    assert await hall.come(database, held, ana, at) == result  # type: ignore[arg-type]


async def test_it_is_for_the_people_of_its_place_and_under_it(database: Database) -> None:
    held = await hall.opened(database)
    await hall.change(database, held, capacity=3)
    await database.write(lambda tx: tx.execute(registrations.REGISTRATION.delete()))
    [own] = await database.write(
        lambda tx: [
            organise.make(tx, held.scope, [hall.planned(held.land, organisation=held.land.library)], MONDAY)[
                0
            ]
        ]
    )
    theirs = hall.Hall(held.land, held.scope, own)
    [inside] = await hall.guests(database, held.land.unit, "inside")
    [outside] = await hall.guests(database, held.land.other, "outside")
    assert [await hall.come(database, theirs, who) for who in (inside, outside)] == ["seated", "none"]
    nowhere = hall.Hall(held.land, held.scope, 999)
    assert [await hall.come(database, nowhere, inside), await hall.go(database, nowhere, inside)] == [
        "none",
        "not_there",
    ]


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_the_seats_are_those_of_the_model(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    held = await hall.opened(database, capacity=5)
    pools = (held.land.library, held.land.other)
    await hall.change(database, held, kept=dict(zip(pools, (2, 1), strict=True)), release_at=MONDAY + DAY)
    model = Model([None, None, pools[0], pools[0], pools[1]])
    everybody = {
        who: pool
        for place, pool in ((held.land.country, None), (held.land.unit, pools[0]), (pools[1], pools[1]))
        for who in await hall.guests(database, place, *(f"p{place}-{number}" for number in range(6)))
    }
    now = MONDAY
    for _ in range(60):
        who, step = chance.choice(sorted(everybody)), chance.random()
        active = (*model.sitting, *model.waiting)
        if step < 0.05 and now == MONDAY:
            now += DAY
            await hall.look(database, now)
            model.release()
        elif step < 0.6:
            if await hall.come(database, held, who, now) != "already":
                model.come(who, everybody[who])
            else:
                assert who in active
        elif await hall.go(database, held, who, now) == "left":
            model.go(who)
        found = await hall.standing(database)
        assert sorted(who for who, state in found.items() if state == "seated") == sorted(model.sitting)
        line = await database.read(partial(registrations.active, webinar=held.webinar))
        assert [each.person for each in line if each.state == "waiting"] == model.waiting


async def test_places_on_the_waiting_list(database: Database) -> None:
    held = await hall.opened(database, capacity=1)
    people_ = await hall.guests(database, held.land.library, *"abcd")
    for who in people_:
        await hall.come(database, held, who)
    await hall.go(database, held, people_[1])

    def places(tx: object) -> list[int]:
        active = registrations.active(tx, held.webinar)  # type: ignore[arg-type]
        return [registrations.place(tx, each) for each in active if each.state == "waiting"]  # type: ignore[arg-type]

    assert await database.read(places) == [1, 2]
    assert set(ACTIVE) == {"seated", "offered", "waiting", "asked"}


async def test_whoever_has_left_gets_no_seat_and_no_word(database: Database) -> None:
    held = await hall.opened(database, capacity=1)
    ana, ben = await hall.guests(database, held.land.library, "ana", "ben")
    for who in (ana, ben):
        await hall.come(database, held, who)
    gone = {"left_on": (MONDAY - timedelta(days=1)).date().isoformat()}
    await database.write(
        lambda tx: tx.execute(people.PERSON.update().where(people.PERSON.c.id == ben).values(**gone))
    )
    await hall.go(database, held, ana)
    assert await hall.standing(database) == {ana: "gone", ben: "gone"}
    assert await hall.told(database) == []


async def test_what_is_said_under_the_lock_looks_at_no_other_webinar(database: Database) -> None:
    held = await hall.opened(database)
    [ana] = await hall.guests(database, held.land.library, "ana")
    await hall.come(database, held, ana)

    def asked(tx: Connection) -> list[str]:
        heard = list[str]()

        def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            heard.append(statement)

        event.listen(tx, "before_cursor_execute", hear)
        said = register.said(tx, people.get(tx, ana), held.webinar, "already", MONDAY)
        event.remove(tx, "before_cursor_execute", hear)
        assert [line.text for line in said.lines] == ["webinar.title", "webinar.you_seated"]
        return heard

    alone = await database.write(asked)
    others = [hall.planned(held.land, starts_at=START + each * DAY) for each in range(1, 4)]
    await database.write(lambda tx: organise.make(tx, held.scope, others, MONDAY))
    assert await database.write(asked) == alone


async def test_whether_seats_are_enough_is_said_by_those_for_whom_they_will_be_kept(
    database: Database,
) -> None:
    held = await hall.opened(database, capacity=2)
    land = held.land
    [ana] = await hall.guests(database, land.library, "ana")
    [ben] = await hall.guests(database, land.other, "ben")
    assert [await hall.come(database, held, who) for who in (ana, ben)] == ["seated", "seated"]
    for kept in ({land.library: 1}, {land.other: 1}, {land.library: 1, land.other: 1}):
        await hall.change(database, held, kept=kept)
    with pytest.raises(NotHeld, match="taken"):
        await hall.change(database, held, kept={land.library: 2})
    found = await rows(database, REGISTRATION.c.person_id, REGISTRATION.c.pool_id)
    assert found == [(ana, land.library), (ben, land.other)]
