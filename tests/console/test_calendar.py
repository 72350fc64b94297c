"""A person's calendar: got in the chat, read by another calendar, ended in the chat."""

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import httpx
import icalendar
import pytest
from starlette.applications import Starlette

from actions.assign import assign
from console.app import create
from console.entrance import Entrance
from domain.assigning import Terms
from domain.texts import Texts
from storage import assignments, enrolments, people, programmes, reached
from storage.calendars import CALENDAR
from storage.database import Connection, Database
from storage.reached import REACHED
from tests.actions.talk import Talk
from tests.console.conftest import KEY, Door
from tests.console.papers import certify
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows

DUE = date(2026, 12, 10)


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, entrance=Entrance(KEY))


def fill(tx: Connection, cast: Cast) -> None:
    """The learner has a due date, certificates, and a lesson tomorrow."""
    certify(tx, cast)
    terms = Terms(cast.safe[0], cast.library, MONDAY.date(), due_on=DUE)
    given = assign(tx, terms, by=None, now=MONDAY)
    row = {"assignment_id": given, "person_id": cast.learner, "programme_id": cast.safe[0]}
    tx.execute(REACHED.insert().values(**row, state="had", due_on=DUE.isoformat(), at=MONDAY))


@pytest.fixture
async def talk(database: Database, cast: Cast) -> Talk:
    await database.write(partial(fill, cast=cast))
    return Talk(database, key=f"web-{cast.learner}")


async def made(talk: Talk, texts: Texts) -> str:
    """The path that the chat tells."""
    assert await talk.says("/calendar make") == ["calendar.made"]
    notice = talk.heard[-1]
    keyed = replace(texts, link_key=KEY)
    told = keyed.say("en", "calendar.made", **notice.lines[0].params)  # type: ignore[union-attr]
    found = re.search(r"/calendar/[\w.-]+\.ics", told)
    assert found
    return found[0]


def events(answer: httpx.Response) -> dict[str, Any]:
    """What comes, by what it is called."""
    found: Any = icalendar.Calendar.from_ical(answer.content)
    return {str(each["SUMMARY"]): each for each in found.walk("VEVENT")}


async def test_it_has_what_comes(talk: Talk, door: Door, texts: Texts, cast: Cast) -> None:
    place = await made(talk, texts)
    async with door.browser() as browser:
        answer = await browser.get(place)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, max-age=14400"
    found = events(answer)
    due = found.pop("Iki šios dienos baikite: safe <lt>")
    assert (due["DTSTART"].dt, due["DTEND"].dt) == (DUE, DUE + timedelta(days=1))
    assert [each["TRIGGER"].dt for each in due.walk("VALARM")] == [-timedelta(hours=15)]
    assert (due["SEQUENCE"], due["DTSTAMP"].dt, due["CLASS"]) == (0, MONDAY, "PRIVATE")
    lesson = found.pop("Pamoka: lesson1-lt")
    assert lesson["DTSTART"].dt == MONDAY + timedelta(days=1)
    assert lesson["DTEND"].dt == MONDAY + timedelta(days=1, minutes=3)
    assert lesson.walk("VALARM") == []
    assert sorted(found) == ["Baigiasi pažymėjimas: p-soon <lt>", "Baigiasi pažymėjimas: p-valid <lt>"]
    assert found["Baigiasi pažymėjimas: p-soon <lt>"]["DTSTART"].dt == date(2026, 12, 24)
    assert [word for word in ("Ona", "Library", "example.org", "Rasa") if word in answer.text] == []


async def test_who_has_it_already_gets_nothing_until_something_changes(
    talk: Talk, door: Door, texts: Texts, cast: Cast, *, clock: Clock
) -> None:
    place = await made(talk, texts)
    async with door.browser() as browser:
        first = await browser.get(place)
        clock.move(minutes=30)
        same = await browser.get(place, headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
        assert (await browser.get(place)).content == first.content
        later = DUE + timedelta(days=5)
        await door.database.write(lambda tx: reached.set_due(tx, 1, later))
        moved = await browser.get(place, headers={"If-None-Match": first.headers["etag"]})
    before, after = (events(each)["Iki šios dienos baikite: safe <lt>"] for each in (first, moved))
    assert (after["UID"], after["SEQUENCE"], after["DTSTART"].dt) == (before["UID"], 1, later)
    assert after["DTSTAMP"].dt == MONDAY + timedelta(minutes=30)


async def test_a_programme_is_called_as_in_the_version_that_is_learned(
    talk: Talk, door: Door, texts: Texts, cast: Cast
) -> None:
    """What its authors published since is another one's."""
    place = await made(talk, texts)

    def publish(tx: Connection) -> None:
        taught = programmes.version(tx, cast.safe[1])
        new = tuple(replace(each, title=f"new {each.title}") for each in taught.texts)
        assert programmes.publish(tx, replace(taught, texts=new), MONDAY)

    async with door.browser() as browser:
        before = await browser.get(place)
        await door.database.write(publish)
        assert "Iki šios dienos baikite: safe <lt>" in events(before)
        assert (await browser.get(place)).content == before.content


async def test_what_is_over_is_not_in_it(
    talk: Talk, door: Door, texts: Texts, cast: Cast, *, clock: Clock
) -> None:
    place = await made(talk, texts)

    def over(tx: Connection) -> None:
        assignments.end(tx, 1, MONDAY)
        mine = enrolments.of_people(tx, [cast.learner])[cast.learner, cast.safe[0]]
        enrolments.set_state(tx, mine[0], "paused")

    await door.database.write(over)
    clock.move(days=366)
    async with door.browser() as browser:
        assert events(await browser.get(place)) == {}


async def test_a_new_address_ends_the_one_before_and_so_does_the_chat(
    talk: Talk, door: Door, texts: Texts, database: Database
) -> None:
    old = await made(talk, texts)
    new = await made(talk, texts)
    async with door.browser() as browser:
        assert [(await browser.get(each)).status_code for each in (old, new)] == [404, 200]
        assert await talk.says("/calendar end") == ["calendar.ended"]
        assert (await browser.get(new)).status_code == 404
    assert await rows(database, CALENDAR.c.person_id) == []


async def test_whoever_has_left_has_none(talk: Talk, door: Door, texts: Texts, cast: Cast) -> None:
    place = await made(talk, texts)
    left = people.PERSON.update().where(people.PERSON.c.id == cast.learner).values(left_on="2026-11-22")
    await door.database.write(lambda tx: tx.execute(left).rowcount)
    async with door.browser() as browser:
        assert (await browser.get(place)).status_code == 404


async def test_what_is_nearly_right_is_wrong(
    talk: Talk, door: Door, texts: Texts, database: Database
) -> None:
    place = await made(talk, texts)
    seed, token = place.removeprefix("/calendar/").removesuffix(".ics").split(".")
    [kept] = await rows(database, *CALENDAR.c)
    assert (seed in kept, token in str(kept)) == (True, False)
    wrong = (f"{seed}.{token[:-1]}", f"{seed}.é", f"x.{token}", f"{seed}.")
    async with door.browser() as browser:
        answers = [await browser.get(f"/calendar/{each}.ics") for each in wrong]
        assert {each.status_code for each in answers} == {404}
        assert (await browser.get(place)).status_code == 200


async def test_one_calendar_is_not_asked_for_without_end(
    talk: Talk, door: Door, texts: Texts, clock: Clock
) -> None:
    place = await made(talk, texts)
    async with door.browser() as browser:
        codes = [(await browser.get(place)).status_code for _ in range(61)]
        assert codes == [200] * 60 + [429]
        assert (await browser.get(place)).headers["retry-after"] == "3601"
        clock.move(hours=1)
        assert (await browser.get(place)).status_code == 200
