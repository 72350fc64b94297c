"""A programme that another organisation offers is translated: from its page into a copy, and then instead of it."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial

import httpx
import pytest
from starlette.applications import Starlette

from actions.facts import shelf
from console.app import create
from domain.programme import Programme, Rules
from domain.texts import Texts
from domain.tree import Own
from storage import drafts, enrolments, organisations, people, programmes, sharing
from storage.database import Connection, Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.test_lessons import SAFE, form
from tests.console.test_rights import counted
from tests.console.town import MONDAY, Cast, Clock, Town
from zinute.previews import Maker

LESSONS, OFFERED = "/console/lessons", "/console/programmes/offered"
COPY, MINE = f"{LESSONS}/guide/copy", f"{LESSONS}/guide-museum"


def guide(licence: str = "CC BY-SA 4.0") -> Programme:
    """The library's: of two lessons, the first is in Lithuanian and English, the second in Polish, too."""
    kept = ({"lt", "en"}, {"lt", "en", "pl"})
    lessons = tuple(
        replace(each, texts=tuple(text for text in each.texts if text.language in spoken))
        for each, spoken in zip(SAFE.lessons, kept, strict=False)
    )
    texts = tuple(each for each in SAFE.texts if each.language in kept[0])
    return Programme("guide", texts, lessons, Rules(owner="Library", licence=licence))


@dataclass(frozen=True)
class There:
    """The programme's id and version, its page, and the museum's coordinator, who is its author, too."""

    guide: tuple[int, int]
    page: str
    kari: httpx.AsyncClient


@pytest.fixture
def app(database: Database, texts: Texts, clock: Clock) -> Starlette:
    return create(database, texts, clock, previews=Maker(texts))


async def offer(database: Database, cast: Cast, content: Programme) -> tuple[int, int]:
    """It is the library's, offered to everybody, and in the museum's list."""
    made = await database.write(lambda tx: Town(tx, MONDAY).publish(content))
    put = partial(sharing.put, programme=made[0], owner=cast.library, reach="everybody")
    await database.write(put)
    await database.write(partial(sharing.adopt, programme=made[0], organisation=cast.museum, at=MONDAY))
    return made


@pytest.fixture
async def there(database: Database, cast: Cast, door: Door) -> AsyncIterator[There]:
    made = await offer(database, cast, guide())
    grant = partial(people.grant, person=cast.coordinator_elsewhere, organisation=cast.museum, role="author")
    await database.write(grant)
    async with door.signed_in(cast.coordinator_elsewhere) as kari:
        yield There(made, f"/console/programmes/{made[0]}", kari)


async def post(client: httpx.AsyncClient, address: str, **values: object) -> httpx.Response:
    return await client.post(address, data=values, headers=SAME_ORIGIN)


async def write(client: httpx.AsyncClient, address: str) -> httpx.Response:
    """Save what the editor begins with as a draft."""
    return await post(client, address, **form(await client.get(address)), do="save")


async def learned_at(database: Database, place: int) -> set[str]:
    return {each.programme.slug for each in await database.read(partial(shelf, places=[place]))}


async def test_the_page_has_a_button_for_each_language_that_leads_to_the_lesson_to_translate(
    there: There, cast: Cast
) -> None:
    page = (await there.kari.get(there.page)).text
    assert re.findall(r'<button [^>]*id="translate-(\w\w)"', page) == ["pl", "nb"]
    assert "Translate into Polish" in page
    assert f'action="{COPY}"' in page
    opened = await post(there.kari, COPY, at=cast.museum, language="pl")
    assert opened.headers["location"] == f"{MINE}/01-phishing/pl?done=copied"
    editor = await there.kari.get(opened.headers["location"])
    assert "This is your organisation&#39;s copy." in editor.text
    assert SAFE.lessons[0].text("lt").title in form(editor)["source"]  # what is to be translated
    about = (await there.kari.get(MINE)).text
    assert (
        "Based on “" + SAFE.text("en").title + "” (made by Library, version 1, licence: CC BY-SA 4.0)."
        in about
    )
    assert (await there.kari.get(f"{MINE}/original")).status_code == 200
    assert (
        f'<a id="copy-{cast.museum}" href="{MINE}">Copy: Museum</a>'
        in (await there.kari.get(there.page)).text
    )


async def test_asked_again_it_goes_on_in_the_same_copy_with_what_is_left(
    there: There, cast: Cast, database: Database
) -> None:
    into = partial(post, there.kari, COPY, at=cast.museum)
    both = await asyncio.gather(into(language="nb"), into(language="nb"))
    assert {each.headers["location"] for each in both} == {f"{MINE}/01-phishing/nb?done=copied"}
    assert (await write(there.kari, f"{MINE}/01-phishing/nb")).headers["location"].endswith("done=saved")
    assert (await into(language="nb")).headers["location"] == f"{MINE}/02-passwords/nb?done=copied"
    assert (await into(language="pl")).headers["location"] == f"{MINE}/01-phishing/pl?done=copied"
    await write(there.kari, f"{MINE}/01-phishing/pl")
    assert (await into(language="pl")).headers["location"] == MINE
    copies = await database.read(partial(sharing.copies, programme=there.guide[0], places=[cast.museum]))
    assert copies == {cast.museum: "guide-museum"}
    number = await database.read(partial(programmes.by_slug, slug="guide-museum"))
    assert number
    kept = await database.read(partial(drafts.of_programme, programme=number))
    assert sorted(each.key for each in kept) == [("01-phishing", "nb"), ("01-phishing", "pl")]


async def test_of_several_places_it_goes_on_where_the_copy_is_and_begins_at_the_highest(
    there: There, cast: Cast, database: Database
) -> None:
    room = await database.write(
        partial(organisations.add_place, name="Adult room", own=Own(), level="unit", above=cast.museum)
    )

    async def chosen() -> list[str]:
        page = (await there.kari.get(there.page)).text
        assert set(re.findall(r'<option value="(\d+)"', page)) == {str(room), str(cast.museum)}
        return re.findall(r'<option value="(\d+)" selected>', page)

    assert await chosen() == [str(cast.museum)]
    await post(there.kari, COPY, at=cast.museum, language="pl")
    assert await chosen() == [str(cast.museum)]
    away = partial(sharing.put, owner=cast.library, reach="draft")
    made = await database.read(partial(programmes.by_slug, slug="guide-museum"))
    assert made
    await database.write(partial(away, programme=made))
    await post(there.kari, COPY, at=room, language="pl")
    assert await chosen() == [str(room)]


async def test_a_sectors_own_is_translated_below_it_and_asks_as_much_for_many_places_as_for_one(
    there: There, cast: Cast, database: Database
) -> None:
    def sector(tx: Connection) -> int:
        top = organisations.add_place(tx, "Sector", Own("LT", contact="Rasa"), "sector")
        house = organisations.add_place(tx, "House", Own(), "organisation", top)
        for role in ("author", "coordinator"):
            people.grant(tx, cast.coordinator_elsewhere, house, role)
        sharing.put(tx, there.guide[0], owner=top, reach="own")
        return house

    def parts(tx: Connection) -> set[int]:
        return {organisations.add_place(tx, f"Room {each}", Own(), "unit", house) for each in range(3)}

    house, asked = await database.write(sector), list[int]()
    for more in (lambda _: set[int](), parts):
        below = {house} | await database.write(more)
        with counted() as statements:
            page = (await there.kari.get(there.page)).text
        asked.append(sum("RECURSIVE line" in each for each in statements))
        places = re.findall(r'<(?:option|input type="hidden" name="at") value="(\d+)"', page)
        assert set(map(int, places)) == below
    assert asked[0] == asked[1]


async def test_it_takes_the_place_of_its_original_once_it_is_released(
    there: There, cast: Cast, database: Database
) -> None:
    begun = await database.write(lambda tx: Town(tx, MONDAY).enrol(cast.elsewhere, there.guide))
    await post(there.kari, COPY, at=cast.museum, language="pl")
    await write(there.kari, f"{MINE}/01-phishing/pl")
    mark = re.search(r'name="mark" value="(\w+)"', (await there.kari.get(MINE)).text)
    assert mark
    assert (await post(there.kari, MINE, mark=mark[1])).headers["location"].endswith("done=published")
    assert await learned_at(database, cast.museum) == {"guide", "safe"}
    assert 'id="beside"' not in (await there.kari.get(f"{MINE}/sharing")).text
    await post(there.kari, f"{MINE}/sharing", reach="own", licence="CC BY-SA 4.0")
    page = (await there.kari.get(f"{MINE}/sharing?done=set")).text
    assert "The original is still in your list" in page
    assert await learned_at(database, cast.museum) == {"guide", "guide-museum", "safe"}
    values = dict(re.findall(r'<input type="hidden" name="(programme|at)" value="(\d+)">', page))
    dropped = await post(there.kari, OFFERED, do="drop", **values)
    assert dropped.headers["location"] == f"{OFFERED}?done=dropped"
    assert await learned_at(database, cast.museum) == {"guide-museum", "safe"}
    assert 'id="beside"' not in (await there.kari.get(f"{MINE}/sharing")).text
    kept = await database.read(lambda tx: enrolments.get(tx, begun))
    assert (kept.programme, kept.version) == there.guide


async def test_the_original_is_told_of_while_it_can_be_begun_and_can_be_taken_off_where_it_was_taken(
    there: There, cast: Cast, database: Database
) -> None:
    stand = partial(sharing.put, programme=there.guide[0])
    await post(there.kari, COPY, at=cast.museum, language="pl")
    await post(there.kari, f"{MINE}/sharing", reach="own", licence="CC BY-SA 4.0")

    async def shown() -> tuple[bool, bool, bool]:
        page = (await there.kari.get(f"{MINE}/sharing")).text
        words = ("The original is still in your list", 'id="drop-original"', "It cannot be taken off here")
        first, button, note = (each in page for each in words)
        return first, button, note

    assert await shown() == (True, True, False)
    for reach in ("draft", "own"):
        await database.write(partial(stand, owner=cast.library, reach=reach))
        assert await learned_at(database, cast.museum) == {"guide-museum", "safe"}
        assert await shown() == (False, False, False)
    drop = partial(sharing.drop, programme=there.guide[0], organisation=cast.museum)
    await database.write(drop)
    await database.write(partial(stand, owner=None, reach="everybody"))
    assert await learned_at(database, cast.museum) == {"guide", "guide-museum", "safe"}
    assert await shown() == (True, False, True)


async def test_a_licence_that_forbids_changes_says_so_and_whom_to_ask(
    there: There, cast: Cast, database: Database
) -> None:
    closed = guide("all rights reserved")
    await database.write(partial(programmes.publish, programme=closed, at=MONDAY))
    page = (await there.kari.get(there.page)).text
    assert (
        "The licence does not allow it to be translated. Ask its owner about a translation: Library." in page
    )
    assert 'id="translate-' not in page
    refused = await post(there.kari, COPY, at=cast.museum, language="pl")
    assert refused.headers["location"] == f"{LESSONS}?done=reserved"
    assert (await there.kari.get(MINE)).status_code == 404


async def test_only_authors_translate_and_only_at_their_places(
    there: There, door: Door, cast: Cast, database: Database
) -> None:
    async with door.signed_in(cast.sector) as reader:  # coordinates both, and writes at neither
        await database.write(partial(sharing.put, programme=there.guide[0], owner=None, reach="everybody"))
        page = (await reader.get(there.page)).text
        assert "An author of your organisation can do it." in page
        assert 'id="translate-' not in page
        assert (await post(reader, COPY, at=cast.museum, language="pl")).status_code == 403
    assert (await post(there.kari, COPY, at=cast.library, language="pl")).status_code == 404
    none = await post(there.kari, f"{LESSONS}/none/copy", at=cast.museum, language="pl")
    assert none.status_code == 404


async def test_nobody_learns_from_the_time_whether_others_have_a_copy(
    there: There, cast: Cast, database: Database
) -> None:
    add = partial(sharing.add, slug="theirs", owner=cast.library, made_from=there.guide[1])
    await database.write(add)
    asked = list[list[str]]()
    for place in (cast.library, 999_999):
        with counted() as statements:
            assert (await post(there.kari, COPY, at=place, language="pl")).status_code == 404
        asked.append(statements)
    assert asked[0] == asked[1]


async def test_nothing_is_said_of_what_has_every_language(there: There, cast: Cast) -> None:
    assert 'id="translating"' not in (await there.kari.get(f"/console/programmes/{cast.safe[0]}")).text
    assert 'id="translating"' in (await there.kari.get(there.page)).text


async def test_title_and_description_are_written_in_the_language_too(
    there: There, cast: Cast, database: Database
) -> None:
    await post(there.kari, COPY, at=cast.museum, language="pl")
    page = (await there.kari.get(MINE)).text
    section = page.partition('id="about-pl"')[2].partition("</details>")[0]
    assert "Polish: not there yet" in section
    assert SAFE.text("lt").title in section  # what is to be translated
    values = dict(re.findall(r'<input type="hidden" name="(seen|language)" value="(\w*)">', section))
    said = {
        "title": "Bezpieczna <praca>",
        "audience": "wszyscy",
        "text": "Dwie lekcje.\r\n\r\n*Krótkie* [lekcje](https://example.org).",
    }
    for wrong in (
        {"title": " "},
        {"text": ""},
        {"title": "x" * 81},
        {"text": "x" * 1001},
        {"audience": "x" * 121},
        {"text": "Dwie\x0blekcje."},
        {"language": "de"},
    ):
        refused = await post(there.kari, f"{MINE}/about", **(values | said | wrong))
        assert refused.status_code == 422
        assert (
            "The title can have 1 to 80 characters, the description 1 to 1000, and for whom it is at most 120"
            in refused.text
        )
    put = await post(there.kari, f"{MINE}/about", **values, **said)
    assert put.headers["location"] == f"{MINE}?done=described"
    found = await database.read(partial(programmes.newest_by_slug, slug="guide-museum"))
    assert found
    assert [each.language for each in found.texts] == ["lt", "pl", "en"]
    written = found.text("pl")
    assert (written.title, written.audience) == ("Bezpieczna <praca>", "wszyscy")
    assert written.description == "Dwie lekcje.\n\n*Krótkie* [lekcje](https://example.org)."
    page = (await there.kari.get(f"{MINE}?done=described")).text
    assert 'value="Bezpieczna &lt;praca&gt;"' in page
    assert (await post(there.kari, f"{LESSONS}/guide/about", **values, **said)).status_code == 404


def of_form(page: str, language: str) -> dict[str, str]:
    """What the form for title and description holds, as a browser would send it."""
    section = page.partition(f'id="about-{language}"')[2].partition("</details>")[0]
    fields = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)">', section))
    text = re.search(r"<textarea[^>]*>\n(.*)</textarea>", section, re.DOTALL)
    assert text
    return fields | {"text": text[1]}


async def test_what_was_typed_of_title_and_description_is_not_lost(there: There, cast: Cast) -> None:
    await post(there.kari, COPY, at=cast.museum, language="pl")
    about, said = f"{MINE}/about", {"title": "Praca", "audience": "wszyscy", "text": "Dwie lekcje."}
    page = (await there.kari.get(MINE)).text
    polish, norwegian = of_form(page, "pl"), of_form(page, "nb")
    long = {**said, "text": "x" * 1001}
    refused = await post(there.kari, about, **polish | long)
    assert refused.status_code == 422
    assert of_form(refused.text, "pl") == polish | long
    assert 'id="about-pl" open>' in refused.text
    for _ in range(2):  # pressed twice
        put = await post(there.kari, about, **polish | said)
        assert put.headers["location"] == f"{MINE}?done=described"
    put = await post(there.kari, about, **norwegian | {"title": "Arbeid", "text": "To leksjoner."})
    assert put.headers["location"] == f"{MINE}?done=described"  # another language is no obstacle
    other = {"title": "Inna praca", "audience": "", "text": "Trzy lekcje."}
    late = await post(there.kari, about, **polish | other)
    assert late.status_code == 409
    again = of_form(late.text, "pl")
    assert again == polish | other | {"seen": again["seen"]}
    assert 'lang="pl">Praca · wszyscy<br>Dwie lekcje.</p>' in late.text  # what stands there now
    put = await post(there.kari, about, **again)
    assert put.headers["location"] == f"{MINE}?done=described"
    kept = of_form((await there.kari.get(MINE)).text, "pl")
    assert kept == again | {"seen": kept["seen"]}
