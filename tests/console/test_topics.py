"""The question of the week in the console: set for a group, seen before it comes, posted, held and stopped."""

from datetime import timedelta

import httpx

from scheduler.jobs import topics as job
from storage import groups
from storage.audit import AUDIT
from storage.database import Database
from storage.topics import TOPIC
from tests.console.conftest import Door
from tests.console.test_announcements import post
from tests.console.test_groups import PAGE, bound
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows

SOON = {"weekday": "1", "hour": "09:45", "language": "lt"}


async def page_of(database: Database, client: httpx.AsyncClient, cast: Cast) -> str:
    await bound(database, client, cast.library)
    (number,) = (await rows(database, groups.GROUP.c.id))[0]
    return f"{PAGE}/{number}/topic"


async def programme(client: httpx.AsyncClient, page: str) -> str:
    """The first programme of the form."""
    text = (await client.get(page)).text
    return text.partition('id="programme-')[2].partition('"')[0]


async def test_it_is_set_seen_before_posted_held_and_stopped(
    database: Database, coordinator: httpx.AsyncClient, cast: Cast, clock: Clock
) -> None:
    page = await page_of(database, coordinator, cast)
    assert f'href="{page}"' in (await coordinator.get(PAGE)).text
    text = (await coordinator.get(page)).text
    assert 'id="next"' not in text
    assert "&lt;script&gt;Visi" in text
    which = await programme(coordinator, page)
    assert (await post(coordinator, page, programme=which, **SOON)).status_code == 303
    text = (await coordinator.get(page)).text
    assert 'id="next">Next: today, 09:45' in text
    assert "• " in text
    assert 'id="pause"' in text
    clock.move(minutes=15)
    assert await job.JOB.run(database, clock()) == 1
    text = (await coordinator.get(page)).text
    assert 'id="posted"' in text
    assert "/console/messages/" in text
    for deed, state in (("pause", "paused"), ("resume", "running"), ("stop", "ended")):
        assert (await post(coordinator, page, do=deed)).status_code == 303
        assert await rows(database, TOPIC.c.state) == [(state,)]
    assert 'id="pause"' not in (await coordinator.get(page)).text
    whats = [row[1] for row in await rows(database, AUDIT.c.number, AUDIT.c.what)]
    found = [each for each in whats if each.startswith("topic.")]
    assert found == ["topic.set", "topic.paused", "topic.resumed", "topic.ended"]


async def test_what_cannot_be_is_said_and_what_was_written_stays(
    database: Database, coordinator: httpx.AsyncClient, cast: Cast
) -> None:
    page = await page_of(database, coordinator, cast)
    which = await programme(coordinator, page)
    said = [
        ({}, "Choose one to twenty programmes"),
        ({"programme": which, "hour": "23:15"}, "Choose a working day and a time"),
        ({"programme": which, "hour": "soon"}, "Choose a working day and a time"),
        ({"programme": which, "weekday": "7"}, "Choose a working day and a time"),
    ]
    for changes, words in said:
        answer = await post(coordinator, page, **{**SOON, **changes})
        assert (answer.status_code, words in answer.text) == (422, True)
    answer = await post(coordinator, page, **{**SOON, "programme": which, "hour": "23:15"})
    assert 'value="23:15"' in answer.text
    assert await rows(database, TOPIC.c.id) == []


async def test_nobody_sets_it_for_a_group_of_others(
    database: Database, door: Door, coordinator: httpx.AsyncClient, cast: Cast
) -> None:
    page = await page_of(database, coordinator, cast)
    which = await programme(coordinator, page)
    assert (await coordinator.get(f"{PAGE}/99/topic")).status_code == 404
    async with door.signed_in(cast.coordinator_elsewhere) as kari:
        assert (await kari.get(page)).status_code == 404
        assert (await post(kari, page, programme=which, **SOON)).status_code == 404
        assert (await post(kari, page, do="stop")).status_code == 404


async def test_a_year_of_posts_is_shown_and_not_more(
    database: Database, coordinator: httpx.AsyncClient, cast: Cast, clock: Clock
) -> None:
    page = await page_of(database, coordinator, cast)
    which = await programme(coordinator, page)
    await post(coordinator, page, programme=which, **SOON)
    for week in range(3):
        await job.JOB.run(database, MONDAY.replace(hour=10) + timedelta(days=7 * week))
    text = (await coordinator.get(page)).text
    assert text.count("/console/messages/") == 3
