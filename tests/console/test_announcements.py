"""Announcements in the console: written, looked at, tried, approved by somebody else, sent and stopped."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from actions.dispatch import begin
from actions.enlist import set_here
from scheduler.jobs import announce
from storage import people
from storage.announcements import ANNOUNCEMENT
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX
from storage.people import PERSON, ROLE
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.town import MONDAY, Cast, Clock, Town
from tests.storage.samples import rows

HERE = "/console/announcements"
FORM: dict[str, Any] = {"text-lt": "Labas, biblioteka!", "text-en": "Hello, library!", "text-nb": "Hei!"}


async def post(client: httpx.AsyncClient, path: str, **form: Any) -> httpx.Response:
    """What whoever has the page open sends from it."""
    if form.get("do") in ("send", "approve") or path.endswith("/edit"):
        form = {"seen": await seen(client, path), **form}
    return await client.post(path, data=form, headers=SAME_ORIGIN)


async def seen(client: httpx.AsyncClient, path: str) -> str:
    """Which words a page shows."""
    found = re.search(r'name="seen" value="(\w+)"', (await client.get(path)).text)
    return found[1] if found else ""


async def written(client: httpx.AsyncClient, cast: Cast, **form: Any) -> str:
    """The address of a new draft."""
    answer = await post(client, f"{HERE}/new", **{**FORM, "place": str(cast.library), **form})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def passed(database: Database, clock: Clock, seconds: int = 30) -> int:
    """So much time goes by, and the scheduler looks."""
    clock.move(seconds=seconds)
    return await announce.JOB.run(database, clock())


async def state(database: Database) -> str:
    found = await rows(database, ANNOUNCEMENT.c.id, ANNOUNCEMENT.c.state, where=ANNOUNCEMENT.c.audience != "")
    return str(found[-1][1])


async def log(database: Database) -> list[tuple[str, int]]:
    found = await rows(database, AUDIT.c.number, AUDIT.c.what, AUDIT.c.person_id)
    return [(what, who) for _, what, who in found if what.startswith("announcement.")]


async def test_a_draft_shows_whom_it_reaches_and_goes_when_there_is_nothing_to_undo(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    page = await written(coordinator, cast)
    shown = (await coordinator.get(page)).text
    assert "Reaches <strong>1 person</strong>" in shown
    assert "Ona Onaitė" in shown
    assert "3 more people cannot be written to" in shown
    assert await rows(database, OUTBOX.c.id) == []
    assert (await post(coordinator, page, do="send")).headers["location"] == page
    assert await passed(database, clock, 29) == 0
    assert await passed(database, clock, 1) == 1
    assert await state(database) == "sending"
    told = await rows(database, OUTBOX.c.person_id, OUTBOX.c.organisation_id, OUTBOX.c.state)
    assert told == [(cast.learner, cast.library, "ready")]
    assert "<strong>1</strong> of 1 wait" in (await coordinator.get(page)).text
    assert await log(database) == [
        ("announcement.set", cast.coordinator),
        ("announcement.begun", cast.coordinator),
    ]


WRONG = [
    ({"text-lt": ""}, {}, "There is no text in a language that somebody reads: Lithuanian."),
    (
        {"text-lt": "a" * 3901},
        {},
        "The text is too long (Lithuanian): messengers take 3,900 characters at most.",
    ),
    ({"what": "language:pl", "how": "is", "join": "and"}, {}, "Nobody to send it to"),
    (
        {"what": "at:999", "how": "not", "join": "and"},
        {},
        "The conditions have something that you do not see here",
    ),
    ({}, {"when": "2026-11-23T09:30"}, "That time is over."),
    ({}, {"when": "2028-01-01T09:30"}, "That time is too far away"),
    ({}, {"when": "tomorrow"}, "Write a date and a time"),
]


@pytest.mark.parametrize(("form", "sent", "said"), WRONG)
async def test_what_is_wrong_is_said_before_anything_is_sent(
    *,
    coordinator: httpx.AsyncClient,
    cast: Cast,
    database: Database,
    form: dict[str, str],
    sent: dict[str, str],
    said: str,
) -> None:
    page = await written(coordinator, cast, **form)
    answer = await post(coordinator, page, do="send", **sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert (await state(database), await rows(database, OUTBOX.c.id)) == ("draft", [])


async def test_a_draft_is_kept_as_it_was_written_and_can_be_changed(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database
) -> None:
    lines = {
        "what": ["language:lt", "active:30", "job:Head <1>"],
        "how": ["is", "not", "is"],
        "join": ["and", "and", "or"],
        "without": ["away", "today"],
    }
    page = await written(coordinator, cast, confirms="on", do="more", **lines)
    assert page.endswith("/edit")
    form = (await coordinator.get(page)).text
    assert '<option value="language:lt" selected>' in form
    assert '<option value="job:Head &lt;1&gt;" selected>' in form
    assert form.count('<option value="not" selected>') == 1
    assert form.count('<option value="or" selected>') == 1
    assert form.count(" checked>") == 3
    shown = (await coordinator.get(page.removesuffix("/edit"))).text
    assert "language: Lithuanian and not (did something within 30 days) or works as: Head &lt;1&gt;" in shown
    await post(coordinator, page, **FORM, place=str(cast.library))
    assert "not (did something" not in (await coordinator.get(page.removesuffix("/edit"))).text


async def test_nobody_writes_for_an_organisation_of_others(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database
) -> None:
    answer = await post(coordinator, f"{HERE}/new", **FORM, place=str(cast.museum))
    assert answer.status_code == 422
    assert "Choose an organisation in which you may announce something." in answer.text
    assert await rows(database, ANNOUNCEMENT.c.id) == []


async def test_what_is_written_in_a_sector_reaches_all_its_houses(
    door: Door, cast: Cast, database: Database, clock: Clock
) -> None:
    def tree(tx: Connection) -> int:
        top = Town(tx, MONDAY).organisation("Sector", language="en")
        houses = (cast.library, cast.museum)
        tx.execute(update(ORGANISATION).where(ORGANISATION.c.id.in_(houses)).values(above_id=top))
        people.grant(tx, cast.sector, top, "coordinator")
        return top

    top = await database.write(tree)
    async with door.signed_in(cast.sector) as sector:
        page = await written(sector, cast, place=str(top))
        shown = (await sector.get(page)).text
        assert "Reaches <strong>2 people</strong>" in shown
        assert ("Library: 1" in shown, "Museum: 1" in shown) == (True, True)
        await post(sector, page, do="send", when="2026-11-23T12:00")
    assert await passed(database, clock, 3600) == 0
    assert await passed(database, clock, 5400 - 3600 + 3600) == 2
    async with door.signed_in(cast.coordinator) as below:
        assert (await below.get(page)).status_code == 404
        assert page not in (await below.get(HERE)).text


@asynccontextmanager
async def second(door: Door, database: Database, cast: Cast) -> AsyncIterator[httpx.AsyncClient]:
    """Another coordinator, where what is for more than one person needs them."""

    def prepare(tx: Connection) -> int:
        set_here(tx, cast.library, {"approver_above": 1}, MONDAY)
        town = Town(tx, MONDAY)
        for name in ("Antra Antraitė", "Trečia Trečiaitė"):
            town.join(town.person(cast.library, name, language="en"))
        return town.coordinator(
            [cast.library], town.person(cast.library, "Second Coordinator", language="en")
        )

    async with door.signed_in(await database.write(prepare)) as client:
        yield client


async def test_a_second_coordinator_approves_what_is_for_many_and_nobody_their_own(
    coordinator: httpx.AsyncClient, door: Door, cast: Cast, database: Database, clock: Clock
) -> None:
    async with second(door, database, cast) as other:
        page = await written(coordinator, cast)
        await post(coordinator, page, do="send")
        assert await state(database) == "asked"
        assert await passed(database, clock, 600) == 0
        assert "You cannot approve your own" in (await coordinator.get(page)).text
        await post(coordinator, page, do="approve")
        assert await state(database) == "asked"
        assert 'value="approve"' in (await other.get(page)).text
        await post(other, page, do="approve")
        assert await state(database) == "due"
        assert await passed(database, clock) == 3
    found = await log(database)
    assert [what for what, _ in found] == [f"announcement.{each}" for each in ("asked", "approved", "begun")]
    assert found[1][1] != cast.coordinator


async def test_whoever_can_approve_it_is_told_where_it_waits(
    coordinator: httpx.AsyncClient, door: Door, cast: Cast, database: Database
) -> None:
    async with second(door, database, cast) as other:
        ((who,),) = await rows(database, PERSON.c.id, where=PERSON.c.name == "Second Coordinator")
        await database.write(lambda tx: Town(tx, MONDAY).join(who))
        page = await written(coordinator, cast)
        await post(coordinator, page, do="send")
        ((to, body),) = await rows(database, OUTBOX.c.person_id, OUTBOX.c.body)
        assert (to, page in body) == (who, True)
        assert (await other.get(page)).status_code == 200


async def test_what_was_approved_and_is_taken_back_and_changed_has_to_be_approved_again(
    coordinator: httpx.AsyncClient, door: Door, cast: Cast, database: Database, clock: Clock
) -> None:
    async with second(door, database, cast) as other:
        page = await written(coordinator, cast)
        await post(coordinator, page, do="send")
        await post(other, page, do="approve")
        await post(coordinator, page, do="undo")
        assert await state(database) == "draft"
        await post(coordinator, f"{page}/edit", **FORM | {"text-lt": "Kitkas"}, place=str(cast.library))
        await post(coordinator, page, do="send")
    assert await state(database) == "asked"
    assert await passed(database, clock, 3600) == 0


async def test_an_audience_that_grew_meanwhile_waits_for_a_second_person(
    coordinator: httpx.AsyncClient, cast: Cast, door: Door, database: Database, clock: Clock
) -> None:
    page = await written(coordinator, cast)
    await post(coordinator, page, do="send")
    async with second(door, database, cast):
        assert await passed(database, clock) == 0
    assert (await state(database), await rows(database, OUTBOX.c.id)) == ("asked", [])


async def test_what_somebody_set_who_may_not_any_more_waits_for_another(
    coordinator: httpx.AsyncClient, door: Door, cast: Cast, database: Database, clock: Clock
) -> None:
    page = await written(coordinator, cast)
    await post(coordinator, page, do="send")
    await database.write(lambda tx: tx.execute(ROLE.delete().where(ROLE.c.person_id == cast.coordinator)))
    assert await passed(database, clock) == 0
    assert (await state(database), await rows(database, OUTBOX.c.id)) == ("asked", [])
    async with door.signed_in(cast.sector) as other:
        assert "Rasa Rasaitė may not announce things here any more" in (await other.get(page)).text
        await post(other, page, do="approve")
    assert await passed(database, clock) == 1


async def test_the_sixth_of_a_day_waits_for_the_next_one(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    for number in range(6):
        page = await written(coordinator, cast)
        await post(coordinator, page, do="send")
        assert (number, await passed(database, clock)) == (number, number < 5)
    assert await state(database) == "due"
    assert await passed(database, clock, 24 * 3600) == 1


async def test_it_is_tried_on_oneself_in_each_language(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database
) -> None:
    page = await written(coordinator, cast)
    assert (
        "join in a messenger first"
        in (await coordinator.get((await post(coordinator, page, do="test")).headers["location"])).text
    )
    await database.write(lambda tx: Town(tx, MONDAY).join(cast.coordinator))
    answer = await post(coordinator, page, do="test")
    assert "Sent to you in each language." in (await coordinator.get(answer.headers["location"])).text
    told = await rows(database, OUTBOX.c.id, OUTBOX.c.person_id, OUTBOX.c.kind, OUTBOX.c.state)
    assert [row[1:] for row in told] == [(cast.coordinator, "reply", "ready")] * 3
    assert (await coordinator.get(HERE)).text.count('id="announcement-') == 1


async def test_it_is_paused_goes_on_and_is_cancelled(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    page = await written(coordinator, cast)
    await post(coordinator, page, do="send")
    await passed(database, clock)
    shown = await coordinator.get(page)
    for deed, after, message in (
        ("pause", "paused", "held"),
        ("resume", "sending", "waiting"),
        ("cancel", "cancelled", "dropped"),
    ):
        await post(coordinator, page, do=deed)
        assert (await state(database), (await rows(database, OUTBOX.c.state))[0][0]) == (after, message)
        shown = await coordinator.get(page)
        assert f"announcements.state.{after}" not in shown.text
    answer = await post(coordinator, page, do="resume")
    assert answer.headers["location"].endswith("?done=late")
    assert (await state(database), (await rows(database, OUTBOX.c.state))[0][0]) == ("cancelled", "dropped")
    assert [what for what, _ in await log(database)][2:] == [
        f"announcement.{each}" for each in ("paused", "resumed", "cancelled")
    ]
    assert "the announcement was cancelled: 1" in shown.text


async def test_a_moved_clock_and_a_second_look_begin_nothing_twice(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    page = await written(coordinator, cast)
    await post(coordinator, page, do="send")
    await passed(database, clock)
    number = int(page.rpartition("/")[2])
    again = clock() + timedelta(hours=1)
    assert await database.write(lambda tx: begin(tx, number, again)) == 0
    counted = select(OUTBOX.c.id)
    assert len(await database.read(lambda tx: tx.execute(counted).all())) == 1


async def test_a_discarded_draft_goes_nowhere(
    coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock
) -> None:
    page = await written(coordinator, cast)
    await post(coordinator, page, do="discard")
    answer = await post(coordinator, page, do="send")
    assert answer.status_code == 303
    assert (await state(database), await passed(database, clock)) == ("cancelled", 0)


@pytest.mark.parametrize(("days", "told"), [("1", 0), ("3", 1), ("9", 0)])
async def test_what_is_sent_on_friday_evening_waits_for_monday_if_it_is_of_use_then(
    *, coordinator: httpx.AsyncClient, cast: Cast, database: Database, clock: Clock, days: str, told: int
) -> None:
    page = await written(coordinator, cast, days=days)
    answer = await post(coordinator, page, do="send", when="2026-11-27T19:00")
    assert answer.status_code == (303 if told else 422)
    assert await passed(database, clock, int(timedelta(days=4, hours=9.5).total_seconds())) == told
    states = [row[1:] for row in await rows(database, OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.gate)]
    assert states == [("waiting", "late")] * told
    assert ("Nobody would get it at that time" in answer.text) == (not told)
