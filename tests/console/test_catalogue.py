"""The open catalogue: what everybody sees, what is found, and where somebody who is invited begins."""

import re
from dataclasses import replace
from html import unescape

import httpx
import pytest
from starlette.applications import Starlette

from console.app import create
from domain.language import LANGUAGES
from domain.programme import Picture, Programme, Rules
from domain.texts import Texts
from storage import programmes
from storage.database import Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, complaints_of
from tests.console.town import MONDAY, Cast, Clock, programme
from tests.tools.screens import Screens

__all__ = ["base"]

SITE = "https://learn.example"
DESK = Rules(
    after=("safe", "gone"),
    valid_months=24,
    owner="City & Sons",
    licence="CC BY 4.0",
    jobs=("guide",),
    sectors=("museums", "beekeeping"),
)
BEES = Rules(valid_months=0, sectors=("beekeeping",))


class Somewhere:
    """A messenger; without a place, no link opens it."""

    def __init__(self, name: str, place: str) -> None:
        self.name, self._place = name, place

    def link(self, code: str) -> str:
        return f"{self._place}{code}" if self._place else ""


DOORS = (
    Somewhere("web", "/chat?code="),
    Somewhere("telegram", "https://t.me/bot?start="),
    Somewhere("terminal", ""),
)


def described(slug: str, rules: Rules, audience: str = "") -> Programme:
    made = programme(slug, lessons=3)
    texts = (replace(text, audience=f"{audience} {text.language}".strip()) for text in made.texts)
    return replace(made, texts=tuple(texts), rules=rules)


def only(made: Programme, language: str) -> Programme:
    """The programme in one language, with a picture."""
    texts = tuple(text for text in made.texts if text.language == language)
    lessons = []
    for lesson in made.lessons:
        (text,) = (each for each in lesson.texts if each.language == language)
        pictured = tuple(replace(card, picture=Picture("d" * 64, "a.png", "", 8, 6)) for card in text.cards)
        lessons.append(replace(lesson, texts=(replace(text, cards=pictured),)))
    return replace(made, texts=texts, lessons=tuple(lessons))


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, doors=DOORS, address=SITE)


@pytest.fixture
async def shop(door: Door, cast: Cast, database: Database) -> Door:
    """The town's programme "safe", one for guides, and one for beekeepers in Polish only."""
    for each in (described("desk", DESK, "<guides>"), only(described("bees", BEES), "pl")):
        await database.write(lambda tx, each=each: programmes.publish(tx, each, MONDAY))  # type: ignore[misc]
    return door


async def looked(shop: Door, address: str, language: str = "en") -> httpx.Response:
    async with shop.browser() as browser:
        return await browser.get(address, headers={"Accept-Language": language})


def offered(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/catalogue/([\w-]+)"', page)


def seen(page: str) -> str:
    """What can be read on a page."""
    body = re.sub(r"<[^>]+>", " ", page.partition("<main")[2])
    return " ".join(unescape(body).split())


FOUND = [
    ("", ["bees", "desk", "safe"]),
    ("?q=", ["bees", "desk", "safe"]),
    ("?q=DESK", ["desk"]),
    ("?q=guides+desk", ["desk"]),
    ("?q=city", ["desk"]),
    ("?sector=museums", ["desk"]),
    ("?sector=beekeeping", ["bees", "desk"]),
    ("?sector=beekeeping&q=bees", ["bees"]),
    ("?sector=nothing", []),
    ("?q=%25", []),
    (f"?q={'x' * 5_000}", []),
    ("?q=%00%FF", []),
]


@pytest.mark.parametrize(("query", "slugs"), FOUND)
async def test_programmes_are_found_by_words_and_by_sector(shop: Door, query: str, slugs: list[str]) -> None:
    page = await looked(shop, f"/catalogue{query}")
    assert (page.status_code, offered(page.text)) == (200, slugs)
    assert ("Nothing found" in page.text) == (not slugs)
    assert (f"{len(slugs)} programme" in seen(page.text)) == bool(slugs)


async def test_a_search_is_shown_as_it_was_asked_and_never_as_markup(shop: Door) -> None:
    page = (await looked(shop, '/catalogue?q="><script>&sector=museums')).text
    assert 'value="&#34;&gt;&lt;script&gt;"' in page
    assert '<option value="museums" selected>Museums</option>' in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["beekeeping", "Museums"]),
        ("lt", ["beekeeping", "Muziejai"]),
        ("nb", ["beekeeping", "Museer"]),
        ("pl", ["beekeeping", "Muzea"]),
    ],
)
async def test_sectors_have_names_in_the_readers_language(
    shop: Door, language: str, names: list[str]
) -> None:
    page = (await looked(shop, "/catalogue", language)).text
    assert re.findall(r'<option value="\w+">([^<]+)<', page) == names


async def test_a_line_says_what_there_is_to_say(shop: Door) -> None:
    page = seen((await looked(shop, "/catalogue")).text)
    desk = (
        "desk <en> For whom: <guides> en 3 lessons · 9 min in all · with a certificate "
        "Languages: Lithuanian, Polish, Norwegian Bokmål, English City & Sons · CC BY 4.0"
    )
    safe = "safe <en> 2 lessons · 6 min in all Languages: Lithuanian, Polish, Norwegian Bokmål, English"
    assert desk in page
    assert page.endswith(safe)


async def test_a_programme_says_everything_and_what_comes_before(shop: Door) -> None:
    page = (await looked(shop, "/catalogue/desk")).text
    facts = [
        " ".join(unescape(re.sub("<[^>]+>", " ", each)).split()) for each in re.findall(r"<dd.*?</dd>", page)
    ]
    assert facts == [
        "<guides> en",
        "3 lessons · 9 min in all",
        "Lithuanian, Polish, Norwegian Bokmål, English",
        "valid for 24 months",
        "City & Sons",
        "CC BY 4.0",
        "safe <en>",
    ]
    assert seen(page).endswith("Lessons lesson0-en lesson1-en lesson2-en")
    assert "does not expire" in (await looked(shop, "/catalogue/bees")).text


async def test_a_programme_in_another_language_says_which_it_is(shop: Door) -> None:
    page = (await looked(shop, "/catalogue/bees", "nb")).text
    assert '<html lang="nb">' in page
    assert '<div lang="pl">\n<h1>bees &lt;pl&gt;</h1>' in page
    assert '<li lang="pl">lesson0-pl</li>' in page


@pytest.mark.parametrize("slug", ["gone", "DESK", "a%00b", "x" * 3_000])
async def test_a_programme_that_there_is_not(shop: Door, slug: str) -> None:
    page = await looked(shop, f"/catalogue/{slug}")
    assert (page.status_code, "There is no such page" in page.text) == (404, True)


async def test_a_programme_is_begun_in_each_messenger_that_a_link_opens(shop: Door) -> None:
    page = (await looked(shop, "/catalogue/desk")).text
    ways = re.findall(r'<li><a href="([^"]+)">Open: ([^<]+)</a>', page)
    assert ways == [("/chat?code=p_desk", "Web chat"), ("https://t.me/bot?start=p_desk", "Telegram")]
    assert "without an invitation nobody can start a programme" in page


@pytest.mark.usefixtures("cast")
async def test_without_a_link_there_is_the_way_to_an_invitation(
    database: Database, texts: Texts, clock: Clock
) -> None:
    alone = Door(create(database, texts, clock), database, clock)
    page = (await looked(alone, "/catalogue/safe")).text
    assert ("Open:" in page, "Do you learn with Zinute already" in page) == (False, False)
    assert "Ask your organisation's coordinator for an invitation" in unescape(page)
    assert 'rel="canonical" href="http://console.test/catalogue/safe?lang=en"' in page


async def test_an_empty_catalogue_says_so(door: Door) -> None:
    assert "There are no programmes yet." in (await looked(door, "/catalogue")).text


@pytest.mark.parametrize("address", ["/catalogue", "/catalogue/bees"])
async def test_search_engines_find_each_language_at_an_address_of_its_own(shop: Door, address: str) -> None:
    page = (await looked(shop, f"{address}?lang=lt", "en")).text
    alternates = re.findall(r'rel="alternate" hreflang="([\w-]+)" href="([^"]+)"', page)
    at = f"{SITE}{address}"
    languages = [(each, f"{at}?lang={each}") for each in ("lt", "pl", "nb", "en")]
    assert alternates == [*languages, ("x-default", at)]
    assert f'<link rel="canonical" href="{at}?lang=lt">' in page
    assert ('<html lang="lt">' in page, "noindex" in page) == (True, False)
    open_graph = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)"', page))
    assert open_graph["url"] == f"{at}?lang=lt"
    assert set(open_graph) >= {"type", "title", "description", "locale"}
    picture = f"{SITE}/chat/pictures/{'d' * 64}" if address.endswith("bees") else None
    assert open_graph.get("image") == picture


async def test_choosing_a_language_keeps_the_search_and_leaves_the_addresss_language(shop: Door) -> None:
    page = (await looked(shop, "/catalogue?lang=pl&q=desk&sector=museums")).text
    (place,) = re.findall(r'name="next" value="([^"]+)"', page)
    assert unescape(place) == "/catalogue?q=desk&sector=museums"
    async with shop.browser() as browser:
        chosen = {"language": "nb", "next": unescape(place)}
        answer = await browser.post("/console/language", data=chosen, headers=SAME_ORIGIN)
        after = await browser.get(answer.headers["location"])
    assert ('<html lang="nb">' in after.text, offered(after.text)) == (True, ["desk"])


async def test_the_first_page_leads_there(shop: Door) -> None:
    assert '<a href="/catalogue">The catalogue of programmes</a>' in (await looked(shop, "/")).text


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_pages_fit_and_are_accessible(
    base: str, browser_page: Screens, axe: str, language: str
) -> None:
    """Nothing wider than the screen, targets of 44 px on touch; no complaint of axe-core."""
    found = list[tuple[str, str, object]]()
    for place in ("/catalogue", "/catalogue?q=zz", "/catalogue/desk", "/catalogue/bees"):
        page = await browser_page("phone", language=language)
        await page.goto(f"{base}{place}")
        if language == "lt":
            found += [(place, *said) for said in await complaints_of(axe, page)]
        await page.set_viewport_size({"width": 320, "height": 640})
        found += [(place, "320", wide) for wide in await page.evaluate(TOO_WIDE)]
        found += [(place, "44", small) for small in await page.evaluate(TOO_SMALL)]
        await page.set_viewport_size({"width": 1280, "height": 800})
        found += [(place, "1280", wide) for wide in await page.evaluate(TOO_WIDE.replace("320", "1280"))]
    assert found == []
