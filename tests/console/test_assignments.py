"""The pages of assignments: preview, make, count, change when and by when, end; each sees their own people."""

from datetime import date, timedelta
from urllib.parse import urlencode

import httpx
import pytest

from domain.language import LANGUAGES, Language
from domain.organisation import Scope
from scheduler.jobs import assign as job
from storage import assignment_figures, enrolments, organisations, people
from storage.assignment_figures import Figures, Ways
from storage.database import Connection, Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.test_learners import words
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, complaints_of, enter
from tests.console.town import MONDAY, Cast, Clock, Town, programme
from tests.tools.screens import Screen, Screens

__all__ = ["base"]  # a fixture

NEW = "/console/assignments/new"
TODAY = date(2026, 11, 23)


def asked(cast: Cast, **changes: object) -> str:
    return f"{NEW}?{urlencode({'programme': cast.safe[0], 'at': cast.library, **changes})}"


async def make(browser: httpx.AsyncClient, address: str) -> str:
    """The address of the new assignment."""
    answer = await browser.post(address, headers=SAME_ORIGIN)
    assert answer.status_code == 303, words(answer.text)
    return str(answer.headers["location"]).partition("?")[0]


async def test_it_is_previewed_made_and_counted(
    coordinator: httpx.AsyncClient, door: Door, database: Database, cast: Cast, clock: Clock
) -> None:
    empty = (await coordinator.get("/console/assignments")).text
    assert "Nothing is assigned yet" in empty
    blank = (await coordinator.get(NEW)).text
    assert 'role="alert"' not in blank
    assert "Museum" not in blank
    seen = words((await coordinator.get(asked(cast, due="2026-12-31", why="GDPR"))).text)
    assert "It reaches 2 people" in seen
    assert "Joined: 1. Learning it already: 1. Finished already: 0." in seen
    assert "Library: 2" in seen
    assert "Ona Onaitė" in seen
    assert "is done by about 24 November 2026" in seen
    place = await make(coordinator, asked(cast, due="2026-12-31", why="GDPR"))
    await job.JOB.run(database, MONDAY)
    page = words((await coordinator.get(place + "?done=made")).text)
    for part in ("Assigned. People are enrolled", "1 of 2 have begun", "0 of 2 have finished", "GDPR"):
        assert part in page
    assert "2 people it is for" in page
    assert "1 has not joined yet" in page
    behind = words((await coordinator.get(f"/console?assignment={place[-1]}&group=silent")).text)
    assert "Have not joined yet: 1 of 2" in behind
    assert ("Jonas Jonaitis" in behind, "Ona Onaitė" in behind) == (True, False)
    assert (await coordinator.get(f"/console?assignment={place[-1]}&group=nonsense")).status_code == 404
    clock.move(days=60)
    async with door.signed_in(cast.coordinator) as browser:
        listed = words((await browser.get("/console/assignments")).text)
        assert "Library 31 December 2026 2 1 0 1 Running" in listed
        late = words((await browser.get(f"/console?assignment={place[-1]}&group=overdue")).text)
        assert "Are late: 1 of 2" in late


async def test_a_persons_page_and_a_programmes_page_say_why(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    place = await make(coordinator, asked(cast, days="30", why="New law"))
    await job.JOB.run(database, MONDAY)
    learns = words((await coordinator.get(f"/console/people/{cast.learner}")).text)
    assert "Assigned by Rasa Rasaitė (Library). Due by 23 December 2026. New law" in learns
    silent = words((await coordinator.get(f"/console/people/{cast.invited}")).text)
    assert "It begins once the person has joined. Assigned by Rasa Rasaitė (Library)." in silent
    taught = (await coordinator.get(f"/console/programmes/{cast.safe[0]}")).text
    assert f'href="{place}"' in taught
    assert "Assigned: 1. Invited: 0. By themselves: 0." in words(taught)
    scope = Scope(cast.sector, frozenset({cast.library, cast.museum}))
    came = await database.read(lambda tx: assignment_figures.ways(tx, scope, cast.safe[0]))
    assert came == Ways(assigned=1, alone=1)


async def test_a_pace_is_previewed_shown_and_changed(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    seen = words((await coordinator.get(asked(cast, pace="1"))).text)
    assert "1 lesson a week: who begins on the first day is done by about 30 November 2026." in seen
    place, learner = await make(coordinator, asked(cast, pace="1")), f"/console/people/{cast.learner}"
    await job.JOB.run(database, MONDAY)
    for pace, shown, named in (
        (None, "Lessons a week 1 lesson a week", "1 lesson a week"),
        ("3", "Lessons a week 3 lessons a week", "3 lessons a week"),
    ):
        if pace:
            answer = await coordinator.post(f"{place}/pace", data={"pace": pace}, headers=SAME_ORIGIN)
            assert (answer.status_code, answer.headers["location"]) == (303, f"{place}?done=pace")
            assert "The pace is changed." in (await coordinator.get(f"{place}?done=pace")).text
        assert shown in words((await coordinator.get(place)).text)
        assert f"Library {named} –" in words((await coordinator.get("/console/assignments")).text)
        assert f"Assigned by Rasa Rasaitė (Library). {named}." in words((await coordinator.get(learner)).text)
    for wrong in ("0", "6", "many"):
        answer = await coordinator.post(f"{place}/pace", data={"pace": wrong}, headers=SAME_ORIGIN)
        assert (answer.status_code, "Choose from 1 to 5 lessons a week." in answer.text) == (422, True)
    await coordinator.post(f"{place}/pace", data={"pace": ""}, headers=SAME_ORIGIN)
    assert "Lessons a week One on each of the person’s learning days" in words(
        (await coordinator.get(place)).text
    )
    assert "a week." not in words((await coordinator.get(learner)).text)


async def test_the_date_is_changed_and_it_is_ended(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    place = await make(coordinator, asked(cast))
    await job.JOB.run(database, MONDAY)
    for written, told in (
        ("2026-11-01", "It would be due before it begins"),
        ("soon", "Write a date as"),
        ("9999-12-31", "too far away"),
    ):
        answer = await coordinator.post(f"{place}/due", data={"due": written}, headers=SAME_ORIGIN)
        assert (answer.status_code, told in answer.text) == (422, True)
    await coordinator.post(f"{place}/due", data={"due": "2027-01-31"}, headers=SAME_ORIGIN)
    assert "Due by 31 January 2027" in words((await coordinator.get(f"/console/people/{cast.learner}")).text)
    await coordinator.post(f"{place}/due", data={"due": ""}, headers=SAME_ORIGIN)
    assert "Due by" not in words((await coordinator.get(f"/console/people/{cast.learner}")).text)
    await coordinator.post(f"{place}/end", headers=SAME_ORIGIN)
    page = (await coordinator.get(place)).text
    assert 'id="end"' not in page
    assert "Ended" in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"programme": ""}, "Choose a programme"),
        ({"programme": 999}, "Choose a programme"),
        ({"at": 999}, "Choose whom it is for"),
        ({"at": "x"}, "Choose whom it is for"),
        ({"starts": "2026-11-01"}, "The first date is over"),
        ({"starts": "tomorrow"}, "Write a date as"),
        ({"since": "31.12.2026"}, "Write a date as"),
        ({"due": "2026-11-22"}, "It would be due before it begins"),
        ({"starts": "9999-12-31"}, "The date is too far away"),
        ({"due": "9999-12-31"}, "The date is too far away"),
        ({"days": "0"}, "Write a number of days"),
        ({"days": "ten"}, "Write a number of days"),
        ({"days": "5", "due": "2026-12-01"}, "Give either a date"),
        ({"pace": "6"}, "Choose from 1 to 5"),
        ({"pace": "fast"}, "Choose from 1 to 5"),
        ({"after": 1}, "cannot wait for itself"),
        ({"after": 77}, "Choose a programme"),
        ({"after": 1, "wait": "-1"}, "The wait is"),
    ],
)
async def test_what_is_wrong_is_said_in_a_sentence_and_makes_nothing(
    coordinator: httpx.AsyncClient, cast: Cast, changes: dict[str, object], told: str
) -> None:
    address = asked(cast, **changes)
    seen = await coordinator.get(address)
    assert (seen.status_code, told in seen.text, 'id="preview"' in seen.text) == (200, True, False)
    made = await coordinator.post(address, headers=SAME_ORIGIN)
    assert (made.status_code, told in made.text) == (422, True)
    assert "Nothing is assigned yet" in (await coordinator.get("/console/assignments")).text


async def test_markup_is_shown_as_it_was_written(coordinator: httpx.AsyncClient, cast: Cast) -> None:
    bad = "<img src=x onerror=alert(1)>"
    place = await make(coordinator, asked(cast, why=bad, job=bad, unit='"><script>'))
    for address in (place, "/console/assignments", asked(cast, why=bad, job=bad, unit='"><script>')):
        page = (await coordinator.get(address)).text
        assert ("<img" in page.partition("<main")[2], "<script>" in page) == (False, False)


async def test_what_is_assigned_above_is_seen_below_with_ones_own_people_only(
    door: Door, database: Database, cast: Cast
) -> None:
    def plant(tx: Connection) -> int:
        town = Town(tx)
        top = organisations.add(
            tx, name="Land", country="LT", zone="Europe/Vilnius", language="lt", contact="Rasa"
        )
        table = organisations.ORGANISATION
        tx.execute(table.update().where(table.c.id.in_([cast.library, cast.museum])).values(above_id=top))
        return town.coordinator([top], town.person(top, "Top Coordinator", language="en"))

    head = await database.write(plant)
    house = (await database.read(lambda tx: people.get(tx, head))).organisation.id
    async with door.signed_in(head) as browser:
        place = await make(browser, asked(cast, at=house))
        await job.JOB.run(database, MONDAY)
        page = words((await browser.get(place)).text)
        assert "2 of 3 have begun" in page
    async with door.signed_in(cast.coordinator_elsewhere) as browser:
        listed = await browser.get("/console/assignments")
        below = await browser.get(place)
        behind = words((await browser.get(f"/console?assignment={place[-1]}&group=reached")).text)
        refused = [
            (await browser.post(f"{place}/{deed}", headers=SAME_ORIGIN)).status_code
            for deed in ("due", "pace", "end")
        ]
    assert f'href="{place}"' in listed.text
    assert "1 of 1 have begun" in words(below.text)
    assert "It was assigned above you (Land)" in words(below.text)
    assert ("Per Hansen" in behind, "Ona" in behind) == (True, False)
    assert refused == [404, 404, 404]


async def test_one_of_another_organisation_is_not_there(
    door: Door, coordinator: httpx.AsyncClient, cast: Cast
) -> None:
    place = await make(coordinator, asked(cast))
    async with door.signed_in(cast.coordinator_elsewhere) as browser:
        seen, missing = await browser.get(place), await browser.get("/console/assignments/999999")
        behind = await browser.get(f"/console?assignment={place[-1]}&group=reached")
        form = await browser.post(asked(cast), headers=SAME_ORIGIN)
    assert (seen.status_code, seen.text) == (404, missing.text)
    assert (behind.status_code, form.status_code) == (404, 422)


async def test_figures_of_those_who_had_finished_and_begin_again(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    def more(tx: Connection) -> int:
        town = Town(tx, MONDAY - timedelta(days=3))
        other = town.publish(programme("other", 1))
        study = town.enrol(cast.learner, other)
        town.finish_lesson(study, 0)
        enrolments.set_state(tx, study, "finished")
        return other[0]

    other = await database.write(more)
    done = await make(coordinator, asked(cast, programme=other))
    again = await make(coordinator, asked(cast, programme=other, done="again"))
    await job.JOB.run(database, MONDAY)
    scope = Scope(cast.coordinator, frozenset({cast.library}))
    found = await database.read(
        lambda tx: assignment_figures.figures(tx, scope, [int(done[-1]), int(again[-1])], TODAY)
    )
    assert found[int(done[-1])] == Figures(reached=2, silent=1, begun=1, finished=1)
    assert found[int(again[-1])] == Figures(reached=2, silent=1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_pages_are_for_everyone_and_fit(
    *,
    door: Door,
    database: Database,
    cast: Cast,
    base: str,
    browser_page: Screens,
    axe: str,
    language: Language,
    screen: Screen,
) -> None:
    async with door.signed_in(cast.sector) as browser:
        rule = {
            "who": "new",
            "after": (await database.write(another)),
            "wait": 60,
            "days": 14,
            "why": "Law 12",
            "pace": 3,
        }
        await make(browser, asked(cast, **rule))
        await make(
            browser, asked(cast, due="2026-12-31", job="librarian", unit="Library", since="2026-01-01")
        )
        await make(
            browser, asked(cast, due="2026-12-31", why="Every library learns this by the end of the year.")
        )
        await job.JOB.run(database, MONDAY)
    page = await browser_page(screen)
    await enter(page, door, base, cast.sector)
    await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
    found = list[tuple[str, str, object]]()
    shown = "/console/assignments", "/console/assignments/1", "/console/assignments/3"
    forms = NEW, asked(cast), asked(cast, days=0)
    more = f"/console/people/{cast.learner}", f"/console/people/{cast.invited}", "/console/programmes/1"
    for address in (*shown, *forms, *more, "/console?assignment=3&group=reached"):
        await page.goto(base + address)
        await page.evaluate(
            "document.querySelectorAll('details:not(.menu)').forEach(each => each.open = true)"
        )
        if language == "lt":
            found += [(address, *said) for said in await complaints_of(axe, page)]
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if screen == "phone":
            found += [(address, "44", small) for small in await page.evaluate(TOO_SMALL)]
            await page.set_viewport_size({"width": 320, "height": 640})
            found += [(address, "320", wide) for wide in await page.evaluate(TOO_WIDE)]
            await page.set_viewport_size({"width": 390, "height": 844})
    assert found == []


def another(tx: Connection) -> int:
    return Town(tx).publish(programme("first-week", 3))[0]
