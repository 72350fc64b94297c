"""A person's page: what happened, in words."""

import re
from datetime import datetime, timedelta

import httpx
import pytest

from console.moments import Moments
from console.pages.person import Words, by_day
from console.site import Site
from domain.language import Language
from domain.texts import Texts
from storage.activity import Happening
from storage.database import Connection, Database
from storage.progress import Event
from tests.console.conftest import Door
from tests.console.test_learners import words
from tests.console.town import MONDAY, Cast, Clock, Town, programme


def told(page: httpx.Response) -> list[tuple[str, list[str]]]:
    """Days and what happened on each, as the page has them."""
    days = re.findall(r'<section class="day".*?<h3>(.*?)</h3>(.*?)</section>', page.text, re.DOTALL)
    return [
        (day, [words(line) for line in re.findall(r"<li .*?</li>", those, re.DOTALL)]) for day, those in days
    ]


async def test_what_happened_day_by_day(door: Door, database: Database, cast: Cast, clock: Clock) -> None:
    def live(tx: Connection) -> None:
        town = Town(tx, MONDAY - timedelta(hours=1))
        town.note(cast.learner, "lesson_sent", version=cast.safe[1], lesson=1, by="learner")

    await database.write(live)
    async with door.signed_in(cast.coordinator) as browser:
        page = await browser.get(f"/console/people/{cast.learner}")
    assert told(page) == [
        ("Today, Monday 23 November", ["08:30 Opened lesson 2: “lesson1-en”"]),
        (
            "Yesterday, Sunday 22 November",
            [
                "09:30 Finished lesson 1, “lesson0-en”: 1 of 2 right",
                "09:30 Answered “safe0q1&en?” wrong",
                "09:30 Answered “safe0q0&en?” right",
                "09:30 Started the programme “safe <en>”",
                "09:30 Joined through the web chat",
            ],
        ),
    ]
    said = words(page.text)
    for part in (
        "Ona Onaitė",
        "Monday–Friday, 09:30",
        "Learns in Lithuanian",
        "safe <en> 1 of 2 lessons 1 of 2 right",
    ):
        assert part in said


CASES: list[tuple[Happening, dict[str, str | int | bool | None], dict[Language, str]]] = [
    (
        "joined",
        {"channel": "telegram"},
        {"lt": "Prisijungė per „Telegram“", "pl": "Dołączenie przez Telegram"},
    ),
    ("joined", {"channel": "matrix"}, {"en": "Joined through matrix"}),
    (
        "lesson_sent",
        {"version": 1, "lesson": 1, "by": "time"},
        {"nb": "Leksjon 2 ble sendt til avtalt tid: «lesson1-nb»"},
    ),
    (
        "answered",
        {"version": 1, "lesson": 0, "card": 2, "question": "q1", "chosen": "0", "correct": None},
        {"en": "Gave an opinion on “safe0q1&en?”"},
    ),
    (
        "answered",
        {"version": 1, "lesson": 0, "card": 2, "question": "q1", "chosen": "0", "correct": False},
        {"pl": "Błędna odpowiedź na pytanie „safe0q1&pl?”"},
    ),
    (
        "answered",
        {"version": 1, "lesson": 0, "card": 2, "correct": True, "purpose": "review"},
        {
            "lt": "Į grįžusį klausimą „safe0q1&lt?“ atsakė teisingai",
            "en": "Answered “safe0q1&en?” right when it came back",
        },
    ),
    (
        "lesson_done",
        {"version": 1, "lesson": 0, "right": 0, "graded": 0},
        {"lt": "Baigė 1 pamoką „lesson0-lt“", "en": "Finished lesson 1, “lesson0-en”"},
    ),
    (
        "programme_done",
        {"version": 1, "right": 3, "graded": 4},
        {"nb": "Fullførte programmet «safe <nb>»: 3 av 4 riktige"},
    ),
    ("programme_done", {"version": 1, "right": 0, "graded": 0}, {"en": "Finished the programme “safe <en>”"}),
    (
        "test_begun",
        {"version": 1, "number": 2, "lesson": 1},
        {"lt": "Pradėjo testą „lesson1-lt“", "en": "Began the test “lesson1-en”"},
    ),
    (
        "test_begun",
        {"version": 1, "number": 1},
        {"en": "Began to check what is known of “safe <en>” already"},
    ),
    (
        "test_done",
        {"version": 1, "number": 1, "lesson": 1, "right": 17, "graded": 20, "percent": 85, "passed": True},
        {"pl": "Test „lesson1-pl” zdany: 17 z 20 poprawnie, 85%"},
    ),
    (
        "test_done",
        {"version": 1, "number": 1, "lesson": 1, "right": 9, "graded": 20, "percent": 45, "passed": False},
        {"nb": "Besto ikke prøven «lesson1-nb»: 9 av 20 riktige, 45 %"},
    ),
    (
        "test_done",
        {"version": 1, "number": 1, "right": 3, "graded": 5, "percent": 60, "passed": None},
        {"lt": "Pasitikrino, ką jau moka iš programos „safe <lt>“: 3 iš 5 teisingai"},
    ),
    (
        "test_granted",
        {"version": 1, "lesson": 0},
        {"en": "Was given another attempt at the test “lesson0-en”"},
    ),
    (
        "lesson_done",
        {"version": 1, "lesson": 0, "right": 2, "graded": 2, "skipped": True},
        {"en": "Knows lesson 1, “lesson0-en”, already: everything right in the check"},
    ),
    ("paused", {}, {"lt": "Pristabdė pamokas"}),
    ("resumed", {}, {"pl": "Powrót do lekcji"}),
    ("settings", {"what": "language", "value": "nb"}, {"lt": "Pakeitė mokymosi kalbą: norvegų bukmolas"}),
    ("settings", {"what": "hour", "value": "14:00"}, {"en": "Changed when lessons come: 14:00"}),
    ("settings", {"what": "days", "value": "135"}, {"pl": "Nowe dni lekcji: poniedziałek, środa, piątek"}),
]


@pytest.mark.parametrize(("what", "details", "sentences"), CASES)
def test_words(
    *,
    texts: Texts,
    database: Database,
    what: Happening,
    details: dict[str, str | int | bool | None],
    sentences: dict[Language, str],
) -> None:
    site, event = Site(database, texts, Clock()), Event(1, what, details, MONDAY)
    said = {language: Words(site, language, {1: programme()}).say(event) for language in sentences}
    assert said == sentences


async def test_a_long_story_comes_in_pages_that_meet(door: Door, database: Database, cast: Cast) -> None:
    def live(tx: Connection) -> None:
        for number in range(120):
            Town(tx, MONDAY - timedelta(minutes=120 - number)).note(cast.learner, "paused")

    await database.write(live)
    pages = []
    async with door.signed_in(cast.coordinator) as browser:
        address: str | None = f"/console/people/{cast.learner}"
        while address:
            pages.append(await browser.get(address))
            onward = re.search(r'id="earlier" rel="next" href="([^"]+)"', pages[-1].text)
            address = onward[1] if onward else None
    seen = [line for page in pages for _, lines in told(page) for line in lines]
    assert [len(re.findall(r'<li id="event-', page.text)) for page in pages] == [50, 50, 25]
    assert len(seen) == 125
    assert seen[-1] == "09:30 Joined through the web chat"
    assert ["Newest" in page.text for page in pages] == [False, True, True]


@pytest.mark.parametrize("before", ["abc", "-1", "9" * 30, "0", "１"])
async def test_a_strange_page_is_the_first(coordinator: httpx.AsyncClient, cast: Cast, before: str) -> None:
    page = await coordinator.get(f"/console/people/{cast.learner}", params={"before": before})
    assert len(told(page)[0][1]) == 5


async def test_somebody_who_has_done_nothing(coordinator: httpx.AsyncClient, cast: Cast) -> None:
    said = words((await coordinator.get(f"/console/people/{cast.invited}")).text)
    assert "Nothing yet." in said
    assert "Joined not yet" in said
    assert "safe <en> 0 of 2 lessons" in said


def moments(texts: Texts, database: Database, language: Language, zone: str = "Europe/Vilnius") -> Moments:
    return Moments(Site(database, texts, Clock()), language, zone, MONDAY)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("language", "at", "expected"),
    [
        ("lt", MONDAY, "šiandien, 09:30"),
        ("lt", MONDAY - 3 * DAY, "lapkr. 20 d., 09:30"),
        ("lt", MONDAY - 365 * DAY, "2025 m. lapkr. 23 d., 09:30"),
        ("pl", MONDAY + DAY, "jutro, 09:30"),
        ("pl", MONDAY - 2 * DAY, "21 lis, 09:30"),
        ("nb", MONDAY - DAY, "i går kl. 09:30"),
        ("nb", MONDAY - 4 * DAY, "19. nov. kl. 09:30"),
        ("en", MONDAY - timedelta(hours=9, minutes=31), "yesterday, 23:59"),
        ("en", MONDAY - timedelta(hours=9, minutes=30), "today, 00:00"),
        ("en", datetime.fromisoformat("2025-12-31T23:30+00:00"), "1 Jan, 01:30"),
    ],
)
def test_a_time_is_near_and_exact(
    *, texts: Texts, database: Database, language: Language, at: datetime, expected: str
) -> None:
    assert moments(texts, database, language).short(at) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("lt", ["Šiandien, pirmadienis, lapkričio 23 d.", "Penktadienis, lapkričio 20 d."]),
        ("pl", ["Dziś, poniedziałek, 23 listopada", "Piątek, 20 listopada"]),
        ("nb", ["I dag, mandag 23. november", "Fredag 20. november"]),
        ("en", ["Today, Monday 23 November", "Friday 20 November"]),
    ],
)
def test_a_day(texts: Texts, database: Database, language: Language, expected: list[str]) -> None:
    written = moments(texts, database, language)
    assert [written.heading(written.day(at)) for at in (MONDAY, MONDAY - 3 * DAY)] == expected


def test_a_day_ends_at_the_organisations_midnight(texts: Texts, database: Database) -> None:
    late = MONDAY.replace(hour=22, minute=30)
    events = [Event(number, "paused", {}, at) for number, at in ((2, late), (1, late - timedelta(hours=1)))]
    days = {
        zone: by_day(events, moments(texts, database, "en", zone))
        for zone in ("Europe/Vilnius", "Europe/Oslo")
    }
    assert {zone: [len(those) for _, those in split] for zone, split in days.items()} == {
        "Europe/Vilnius": [1, 1],
        "Europe/Oslo": [2],
    }
