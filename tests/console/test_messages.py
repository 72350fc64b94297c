"""The messages' page: what became of each, and what a coordinator can do about it."""

import re

import httpx
import pytest

from console.pages.messages import View
from domain.language import LANGUAGES
from domain.message import notice
from storage import gaps, instance, senders
from storage.database import Connection, Database
from tests.console.conftest import Door
from tests.console.post import MINUTE, Post, live, shown
from tests.console.test_learners import lines, words
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, complaints_of, enter
from tests.console.town import MONDAY, Cast
from tests.tools.screens import Screens

__all__ = ["base"]


@pytest.fixture
async def made(database: Database, cast: Cast) -> dict[str, int]:
    return await database.write(lambda tx: live(tx, cast))


ONA, AGAIN, DROP, NONE = "Ona Onaitė", "Send again", "Do not send", "–"
WRITTEN = "today, 08:30"
FIRST_WORDS = "“The library is closed on Friday, because the heating is…”"
LINES = [
    ["Lesson: “lesson1-en”", ONA, WRITTEN, "In line It goes when its turn comes.", DROP],
    [
        "Reply in the chat",
        ONA,
        WRITTEN,
        "Held The data were restored from a backup: whoever runs Zinute decides.",
        DROP,
    ],
    [
        "Reminder: “Passwords”",
        ONA,
        WRITTEN,
        "Too late It did not make it in time (today, 09:29), and later it is of no use.",
        NONE,
    ],
    [
        f"Mandatory announcement: {FIRST_WORDS}",
        ONA,
        WRITTEN,
        "Not sent It would have come too late.",
        AGAIN,
    ],
    [
        "Lesson: “lesson1-en”",
        ONA,
        "24 Dec, 12:00",
        "Waiting Waits until 28 Dec, 09:30: 24 December is a public holiday.",
        DROP,
    ],
    [
        f"Announcement: {FIRST_WORDS}",
        ONA,
        WRITTEN,
        "Waiting Waits until 28 Nov, 08:30: not one of the person’s days.",
        DROP,
    ],
    ["Reply in the chat", ONA, WRITTEN, "Waiting Next try today, 10:31.", DROP],
    [
        "Reply in the chat",
        ONA,
        WRITTEN,
        "Failed The person cannot be reached at this address any more.",
        AGAIN,
    ],
    ["Reminder: “Passwords”", ONA, WRITTEN, "Failed The messenger did not take it.", NONE],
    [
        f"Announcement: {FIRST_WORDS}",
        ONA,
        WRITTEN,
        "May have arrived The connection broke while it was being sent.",
        "Send again The person may get it twice.",
    ],
    ["Explanation: “lesson0-en”", ONA, WRITTEN, "Sent today, 08:31", NONE],
    ["Lesson: “lesson1-en”", ONA, WRITTEN, "Sent today, 08:31", NONE],
]


async def test_a_line_says_what_became_of_a_message(
    coordinator: httpx.AsyncClient, made: dict[str, int]
) -> None:
    assert lines(await coordinator.get("/console/messages")) == LINES


async def test_totals_are_ways_to_the_states(coordinator: httpx.AsyncClient, made: dict[str, int]) -> None:
    page = await coordinator.get("/console/messages?kind=lesson")
    totals = re.findall(
        r'<a id="in-(\w+)" href="([^"]+)"[^>]*>[^<]+(?:<strong>(\d+)</strong>)?</a>', page.text
    )
    assert [(state, count) for state, _, count in totals] == [
        ("all", ""),
        ("waiting", "3"),
        ("ready", "1"),
        ("sent", "2"),
        ("unknown", "1"),
        ("failed", "2"),
        ("dropped", "1"),
        ("expired", "1"),
        ("held", "1"),
    ]
    assert totals[1][1] == "/console/messages?state=waiting&amp;kind=lesson"
    assert shown(page) == [made["ready"], made["holiday"], made["sent"]]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("?state=failed", "blocked refused"),
        ("?kind=reminder", "expired refused"),
        ("?state=failed&kind=reminder", "refused"),
        ("?q=onaite", "ready held expired late holiday day tries blocked refused unknown explained sent"),
        ("?q=jonas", ""),
        ("?q=hansen", ""),
        ("?organisation=2", ""),
        ("?person={other}", ""),
        ("?person={learner}&state=sent", "explained sent"),
        ("?before={tries}&state=failed", "blocked refused"),
        ("?state=nothing&kind=nothing&organisation=x&person=-1&before=１", None),
        ("?before=99999999999999999999&person=0&organisation=%00", None),
    ],
)
async def test_what_is_asked_for_is_shown(
    *, coordinator: httpx.AsyncClient, cast: Cast, made: dict[str, int], asked: str, expected: str | None
) -> None:
    place = asked.format(learner=cast.learner, other=cast.elsewhere, tries=made["tries"])
    page = await coordinator.get(f"/console/messages{place}")
    all_ = "ready held expired late holiday day tries blocked refused unknown explained sent"
    assert shown(page) == [made[name] for name in (all_ if expected is None else expected).split()]
    assert ("Nothing found" in page.text or "Nobody found" in page.text) == (expected == "")


async def test_a_sector_sees_both_with_the_times_of_each(
    door: Door, cast: Cast, made: dict[str, int]
) -> None:
    async with door.signed_in(cast.sector) as browser:
        whole = await browser.get("/console/messages?kind=reply")
        museum = await browser.get(f"/console/messages?organisation={cast.museum}")
    assert shown(whole)[-1] == made["elsewhere"]
    assert [(line[1], line[2], line[3]) for line in lines(museum)] == [
        ("Per Hansen", "Museum", "today, 07:30")
    ]
    assert "Library" in lines(whole)[0][2]


async def test_pages_meet(coordinator: httpx.AsyncClient, database: Database, cast: Cast) -> None:
    def more(tx: Connection) -> list[int]:
        post = Post(tx, cast)
        return [post.write(notice("menu.head"), "reply") for _ in range(120)]

    made = await database.write(more)
    pages, address = [], "/console/messages"
    while address:
        pages.append(await coordinator.get(address))
        onward = re.search(r'id="earlier" rel="next" href="([^"]+)"', pages[-1].text)
        address = onward[1].replace("&amp;", "&") if onward else ""
    assert [number for page in pages for number in shown(page)] == made[::-1]
    assert [len(shown(page)) for page in pages] == [50, 50, 20]
    assert ['id="newest"' in page.text for page in pages] == [False, True, True]


async def panel(browser: httpx.AsyncClient) -> str:
    page = (await browser.get("/console/messages")).text
    found = re.search(r'<section class="quiet".*?</section>', page, re.DOTALL)
    return words(found[0]) if found else ""


async def test_a_held_store_and_gaps_are_told_quietly(
    coordinator: httpx.AsyncClient, database: Database, made: dict[str, int]
) -> None:
    held = "The data were restored from a backup (today, 08:30). What should have gone before waits until whoever runs "
    gap = "Telegram was not heard (today, 06:30 – today, 07:30)."
    assert await panel(coordinator) == f"{held}Zinute has decided. {gap}"
    await database.write(lambda tx: instance.hold(tx, None))
    assert await panel(coordinator) == gap


async def test_who_was_asked_again_after_a_gap_is_counted_within_the_scope(
    *, door: Door, coordinator: httpx.AsyncClient, database: Database, cast: Cast, made: dict[str, int]
) -> None:
    def ask(tx: Connection) -> None:
        post, key = Post(tx, cast), gaps.key("telegram", MONDAY)
        post.write(notice("study.gap"), "reminder", key=f"{key}1")
        post.write(notice("study.gap"), "reminder", who=cast.elsewhere, where=cast.museum, key=f"{key}2")
        senders.note_gap(tx, "telegram", MONDAY, MONDAY + 9 * MINUTE, 2)

    await database.write(ask)
    gap = "Telegram was not heard (today, 09:30 – today, 09:39)."
    assert f"{gap} 1 person was asked to press again." in await panel(coordinator)
    async with door.signed_in(cast.sector) as browser:
        assert f"{gap} 2 people were asked to press again." in await panel(browser)


async def test_before_the_first_message(coordinator: httpx.AsyncClient) -> None:
    said = words((await coordinator.get("/console/messages")).text)
    assert "No messages yet Once people have joined, each message is here" in said


async def test_a_person_leads_to_their_messages(
    coordinator: httpx.AsyncClient, cast: Cast, made: dict[str, int]
) -> None:
    page = await coordinator.get(f"/console/people/{cast.learner}")
    place = re.search(r'<a id="messages" href="([^"]+)"', page.text)
    assert place
    those = await coordinator.get(place[1])
    assert "Only messages to Ona Onaitė" in words(those.text)
    assert len(shown(those)) == len(made) - 2


def test_an_address_says_only_what_is_asked_for() -> None:
    view = View(q="ona", state="failed", before=9)
    assert view.link() == "/console/messages?q=ona&state=failed"
    assert view.link(before=9, q="") == "/console/messages?state=failed&before=9"
    assert View().link() == "/console/messages"
    assert (view.narrowed, View(before=9).narrowed) == (True, False)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_pages_are_for_everyone_and_fit_a_narrow_phone(
    *,
    door: Door,
    cast: Cast,
    base: str,
    browser_page: Screens,
    axe: str,
    made: dict[str, int],
    language: str,
) -> None:
    """Nothing wider than 320 px, targets of 44 px on touch; no complaint of axe-core, light and dark."""
    page = await browser_page("phone")
    await enter(page, door, base, cast.sector)
    await page.context.add_cookies([{"name": "zinute_language", "value": language, "url": base}])
    found = list[tuple[str, str, object]]()
    places = (
        "?again=1&dropped=5&left=2",
        "?state=waiting",
        "?q=zz",
        *(f"/{made[each]}" for each in ("unknown", "tries")),
    )
    for place in places:
        await page.goto(f"{base}/console/messages{place}")
        if language == "lt":
            found += [(place, *said) for said in await complaints_of(axe, page)]
        await page.set_viewport_size({"width": 320, "height": 640})
        found += [(place, "320", wide) for wide in await page.evaluate(TOO_WIDE)]
        found += [(place, "44", small) for small in await page.evaluate(TOO_SMALL)]
        await page.set_viewport_size({"width": 1280, "height": 800})
        found += [(place, "1280", wide) for wide in await page.evaluate(TOO_WIDE.replace("320", "1280"))]
        if language == "lt":
            found += [(place, *said) for said in await complaints_of(axe, page)]
        await page.set_viewport_size({"width": 390, "height": 844})
    assert found == []
