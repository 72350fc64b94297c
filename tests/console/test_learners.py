"""The learners' page: figures, lines, search and order."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest
from babel import Locale

from console.pages.learners import View, chosen, figures, heading
from console.site import Site
from domain.organisation import Organisation
from domain.texts import Texts
from storage import enrolments
from storage.database import Connection, Database
from storage.progress import Learner, State
from tests.console.conftest import Door
from tests.console.town import MONDAY, Cast, Clock, Town, programme
from tests.storage.samples import enrolments_of

LIBRARY = Organisation(1, "Library", "LT", "Europe/Vilnius", "lt", "Rasa")


def words(html: str) -> str:
    """What a page says, without its marks, on one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def lines(page: httpx.Response) -> list[list[str]]:
    """The cells of the table."""
    rows = re.findall(r'<tr role="row" id=.*?</tr>', page.text, re.DOTALL)
    return [[words(cell) for cell in re.findall(r"<t[hd] .*?</t[hd]>", row, re.DOTALL)] for row in rows]


def names(page: httpx.Response) -> list[str]:
    return [line[0] for line in lines(page)]


async def test_a_line_says_where_somebody_is(coordinator: httpx.AsyncClient) -> None:
    page = await coordinator.get("/console")
    assert lines(page) == [
        ["Jonas Jonaitis", "safe <en>", "0 of 2 lessons", "– no graded answers yet", "none yet", "Invited"],
        [
            "Ona Onaitė",
            "safe <en>",
            "1 of 2 lessons",
            "1 of 2 right",
            "yesterday, 09:30",
            "Between lessons next lesson tomorrow, 09:30",
        ],
    ]
    assert "<h1>Library</h1>" in page.text
    said = words(page.text)
    for figure in (
        "1 of 2 has joined",
        "1 of 2 was active in the last 7 days",
        "0 of 2 have finished a programme",
    ):
        assert figure in said


async def test_times_are_those_of_each_ones_organisation(door: Door, cast: Cast) -> None:
    async with door.signed_in(cast.sector) as browser:
        page = await browser.get("/console?sort=organisation")
    assert [(line[0], line[1], line[5]) for line in lines(page)] == [
        ("Jonas Jonaitis", "Library", "none yet"),
        ("Ona Onaitė", "Library", "yesterday, 09:30"),
        ("Per Hansen", "Museum", "yesterday, 08:30"),
    ]
    assert "<h1>Library and Museum</h1>" in page.text


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", ["Jonas Jonaitis", "Ona Onaitė"]),
        ("?sort=-name", ["Ona Onaitė", "Jonas Jonaitis"]),
        ("?sort=last", ["Ona Onaitė", "Jonas Jonaitis"]),
        ("?sort=-last", ["Ona Onaitė", "Jonas Jonaitis"]),
        ("?q=ONAITE", ["Ona Onaitė"]),
        ("?q=%20jon%20", ["Jonas Jonaitis"]),
        ("?state=waiting", ["Ona Onaitė"]),
        ("?q=zz", []),
        ("?sort=nothing&state=nothing&page=nothing&q=", ["Jonas Jonaitis", "Ona Onaitė"]),
        ("?page=99999", ["Jonas Jonaitis", "Ona Onaitė"]),
        ("?page=1e9&sort=--name", ["Jonas Jonaitis", "Ona Onaitė"]),
    ],
)
async def test_what_is_asked_for_is_shown(
    coordinator: httpx.AsyncClient, asked: str, expected: list[str]
) -> None:
    assert names(await coordinator.get(f"/console{asked}")) == expected


async def test_nothing_found_says_so_and_offers_everyone(coordinator: httpx.AsyncClient) -> None:
    page = await coordinator.get("/console?q=zz&sort=-last")
    assert "Nobody found" in page.text
    assert '<a class="clear" id="clear" href="/console?sort=-last">Show everyone</a>' in page.text


async def test_what_somebody_is_called_is_never_markup(door: Door, cast: Cast, database: Database) -> None:
    evil = "<script>alert('{x}')</script> *x* \"&"
    await database.write(lambda tx: Town(tx).person(cast.library, evil))
    async with door.signed_in(cast.coordinator) as browser:
        page = await browser.get("/console", params={"q": evil})
    assert names(page) == [evil]
    assert "<script>" not in page.text


async def test_an_empty_organisation_is_told_how_it_begins(
    door: Door, database: Database, clock: Clock
) -> None:
    def found(tx: Connection) -> int:
        town = Town(tx)
        place = town.organisation("Archive")
        return town.coordinator([place], town.person(place, "Aldona Archyvė", language="en"))

    async with door.signed_in(await database.write(found)) as browser:
        page = await browser.get("/console")
    assert "Nobody is on the list yet" in page.text
    assert "Import the list of your people, or add them one by one" in page.text
    assert re.findall(r'id="to-(\w+)" href', page.text)[-2:] == ["import", "add"]
    assert "<table" not in page.text


async def test_while_nobody_has_joined_there_is_a_hint(door: Door, database: Database, cast: Cast) -> None:
    def found(tx: Connection) -> int:
        town = Town(tx)
        place = town.organisation("Archive")
        town.invite(town.person(place, "Asta"), cast.safe[0])
        return town.coordinator([place], town.person(place, "Aldona Archyvė", language="en"))

    async with door.signed_in(await database.write(found)) as browser:
        page = await browser.get("/console")
    assert "Nobody has joined yet." in page.text
    assert names(page) == ["Asta"]


async def test_many_people_come_in_pages(door: Door, database: Database, cast: Cast) -> None:
    def grow(tx: Connection) -> None:
        town = Town(tx)
        for number in range(200):
            town.person(cast.library, f"P{number:03}")

    await database.write(grow)
    async with door.signed_in(cast.coordinator) as browser:
        pages = [await browser.get(f"/console?q=p&page={number}") for number in (1, 2, 3)]
    ends = [(names(page)[0], names(page)[-1]) for page in pages]
    assert ends == [("P000", "P099"), ("P100", "P199"), ("P100", "P199")]
    assert 'href="/console?q=p&amp;page=2"' in pages[0].text
    assert 'rel="next"' not in pages[1].text
    assert "101–200 of 200" in pages[1].text


def learner(person: int, state: State, **more: Any) -> Learner:
    return Learner(person, f"P{person}", LIBRARY, state, **more)


def test_figures_count_people_and_not_lines() -> None:
    week = timedelta(days=7)
    counted = figures(
        [
            learner(1, "finished", last_at=MONDAY),
            learner(1, "invited", last_at=MONDAY),
            learner(2, "finished", last_at=MONDAY - week),
            learner(2, "learning", last_at=MONDAY - week),
            learner(3, "invited"),
            learner(4, "listed"),
            learner(5, "joined", last_at=MONDAY - week + timedelta(seconds=1)),
        ],
        MONDAY,
    )
    assert (counted.people, counted.joined, counted.active, counted.finished) == (5, 3, 2, 2)


def order(people: Sequence[Learner], sort: str) -> list[int]:
    return [each.person for each in chosen(people, View(sort=sort), "en")]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("name", [1, 2, 3]),
        ("programme", [2, 1, 3]),
        ("progress", [2, 1, 3]),
        ("score", [1, 2, 3]),
        ("last", [1, 2, 3]),
        ("state", [2, 3, 1]),
    ],
)
def test_order(column: str, expected: list[int]) -> None:
    """The third has nothing to be sorted by but a name and a state: last, either way round."""
    people = [
        learner(3, "invited"),
        learner(1, "finished", programme=programme("z"), lessons_done=2, right=1, graded=9, last_at=MONDAY),
        learner(
            2,
            "learning",
            programme=programme("a", 9),
            lessons_done=3,
            right=1,
            graded=2,
            last_at=MONDAY + timedelta(seconds=1),
        ),
    ]
    assert order(people, column) == expected
    nothing = [] if column in ("name", "state") else [3]
    assert (
        order(people, f"-{column}") == [each for each in reversed(expected) if each not in nothing] + nothing
    )


@pytest.mark.parametrize(
    ("count", "expected"), [(1, "O0"), (2, "O0 og O1"), (3, "O0, O1 og O2"), (4, "4 organisasjoner")]
)
def test_heading(texts: Texts, database: Database, clock: Clock, count: int, expected: str) -> None:
    places = [Organisation(each, f"O{each}", "NO", "Europe/Oslo", "nb", "") for each in range(count)]
    assert heading(Site(database, texts, clock), "nb", places[::-1]) == expected


def test_heading_names_a_whole_without_its_parts(texts: Texts, database: Database, clock: Clock) -> None:
    units = [replace(LIBRARY, id=each, name=f"Unit {each}", above=each - 1) for each in range(2, 7)]
    assert heading(Site(database, texts, clock), "en", [*units, LIBRARY]) == "Library"
    assert heading(Site(database, texts, clock), "en", [units[0], units[2]]) == "Unit 2 and Unit 4"


async def test_every_state_has_a_word_in_every_language(
    door: Door, database: Database, cast: Cast, texts: Texts
) -> None:
    def live(tx: Connection) -> None:
        (study,) = enrolments_of(tx, cast.learner)
        enrolments.set_state(tx, study.id, "paused")

    await database.write(live)
    async with door.signed_in(cast.coordinator) as browser:
        for language, word in (
            ("lt", "Pristabdyta"),
            ("pl", "Przerwa"),
            ("nb", "På pause"),
            ("en", "Paused"),
        ):
            browser.cookies.set("zinute_language", language)
            page = await browser.get("/console")
            assert lines(page)[1][-1] == word
            assert Locale.parse(language).language == page.headers["content-language"]
