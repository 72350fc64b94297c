"""The programmes' pages: what they say of whom, what they do not tell, and how they look."""

import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from console.numbers import Numbers
from console.pages.programme import shortened
from console.site import Site
from domain.disclosure import Share
from domain.language import LANGUAGES, Language
from domain.programme import Rules
from domain.texts import Texts
from storage.database import Connection, Database
from tests.console import busy
from tests.console.conftest import Door
from tests.console.crowd import Crowd
from tests.console.test_learners import words
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, complaints_of, enter
from tests.console.town import Cast, Clock, Town
from tests.domain.make import programme
from tests.tools.screens import Screen, Screens

__all__ = ["base"]


@pytest.fixture
async def medication(database: Database, cast: Cast) -> int:
    return await database.write(lambda tx: busy.fill(tx, cast.library))


def cells(page: httpx.Response, row: str) -> list[str]:
    """The cells of a row of a table."""
    found = re.search(rf'<tr role="row" id="{row}">.*?</tr>', page.text, re.DOTALL)
    assert found, page.text
    return [words(cell) for cell in re.findall(r"<t[hd] .*?</t[hd]>", found[0], re.DOTALL)]


def about(page: httpx.Response, question: str) -> str:
    """What the page says of a question."""
    found = re.search(rf'<li id="question-{question}".*?(?:\n  |</span>)</li>', page.text, re.DOTALL)
    assert found, page.text
    return words(found[0])


async def test_the_list_has_both_denominators_the_hours_and_the_saving(
    coordinator: httpx.AsyncClient, medication: int
) -> None:
    page = await coordinator.get("/console/programmes")
    first, *figures = cells(page, f"programme-{medication}")
    assert first == "Medication handling: learn and certify"
    assert figures[:3] == ["64 only looked in: 6", "66 not begun yet: 8", "61% 40 of 66"]
    assert re.fullmatch(r"1\d\.\d h", figures[3])
    assert re.fullmatch(r"16\d\.\d h", figures[4])
    small = ["safe <en>", "1 only looked in: 1", "1 not begun yet: 1", "0% 0 of 1", "0 h", "–"]
    assert cells(page, "programme-1") == small
    assert page.text.index(f'id="programme-{medication}"') < page.text.index('id="programme-1"')


async def test_people_of_other_organisations_are_not_in_it(door: Door, cast: Cast, medication: int) -> None:
    async with door.signed_in(cast.coordinator_elsewhere) as browser:
        page = await browser.get("/console/programmes")
        whole = await browser.get(f"/console/programmes/{medication}")
    assert cells(page, f"programme-{medication}")[1:] == ["0", "0", "–", "0 h", "–"]
    assert "Nobody of yours has opened this programme" in whole.text
    assert "questions with too few answers yet" in whole.text
    assert "It replaces 270 min of training for each person." in words(whole.text)
    assert re.findall(r"<li id=\"question-.*?First answers: (\d+)</span>", whole.text) == ["0"] * 10


async def test_a_programme_says_where_people_stop(coordinator: httpx.AsyncClient, medication: int) -> None:
    page = await coordinator.get(f"/console/programmes/{medication}")
    said = words(page.text)
    meant = "40 of 66 (61%) finished, of those who meant to who finished still learning: 18 not begun yet: 8"
    assert meant in said
    assert (
        "40 of 72 (56%) finished, of everyone, also those who only looked in everyone only looked in: 6"
        in said
    )
    links = re.findall(rf'href="/console\?programme={medication}&amp;group=([^"]*)">(.*?)</a>', page.text)
    assert ("stopped&amp;lesson=01", "4") in links
    shown = await coordinator.get(f"/console?programme={medication}&group=stopped&lesson=01")
    assert "Stopped in the lesson “Medication handling 2”: 4 of 54 who came to it" in words(shown.text)
    assert shown.text.count('<tr role="row" id="line-') == 4
    nothing = [f"programme={medication}&group=x", "programme=99&group=finished", f"programme={medication}"]
    for asked in nothing:
        assert (await coordinator.get(f"/console?{asked}")).status_code == 404
    title, reached, finished, stopped, right, time = cells(page, "lesson-2")
    assert (title, reached, finished) == ("2. Medication handling 2", "54", "50")
    assert stopped == "4 4 at card 2: “What do you check first before you give medicine no. 10?”"
    assert re.fullmatch(r"\d\d%", right)
    assert re.fullmatch(r"\d\.\d min stated: 3 min", time)


async def test_questions_come_with_what_to_do_the_worst_first(
    coordinator: httpx.AsyncClient, medication: int
) -> None:
    page = await coordinator.get(f"/console/programmes/{medication}")
    order = re.findall(r'<li id="question-(m\d-\d)" class="(\w+)"', page.text)
    assert order[:2] == [("m1-0", "key"), ("m3-0", "hard")]
    assert {name for name, _ in order} == {f"m{lesson}-{each}" for lesson in range(5) for each in range(2)}
    key = about(page, "m1-0")
    assert "The key may be wrong." in key
    assert "Check what is marked as right" not in key  # that is for authors
    assert "They choose “Option C”." in key
    assert "Option B (right) 18%" in key
    assert "Nobody chooses: “Option D”." in about(page, "m4-0")
    easy = about(page, "m2-1")
    assert "Too easy." in easy
    assert "Right the first time more than 88%" in easy
    assert "Option" not in easy  # nothing else than that everyone is right could be told


async def test_nobodys_answers_can_be_told(
    database: Database, cast: Cast, coordinator: httpx.AsyncClient
) -> None:
    """Forty people: three choose one option and one another; and a question that four answered."""
    taught = programme("tss", languages=LANGUAGES, slug="quiet")

    def build(tx: Connection) -> int:
        where = Town(tx).publish(taught)
        crowd, (one, other) = Crowd(tx, cast.library, where, taught), taught.lessons[0].texts[0].questions
        for number in range(40):
            enrolment = crowd.enrol(crowd.person())
            crowd.answer(
                enrolment, one, (0 if number < 3 else 2 if number == 3 else 3 if number < 20 else 1,)
            )
            if number < 4:
                crowd.answer(enrolment, other, (1,), took=timedelta(seconds=77))
        return where[0]

    owner = await database.write(build)
    page = await coordinator.get(f"/console/programmes/{owner}")
    one, other = about(page, "01-1"), about(page, "01-2")
    assert "Right the first time 50%" in one
    assert one.count("not shown: too few people") == 3  # 3 and 1, and one that would give away their sum of 4
    assert "Option" not in other
    assert "1 question with too few answers yet" in page.text
    assert other.endswith("First answers: 4")
    assert "77 s" not in page.text
    assert cells(page, "lesson-1")[4] == "–"


async def test_medication_handling_saves_1250_hours_and_says_how(
    database: Database, cast: Cast, coordinator: httpx.AsyncClient
) -> None:
    """Four hours in a classroom became one and a half, for 500 people."""
    whole = programme(*["t"] * 9, slug="medication", languages=LANGUAGES)
    long = [
        replace(each, texts=tuple(replace(text, minutes=10) for text in each.texts)) for each in whole.lessons
    ]
    taught = replace(whole, lessons=tuple(long), rules=Rules(replaces_minutes=240))

    def build(tx: Connection) -> int:
        where = Town(tx).publish(taught)
        crowd = Crowd(tx, cast.library, where, taught)
        for number in range(500):
            enrolment = crowd.enrol(crowd.person(), state="finished", lesson=8)
            for lesson in range(9 if number < 200 else 0):
                crowd.show(enrolment, lesson, 0, took=timedelta(minutes=10))
                crowd.finish(enrolment, lesson)
        return where[0]

    owner = await database.write(build)
    page, listed = [await coordinator.get(f"/console/programmes{each}") for each in (f"/{owner}", "")]
    assert cells(listed, f"programme-{owner}")[-1] == "1,250 h"
    said = words(re.findall(r'<section id="saved".*?</section>', page.text, re.DOTALL)[0])
    assert said == (
        "What it saves 1,250 h of working time saved, which is 0.73 full-time years. How it is reckoned "
        "What it replaces: 500 people × 240 min 2,000 h Their active time (people: 200) − 300 h "
        "Stated time of those whose time is not known: 300 × 90 min − 450 h Saved 1,250 h "
        "A full-time year is 1,720 working hours (Regulation (EU) 2021/1060, article 55(2)(a)). "
        "Only people who finished count."
    )


async def test_what_costs_more_than_it_saves_says_so(
    database: Database, cast: Cast, coordinator: httpx.AsyncClient
) -> None:
    taught = replace(programme("t", slug="dear", languages=LANGUAGES), rules=Rules(travel_minutes=2))

    def build(tx: Connection) -> int:
        where = Town(tx).publish(taught)
        crowd = Crowd(tx, cast.library, where, taught)
        for _ in range(60):
            crowd.enrol(crowd.person(), state="finished")
        return where[0]

    owner = await database.write(build)
    page, listed = [await coordinator.get(f"/console/programmes{each}") for each in (f"/{owner}", "")]
    assert "So far it took 1 h more than it replaced." in words(page.text)
    assert "0 min in a classroom and 2 min of travel" in words(page.text)
    assert "Saved − 1 h" in words(page.text)
    assert cells(listed, f"programme-{owner}")[-1] == "1 h more than it replaces"


async def test_what_is_not_there_is_not_found(coordinator: httpx.AsyncClient) -> None:
    pages = [
        await coordinator.get(f"/console/programmes/{each}") for each in ("2", "0", "-1", "x", "9" * 40, "١")
    ]
    assert {page.status_code for page in pages} == {404}


async def test_an_empty_house_is_told_what_to_do(door: Door, database: Database, cast: Cast) -> None:
    async with door.signed_in(cast.coordinator) as browser:
        await database.write(lambda tx: [tx.exec_driver_sql(each) for each in EMPTY[:6]])
        nobody = await browser.get("/console/programmes")
        await database.write(lambda tx: [tx.exec_driver_sql(each) for each in EMPTY[6:]])
        nothing = await browser.get("/console/programmes")
    assert "Nobody of yours has begun a programme yet" in nobody.text
    assert "Invite people to learn." in nobody.text
    assert "No programmes yet" in nothing.text


TABLES = (
    *("answer", "step", "lesson_done", "schedule", "enrolment", "invitation"),
    *("programme_version", "programme"),
)
EMPTY = [f"DELETE FROM {table}" for table in TABLES]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["1,250.4 h", "−0.35", "62%", "more than 88%", "less than 13%", "45 s", "2 min"]),
        (
            "lt",
            ["1 250,4 val.", "−0,35", "62 %", "daugiau kaip 88 %", "mažiau kaip 13 %", "45 sek.", "2 min."],
        ),
    ],
)
def test_numbers_are_written_as_the_language_does(
    database: Database, texts: Texts, clock: Clock, language: Language, expected: list[str]
) -> None:
    numbers = Numbers(Site(database, texts, clock), language)
    told = [
        numbers.hours(timedelta(hours=1250, minutes=24)),
        numbers.count(-0.35, 2),
        numbers.percent(0.62),
        numbers.share(Share(0.8888, "more")),
        numbers.share(Share(0.125, "less")),
        numbers.seconds(45.4),
        numbers.seconds(120),
    ]
    assert [each.replace("\xa0", " ") for each in told] == expected
    assert (numbers.count(-0.001, 2), numbers.part(1, 0)) == ("0", "–")


def test_a_long_question_is_shortened_at_a_word() -> None:
    assert shortened("Trumpas \n tekstas") == "Trumpas tekstas"
    assert shortened("žodis " * 30) == "žodis " * 9 + "žodis …"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_nothing_is_without_words(
    coordinator: httpx.AsyncClient, medication: int, language: Language
) -> None:
    for place in ("", f"/{medication}", "/1"):
        coordinator.cookies.set("zinute_language", language)
        page = await coordinator.get(f"/console/programmes{place}")
        assert page.status_code == 200
        assert re.findall(r"console\.[a-z_]+\.[\w.]+", page.text.replace("console.test", "")) == []
        assert page.headers["content-language"] == language


@pytest.fixture
async def looked_at(medication: int) -> tuple[str, ...]:
    behind = f"/console?programme={medication}&group=stopped&lesson=01"
    return ("/console/programmes", f"/console/programmes/{medication}", "/console/programmes/1", behind)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", ["phone", "desktop"])
async def test_pages_are_for_everyone_and_fit(
    *,
    door: Door,
    cast: Cast,
    base: str,
    browser_page: Screens,
    axe: str,
    looked_at: tuple[str, ...],
    language: Language,
    screen: Screen,
) -> None:
    page = await browser_page(screen)
    await enter(page, door, base, cast.coordinator)
    await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
    found = list[tuple[str, str, object]]()
    for address in looked_at:
        await page.goto(base + address)
        await page.evaluate(
            "document.querySelectorAll('details:not(.menu)').forEach(each => each.open = true)"
        )
        if language == "lt":
            found += [(address, *said) for said in await complaints_of(axe, page)]
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if screen == "phone":
            await page.set_viewport_size({"width": 320, "height": 640})
            found += [(address, "320", wide) for wide in await page.evaluate(TOO_WIDE)]
            found += [(address, "44", small) for small in await page.evaluate(TOO_SMALL)]
            await page.set_viewport_size({"width": 390, "height": 844})
    assert found == []
