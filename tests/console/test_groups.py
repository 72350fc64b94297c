"""Groups of places in the console: a code to bind one, the list, letting one go, and announcements that go there."""

import re
from datetime import timedelta

import httpx
import pytest

from actions import groups as deeds
from domain.group import Bound
from scheduler.jobs import announce
from storage import addresses, ending, groups
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.console.conftest import Door
from tests.console.test_announcements import HERE, post, state, written
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows

PAGE = f"{HERE}/groups"


async def code(client: httpx.AsyncClient, place: int, language: str = "lt") -> str:
    answer = await post(client, PAGE, place=str(place), language=language)
    found = re.search(r'id="written">/bind ([\w-]{22})<', answer.text)
    assert found, answer.text
    return found[1]


async def bound(
    database: Database, client: httpx.AsyncClient, place: int, key: str = "-100", language: str = "lt"
) -> None:
    """A group whose title is nasty is bound to the place."""
    word = await code(client, place, language)
    said = Bound(word, "<script>Visi</script>", "group")
    await database.write(lambda tx: deeds.follow(tx, "telegram", key, said, MONDAY))


async def test_a_group_is_bound_listed_and_let_go(
    database: Database, coordinator: httpx.AsyncClient, cast: Cast
) -> None:
    assert 'id="groups"' not in (await coordinator.get(PAGE)).text
    await bound(database, coordinator, cast.library)
    page = (await coordinator.get(PAGE)).text
    assert "&lt;script&gt;Visi" in page
    assert "<script>Visi" not in page
    assert "nothing posted yet" in page

    def lost(tx: Connection) -> None:
        here = addresses.at(tx, "telegram", "-100")
        assert here
        addresses.reach(tx, here.id, reachable=False)

    await database.write(lost)
    assert "cannot post" in (await coordinator.get(PAGE)).text
    (number,) = re.findall(r'id="group-(\d+)"', page)
    assert (await post(coordinator, PAGE, group=number)).status_code == 303
    assert 'id="groups"' not in (await coordinator.get(PAGE)).text
    assert (await post(coordinator, PAGE, group=number)).status_code == 404
    whats = [row[1] for row in await rows(database, AUDIT.c.number, AUDIT.c.what)]
    assert [each for each in whats if each.startswith("group.")] == [
        "group.asked",
        "group.bound",
        "group.ended",
    ]


async def test_nobody_binds_or_lets_go_for_a_place_that_is_not_theirs(
    database: Database, door: Door, coordinator: httpx.AsyncClient, cast: Cast
) -> None:
    await bound(database, coordinator, cast.library)
    assert (await post(coordinator, PAGE, place=str(cast.museum), language="nb")).status_code == 404
    assert (await post(coordinator, PAGE, place=str(cast.library), language="xx")).status_code == 422
    async with door.signed_in(cast.coordinator_elsewhere) as kari:
        assert "Visi" not in (await kari.get(PAGE)).text
        assert (await post(kari, PAGE, group="1")).status_code == 404


async def test_a_draft_goes_to_a_group_alone_and_its_page_says_what_became_of_it(
    database: Database, coordinator: httpx.AsyncClient, cast: Cast, clock: Clock
) -> None:
    await bound(database, coordinator, cast.library)
    group = str((await rows(database, groups.GROUP.c.id))[0][0])
    draft = await written(coordinator, cast, group=group)
    page = (await coordinator.get(draft)).text
    assert 'id="to-groups"' in page
    assert "Only there" in page
    assert (await post(coordinator, draft, do="send")).status_code == 303
    clock.move(seconds=30)
    assert await announce.JOB.run(database, clock()) == 1
    sent = await rows(
        database, OUTBOX.c.id, OUTBOX.c.key, OUTBOX.c.person_id, where=OUTBOX.c.key.like("post:%")
    )
    assert [person for _, _, person in sent] == [None]
    page = (await coordinator.get(draft)).text
    assert f'id="post-{sent[0][0]}"' in page
    assert "&lt;script&gt;Visi" in page
    assert await state(database) == "sending"


async def test_what_a_group_cannot_read_is_said_and_a_group_asks_for_a_second_person(
    database: Database, coordinator: httpx.AsyncClient, cast: Cast
) -> None:
    await bound(database, coordinator, cast.library, language="pl")
    group = str((await rows(database, groups.GROUP.c.id))[0][0])
    draft = await written(coordinator, cast, group=group)
    answer = await post(coordinator, draft, do="send")
    assert answer.status_code == 422
    assert "no text in a language that somebody reads: Polish" in answer.text


@pytest.mark.parametrize("minutes", [14, 16])
async def test_a_code_is_of_use_for_a_quarter_of_an_hour(
    database: Database, coordinator: httpx.AsyncClient, cast: Cast, minutes: int
) -> None:
    said = Bound(await code(coordinator, cast.library), "Visi", "channel")
    later = MONDAY + timedelta(minutes=minutes)
    await database.write(lambda tx: deeds.follow(tx, "telegram", "-1", said, later))
    bound_at = [row[1] for row in await rows(database, groups.GROUP.c.id, groups.GROUP.c.bound_at)]
    assert (bound_at[0] is not None) == (minutes < 15)


async def test_a_place_that_closes_lets_its_groups_go(
    database: Database, coordinator: httpx.AsyncClient, cast: Cast
) -> None:
    await bound(database, coordinator, cast.library)
    await database.write(lambda tx: ending.stop(tx, [cast.library], MONDAY))
    kept = await rows(database, groups.GROUP.c.title, groups.GROUP.c.ended_at)
    assert kept == [("", MONDAY)]
