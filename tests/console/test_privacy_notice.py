"""The page on which a privacy notice is published, and the one on which everybody reads it."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from console.app import create
from console.entrance import Entrance
from domain.texts import Texts
from storage import addresses, people
from storage.announcements import ANNOUNCEMENT
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from storage.privacy_notices import PRIVACY_NOTICE
from tests.console.conftest import KEY, SAME_ORIGIN, Door, privacy_of
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows

HERE = "/console/rights/notice"
TEXT = "# Who answers\nThe library.\n\n- name <b>\n- e-mail"


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, address="https://zinute.test", entrance=Entrance(key=KEY))


@pytest.fixture
async def administrator(door: Door, cast: Cast, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    def prepare(tx: Connection) -> None:
        people.grant(tx, cast.coordinator, cast.library, "administrator")
        place = addresses.find_or_add(tx, "telegram", "ona", None, MONDAY)
        addresses.bind(tx, place.id, cast.learner, MONDAY)

    await database.write(prepare)
    async with door.signed_in(cast.coordinator) as browser:
        yield browser


async def send(
    browser: httpx.AsyncClient, house: int, text: str = TEXT, language: str = "en", **more: str
) -> httpx.Response:
    asked = {"organisation": str(house), "language": language}
    form = {"text": text, "after": "0", "deed": "publish", **more}
    return await browser.post(HERE, params=asked, data=form, headers=SAME_ORIGIN)


async def test_a_notice_is_looked_at_published_and_read(
    administrator: httpx.AsyncClient, door: Door, database: Database, cast: Cast
) -> None:
    assert f'href="{HERE}"' in (await administrator.get("/console/rights")).text
    assert "There is no notice yet" in (await administrator.get(HERE)).text
    seen = await send(administrator, cast.library, deed="preview")
    assert (seen.status_code, "What changes" in seen.text, "<li>name &lt;b&gt;</li>" in seen.text) == (
        200,
        True,
        True,
    )
    assert await rows(database, PRIVACY_NOTICE.c.id) == []
    done = await send(administrator, cast.library)
    place = f"{HERE}?organisation={cast.library}&language=en&done=published"
    assert (done.status_code, done.headers["location"]) == (303, place)
    page = (await administrator.get(place)).text
    assert ("The new version is published." in page, "Version 1, 23 November 2026" in page) == (True, True)
    log = (await administrator.get("/console/audit?what=notice.published")).text
    assert ("A new version of the privacy notice published" in log, "English, 1" in log) == (True, True)
    async with door.browser() as anybody:
        read = await anybody.get(privacy_of(cast.library), headers={"Accept-Language": "pl"})
        assert '<div lang="en">' in read.text, "there is none in Polish"
        assert ("<h3>Who answers</h3>" in read.text, "<b>" in read.text) == (True, False)
        assert 'id="own"' not in (await anybody.get("/privacy")).text
        assert 'id="own"' not in (await anybody.get(privacy_of(cast.museum))).text


async def test_earlier_versions_can_be_read(
    administrator: httpx.AsyncClient, door: Door, database: Database, cast: Cast
) -> None:
    for after in range(3):
        done = await send(administrator, cast.library, f"Text {after + 1}", after=str(after))
        assert done.status_code == 303
    async with door.browser() as anybody:
        anybody.headers["Accept-Language"] = "en"
        now = (await anybody.get(privacy_of(cast.library))).text
        links = [each.replace("&amp;", "&") for each in re.findall(r'href="(\?at=[^"]+)"', now)]
        key = privacy_of(cast.library).rpartition("=")[2]
        assert links == [f"?at={cast.library}&version={each}&language=en&key={key}#own" for each in (3, 2, 1)]
        old = [(await anybody.get(f"/privacy{each}")).text for each in links]
        assert [("Text 3" in each, "Text 1" in each, "earlier version" in each) for each in old] == [
            *((True, False, False), (False, False, True), (False, True, True))
        ]
        for odd in ("9", "0", "-1", "x", "9" * 30):
            there = await anybody.get(f"{privacy_of(cast.library)}&version={odd}&language={odd}")
            assert (there.status_code, "Text 3" in there.text) == (200, True)


async def test_the_button_of_an_older_message_says_how_to_get_a_new_one(door: Door, cast: Cast) -> None:
    """It has no key. It tells nobody whether there is such an organisation."""
    async with door.browser() as anybody:
        anybody.headers["Accept-Language"] = "en"
        old, none, plain = [
            (await anybody.get(each)).text
            for each in (f"/privacy?at={cast.library}", "/privacy?at=999&key=x", "/privacy")
        ]
        new = (await anybody.get(privacy_of(cast.library))).text
    said = "Write /privacy in the chat: the button in the answer opens all of it."
    assert [said in each for each in (old, none, plain, new)] == [True, True, False, False]
    assert "Library" not in old


async def test_everybody_is_told_once_for_a_version(
    administrator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    done = await send(administrator, cast.library, language="lt", tell="1")
    assert done.headers["location"].endswith("done=told")
    [(key, texts)] = await rows(database, ANNOUNCEMENT.c.key, ANNOUNCEMENT.c.texts)
    [notice] = await rows(database, PRIVACY_NOTICE.c.id)
    assert (key, texts.count(f"https://zinute.test{privacy_of(cast.library)}")) == (f"notice:{notice[0]}", 4)
    before = await rows(database, OUTBOX.c.person_id, OUTBOX.c.kind)
    assert (cast.learner, "announcement") in before
    again = await send(administrator, cast.library, language="lt", tell="1")
    assert again.headers["location"].endswith("done=same")
    assert await rows(database, OUTBOX.c.person_id, OUTBOX.c.kind) == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (" \n\0", "The notice has no text"),
        ("ž" * 20_001, "The text is too long: shorten it to 20,000 characters"),
        ("Other words", "somebody else published a new version"),
    ],
)
async def test_what_cannot_be_published_is_told_and_not_lost(
    administrator: httpx.AsyncClient, database: Database, cast: Cast, text: str, told: str
) -> None:
    assert (await send(administrator, cast.library)).status_code == 303
    answer = await send(administrator, cast.library, text)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert text.replace("\0", "") in answer.text
    assert len(await rows(database, PRIVACY_NOTICE.c.id)) == 1
    if text == "Other words":  # who has seen what there is now can publish
        [after] = re.findall(r'name="after" value="(\d+)"', answer.text)
        assert (await send(administrator, cast.library, text, after=after)).status_code == 303


async def test_nobody_publishes_for_others(
    administrator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    for house in (cast.museum, 999_999, 0):
        assert (await send(administrator, house)).status_code == 404
        there = await administrator.get(HERE, params={"organisation": str(house)})
        assert there.status_code == 404
    assert await rows(database, PRIVACY_NOTICE.c.id) == []
