"""Lessons written in the console: a draft, its previews, what differs, publishing, two authors, going back."""

import re
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from html import unescape

import httpx
import pytest
from starlette.applications import Starlette

from console.app import create
from domain.programme import LessonText, Programme
from domain.texts import Texts
from storage import drafts, people, programmes
from storage.database import Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.stores import library
from zinute.previews import Maker

SAFE = next(each.programme for each in library().drafts if each.programme.slug == "safe-online")
HERE = "/console/lessons/safe-online"
LESSON = f"{HERE}/01-phishing/en"


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, previews=Maker(texts))


@pytest.fixture
async def author(door: Door, cast: Cast, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    await database.write(partial(programmes.publish, programme=SAFE, at=MONDAY))
    async with door.signed_in(cast.author) as client:
        yield client


@pytest.fixture
async def second(door: Door, cast: Cast, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    for house in (cast.library, cast.museum):
        await database.write(
            partial(people.grant, person=cast.coordinator, organisation=house, role="author")
        )
    async with door.signed_in(cast.coordinator) as client:
        yield client


def form(page: httpx.Response) -> dict[str, str]:
    """What the editor's form says as it is loaded."""
    source = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, re.DOTALL)
    assert source
    hidden = re.findall(r'<input type="hidden" name="(stood|base)" value="(\w*)">', page.text)
    return {"source": unescape(source[1]), **dict(hidden)}


async def post(
    client: httpx.AsyncClient, address: str, do: str, values: dict[str, str], **change: str
) -> httpx.Response:
    return await client.post(address, data=values | change | {"do": do}, headers=SAME_ORIGIN)


async def text_now(database: Database) -> LessonText:
    found = await database.read(partial(programmes.newest_by_slug, slug="safe-online"))
    assert found
    return found.lessons[0].text("en")


async def publish(client: httpx.AsyncClient) -> httpx.Response:
    page = await client.get(HERE)
    mark = re.search(r'name="mark" value="(\w+)"', page.text)
    return await client.post(HERE, data={"mark": mark[1] if mark else ""}, headers=SAME_ORIGIN)


async def test_a_lesson_is_changed_looked_at_kept_compared_and_published(
    author: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    assert HERE in (await author.get("/console/lessons")).text
    assert LESSON in (await author.get(HERE)).text
    began = form(await author.get(LESSON))
    old = (await text_now(database)).title
    source = began["source"].replace(old, "Halt & <think>")
    looked = await post(author, f"{LESSON}/preview", "", began, source=source)
    assert looked.text.count('class="bubble') > 10
    assert looked.text.count("Halt &amp; &lt;think&gt;") > 3
    assert "<think>" not in looked.text
    shown = set(re.findall(r'"preview (\w+)"', looked.text))
    assert shown == {"web", "telegram", "email", "terminal", "matrix"}
    assert "<html" not in looked.text
    saved = await post(author, LESSON, "save", began, source=source)
    assert (saved.status_code, saved.headers["location"]) == (303, f"{LESSON}?done=saved")
    assert (await text_now(database)).title == old
    again = await author.get(saved.headers["location"])
    assert form(again)["source"] == source
    assert "Ada Autorė" in again.text
    page = await author.get(HERE)
    assert "<b>+</b>" in page.text
    assert "<b>-</b>" in page.text
    done = await publish(author)
    assert (done.status_code, done.headers["location"]) == (303, f"{HERE}?done=published")
    assert (await text_now(database)).title == "Halt & <think>"
    assert await database.read(drafts.counts) == {}
    assert "published by Ada Autorė" in (await author.get(HERE)).text


async def test_the_languages_asked_for_stand_side_by_side(author: httpx.AsyncClient) -> None:
    began = form(await author.get(LESSON))
    for wanted, count in (([], 5), (["lt", "pl", "nb"], 20), (["xx"], 5)):
        values = {**began, "shown": wanted}
        page = await author.post(f"{LESSON}/preview", data=values, headers=SAME_ORIGIN)
        assert page.text.count('<section class="preview ') == count
        assert page.text.count('class="bubble') >= count * 5


async def test_problems_are_named_with_their_line_and_a_draft_may_have_them(
    author: httpx.AsyncClient, database: Database
) -> None:
    began = form(await author.get(LESSON))
    broken = began["source"].replace("minutes:", "minuts:", 1)
    page = await post(author, LESSON, "preview", began, source=broken)
    assert (page.status_code, form(page)["source"]) == (200, broken)
    assert "line 3" in page.text
    assert "Remove &#39;minuts&#39;" in page.text
    assert (await post(author, LESSON, "save", began, source=broken)).status_code == 303
    refused = await publish(author)
    assert (refused.status_code, "Not published" in refused.text) == (422, True)
    assert await text_now(database) == SAFE.lessons[0].text("en")


async def test_languages_that_would_not_agree_are_not_published(
    author: httpx.AsyncClient, database: Database
) -> None:
    began = form(await author.get(LESSON))
    longer = began["source"] + "\n---\n\nOne more.\n"
    await post(author, LESSON, "save", began, source=longer)
    assert (await publish(author)).status_code == 422
    for language in ("lt", "pl", "nb"):
        address = LESSON[:-2] + language
        other = form(await author.get(address))
        await post(author, address, "save", other, source=other["source"] + "\n---\n\nOne more.\n")
    assert (await publish(author)).status_code == 303
    assert len((await text_now(database)).cards) == len(SAFE.lessons[0].text("en").cards) + 1


async def test_the_second_author_is_told_and_keeps_the_text(
    author: httpx.AsyncClient, second: httpx.AsyncClient, database: Database
) -> None:
    one, other = form(await author.get(LESSON)), form(await second.get(LESSON))
    await post(author, LESSON, "save", one, source=one["source"] + "\nFirst.\n")
    crossed = await post(second, LESSON, "save", other, source=other["source"] + "\nSecond.\n")
    assert (crossed.status_code, "another author changed this lesson" in crossed.text) == (409, True)
    mine = form(crossed)
    assert mine["source"].endswith("\nSecond.\n")
    assert "First." in crossed.text
    assert form(await author.get(LESSON))["source"].endswith("\nFirst.\n")
    assert (await post(second, LESSON, "save", mine)).status_code == 303
    assert form(await author.get(LESSON))["source"].endswith("\nSecond.\n")


async def test_a_draft_is_discarded_and_the_published_text_needs_none(
    author: httpx.AsyncClient, database: Database
) -> None:
    began = form(await author.get(LESSON))
    await post(author, LESSON, "save", began, source=began["source"] + "\nMore.\n")
    later = form(await author.get(LESSON))
    gone = await post(author, LESSON, "discard", later)
    assert gone.headers["location"] == f"{LESSON}?done=dropped"
    assert form(await author.get(LESSON)) == began
    same = await post(author, LESSON, "save", began, source=began["source"].replace("\n", "\r\n"))
    assert same.headers["location"] == f"{LESSON}?done=dropped"
    assert await database.read(drafts.counts) == {}


async def test_an_earlier_version_is_looked_at_and_published_again(
    author: httpx.AsyncClient, database: Database
) -> None:
    began = form(await author.get(LESSON))
    await post(author, LESSON, "save", began, source=began["source"].replace("minutes: 3", "minutes: 9"))
    await publish(author)
    page = await author.get(HERE)
    (earlier,) = re.findall(rf'href="({HERE}/versions/\d+)"', page.text)
    looked = await author.get(earlier)
    assert "minutes: 9" in looked.text
    seen = re.search(r'name="seen" value="(\d+)"', looked.text)
    assert seen
    crossed = await author.post(earlier, data={"seen": "1"}, headers=SAME_ORIGIN)
    assert crossed.headers["location"] == f"{HERE}?done=changed"
    back = await author.post(earlier, data={"seen": seen[1]}, headers=SAME_ORIGIN)
    assert back.headers["location"] == f"{HERE}?done=back"
    assert await text_now(database) == SAFE.lessons[0].text("en")


async def test_a_draft_of_what_was_published_meanwhile_waits_for_another_look(
    author: httpx.AsyncClient, database: Database
) -> None:
    began = form(await author.get(LESSON))
    await post(author, LESSON, "save", began, source=began["source"].replace("minutes: 3", "minutes: 9"))
    newer = read_again(SAFE, 8)
    await database.write(partial(programmes.publish, programme=newer, at=MONDAY))
    assert (await publish(author)).status_code == 422
    late = await author.get(LESSON)
    assert "published anew" in late.text
    await post(author, LESSON, "save", form(late))
    assert (await publish(author)).status_code == 303
    assert (await text_now(database)).minutes == 9


def read_again(programme: Programme, minutes: int) -> Programme:
    """The programme with another length of its first lesson."""
    first, *others = programme.lessons
    texts = tuple(replace(each, minutes=minutes) for each in first.texts)
    return replace(programme, lessons=(replace(first, texts=texts), *others))


async def test_a_draft_of_a_lesson_that_is_gone_can_only_be_discarded(
    author: httpx.AsyncClient, database: Database
) -> None:
    began = form(await author.get(LESSON))
    await post(author, LESSON, "save", began, source=began["source"] + "\nMore.\n")
    await database.write(
        partial(programmes.publish, programme=replace(SAFE, lessons=SAFE.lessons[1:]), at=MONDAY)
    )
    assert "no such lesson any more" in (await author.get(HERE)).text
    assert (await author.get(LESSON)).status_code == 404
    gone = await author.post(LESSON, data={"do": "discard"}, headers=SAME_ORIGIN)
    assert gone.headers["location"] == f"{HERE}?done=dropped"
    assert await database.read(drafts.counts) == {}


async def test_a_text_that_is_too_large_is_not_kept_and_not_lost(
    author: httpx.AsyncClient, database: Database
) -> None:
    began = form(await author.get(LESSON))
    large = began["source"] + "ž" * 140_000
    page = await post(author, LESSON, "save", began, source=large)
    assert (page.status_code, form(page)["source"], "256 KB" in page.text) == (422, large, True)
    assert await database.read(drafts.counts) == {}


@pytest.mark.parametrize(
    "hostile",
    ["[" * 250_000, "---\ntitle: a\nminutes: 3\n---\n" + "*a" * 120_000,
     "---\ntitle: a\nminutes: 3\n---\n\n" + "||a|| **b** " * 300, "\x00\x01", "</textarea><script>x</script>",
     "---\ntitle: a\nminutes: 3\n---\n" + "\n---\n\n**a** _b_" * 40],
)  # fmt: skip
async def test_a_hostile_text_is_previewed_soon_and_stays_text(
    author: httpx.AsyncClient, hostile: str
) -> None:
    began = form(await author.get(LESSON))
    await post(author, f"{LESSON}/preview", "", began)  # what is loaded once is loaded
    begin = time.process_time()
    page = await post(author, f"{LESSON}/preview", "", began, source=hostile)
    assert time.process_time() - begin < 2
    whole = await post(author, LESSON, "preview", began, source=hostile)
    assert (page.status_code, whole.status_code) == (200, 200)
    assert "<script>x" not in whole.text


async def test_a_lesson_that_cannot_be_written_here_says_where_to_change_it(
    author: httpx.AsyncClient, database: Database
) -> None:
    first = SAFE.lessons[0]
    texts = tuple(
        replace(each, cards=(replace(each.cards[0], leads_to=2), *each.cards[1:])) for each in first.texts
    )
    ways = replace(SAFE, lessons=(replace(first, texts=texts), *SAFE.lessons[1:]))
    await database.write(partial(programmes.publish, programme=ways, at=MONDAY))
    page = await author.get(LESSON)
    assert (page.status_code, "01-phishing.en.md, and publish the folder" in page.text) == (200, True)
    assert "<textarea" not in page.text


async def test_only_the_rooms_that_one_may_enter_are_named(
    author: httpx.AsyncClient, coordinator: httpx.AsyncClient, second: httpx.AsyncClient
) -> None:
    named = []
    for client, address in ((author, "/console/lessons"), (second, "/console/lessons")):
        named.append(re.findall(r'id="to-(\w+)"', (await client.get(address)).text))
    rooms = ["learners", "invitations", "programmes", "assignments", "announcements", "webinars"]
    rooms += ["messages", "answers", "certificates", "lessons", "organisations"]
    assert named == [["lessons"], rooms]
    assert (await author.get("/console")).headers["location"] == "/console/lessons"
    assert (await author.get("/console/messages")).status_code == 403
