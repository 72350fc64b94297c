"""The messages' page: what became of each, and what a coordinator can do about it."""

import re
from datetime import timedelta

import httpx
import pytest

from console.pages.messages import View, seen_of
from domain.facts import Step
from domain.language import LANGUAGES
from domain.message import ShowCard, notice
from storage import enrolments, instance, senders
from storage.database import Connection, Database
from storage.messages import Seen
from storage.outbox import OUTBOX
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.post import MINUTE, NOW, Post, live, shown
from tests.console.test_learners import lines, words
from tests.console.test_live import TOO_SMALL, TOO_WIDE, base, complaints_of, enter
from tests.console.town import MONDAY, Cast, Clock
from tests.tools.screens import Screens

__all__ = ["base"]


@pytest.fixture
async def made(database: Database, cast: Cast) -> dict[str, int]:
    return await database.write(lambda tx: live(tx, cast))


async def states(database: Database, made: dict[str, int]) -> dict[str, tuple[str, str]]:
    """Where each stands, and why."""
    by_id = await database.read(
        lambda tx: {row.id: (row.state, row.reason) for row in tx.execute(OUTBOX.select())}
    )
    return {name: by_id[number] for name, number in made.items()}


async def test_a_line_says_what_became_of_a_message(
    coordinator: httpx.AsyncClient, made: dict[str, int]
) -> None:
    page = await coordinator.get("/console/messages")
    ona, again, drop, none = "Ona Onaitė", "Send again", "Do not send", "–"
    written = "today, 08:30"
    first_words = "“The library is closed on Friday, because the heating is…”"
    assert lines(page) == [
        ["Lesson: “lesson1-en”", ona, written, "In line It goes when its turn comes.", drop],
        [
            "Reply in the chat",
            ona,
            written,
            "Held The data were restored from a backup: whoever runs Zinute decides.",
            drop,
        ],
        [
            "Reminder: “Passwords”",
            ona,
            written,
            "Too late It did not make it in time (today, 09:29), and later it is of no use.",
            none,
        ],
        [
            f"Mandatory announcement: {first_words}",
            ona,
            written,
            "Not sent It would have come too late.",
            again,
        ],
        [
            "Lesson: “lesson1-en”",
            ona,
            "24 Dec, 12:00",
            "Waiting Waits until 28 Dec, 09:30: 24 December is a public holiday.",
            drop,
        ],
        [
            f"Announcement: {first_words}",
            ona,
            written,
            "Waiting Waits until 28 Nov, 08:30: it is not one of the person’s days.",
            drop,
        ],
        ["Reply in the chat", ona, written, "Waiting Next try today, 10:31.", drop],
        [
            "Reply in the chat",
            ona,
            written,
            "Failed The person cannot be reached at this address any more.",
            again,
        ],
        ["Reminder: “Passwords”", ona, written, "Failed The messenger did not take it.", none],
        [
            f"Announcement: {first_words}",
            ona,
            written,
            "May have arrived The connection broke while it was being sent.",
            "Send again The person may get it twice.",
        ],
        ["Explanation: “lesson0-en”", ona, written, "Sent today, 08:31", none],
        ["Lesson: “lesson1-en”", ona, written, "Sent today, 08:31", none],
    ]


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


async def post(browser: httpx.AsyncClient, deed: str, *messages: str, back: str = "/console/messages") -> str:
    """Where the browser is sent afterwards."""
    form = {"message": messages, "next": back}
    answer = await browser.post(f"/console/messages/{deed}", data=form, headers=SAME_ORIGIN)
    assert answer.status_code == 303
    return answer.headers["location"]


def as_seen(page: httpx.Response, deed: str) -> list[str]:
    """The messages that the first form of a deed holds."""
    form = re.search(rf'action="/console/messages/{deed}">(.*?)</form>', page.text, re.DOTALL)
    return re.findall(r'name="message" value="([^"]+)"', form[1]) if form else []


async def test_what_failed_is_sent_again_once(
    coordinator: httpx.AsyncClient, database: Database, made: dict[str, int]
) -> None:
    page = await coordinator.get("/console/messages?state=failed")
    assert "Send all shown here again (1)" in page.text
    held = [
        each
        for each in re.findall(r'value="([\d.a-z]+)"', page.text)
        if each.startswith(f"{made['blocked']}.")
    ]
    assert set(held) == {f"{made['blocked']}.failed.1"}
    back = "/console/messages?state=failed"
    first = await post(coordinator, "again", held[0], held[0], back=back)
    second = await post(coordinator, "again", held[0], back=back)
    assert (first, second) == (f"{back}&again=1", f"{back}&left=1")
    said = words((await coordinator.get(first)).text)
    assert "1 message will be sent again." in said
    assert "1 message had changed meanwhile and was left alone." in words(
        (await coordinator.get(second)).text
    )
    assert (await states(database, made))["blocked"] == ("waiting", "again")
    page = await coordinator.get(f"/console/messages/{made['blocked']}")
    assert "It will be sent again, as a coordinator asked." in words(page.text)


async def test_what_may_have_arrived_is_shown_first_and_sent_again_to_these(
    coordinator: httpx.AsyncClient, database: Database, made: dict[str, int]
) -> None:
    page = await coordinator.get("/console/messages?kind=lesson")
    notice_ = re.search(r'<section class="notice".*?</section>', page.text, re.DOTALL)
    assert notice_
    assert words(notice_[0]) == (
        "1 message may or may not have arrived The connection broke while they were being sent. Such messages are "
        "not sent again by themselves: whoever has got one would get it twice. Show the list "
        "Send 1 message again anyway"
    )
    assert 'id="show-doubt" href="/console/messages?state=unknown"' in notice_[0]
    assert await post(coordinator, "again", *as_seen(page, "again")) == "/console/messages?again=1"
    assert (await states(database, made))["unknown"] == ("waiting", "again")
    assert 'class="notice"' not in (await coordinator.get("/console/messages")).text


async def test_what_waits_is_dropped(
    coordinator: httpx.AsyncClient, database: Database, made: dict[str, int]
) -> None:
    page = await coordinator.get("/console/messages?state=waiting")
    assert "Send none of those shown here (3)" in page.text
    seen = as_seen(page, "drop")
    await database.write(
        lambda tx: tx.execute(OUTBOX.update().where(OUTBOX.c.id == made["day"]).values(state="sending"))
    )
    place = await post(coordinator, "drop", *seen, back=f"/console/messages/{made['day']}?state=x&q=1")
    assert place == f"/console/messages/{made['day']}?state=x&q=1&dropped=2&left=1"
    after = await states(database, made)
    assert [after[name] for name in ("holiday", "tries")] == [("dropped", "coordinator")] * 2
    assert after["day"][0] == "sending"


async def test_a_dropped_lesson_that_nobody_saw_comes_another_day(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    def begin(tx: Connection) -> tuple[int, int]:
        (study,) = enrolments.of_person(tx, cast.learner)
        enrolments.move(tx, study.id, 1, 0, MONDAY)
        step = Step("lesson-step", study.id, 1, 0, question=False, selected=(), closed=False)
        enrolments.open_step(tx, step, MONDAY)
        card = ShowCard(cast.safe[1], 1, 0, "lesson-step", heading=True)
        return study.id, Post(tx, cast).write(card, "lesson", NOW)

    study, lesson = await database.write(begin)
    await post(coordinator, "drop", f"{lesson}.ready.0")
    found = await database.read(lambda tx: enrolments.get(tx, study))
    assert (found.card, found.due_at) == (-1, MONDAY + timedelta(days=1))
    page = await coordinator.get(f"/console/messages/{lesson}")
    assert "Sending it again makes no sense any more" in page.text


async def test_nothing_is_changed_elsewhere_or_by_nonsense(
    coordinator: httpx.AsyncClient, database: Database, made: dict[str, int]
) -> None:
    before = await states(database, made)
    theirs, nobodys = f"{made['elsewhere']}.unknown.1", f"{made['nobody']}.sent.1"
    assert await post(coordinator, "again", theirs, nobodys) == "/console/messages?left=2"
    assert await post(coordinator, "drop", theirs, nobodys, back="//evil.test/") == "/console/messages?left=2"
    assert await post(coordinator, "drop", back="https://evil.test") == "/console/messages"
    nonsense = (
        "",
        "1",
        "x.sent.1",
        "1.sent",
        "1.nothing.1",
        "1.sent.x",
        "1.sent.１",
        f"{2**40}.sent.1",
        "..",
    )
    assert [seen_of(each) for each in nonsense] == [None] * len(nonsense)
    assert seen_of("12.failed.3") == Seen(12, "failed", 3)
    assert (
        await post(coordinator, "again", *nonsense, back="/console/messages/12\r\nx") == "/console/messages"
    )
    assert await states(database, made) == before


async def test_another_site_cannot_send_again(coordinator: httpx.AsyncClient, made: dict[str, int]) -> None:
    form = {"message": f"{made['unknown']}.unknown.1"}
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    answer = await coordinator.post("/console/messages/again", data=form, headers=elsewhere)
    assert answer.status_code == 403
    assert 'class="notice"' in (await coordinator.get("/console/messages")).text


async def test_a_held_store_and_gaps_are_told_quietly(
    coordinator: httpx.AsyncClient, database: Database, clock: Clock, made: dict[str, int]
) -> None:
    async def panel() -> str:
        page = (await coordinator.get("/console/messages")).text
        found = re.search(r'<section class="quiet".*?</section>', page, re.DOTALL)
        return words(found[0]) if found else ""

    held = "The data were restored from a backup (today, 08:30). What should have gone before waits until whoever runs "
    gap = "Telegram was not heard (today, 06:30 – today, 07:30). 2 people were asked to press again."
    assert await panel() == f"{held}Zinute has decided. {gap}"
    await database.write(lambda tx: instance.hold(tx, None))
    assert await panel() == gap
    clock.at = MONDAY + 9 * MINUTE
    await database.write(lambda tx: senders.note_gap(tx, "telegram", MONDAY, clock.at, 1))
    assert "1 person was asked to press again." in await panel()


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
