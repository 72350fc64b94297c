"""A launch campaign in the console: prepared, started by what was seen, watched, and given away as a file."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from actions.campaign_steps import Means
from actions.enlist import add_organisation
from console.app import create
from console.entrance import Entrance
from console.pages.campaign_watch import Watched
from domain.texts import Texts
from domain.tree import Own
from scheduler.jobs import announce, campaign
from storage import campaigns, people
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.test_announcements import seen
from tests.console.town import MONDAY, Clock, Town
from tests.storage.samples import rows

HERE = "/console/announcements/campaigns"
KEY = b"k" * 32


@dataclass(frozen=True, slots=True)
class Country:
    """A country with a library that has a head and a museum that has none, and who acts for all of it or looks."""

    top: int
    library: int
    museum: int
    head: int
    boss: int
    looker: int


def settle(tx: Connection) -> Country:
    own = Own(country="LT", contact="Rasa")
    top = add_organisation(tx, "Lietuva", own, "country", now=MONDAY)
    library, museum = (
        add_organisation(tx, name, Own(), above=top, now=MONDAY) for name in ("Biblioteka", "Muziejus")
    )
    town = Town(tx)
    head = town.coordinator([library], town.person(library, "Vada Vadė"))
    town.join(head)
    boss = town.coordinator([top], town.person(top, "Boss", language="en"))
    looker = town.person(top, "Looker", language="en")
    people.grant(tx, looker, top, "auditor")
    for name in ("Ona Rimaite", "Jonas Rimas"):
        town.person(library, name)
    people.add(tx, organisation=library, name="Be Pašto", email="", language="lt")
    town.person(museum, "Ula Rimaite")
    return Country(top, library, museum, head, boss, looker)


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, entrance=Entrance(KEY, mails=True))


@pytest.fixture
async def country(database: Database) -> Country:
    return await database.write(settle)


@pytest.fixture
async def boss(door: Door, country: Country) -> AsyncIterator[httpx.AsyncClient]:
    async with door.signed_in(country.boss) as client:
        yield client


async def post(client: httpx.AsyncClient, path: str, **form: Any) -> httpx.Response:
    if form.get("do") == "start":
        form = {"seen": await seen(client, path), **form}
    return await client.post(path, data=form, headers=SAME_ORIGIN)


async def prepared(client: httpx.AsyncClient, country: Country, **changes: Any) -> str:
    """The address of a draft, as the form offers it."""
    said = {"place": country.top, "way": "mail", "programme": ""}
    said |= {
        f"day-{step}": day for step, day in (("heads", 0), ("invite", 0), ("remind", 6), ("results", 14))
    }
    said |= {
        f"{text}-lt": f"{text} {{organisation}}" for text in ("heads", "hand", "invite", "remind", "results")
    }
    answer = await post(client, f"{HERE}/new", **{**said, **changes})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def look(database: Database, clock: Clock) -> None:
    await campaign.campaigning(Means(KEY, "https://console.test")).run(database, clock())
    await announce.JOB.run(database, clock())


async def test_a_form_offers_ready_texts_in_four_languages(boss: httpx.AsyncClient, country: Country) -> None:
    page = (await boss.get(f"{HERE}/new")).text
    for words in (
        "Sąraše yra {people} žmonių",
        "Dzień dobry, {name}!",
        "Hei, {name}!",
        "Who needs you is here:",
    ):
        assert words in page
    assert f'value="{country.museum}"' in page


async def test_a_draft_says_what_it_will_meet(boss: httpx.AsyncClient, country: Country) -> None:
    page = (await boss.get(await prepared(boss, country))).text
    assert "No coordinator: nobody will be told." in page
    assert "Not everybody can be sent mail: the coordinator hands them codes." in page
    only = (await boss.get(await prepared(boss, country, organisation=country.museum))).text
    assert (f'id="at-{country.museum}"' in only, f'id="at-{country.library}"' in only) == (True, False)


async def test_a_draft_without_a_step_stands_in_the_list(boss: httpx.AsyncClient, country: Country) -> None:
    none = {f"day-{step}": "" for step in ("heads", "invite", "remind", "results")}
    page = await prepared(boss, country, **none)
    assert f'href="{page}"' in (await boss.get(HERE)).text
    assert "at least one has to stay" in (await post(boss, page, do="start")).text


async def test_it_runs_is_watched_and_given_away(
    boss: httpx.AsyncClient, country: Country, database: Database, clock: Clock
) -> None:
    page = await prepared(boss, country)
    assert (await post(boss, page, do="start")).headers["location"] == page
    await look(database, clock)
    clock.move(minutes=1)
    await look(database, clock)
    shown = (await boss.get(page)).text
    assert "<strong>1</strong> of 5 joined" in shown
    assert "<strong>3</strong> of 5 invited and not joined yet" in shown
    assert "no coordinator here" in shown
    people_there = (await boss.get(f"{page}/people?organisation={country.library}&state=unreachable")).text
    assert ("Be Pašto" in people_there, "Ona Rimaite" in people_there) == (True, False)
    answer = await boss.get(f"{page}/campaign.csv")
    assert answer.text.startswith("\ufeff")
    found = list(csv.DictReader(io.StringIO(answer.text)))
    assert [
        (row["name"], row["joined"], row["invited"], row["unreachable"], row["invite"]) for row in found
    ] == [
        ("Biblioteka", "1", "2", "1", "done"),
        ("Muziejus", "0", "1", "0", "done"),
    ]
    log = [row[1] for row in sorted(await rows(database, AUDIT.c.number, AUDIT.c.what))]
    assert [each for each in log if each.startswith("campaign.")] == ["campaign.started", "campaign.given"]
    listed = (await boss.get("/console/announcements")).text
    assert 'id="announcement-' not in listed
    assert "running" in (await boss.get(HERE)).text


async def test_held_at_one_organisation_it_goes_on_at_the_others(
    boss: httpx.AsyncClient, country: Country, database: Database, clock: Clock
) -> None:
    page = await prepared(boss, country)
    await post(boss, page, do="start")
    await post(boss, page, do="pause", organisation=country.library)
    clock.move(minutes=1)
    await look(database, clock)
    await look(database, clock)
    keys = [row[0] for row in await rows(database, OUTBOX.c.key)]
    assert {each.split(":")[2] for each in keys} <= {str(country.museum)}
    assert (await post(boss, page, do="pause")).headers["location"] == page
    assert "paused" in (await boss.get(page)).text
    assert (await post(boss, page, do="pause")).headers["location"] == f"{page}?done=late"
    await post(boss, page, do="cancel")
    assert "cancelled" in (await boss.get(page)).text


async def test_what_is_wrong_is_said_and_nothing_starts(boss: httpx.AsyncClient, country: Country) -> None:
    page = await prepared(boss, country, **{"day-invite": "9", "heads-lt": ""})
    answer = await post(boss, page, do="start")
    assert answer.status_code == 422
    assert "The steps have to come one after the other" in answer.text
    assert "A text is missing: To the coordinators: what begins." in answer.text
    old = await seen(boss, page)
    said = {"place": country.top, "way": "hand", "day-heads": "0", "heads-lt": "Labas"}
    assert (await post(boss, f"{page}/edit", **said)).headers["location"] == page
    answer = await boss.post(page, data={"do": "start", "seen": old}, headers=SAME_ORIGIN)
    assert (answer.status_code, "has changed meanwhile" in answer.text) == (409, True)
    assert (await post(boss, page, do="start")).status_code == 303
    assert (await post(boss, page, do="nothing")).headers["location"] == page
    assert (await post(boss, page, do="discard")).headers["location"] == f"{page}?done=late"
    assert (await boss.get(f"{page}/edit")).status_code == 404


async def test_it_is_the_place_s_above_and_not_of_those_below(
    boss: httpx.AsyncClient, country: Country, door: Door
) -> None:
    page = await prepared(boss, country)
    async with door.signed_in(country.head) as head:
        assert (await head.get(page)).status_code == 404
        assert (await post(head, page, do="discard")).status_code == 404
        assert (await post(head, f"{HERE}/new", place=country.top)).status_code == 422
    async with door.signed_in(country.looker) as looker:
        shown = await looker.get(page)
        assert (shown.status_code, 'id="start"' in shown.text) == (200, False)
        assert (await post(looker, page, do="start")).status_code == 403
        assert (await looker.get(f"{HERE}/new")).status_code == 403


@pytest.mark.parametrize(
    ("state", "told", "stops"),
    [
        ("running", "done", True),
        ("paused", "", True),
        ("over", "due", True),
        ("over", "asked", True),
        ("over", "done", False),
        ("cancelled", "due", False),
    ],
)
def test_it_can_be_stopped_as_long_as_something_is_left_of_it(
    state: campaigns.State, told: str, *, stops: bool
) -> None:
    made = campaigns.Campaign(1, 1, None, None, "hand", {}, {"heads": 0}, state, MONDAY, MONDAY)
    stage = campaigns.Stage(1, "heads", "done", "", None, MONDAY, MONDAY, 1, 1, told)
    assert Watched(made, {1: [stage]}, {}, {1: "Biblioteka"}).stops is stops
