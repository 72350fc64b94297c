"""What a coordinator decides about messages: sent again or dropped, once, and only as they were seen."""

import json
import re
from datetime import timedelta

import httpx
import pytest

from console.pages.settling import seen_of
from domain.facts import Step
from domain.message import ShowCard
from storage import enrolments, steps
from storage.audit import AUDIT
from storage.database import Connection, Database
from storage.messages import Seen
from storage.outbox import OUTBOX
from tests.console.conftest import SAME_ORIGIN
from tests.console.post import NOW, Post, live
from tests.console.test_learners import words
from tests.console.town import MONDAY, Cast
from tests.storage.samples import enrolments_of, rows


@pytest.fixture
async def made(database: Database, cast: Cast) -> dict[str, int]:
    return await database.write(lambda tx: live(tx, cast))


async def states(database: Database, made: dict[str, int]) -> dict[str, tuple[str, str]]:
    """Where each stands, and why."""
    by_id = await database.read(
        lambda tx: {row.id: (row.state, row.reason) for row in tx.execute(OUTBOX.select())}
    )
    return {name: by_id[number] for name, number in made.items()}


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


async def deeds(database: Database) -> list[tuple[object, ...]]:
    """Who did what, at which organisation, and with which messages."""
    kept = await rows(
        database, *(AUDIT.c[name] for name in ("number", "person_id", "what", "organisation_id", "after"))
    )
    done = [(who, what, where, json.loads(after)) for _, who, what, where, after in kept]
    return [each for each in done if each[1] != "list.seen"]


async def test_what_failed_is_sent_again_once(
    coordinator: httpx.AsyncClient, database: Database, made: dict[str, int], cast: Cast
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
    after = {"count": 1, "messages": str(made["blocked"])}
    assert await deeds(database) == [(cast.coordinator, "messages.again", cast.library, after)]
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
    coordinator: httpx.AsyncClient, database: Database, made: dict[str, int], cast: Cast
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
    gone = " ".join(map(str, sorted(made[name] for name in ("holiday", "tries"))))
    noted = {"count": 2, "messages": gone}
    assert await deeds(database) == [(cast.coordinator, "messages.dropped", cast.library, noted)]


async def test_a_dropped_lesson_that_nobody_saw_comes_another_day(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    def begin(tx: Connection) -> tuple[int, int]:
        (study,) = enrolments_of(tx, cast.learner)
        enrolments.move(tx, study.id, 1, 0, MONDAY)
        step = Step("lesson-step", study.id, 1, 0, question=False, selected=(), closed=False)
        steps.put(tx, step, MONDAY)
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
