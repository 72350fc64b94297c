"""Trainers in the console: what each can do, how many they hold, who was asked, and what people said of a session."""

import httpx
import pytest
from starlette.applications import Starlette

from actions import lead
from console.app import create
from domain.texts import Texts
from scheduler.jobs import webinars as job
from storage import addresses, people, programmes, registrations
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.leads import TRAINER
from storage.registrations import REGISTRATION
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.keys import entrance
from tests.console.papers import Maker
from tests.console.test_webinars import come, made
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows, sample

HERE = "/console/webinars/trainers"


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, documents=Maker(), entrance=entrance())


async def named(database: Database, cast: Cast, who: int) -> None:
    def unit(tx: Connection) -> None:
        people.grant(tx, who, cast.library, "trainer")
        people.consent(tx, who, MONDAY)
        addresses.bind(tx, addresses.find_or_add(tx, "web", f"at{who}", "lt", MONDAY).id, who)

    await database.write(unit)


async def test_what_a_trainer_can_do_is_said_where_they_are_at_home(
    coordinator: httpx.AsyncClient, door: Door, database: Database, cast: Cast
) -> None:
    assert "No trainers yet" in (await coordinator.get(HERE)).text
    await named(database, cast, cast.learner)
    await database.write(lambda tx: programmes.publish(tx, sample("taught"), MONDAY))
    page = (await coordinator.get(HERE)).text
    for words in ("Ona Onaitė", "fewer than 3", "Any programme"):
        assert words in page
    [programme] = [row[0] for row in await rows(database, programmes.PROGRAMME.c.id)][-1:]
    form = {"spoken": ["nb", "xx"], "programme": [str(programme), "999"]}
    path = f"{HERE}/{cast.learner}"
    told = await coordinator.post(path, data=form, headers=SAME_ORIGIN)
    assert (told.status_code, told.headers["location"]) == (303, f"{HERE}?done")
    await coordinator.post(path, data=form, headers=SAME_ORIGIN)  # a double click
    assert await rows(database, TRAINER.c.person_id, TRAINER.c.spoken, TRAINER.c.programmes) == [
        (cast.learner, '["nb"]', f"[{programme}]")
    ]
    page = (await coordinator.get(f"{HERE}?done")).text
    assert ("Saved." in page, "Norw" in page) == (True, True)
    nobody = await coordinator.post(f"{HERE}/{cast.invited}", data=form, headers=SAME_ORIGIN)
    assert nobody.status_code == 404
    log = await rows(database, AUDIT.c.about_id, AUDIT.c.after, where=AUDIT.c.what == "trainer.changed")
    assert log[0] == (cast.learner, '{"languages":1,"programmes":1}')


async def test_who_was_asked_and_what_people_said_stands_on_the_page(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    await named(database, cast, cast.learner)
    which = await made(coordinator, cast, trainer="seek", spoken="lt")
    form = (await coordinator.get(f"/console/webinars/{which}/edit")).text
    assert '<option value="seek" selected>' in form
    await job.JOB.run(database, MONDAY)
    page = (await coordinator.get(f"/console/webinars/{which}")).text
    for words in ("Who was asked to hold it", "Ona Onaitė: no answer yet", "can answer until"):
        assert words in page

    def decline(tx: Connection) -> None:
        lead.decline(tx, people.get(tx, cast.learner), int(which), "time", MONDAY)

    await database.write(decline)
    page = (await coordinator.get(f"/console/webinars/{which}")).text
    assert ("declined" in page, "has no time" in page) == (True, True)
    await come(database, which, cast.invited)
    [(seat,)] = await rows(database, REGISTRATION.c.id)
    await database.write(lambda tx: registrations.rate(tx, seat, 5))
    page = (await coordinator.get(f"/console/webinars/{which}")).text
    assert "Rated by 1. The average is shown once five people have rated it." in page
