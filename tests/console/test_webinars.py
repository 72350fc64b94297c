"""Webinars in the console: made, changed, cancelled, looked at; what cannot be is said in one sentence."""

from datetime import timedelta
from functools import partial

import httpx
import pytest
from starlette.applications import Starlette

from actions import register
from console.app import create
from domain.language import Language
from domain.texts import Texts
from domain.tree import Own
from domain.webinar import Webinar, Words
from scheduler.jobs import webinars as job
from storage import organisations, people, registrations, webinars
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from storage.registrations import REGISTRATION
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.keys import entrance
from tests.console.papers import Maker
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows

HERE = "/console/webinars"
GOOD = {
    "title_lt": "Virusai",
    "about_lt": "Apie <b>juos</b>.",
    "title_en": "Viruses",
    "date": "2026-12-07",
    "time": "10:00",
    "zone": "Europe/Vilnius",
    "minutes": "60",
    "link": "https://meet.example/a",
    "capacity": "1",
}


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, documents=Maker(), entrance=entrance())


async def sends(browser: httpx.AsyncClient, path: str, **words: str) -> httpx.Response:
    return await browser.post(f"{HERE}/{path}", data=words, headers=SAME_ORIGIN)


async def made(browser: httpx.AsyncClient, cast: Cast, **changes: str) -> str:
    answer = await sends(browser, "new", **GOOD | {"organisation": str(cast.library)} | changes)
    assert (answer.status_code, answer.headers["location"].endswith("?done=made")) == (303, True)
    return str(answer.headers["location"].removeprefix(f"{HERE}/").removesuffix("?done=made"))


async def come(database: Database, which: str, *those: int) -> list[str]:
    def unit(tx: Connection) -> list[str]:
        found = (people.get(tx, who) for who in those)
        return [register.register(tx, each, int(which), MONDAY, seed=f"seed{each.id}") for each in found]

    return await database.write(unit)


async def test_from_an_empty_list_to_who_was_there(
    coordinator: httpx.AsyncClient, door: Door, database: Database, cast: Cast, *, clock: Clock
) -> None:
    assert "No webinars yet" in (await coordinator.get(HERE)).text
    form = (await coordinator.get(f"{HERE}/new")).text
    assert 'value="Europe/Vilnius"' in form
    which = await made(coordinator, cast, venue="Salė")
    assert await come(database, which, cast.learner, cast.invited) == ["seated", "waiting"]
    page = (await coordinator.get(f"{HERE}/{which}?done=made")).text
    for words in (
        "Viruses",
        "Made. People can register",
        "Ona Onaitė",
        "Has a seat",
        "Waits, number 1 in line",
    ):
        assert words in page
    shown = (await coordinator.get(HERE)).text
    assert ("1 of 1" in shown, "Planned" in shown) == (True, True)
    edit = (await coordinator.get(f"{HERE}/{which}/edit")).text
    for words in ('value="10:00"', 'value="2026-12-07"', "Apie &lt;b&gt;juos&lt;/b&gt;."):
        assert words in edit
    clock.at = MONDAY + timedelta(days=14, hours=2, minutes=15)
    async with door.signed_in(cast.coordinator) as later:
        page = (await later.get(f"{HERE}/{which}")).text
        assert 'name="there" value="1"' in page
        await sends(later, f"{which}/attendance", there="1", on="1", ticked="")
        assert "checked" in (await later.get(f"{HERE}/{which}")).text
        clock.move(minutes=20)
        assert "Held before" in (await later.get(HERE)).text
    found = await rows(database, REGISTRATION.c.id, REGISTRATION.c.attended)
    assert found == [(1, True), (2, None)]
    log = [row[1] for row in await rows(database, AUDIT.c.number, AUDIT.c.what) if "webinar" in row[1]]
    assert log == ["webinar.made", "webinar.attended"]


async def test_only_what_people_have_to_know_is_told_them(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    which = await made(coordinator, cast, venue="Salė")
    await come(database, which, cast.learner, cast.invited)
    same = await sends(coordinator, f"{which}/edit", **GOOD | {"venue": "Salė", "title_en": "Viruses now"})
    assert same.headers["location"] == f"{HERE}/{which}?done=changed"
    moved = await sends(coordinator, f"{which}/edit", **GOOD | {"time": "11:00"})
    assert moved.headers["location"] == f"{HERE}/{which}?done=told"
    await job.JOB.run(database, MONDAY)
    assert len([key for (key,) in await rows(database, OUTBOX.c.key) if key.startswith("webinar:")]) == 1
    early = await sends(coordinator, f"{which}/attendance", there="1", on="1")
    assert (early.status_code, await rows(database, REGISTRATION.c.attended)) == (303, [(None,), (None,)])


async def test_who_lost_their_role_remains_the_trainer_until_another_is_chosen(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    which = await made(coordinator, cast)
    trainer = webinars.WEBINAR.update().values(trainer_id=cast.learner)
    await database.write(lambda tx: tx.execute(trainer).rowcount)
    form = (await coordinator.get(f"{HERE}/{which}/edit")).text
    assert f'<option value="{cast.learner}" selected>Ona Onaitė</option>' in form
    same = await sends(coordinator, f"{which}/edit", **GOOD | {"trainer": str(cast.learner), "capacity": "2"})
    assert same.headers["location"] == f"{HERE}/{which}?done=changed"
    another = await sends(coordinator, f"{which}/edit", **GOOD | {"trainer": str(cast.invited)})
    assert (another.status_code, "The trainer has to be" in another.text) == (422, True)
    assert await rows(database, webinars.WEBINAR.c.trainer_id) == [(cast.learner,)]


async def test_a_cancelled_one_is_told_of_and_not_changed(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    which = await made(coordinator, cast)
    await come(database, which, cast.learner)
    gone = await sends(coordinator, f"{which}/cancel")
    assert gone.headers["location"] == f"{HERE}/{which}?done=cancelled"
    page = (await coordinator.get(f"{HERE}/{which}")).text
    assert ('id="edit"' in page, 'id="cancel"' in page) == (False, False)
    await job.JOB.run(database, MONDAY)
    assert len([key for (key,) in await rows(database, OUTBOX.c.key) if key.startswith("webinar:")]) == 1
    late = await sends(coordinator, f"{which}/edit", **GOOD)
    assert (late.status_code, "is cancelled and cannot be changed" in late.text) == (422, True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title_lt": "", "title_en": ""}, "Write a title"),
        ({"about_pl": "O nich."}, "Write a title"),
        ({"date": "2026-11-20"}, "That time has passed"),
        ({"date": "2026-02-30"}, "Say the date"),
        ({"time": ""}, "Say the date"),
        ({"zone": "Vilnius"}, "no such time zone"),
        ({"minutes": "x"}, "The length has to be"),
        ({"capacity": "0"}, "There have to be from 1"),
        ({"link": ""}, "Say a place or a link"),
        ({"link": "javascript:alert(1)"}, "That is not a link"),
        ({"closes": "2026-12-08T10:00"}, "Registration has to open"),
        ({"opens": "soon"}, "Registration has to open"),
        ({"release": "2026-12-07T10:00"}, "Seats can be kept only until"),
        ({"every": "week", "times": "27"}, "from 2 to 26"),
        ({"trainer": "999"}, "The trainer has to be"),
        ({"organisation": "999"}, "You cannot make webinars there"),
    ],
)
async def test_what_cannot_be_is_said_in_one_sentence_and_what_was_written_stays(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast, *, changes: dict[str, str], said: str
) -> None:
    words = GOOD | {"organisation": str(cast.library), "venue": ""} | changes
    answer = await sends(coordinator, "new", **words)
    assert (answer.status_code, answer.text.count("<span>") >= 1, said in answer.text) == (422, True, True)
    assert f'value="{words["capacity"]}"' in answer.text
    assert await rows(database, webinars.WEBINAR.c.id) == []


async def test_fewer_seats_than_are_taken_or_kept_cannot_be(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    which = await made(coordinator, cast, capacity="2")
    assert await come(database, which, cast.learner, cast.invited) == ["seated", "seated"]
    fewer = await sends(coordinator, f"{which}/edit", **GOOD)
    assert (fewer.status_code, "So few seats are not enough" in fewer.text) == (422, True)
    kept = {"kept_0": str(cast.museum), "seats_0": "1"}
    elsewhere = await sends(coordinator, f"{which}/edit", **GOOD | kept | {"capacity": "3"})
    assert (elsewhere.status_code, "only for organisations" in elsewhere.text) == (422, True)


async def test_a_series_is_several_and_seats_are_kept(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    unit = await database.write(lambda tx: organisations.add_place(tx, "Unit", Own(), "unit", cast.library))
    kept = {"kept_0": str(unit), "seats_0": "1", "release": "2026-12-01T10:00"}
    await sends(
        coordinator, "new", **GOOD | kept | {"every": "week", "times": "3", "organisation": str(cast.library)}
    )
    found = await database.read(partial(webinars.of_places, places=[cast.library], since=MONDAY))
    assert [each.starts_at - found[0].starts_at for each in found] == [
        timedelta(days=7 * each) for each in range(3)
    ]
    assert [dict(each.kept) for each in found] == [{unit: 1}] * 3
    assert {each.series for each in found} != {""}
    assert "Unit: 1" in (await coordinator.get(f"{HERE}/{found[0].id}")).text


async def test_others_see_nothing_of_it(
    coordinator: httpx.AsyncClient, door: Door, database: Database, cast: Cast
) -> None:
    which = await made(coordinator, cast)
    await come(database, which, cast.learner)
    await database.write(
        partial(registrations.ask, webinar=int(which), person=cast.learner, words="Ar?", now=MONDAY)
    )
    assert "Ar?" in (await coordinator.get(f"{HERE}/{which}")).text
    async with door.signed_in(cast.coordinator_elsewhere) as other:
        assert "Virus" not in (await other.get(HERE)).text
        for answer in (
            await other.get(f"{HERE}/{which}"),
            await other.get(f"{HERE}/{which}/edit"),
            await sends(other, f"{which}/edit", **GOOD),
            await sends(other, f"{which}/cancel"),
        ):
            assert answer.status_code == 404


async def test_registrations_are_approved_of_one_by_one_or_together(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    which = await made(coordinator, cast, approves="yes")
    assert await come(database, which, cast.learner, cast.invited) == ["asked", "asked"]
    page = (await coordinator.get(f"{HERE}/{which}")).text
    for words in ("Registrations that wait for approval", 'name="who" value="1"', "Waits for approval"):
        assert words in page
    assert 'name="approves" value="yes" checked' in (await coordinator.get(f"{HERE}/{which}/edit")).text
    wrong = await sends(coordinator, f"{which}/approval", do="both", who="1")
    nothing = await sends(coordinator, "99/approval", do="approve", who="1")
    assert (wrong.status_code, nothing.status_code) == (422, 404)
    settled = await sends(coordinator, f"{which}/approval", do="approve", who="1")
    assert settled.headers["location"] == f"{HERE}/{which}?done=settled"
    await sends(coordinator, f"{which}/approval", do="refuse", who="2")
    page = (await coordinator.get(f"{HERE}/{which}?done=settled")).text
    assert ("The people are told." in page, "wait for approval" in page) == (True, False)
    found = await rows(database, REGISTRATION.c.id, REGISTRATION.c.state)
    assert found == [(1, "seated"), (2, "gone")]


async def test_the_list_is_paged(coordinator: httpx.AsyncClient, database: Database, cast: Cast) -> None:
    def unit(tx: Connection) -> None:
        for each in range(webinars.A_PAGE + 1):
            texts: dict[Language, Words] = {"en": Words(f"number {each:02}")}
            for days in (each + 1, -each - 1):
                starts = MONDAY + timedelta(days=days)
                webinars.add(tx, Webinar(0, cast.library, texts, starts, 60, "Europe/Vilnius", 1), MONDAY)

    await database.write(unit)
    first = (await coordinator.get(HERE)).text
    assert ("number 00" in first, "number 50" in first) == (True, False)
    for name in ("ahead", "before"):
        assert f'href="/console/webinars?{name}=2"' in first
        second = (await coordinator.get(f"{HERE}?{name}=2")).text
        assert second.count("number 50") == 1
        assert f"{name}=3" not in second
    assert (await coordinator.get(f"{HERE}?ahead=9&before=x")).status_code == 200


async def test_the_list_says_what_a_coordinator_has_to_do(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    which = await made(coordinator, cast, approves="yes", trainer="seek")
    assert await come(database, which, cast.learner, cast.invited) == ["asked", "asked"]
    waits, nobody = "2 registrations wait for approval", "Nobody is left to lead it"
    shown = (await coordinator.get(HERE)).text
    assert (waits in shown, nobody in shown) == (True, False)
    await job.JOB.run(database, MONDAY)
    assert nobody in (await coordinator.get(HERE)).text
    words = GOOD | {"trainer": str(cast.coordinator)}
    assert (await sends(coordinator, f"{which}/edit", **words)).status_code == 303
    shown = (await coordinator.get(HERE)).text
    assert (waits in shown, nobody in shown) == (False, False)
