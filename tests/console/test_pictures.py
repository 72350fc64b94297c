"""Pictures in the editor: judged, kept with the drafts, written into a text, published, gone back to, taken away."""

import re
from collections.abc import AsyncIterator
from functools import partial
from html import unescape
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection, select

from domain.bucket import PICTURE
from domain.language import LANGUAGES
from domain.programme import Picture
from lessons.pictured import TO_DESCRIBE
from storage.buckets import BUCKET
from storage.database import Database
from storage.media import MEDIA
from tests.console.conftest import SAME_ORIGIN
from tests.console.test_lessons import (
    HERE,
    LESSON,
    app,
    author,
    form,
    post,
    publish,
    second,
    text_now,
)
from tests.console.town import Clock
from tests.lessons.test_drawing import HOSTILE, photo
from tests.storage import stores

__all__ = ["app", "author", "second"]
SHELF = f"{LESSON}/pictures"
PREVIEWED = r'<img class="picture"[^>]*src="(/console/pictures/\w+)" alt=""'
DESK = photo("PNG", (300, 200))


@pytest.fixture(params=stores.BOTH)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Each of the two stores."""
    server = partial(request.getfixturevalue, "postgres_url")
    async with stores.opened(request.param, tmp_path, server) as database:
        yield database


async def bring(
    client: httpx.AsyncClient, values: dict[str, str], data: bytes = DESK, name: str = "Mano stalas.png"
) -> httpx.Response:
    files = {"picture": (name, data, "image/png")} if data else {"picture": ("", b"", "")}
    return await client.post(SHELF, data=values, files=files, headers=SAME_ORIGIN)


def told(page: httpx.Response) -> str:
    """What the page says came of it, beside the pictures."""
    shelf = page.text.partition('id="shelf"')[2]
    said = re.search(r'<p class="notice[^>]*id="done">(.*?)</p>', shelf)
    return unescape(said[1]) if said else ""


def on_shelf(page: httpx.Response) -> list[str]:
    return re.findall(r'name="insert" value="([^"]+)"', page.text)


def removable(page: httpx.Response) -> list[str]:
    return re.findall(r'name="remove" value="([^"]+)"', page.text)


async def kept(database: Database) -> int:
    """How many pictures' bytes there are."""
    return len(await database.read(lambda tx: list(tx.execute(MEDIA.select()))))


async def pictures_now(database: Database) -> list[Picture]:
    return [card.picture for card in (await text_now(database)).cards if card.picture]


async def test_a_picture_is_brought_beside_a_text_that_is_not_saved_and_written_into_it(
    author: httpx.AsyncClient,
) -> None:
    began = form(await author.get(LESSON))
    page = await bring(author, began | {"source": began["source"] + "\n---\n\nNot saved yet.\n"})
    assert (page.status_code, told(page)) == (200, "Uploaded: mano-stalas.png. Now insert it into the text.")
    assert form(page)["source"].endswith("\nNot saved yet.\n")
    assert form(await author.get(LESSON)) == began
    inserted = await post(author, SHELF, "", form(page), insert="mano-stalas.png")
    source = form(inserted)["source"]
    assert source.endswith("Not saved yet.\n\n![Describe what the picture shows](mano-stalas.png)\n")
    assert "Say in the brackets what the picture shows" in inserted.text
    (shown,) = set(re.findall(PREVIEWED, inserted.text))
    assert (await author.get(shown)).content.startswith(b"\x89PNG")


async def test_a_picture_is_published_with_its_lesson_and_stays_with_its_version(
    author: httpx.AsyncClient, database: Database
) -> None:
    await bring(author, form(await author.get(LESSON)), name="desk.png")
    for language in LANGUAGES:
        address = LESSON[:-2] + language
        began = form(await author.get(address))
        source = began["source"] + "\n---\n\n![A desk by the window](desk.png)\n"
        await post(author, address, "save", began, source=source)
    assert removable(await author.get(LESSON)) == []
    assert (await publish(author)).headers["location"] == f"{HERE}?done=published"
    last = (await pictures_now(database))[-1]
    assert (last.name, last.alt, last.width, last.height) == (
        "desk.png", "A desk by the window", 200, 300
    )  # fmt: skip
    assert "![A desk by the window](desk.png)" in form(await author.get(LESSON))["source"]
    await go_back(author)
    assert last not in await pictures_now(database)
    assert removable(await author.get(LESSON)) == ["desk.png"]
    await post(author, SHELF, "", form(await author.get(LESSON)), remove="desk.png")
    await go_back(author)
    assert last in await pictures_now(database)
    assert (await author.get(f"/console/pictures/{last.digest}")).status_code == 200


async def go_back(client: httpx.AsyncClient) -> None:
    """To the version before the newest."""
    earlier = re.findall(rf'href="({HERE}/versions/\d+)"', (await client.get(HERE)).text)[0]
    seen = re.search(r'name="seen" value="(\d+)"', (await client.get(earlier)).text)
    assert seen
    done = await client.post(earlier, data={"seen": seen[1]}, headers=SAME_ORIGIN)
    assert done.headers["location"] == f"{HERE}?done=back"


async def test_the_same_picture_is_there_once_and_another_of_its_name_gets_a_number(
    author: httpx.AsyncClient, second: httpx.AsyncClient, database: Database
) -> None:
    began = form(await author.get(LESSON))
    names = [
        on_shelf(await bring(client, began, data, name))[0]
        for client, data, name in (
            (author, DESK, "desk.png"),
            (second, DESK, "the same.png"),
            (author, photo("PNG", (301, 200)), "desk.png"),
        )
    ]
    assert (names, await kept(database)) == (["desk.png", "desk.png", "desk-2.png"], 2)
    gone = await post(second, SHELF, "", began, remove="desk.png")
    assert told(gone) == "The picture desk.png is removed."
    assert (removable(gone), await kept(database)) == (["desk-2.png"], 1)


async def test_a_picture_that_a_draft_names_stays(author: httpx.AsyncClient, database: Database) -> None:
    began = form(await author.get(LESSON))
    await bring(author, began, name="desk.png")
    await post(author, LESSON, "save", began, source=began["source"] + "\n---\n\n![A desk](desk.png)\n")
    crossed = await post(author, SHELF, "", began, remove="desk.png")
    assert (crossed.status_code, told(crossed)) == (
        409,
        "The picture desk.png is in a published lesson or a draft. Take it out of the text first.",
    )
    assert await kept(database) == 1


async def test_a_picture_removed_since_the_look_is_not_published(
    author: httpx.AsyncClient, database: Database
) -> None:
    began = form(await author.get(LESSON))
    await bring(author, began, name="desk.png")
    await post(author, LESSON, "save", began, source=began["source"].replace("minutes: 3", "minutes: 9"))
    mark = re.search(r'name="mark" value="(\w+)"', (await author.get(HERE)).text)
    assert mark
    await post(author, SHELF, "", began, remove="desk.png")
    done = await author.post(HERE, data={"mark": mark[1]}, headers=SAME_ORIGIN)
    assert (done.status_code, (await text_now(database)).minutes) == (409, 3)


REASONS = {
    "picture-size": "too large",
    "picture-broken": "damaged",
    "picture-animated": "moves",
    "picture-kind": "not a PNG, JPEG or WebP",
}


@pytest.mark.parametrize(("data", "rule"), HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_picture_gets_its_sentence_and_nothing_is_kept_or_lost(
    author: httpx.AsyncClient, database: Database, data: bytes, rule: str
) -> None:
    began = form(await author.get(LESSON)) | {"source": "Mine."}
    page = await bring(author, began, data)
    assert (page.status_code, form(page)["source"], await kept(database)) == (422, "Mine.", 0)
    assert REASONS[rule] in told(page)


async def test_what_is_no_picture_at_all_says_what_to_do(author: httpx.AsyncClient) -> None:
    began = form(await author.get(LESSON))
    for page in (await bring(author, began, b""), await post(author, SHELF, "", began, picture="words")):
        assert (page.status_code, told(page)) == (
            422,
            "No file was chosen. Choose a picture, then upload it.",
        )
    odd = await post(author, SHELF, "", began, insert="<script>.png")
    assert (odd.status_code, told(odd), form(odd)["source"]) == (200, "", began["source"])
    gone = await post(author, SHELF, "", began, remove="nothing\0.png")
    assert gone.status_code == 200


async def test_two_hundred_pictures_an_hour_and_then_one_sentence_beside_the_text(
    author: httpx.AsyncClient, database: Database, clock: Clock
) -> None:
    began = form(await author.get(LESSON)) | {"source": "Mine."}
    assert (await bring(author, began, b"no picture")).status_code == 422
    before = clock()

    def so_many(tx: Connection) -> None:
        [(key, tries)] = tx.execute(select(BUCKET.c.key, BUCKET.c.tries).where(BUCKET.c.tries != "")).all()
        assert tries == before.isoformat()
        moments = " ".join([tries] * (PICTURE.most - 1))
        tx.execute(BUCKET.update().where(BUCKET.c.key == key).values(tries=moments))

    await database.write(so_many)
    assert (await bring(author, began)).status_code == 200
    clock.move(minutes=29, seconds=30)
    page = await bring(author, began, name="second.png")
    assert (page.status_code, form(page)["source"], await kept(database)) == (429, "Mine.", 1)
    assert told(page) == "200 pictures can be uploaded in an hour. Go on in 31 min; the text is as it was."
    assert (await bring(author, began, b"")).status_code == 422, "no file was chosen: it does not count"
    clock.move(minutes=29)
    assert (await author.get(LESSON)).status_code == 200
    clock.move(minutes=2)
    assert (await bring(author, began, name="second.png")).status_code == 200


async def test_only_pictures_may_be_sent_in_such_sizes(author: httpx.AsyncClient) -> None:
    began = form(await author.get(LESSON))
    files = {"picture": ("a.png", b"x" * 2_000_000, "image/png")}
    assert (await author.post(LESSON, data=began, files=files, headers=SAME_ORIGIN)).status_code == 413
    assert (await author.post(SHELF, data=began, files=files, headers=SAME_ORIGIN)).status_code == 422
    large = {"picture": ("a.png", b"x" * 33 * 1024 * 1024, "image/png")}
    assert (await author.post(SHELF, data=began, files=large, headers=SAME_ORIGIN)).status_code == 413


async def test_a_picture_is_a_picture_and_nothing_else(author: httpx.AsyncClient) -> None:
    page = await bring(author, form(await author.get(LESSON)))
    (address,) = set(re.findall(r'<img src="(/console/pictures/\w+)" alt="" width="200"', page.text))
    headers = (await author.get(address)).headers
    assert headers["content-type"] == "image/png"
    assert "sandbox" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "private, max-age=31536000, immutable"
    assert (await author.get("/console/pictures/" + "0" * 64)).status_code == 404


async def test_words_to_be_replaced_describe_nothing_in_any_language(author: httpx.AsyncClient) -> None:
    page = await bring(author, form(await author.get(LESSON)), name="desk.png")
    for language, words in TO_DESCRIBE.items():
        address = LESSON[:-2] + language
        began = form(await author.get(address))
        inserted = await post(author, address + "/pictures", "", began, insert="desk.png")
        assert form(inserted)["source"].endswith(f"![{words}](desk.png)\n")
        assert inserted.text.count("Say in the brackets what the picture shows") == 1
    assert page.status_code == 200


ASKED = "\n---\n\n## Which is a desk? {#desks}\n\n- [x] ![A desk](desk.png)\n- [ ] ![A chair](chair.png)\n"


async def test_pictures_that_were_brought_become_the_options_of_a_question(
    author: httpx.AsyncClient, database: Database
) -> None:
    began = form(await author.get(LESSON))
    await bring(author, began, name="desk.png")
    await bring(author, began, photo("PNG", (30, 20)), name="chair.png")
    page = await post(author, LESSON, "preview", began, source=began["source"] + ASKED)
    (shown,) = set(
        re.findall(r'src="(/console/pictures/\w+\?of=[\w.]+)" alt="1 – A desk; 2 – A chair"', page.text)
    )
    drawn = await author.get(shown)
    assert (drawn.headers["content-type"], await kept(database)) == ("image/png", 2)
    for other in (shown.partition("?")[0], shown.replace("?of=", "?of=" + "0" * 64 + "."), shown[:-65]):
        assert (await author.get(other)).status_code == 404
    for language in LANGUAGES:
        address = LESSON[:-2] + language
        values = form(await author.get(address))
        await post(author, address, "save", values, source=values["source"] + ASKED)
    assert (await publish(author)).headers["location"] == f"{HERE}?done=published"
    last = (await pictures_now(database))[-1]
    assert (await author.get(f"/console/pictures/{last.digest}")).content == drawn.content
    again = await author.get(LESSON)
    assert (form(again)["source"].endswith("![A chair](chair.png)\n"), removable(again)) == (True, [])
    assert {"chair.png", "desk.png", "options.png"} & set(on_shelf(again)) == {"chair.png", "desk.png"}
    turned = ASKED.replace("[x] ![A desk](desk.png)", "[x] ![A chair](chair.png)", 1).replace(
        "[ ] ![A chair](chair.png)", "[ ] ![A desk](desk.png)"
    )
    page = await post(author, LESSON, "preview", form(again), source=began["source"] + turned)
    assert 'alt="1 – A chair; 2 – A desk"' in page.text


async def test_a_picture_can_be_removed_whatever_longer_name_a_draft_has(author: httpx.AsyncClient) -> None:
    began = form(await author.get(LESSON))
    await bring(author, began, name="cat.png")
    await bring(author, began, photo("PNG", (30, 20)), name="black-cat.png")
    source = began["source"] + "\n---\n\n![A cat](<black%2Dcat.png>)\n\ncat.png\n"
    await post(author, LESSON, "save", began, source=source)
    assert removable(await author.get(LESSON)) == ["cat.png"]
