"""A lesson that was passed on: its beginning for everybody, in their language, and the ways in."""

import html
import re
from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from console.app import create
from console.pages.lesson import first_cards
from console.prose import prose
from domain.language import LANGUAGES, Language
from domain.programme import Card, Exam, Lesson, Picture, Programme
from domain.text import Entity, Text
from domain.texts import Texts
from storage import programmes
from storage.database import Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.test_catalogue import Somewhere
from tests.console.town import MONDAY, Cast, Clock, programme

PLACE = "/lesson/safe/safe-0"


async def get(door: Door, address: str, language: str = "en") -> httpx.Response:
    async with door.browser() as browser:
        return await browser.get(address, headers={"Accept-Language": language})


def meta(page: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:name|property)="((?:og:|desc)[^"]+)" content="([^"]*)">', page)
    return {name: html.unescape(content) for name, content in found}


async def test_the_beginning_is_there_for_everybody_and_the_questions_are_not(door: Door, cast: Cast) -> None:
    answer = await get(door, PLACE)
    assert answer.status_code == 200
    assert "lesson0-en" in answer.text
    assert "Read." in answer.text
    assert "q0" not in answer.text
    assert "2 more cards are in the chat" in answer.text
    assert f'href="/chat?code=read-{cast.safe[1]}-0"' in answer.text
    assert f"/start read-{cast.safe[1]}-0" in answer.text
    assert "You need an invitation" in answer.text


@pytest.mark.parametrize(
    ("language", "words"),
    [("lt", "Liko"), ("pl", "Czytaj dalej"), ("nb", "Les videre"), ("en", "Read on")],
)
async def test_it_is_in_the_readers_language(door: Door, cast: Cast, language: Language, words: str) -> None:
    for answer in (await get(door, PLACE, language), await get(door, f"{PLACE}?lang={language}", "de")):
        assert f'<html lang="{language}">' in answer.text
        assert f"lesson0-{language}" in answer.text
        assert words in answer.text or language == "lt"
        assert {each: f'hreflang="{each}"' in answer.text for each in LANGUAGES} == dict.fromkeys(
            LANGUAGES, True
        )


async def test_a_link_shows_what_it_leads_to(door: Door, cast: Cast) -> None:
    found = meta((await get(door, PLACE, "nb")).text)
    assert found == {
        "description": "Read.",
        "og:type": "article",
        "og:site_name": "Zinute",
        "og:title": "lesson0-nb",
        "og:description": "Read.",
        "og:url": f"http://console.test{PLACE}",
        "og:locale": "nb_NO",
    }


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    """Where it is reached is set, and so is another messenger."""

    doors = Somewhere("web", "/chat?code="), Somewhere("telegram", "https://t.me/bot?start=")
    return create(database, texts, clock, doors=doors, address="http://console.test")


async def test_each_messenger_is_one_tap_away(door: Door, cast: Cast) -> None:
    page = (await get(door, PLACE)).text
    assert f'href="https://t.me/bot?start=read-{cast.safe[1]}-0">Open Telegram</a>' in " ".join(page.split())


async def test_the_language_is_changed_where_one_is(door: Door, cast: Cast) -> None:
    async with door.browser() as browser:
        form = {"language": "pl", "next": PLACE}
        answer = await browser.post("/console/language", data=form, headers=SAME_ORIGIN)
        assert (answer.status_code, answer.headers["location"]) == (303, PLACE)
        assert '<html lang="pl">' in (await browser.get(PLACE)).text


MISSING = (
    "/lesson/safe/none",
    "/lesson/none/safe-0",
    "/lesson/safe",
    "/lesson/safe/%00",
    f"{PLACE}{'x' * 3000}",
)


@pytest.mark.parametrize("address", MISSING)
async def test_what_is_not_there_is_told_calmly(door: Door, cast: Cast, address: str) -> None:
    answer = await get(door, address)
    assert (answer.status_code, "There is no such page" in answer.text) == (404, True)


async def publish(database: Database, content: Programme) -> None:
    await database.write(lambda tx: programmes.publish(tx, content, MONDAY))


async def test_a_test_is_nobodys_to_read(door: Door, database: Database, cast: Cast) -> None:
    small = programme("exam", 1)
    texts = tuple(replace(text, exam=Exam(80)) for text in small.lessons[0].texts)
    await publish(database, replace(small, lessons=(Lesson("exam-0", texts),)))
    assert (await get(door, "/lesson/exam/exam-0")).status_code == 404


async def test_text_from_authors_is_never_markup(door: Door, database: Database, cast: Cast) -> None:
    small = programme("<b>", 1)
    evil = Card(Text('<script>"x"</script>'), Picture("0" * 64, "p.png", 'A "desk" <b>', 10, 20))
    texts = tuple(replace(text, title='<i>"', cards=(evil,)) for text in small.lessons[0].texts)
    await publish(database, replace(small, slug="evil", lessons=(Lesson("one", texts),)))
    page = (await get(door, "/lesson/evil/one")).text
    assert "<script>" not in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert 'alt="A &#34;desk&#34; &lt;b&gt;"' in page
    assert meta(page)["og:image"] == f"http://console.test/chat/pictures/{'0' * 64}"
    assert "more card" not in page


def test_of_a_lesson_that_begins_with_a_question_there_is_the_text_before_it() -> None:
    text = programme().lessons[0].texts[0]
    asks = replace(text.cards[1], text=Text("Think."))
    assert first_cards(replace(text, cards=(asks, *text.cards))) == (Card(Text("Think.")),)
    assert first_cards(replace(text, cards=(text.cards[0],) * 5)) == (text.cards[0],) * 3


def test_a_text_keeps_its_entities_and_nothing_else() -> None:
    text = Text(
        "😀 bold <b> link secret.",
        (Entity("bold", 3, 4), Entity("link", 12, 4, "https://a.example/?a=1&b=2"), Entity("hidden", 17, 6)),
    )
    assert str(prose(text)) == (
        "😀 <strong>bold</strong> &lt;b&gt; "
        '<a href="https://a.example/?a=1&amp;b=2" rel="nofollow noopener">link</a> ….'
    )
    assert str(prose(Text("x", (Entity("link", 0, 1, "javascript:alert(1)"),)))) == "x"
    nested = Text("both", (Entity("bold", 0, 4), Entity("italic", 1, 2)))
    assert str(prose(nested)) == "<strong>b</strong><strong><em>ot</em></strong><strong>h</strong>"


@given(st.text())
def test_a_text_without_entities_is_escaped(plain: str) -> None:
    assert html.unescape(str(prose(Text(plain)))) == html.unescape(html.escape(plain)).replace(
        "\ud800", "\ufffd"
    ) or any("\ud800" <= each <= "\udfff" for each in plain)
