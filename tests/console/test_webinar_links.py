"""What somebody's own links to a webinar lead to: the meeting, and a calendar file that two readers understand."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import icalendar
import pytest
from starlette.applications import Starlette

from actions import organise, register
from console.app import create
from console.entrance import Entrance
from domain.language import Language
from domain.recognising import mark
from domain.signing import link_token
from domain.texts import Texts
from domain.webinar import Webinar, Words, uid
from storage import calendars, people, webinars
from storage.database import Connection, Database
from storage.registrations import REGISTRATION
from tests.console import ics
from tests.console.conftest import KEY, Door
from tests.console.town import MONDAY, Cast, Clock, seeing
from tests.storage.samples import rows

GOES = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "User-Agent": "Mozilla/5.0"}
START = MONDAY + timedelta(days=14)


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, entrance=Entrance(KEY), address="https://learn.example")


@dataclass
class Seat:
    """A seat of the learner's, and the paths of their links."""

    webinar: Webinar
    person: int
    scope: Any

    def path(self, kind: str, seed: str = "seat") -> str:
        return f"/webinar/{kind}/{seed}.{link_token(KEY, seed)}"


@pytest.fixture
async def seat(database: Database, cast: Cast) -> Seat:
    scope = replace(seeing(cast.coordinator, cast.library), rights=frozenset({"see", "act"}))
    texts: dict[Language, Words] = {"lt": Words("Virusai; kas, kur\\ir kaip", "Apie juos.")}
    link = "https://meet.example/a?b=c"
    planned = Webinar(0, cast.library, texts, START, 90, "Europe/Vilnius", 5, "Salė, 2 a.", link)

    def sit(tx: Connection) -> Webinar:
        [new] = organise.make(tx, scope, [planned], MONDAY)
        assert register.register(tx, people.get(tx, cast.learner), new, MONDAY, seed="seat") == "seated"
        found = webinars.find(tx, new)
        assert found
        return found

    return Seat(await database.write(sit), cast.learner, scope)


async def test_the_way_in_leads_to_the_meeting_and_is_kept_as_a_click(
    seat: Seat, door: Door, database: Database, clock: Clock
) -> None:
    async with door.browser() as browser:
        await browser.get(seat.path("join"), headers=GOES)
        clock.move(minutes=1)
        answer = await browser.get(seat.path("join"), headers=GOES)
        assert (answer.status_code, answer.headers["location"]) == (303, "https://meet.example/a?b=c")
        assert answer.headers["referrer-policy"] == "no-referrer"
        wrong = (seat.path("join", "seal"), "/webinar/join/seat.x", "/webinar/join/seat.", "/webinar/join/x")
        assert {(await browser.get(each)).status_code for each in wrong} == {404}
    found = await rows(database, REGISTRATION.c.joined_at, REGISTRATION.c.attended)
    assert found == [(MONDAY, None)]


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0"},
        GOES | {"User-Agent": "TelegramBot (like TwitterBot)"},
        GOES | {"User-Agent": "WhatsApp/2.23.20.0 A"},
        GOES | {"User-Agent": "Viber/13.0"},
        GOES | {"User-Agent": "Mozilla/5.0 (compatible; MicrosoftPreview/2.0)"},
        GOES | {"Sec-Purpose": "prefetch;prerender"},
        GOES | {"Purpose": "prefetch"},
        GOES | {"Sec-Fetch-Dest": "image"},
    ],
)
async def test_a_preview_opens_nothing(
    seat: Seat, door: Door, database: Database, headers: dict[str, str]
) -> None:
    async with door.browser() as browser:
        page = await browser.get(seat.path("join"), headers=headers)
        assert (page.status_code, "?open" in page.text, "meet.example" in page.text) == (200, True, False)
        assert (await browser.head(seat.path("join"), headers=GOES)).status_code == 200
        assert await rows(database, REGISTRATION.c.joined_at) == [(None,)]
        old = await browser.get(f"{seat.path('join')}?open", headers={"User-Agent": "Mozilla/4.0"})
        assert (old.status_code, await rows(database, REGISTRATION.c.joined_at)) == (303, [(MONDAY,)])


async def test_a_link_with_a_place_for_it_is_opened_with_ones_name_and_mark(
    seat: Seat, door: Door, database: Database
) -> None:
    link = "https://meet.example/a?uname={name}&id={mark}"
    changed = webinars.WEBINAR.update().values(link=link)
    await database.write(lambda tx: tx.execute(changed).rowcount)
    async with door.browser() as browser:
        there = (await browser.get(seat.path("join"), headers=GOES)).headers["location"]
    assert there == f"https://meet.example/a?uname=Ona%20Onait%C4%97%20{mark('seat')}&id={mark('seat')}"


async def test_who_cannot_come_or_has_left_has_no_way_in(seat: Seat, door: Door, database: Database) -> None:
    async with door.browser() as browser:
        left = people.PERSON.update().where(people.PERSON.c.id == seat.person)
        await database.write(lambda tx: tx.execute(left.values(left_on="2026-11-01")).rowcount)
        assert (await browser.get(seat.path("join"), headers=GOES)).status_code == 404
        await database.write(lambda tx: tx.execute(left.values(left_on="")).rowcount)
        await database.write(
            lambda tx: register.give_up(tx, people.get(tx, seat.person), seat.webinar.id, MONDAY)
        )
        assert (await browser.get(seat.path("join"), headers=GOES)).status_code == 404
        gone = ics.read((await browser.get(seat.path("calendar"))).content)
        assert (gone.text("METHOD"), gone.inside[0].text("STATUS")) == ("CANCEL", "CANCELLED")


async def test_of_a_request_and_what_takes_it_back_the_later_one_holds(
    seat: Seat, door: Door, database: Database, clock: Clock
) -> None:
    async with door.browser() as browser:
        first = ics.read((await browser.get(seat.path("calendar"))).content).inside[0]
        clock.move(minutes=3)
        await database.write(
            lambda tx: register.give_up(tx, people.get(tx, seat.person), seat.webinar.id, clock.at)
        )
        gone = ics.read((await browser.get(seat.path("calendar"))).content).inside[0]
    assert gone.text("SEQUENCE") == first.text("SEQUENCE")
    stamps = first.moment("DTSTAMP"), gone.moment("DTSTAMP")
    assert stamps == (MONDAY, MONDAY + timedelta(minutes=3))


async def test_the_file_asks_changes_and_cancels_as_two_readers_see_it(
    seat: Seat, door: Door, database: Database, clock: Clock
) -> None:
    seen = []
    moved = replace(seat.webinar, starts_at=START + timedelta(hours=1), venue="")
    async with door.browser() as browser:
        for minutes, unit in (
            (0, None),
            (5, partial(organise.change, scope=seat.scope, planned=moved)),
            (4, partial(organise.cancel, scope=seat.scope, webinar=seat.webinar.id)),
        ):
            clock.move(minutes=minutes)
            if unit:
                await database.write(partial(unit, now=clock.at))
            answer = await browser.get(seat.path("calendar"))
            assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
            assert "webinar.ics" in answer.headers["content-disposition"]
            seen.append(_by_both(answer.content))
    name = uid("seat")
    end = START + timedelta(minutes=90)
    hour = timedelta(hours=1)
    title, place = "Seminaras: Virusai; kas, kur\\ir kaip", "Salė, 2 a."
    assert seen == [
        ("REQUEST", name, 0, MONDAY, START, end, title, "CONFIRMED", place),
        ("REQUEST", name, 1, MONDAY + timedelta(minutes=5), START + hour, end + hour, title, "CONFIRMED", ""),
        ("CANCEL", name, 2, MONDAY + timedelta(minutes=9), START + hour, end + hour, title, "CANCELLED", ""),
    ]


def _by_both(content: bytes) -> tuple[object, ...]:
    """What the file says, in the words of either reader, which are the same."""
    first: Any = icalendar.Calendar.from_ical(content)
    [event] = first.walk("VEVENT")
    one = (
        str(first["METHOD"]),
        str(event["UID"]),
        event["SEQUENCE"],
        *(event[name].dt for name in ("DTSTAMP", "DTSTART", "DTEND")),
        *(str(event.get(name, "")) for name in ("SUMMARY", "STATUS", "LOCATION")),
    )
    second = ics.read(content)
    [held] = second.inside
    two = (
        second.text("METHOD"),
        held.text("UID"),
        int(held.text("SEQUENCE")),
        *(held.moment(name) for name in ("DTSTAMP", "DTSTART", "DTEND")),
        *(held.text(name) if name in held.properties else "" for name in ("SUMMARY", "STATUS", "LOCATION")),
    )
    assert one == two
    assert held.text("ORGANIZER") == "mailto:noreply@learn.example"
    [(parameters, guest)] = held.properties["ATTENDEE"]
    assert guest == f"mailto:{uid('seat')}@learn.example"
    assert sorted(parameters.strip(";").split(";")) == ["PARTSTAT=ACCEPTED", "RSVP=FALSE"]
    return one


async def test_the_way_in_stands_in_every_calendar_until_there_is_none(
    seat: Seat, door: Door, database: Database, cast: Cast
) -> None:
    await database.write(lambda tx: calendars.make(tx, cast.learner, "feed", MONDAY))
    feed, file = f"/calendar/feed.{link_token(KEY, 'feed')}.ics", seat.path("calendar")

    async def found(browser: Any, path: str) -> list[str]:
        inside = ics.read((await browser.get(path)).content).inside
        [event] = [each for each in inside if each.text("UID") == uid("seat")]
        return [event.text(name) for name in ("URL", "DESCRIPTION") if name in event.properties]

    own = f"https://learn.example{seat.path('join')}"
    async with door.browser() as browser:
        for path in (feed, file):
            assert await found(browser, path) == [own, f"Prisijungti: {own}"]
        in_a_room = replace(seat.webinar, link="")
        await database.write(partial(organise.change, scope=seat.scope, planned=in_a_room, now=MONDAY))
        assert [await found(browser, path) for path in (feed, file)] == [[], []]
        online = replace(seat.webinar, venue="")
        await database.write(partial(organise.change, scope=seat.scope, planned=online, now=MONDAY))
        assert await found(browser, file) == [own, f"Prisijungti: {own}"]
        await database.write(
            lambda tx: register.give_up(tx, people.get(tx, seat.person), seat.webinar.id, MONDAY)
        )
        assert await found(browser, file) == []


async def test_the_feed_has_it_and_says_the_same(
    seat: Seat, door: Door, database: Database, cast: Cast
) -> None:
    await database.write(lambda tx: calendars.make(tx, cast.learner, "feed", MONDAY))
    feed = f"/calendar/feed.{link_token(KEY, 'feed')}.ics"

    async def found(browser: Any) -> list[tuple[object, ...]]:
        calendar = ics.read((await browser.get(feed)).content)
        held = [each for each in calendar.inside if each.text("UID") == uid("seat")]
        return [
            (int(each.text("SEQUENCE")), each.text("STATUS"), each.moment("DTSTART"), each.text("TRANSP"))
            for each in held
        ]

    async with door.browser() as browser:
        assert await found(browser) == [(0, "CONFIRMED", START, "OPAQUE")]
        later = replace(seat.webinar, starts_at=START + timedelta(hours=2))
        await database.write(partial(organise.change, scope=seat.scope, planned=later, now=MONDAY))
        assert await found(browser) == [(1, "CONFIRMED", START + timedelta(hours=2), "OPAQUE")]
        await database.write(partial(organise.cancel, scope=seat.scope, webinar=seat.webinar.id, now=MONDAY))
        assert await found(browser) == [(2, "CANCELLED", START + timedelta(hours=2), "OPAQUE")]
        await database.write(lambda tx: tx.execute(REGISTRATION.update().values(state="gone")).rowcount)
        assert await found(browser) == []
