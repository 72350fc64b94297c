"""Programmes of organisations in the console: copied, offered, followed, taken into a list; nothing of others."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import httpx
import pytest
from starlette.applications import Starlette

from console.app import create
from domain.programme import Rules
from domain.text import Text
from domain.texts import Texts
from storage import people, programmes
from storage.database import Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.town import MONDAY, Cast, Clock, programme
from zinute.previews import Maker

OPEN = replace(programme(lessons=1), rules=Rules(owner="Zinute", licence="CC BY-SA 4.0"))
LIST, HERE = "/console/lessons", "/console/lessons/safe-library"


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, previews=Maker(texts))


@pytest.fixture
async def rasa(door: Door, cast: Cast, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """The library's coordinator, who is its author, too."""
    await database.write(partial(programmes.publish, programme=OPEN, at=MONDAY))
    await database.write(
        partial(people.grant, person=cast.coordinator, organisation=cast.library, role="author")
    )
    async with door.signed_in(cast.coordinator) as client:
        yield client


async def post(client: httpx.AsyncClient, address: str, **values: object) -> httpx.Response:
    return await client.post(address, data=values, headers=SAME_ORIGIN)


async def copied(client: httpx.AsyncClient, cast: Cast) -> httpx.Response:
    return await post(client, f"{LIST}/safe/copy", at=cast.library)


async def share(client: httpx.AsyncClient, reach: str, licence: str = "CC BY-SA 4.0") -> str:
    answer = await post(client, f"{HERE}/sharing", reach=reach, licence=licence)
    return answer.headers["location"]


async def test_a_programme_of_others_is_copied_and_says_so(rasa: httpx.AsyncClient, cast: Cast) -> None:
    before = await rasa.get(LIST)
    assert 'id="copy-safe"' in before.text
    assert (await rasa.get(f"{LIST}/safe")).status_code == 404
    assert (await copied(rasa, cast)).headers["location"] == f"{HERE}/sharing?done=copied"
    page = await rasa.get(f"{HERE}/sharing")
    assert "Based on “safe &lt;en&gt;” (made by Zinute, version 2, licence: CC BY-SA 4.0)." in page.text
    assert page.text.partition('<select id="licence"')[2].count("<option") == 1  # alike
    assert "A draft: only its authors see it" in (await rasa.get(LIST)).text
    assert (await post(rasa, f"{LIST}/safe/copy", at=cast.museum)).status_code == 404
    assert (await post(rasa, f"{LIST}/none/copy", at=cast.library)).status_code == 404


async def test_what_is_offered_is_in_the_catalogue_and_what_is_not_is_nowhere(
    rasa: httpx.AsyncClient, door: Door, cast: Cast
) -> None:
    await copied(rasa, cast)
    address = "/catalogue/safe-library"
    async with door.browser() as anybody, door.signed_in(cast.coordinator_elsewhere) as kari:
        for reach, seen in (("own", False), ("everybody", True), ("draft", False)):
            assert await share(rasa, reach) == f"{HERE}/sharing?done=set"
            assert (await anybody.get(address)).status_code == (200 if seen else 404)
            assert ("safe-library" in (await anybody.get("/catalogue")).text) is seen
            assert (await anybody.get("/lesson/safe-library/safe-0")).status_code == (200 if seen else 404)
            assert ("/catalogue/safe-library" in (await kari.get("/console/programmes/offered")).text) is seen
            if seen:
                assert "Based on “safe" in (await anybody.get(address)).text
    assert await share(rasa, "own", "CC BY 4.0") == f"{HERE}/sharing?done=refused"
    assert await share(rasa, "anybody") == f"{HERE}/sharing?done=refused"


async def test_another_organisation_takes_it_into_its_list_and_off_again(
    rasa: httpx.AsyncClient, door: Door, cast: Cast, database: Database
) -> None:
    await copied(rasa, cast)
    await share(rasa, "everybody")
    number = await database.read(partial(programmes.by_slug, slug="safe-library"))
    here, forms = "/console/programmes/offered", ("/console/assignments/new", "/console/invitations")
    option = re.compile(f'<option value="{number}"[^>]*>safe')
    async with door.signed_in(cast.coordinator_elsewhere) as kari:
        assert [bool(option.search((await kari.get(form)).text)) for form in forms] == [False, False]
        assert (await kari.get(f"/console/programmes/{number}")).status_code == 404
        assert (await post(kari, here, programme=number, at=cast.library)).status_code == 404
        taken = await post(kari, here, programme=number, at=cast.museum)
        assert taken.headers["location"] == f"{here}?done=adopted"
        assert [bool(option.search((await kari.get(form)).text)) for form in forms] == [True, True]
        page = await kari.get(f"/console/programmes/{number}")
        assert "Made by: Library · Licence: CC BY-SA 4.0" in page.text
        again = await post(kari, here, programme=number, at=cast.museum)
        assert again.headers["location"] == f"{here}?done=nothing"
        await share(rasa, "draft")
        withdrawn = (await kari.get(here)).text
        assert f"Programme no. {number} is not offered any more" in withdrawn
        assert "safe &lt;" not in withdrawn
        dropped = await post(kari, here, programme=number, at=cast.museum, do="drop")
        assert dropped.headers["location"] == f"{here}?done=dropped"
        assert (await kari.get(f"/console/programmes/{number}")).status_code == 404


async def test_what_changed_in_the_original_is_shown_card_by_card_and_taken_over(
    rasa: httpx.AsyncClient, cast: Cast, database: Database
) -> None:
    await copied(rasa, cast)
    first = OPEN.lessons[0]
    texts = tuple(
        replace(each, cards=(replace(each.cards[0], text=Text("Read this <now>.")), *each.cards[1:-1]))
        for each in first.texts
    )
    newer = replace(OPEN, lessons=(replace(first, texts=texts), *OPEN.lessons[1:]))
    await database.write(partial(programmes.publish, programme=newer, at=MONDAY))
    page = await rasa.get(f"{HERE}/original")
    assert "Card 1 changed" in page.text
    assert "Card 3 removed" in page.text
    assert "<now>" not in page.text
    newest = re.search(r'name="newest" value="(\d+)"', page.text)
    assert newest
    taken = await post(rasa, f"{HERE}/original", newest=newest[1], lesson="safe-0")
    assert taken.headers["location"] == f"{HERE}/original?done=taken"
    after = await rasa.get(taken.headers["location"])
    assert 'id="nothing"' in after.text
    found = await database.read(partial(programmes.newest_by_slug, slug="safe-library"))
    assert found
    assert found.lessons[0].texts == texts
    late = await post(rasa, f"{HERE}/original", newest="1", lesson="safe-0")
    assert late.headers["location"] == f"{HERE}/original?done=changed"
    assert (await post(rasa, f"{HERE}/original", newest=newest[1])).headers["location"].endswith("done=seen")


async def test_a_lesson_that_was_removed_stays_with_its_translation_until_its_author_decides(
    rasa: httpx.AsyncClient, cast: Cast, database: Database
) -> None:
    two = replace(OPEN, lessons=(*OPEN.lessons, *programme("more", lessons=1).lessons))
    fewer = replace(two.lessons[0], texts=two.lessons[0].texts[1:])
    begun = replace(two, lessons=(fewer, *two.lessons[1:]))
    await database.write(partial(programmes.publish, programme=begun, at=MONDAY))
    await copied(rasa, cast)
    mine = replace(two, slug="safe-library", rules=replace(two.rules, owner="Library"))
    await database.write(partial(programmes.publish, programme=mine, at=MONDAY))
    left = replace(two, lessons=two.lessons[1:])
    await database.write(partial(programmes.publish, programme=left, at=MONDAY))
    page = await rasa.get(f"{HERE}/original")
    assert "Only your copy has this lesson in these languages: Lithuanian." in page.text
    assert "Remove it with your translations" in page.text
    newest = re.search(r'name="newest" value="(\d+)"', page.text)
    assert newest
    take = partial(post, rasa, f"{HERE}/original", newest=newest[1], lesson="safe-0")
    assert (await take()).headers["location"].endswith("done=changed")  # a page that did not say so
    found = await database.read(partial(programmes.newest_by_slug, slug="safe-library"))
    assert found == mine
    assert (await take(own="lt")).headers["location"].endswith("done=taken")
    found = await database.read(partial(programmes.newest_by_slug, slug="safe-library"))
    assert found
    assert found.lessons == mine.lessons[1:]


async def test_the_languages_that_are_missing_are_listed(
    rasa: httpx.AsyncClient, cast: Cast, database: Database
) -> None:
    lessons = tuple(replace(each, texts=each.texts[:1]) for each in OPEN.lessons)
    await database.write(partial(programmes.publish, programme=replace(OPEN, lessons=lessons), at=MONDAY))
    await copied(rasa, cast)
    page = await rasa.get(HERE)
    assert "Polish: 1 lesson to translate" in page.text
    assert f'<a href="{HERE}/safe-0/pl">' in page.text
    assert 'id="missing-lt"' not in page.text


async def test_what_is_reserved_is_not_copied(
    rasa: httpx.AsyncClient, door: Door, cast: Cast, database: Database
) -> None:
    closed = replace(OPEN, rules=Rules(owner="Zinute"))
    await database.write(partial(programmes.publish, programme=closed, at=MONDAY))
    assert 'id="copy-safe"' not in (await rasa.get(LIST)).text
    assert (await copied(rasa, cast)).headers["location"] == f"{LIST}?done=reserved"
    assert "The licence does not allow a copy" in (await rasa.get(f"{LIST}?done=reserved")).text
