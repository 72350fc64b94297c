"""What another reader of calendars, that of Thunderbird, sees in our files and in the feed: the same as we mean."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import httpx
import pytest
from starlette.applications import Starlette

from actions import organise, register
from actions.assign import assign
from console.app import create
from console.entrance import Entrance
from domain.assigning import Terms
from domain.language import Language
from domain.signing import link_token
from domain.texts import Texts
from domain.webinar import Webinar, Words, uid
from storage import calendars, people, webinars
from storage.database import Connection, Database
from storage.reached import REACHED
from tests.console.conftest import KEY, Door
from tests.console.town import MONDAY, Cast, Clock, seeing
from tests.storage.samples import rows
from tests.tools.calendar import Event, read

ZONE = "Europe/Vilnius"
HOUR = timedelta(hours=1)
TITLE = "Ąžuolų, ėglių ir šermukšnių pažinimas; „kas“, kur\\ir kaip – " + "žąsų, gęgučių, ūdrų įvairovė"
VENUE = "Salė, 2 a.; įėjimas iš kiemo"
FEED = f"/calendar/feed.{link_token(KEY, 'feed')}.ics"
# The Mondays around both changes of the clock in 2027: at ten by the clock, at another moment.
TIMES = ("2027-03-22T08:00Z", "2027-03-29T07:00Z", "2027-10-25T07:00Z", "2027-11-01T08:00Z")


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, entrance=Entrance(KEY), address="https://learn.example")


def place_of(kind: str, seed: str) -> str:
    return f"/webinar/{kind}/{seed}.{link_token(KEY, seed)}"


def sit(tx: Connection, cast: Cast, times: Sequence[str]) -> list[Webinar]:
    """The learner has a seat in a webinar at each of these times, and a calendar."""
    scope = replace(seeing(cast.coordinator, cast.library), rights=frozenset({"see", "act"}))
    texts: dict[Language, Words] = {"lt": Words(TITLE, "Apie juos.")}
    sample = Webinar(0, cast.library, texts, MONDAY, 90, ZONE, 5, VENUE, "https://meet.example/a?b=c,d;e")
    made = organise.make(
        tx, scope, [replace(sample, starts_at=datetime.fromisoformat(each)) for each in times], MONDAY
    )
    for each in made:
        register.register(tx, people.get(tx, cast.learner), each, MONDAY, seed=f"seat{each}")
    calendars.make(tx, cast.learner, "feed", MONDAY)
    return [found for each in made if (found := webinars.find(tx, each))]


async def seen(browser: httpx.AsyncClient, path: str, zone: str = ZONE) -> tuple[str, list[Event]]:
    answer = await browser.get(path)
    assert max(map(len, answer.content.split(b"\r\n"))) <= 75
    found = read(answer.content, zone)
    return found.method, sorted(found.events, key=lambda each: each.begins)


async def test_a_request_its_change_and_that_it_is_cancelled(
    door: Door, database: Database, cast: Cast, clock: Clock
) -> None:
    [held] = await database.write(partial(sit, cast=cast, times=TIMES[:1]))
    scope = replace(seeing(cast.coordinator, cast.library), rights=frozenset({"see", "act"}))
    link = f"https://learn.example{place_of('join', 'seat1')}"
    first = Event(
        uid=uid("seat1"),
        sequence=0,
        stamped="2026-11-23T07:30:00.000Z",
        zone="UTC",
        begins="2027-03-22 10:00",
        ends="2027-03-22 11:30",
        title=f"Seminaras: {TITLE}",
        about=f"Prisijungti: {link}",
        place=VENUE,
        link=link,
        status="CONFIRMED",
        organizer=("mailto:noreply@learn.example", "", ""),
        guest=(f"mailto:{uid('seat1')}@learn.example", "ACCEPTED", "FALSE"),
        alarms=(),
    )
    async with door.browser() as browser:
        assert await seen(browser, place_of("calendar", "seat1")) == ("REQUEST", [first])
        clock.move(minutes=1)
        # A week later the clock has changed: at the same time of day it is another moment.
        later = replace(held, starts_at=datetime.fromisoformat(TIMES[1]), venue="")
        await database.write(partial(organise.change, scope=scope, planned=later, now=clock.at))
        moved = replace(first, sequence=1, stamped="2026-11-23T07:31:00.000Z", place="")
        moved = replace(moved, begins="2027-03-29 10:00", ends="2027-03-29 11:30")
        assert await seen(browser, place_of("calendar", "seat1")) == ("REQUEST", [moved])
        clock.move(minutes=1)
        await database.write(partial(organise.cancel, scope=scope, webinar=held.id, now=clock.at))
        gone = replace(moved, sequence=2, stamped="2026-11-23T07:32:00.000Z", status="CANCELLED")
        gone = replace(gone, about="", link="")
        assert await seen(browser, place_of("calendar", "seat1")) == ("CANCEL", [gone])
        # The feed says of it what the file says.
        published, found = await seen(browser, FEED)
        [told] = [each for each in found if each.uid == gone.uid]
        assert (published, told) == ("PUBLISH", replace(gone, organizer=(), guest=()))


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        (ZONE, ["10:00", "10:00", "10:00", "10:00"]),
        ("Europe/Warsaw", ["09:00", "09:00", "09:00", "09:00"]),
        ("America/New_York", ["04:00", "03:00", "03:00", "04:00"]),
    ],
)
async def test_the_feed_means_the_same_moments_after_each_change_of_the_clock(
    door: Door, database: Database, cast: Cast, *, zone: str, hours: list[str]
) -> None:
    await database.write(partial(sit, cast=cast, times=TIMES))
    async with door.browser() as browser:
        held = [each for each in (await seen(browser, FEED, zone))[1] if each.place == VENUE]
    assert [each.begins.split()[1] for each in held] == hours
    assert [each.uid for each in held] == [uid(f"seat{number}") for number in range(1, 5)]


async def test_a_whole_day_is_one_in_every_zone(door: Door, database: Database, cast: Cast) -> None:
    due = datetime.fromisoformat("2027-03-28").date()  # a day of 23 hours

    def fill(tx: Connection) -> None:
        terms = Terms(cast.safe[0], cast.library, MONDAY.date(), due_on=due)
        given = assign(tx, terms, by=None, now=MONDAY)
        row = {"assignment_id": given, "person_id": cast.learner, "programme_id": cast.safe[0]}
        tx.execute(REACHED.insert().values(**row, state="had", due_on=due.isoformat(), at=MONDAY))
        calendars.make(tx, cast.learner, "feed", MONDAY)

    await database.write(fill)
    async with door.browser() as browser:
        for zone in (ZONE, "Pacific/Auckland"):
            _, found = await seen(browser, FEED, zone)
            [told] = [each for each in found if each.title.startswith("Iki šios dienos")]
            assert (told.begins, told.ends, told.alarms) == ("2027-03-28", "2027-03-29", ("-PT15H",))
    assert await rows(database, calendars.CALENDAR.c.person_id) == [(cast.learner,)]
