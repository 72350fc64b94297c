"""The pages of the tree of organisations: what is set and holds, and what those who manage a place change there."""

import re
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import httpx
import pytest

from actions import enlist
from domain.organisation import Organisation
from domain.tree import Own
from storage import organisations, people
from storage.audit import AUDIT
from storage.database import Connection, Database
from tests.console.conftest import SAME_ORIGIN, Door
from tests.console.town import MONDAY, Cast, Clock
from tests.storage.samples import rows

HERE = "/console/organisations"
DEED = tuple(AUDIT.c[name] for name in ("what", "person_id", "organisation_id", "before", "after"))


@pytest.fixture
async def unit(database: Database, cast: Cast) -> int:
    """A part of the library."""
    add = partial(organisations.add_place, name="Vaikų skyrius", own=Own(cap=2), level="unit")
    return await database.write(lambda tx: add(tx, above=cast.library))


@pytest.fixture
async def administrator(
    door: Door, cast: Cast, database: Database, unit: int
) -> AsyncIterator[httpx.AsyncClient]:
    """The library's, who looks at the museum too."""

    def grant(tx: Connection) -> None:
        people.grant(tx, cast.coordinator, cast.library, "administrator")
        people.grant(tx, cast.coordinator, cast.museum, "auditor")

    assert unit
    await database.write(grant)
    async with door.signed_in(cast.coordinator) as browser:
        yield browser


async def form_of(browser: httpx.AsyncClient, place: int) -> dict[str, str]:
    """The form of a place as it is shown."""
    page = (await browser.get(f"{HERE}/{place}/edit")).text
    sent = dict(re.findall(r'<input id="set-\w+" name="(\w+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select id="set-\w+" name="(\w+)".*?>(.*?)</select>', page, re.DOTALL):
        sent[name] = "".join(re.findall(r'value="(\w+)" selected', options))
    return sent


async def save(browser: httpx.AsyncClient, place: int, **changes: str) -> httpx.Response:
    form = await form_of(browser, place) | changes
    return await browser.post(f"{HERE}/{place}/edit", data=form, headers=SAME_ORIGIN)


async def found(database: Database, place: int) -> Organisation:
    there = await database.read(partial(organisations.find, organisation=place))
    assert there
    return there


def text_of(page: str, which: str) -> str:
    """The words of the element with this id, of what is a row or a group."""
    inside = re.search(rf'id="{which}"[^>]*>(.*?)(</tr>|</dd>)', page, re.DOTALL)
    assert inside
    return " ".join(re.sub("<[^>]+>", " ", inside[1]).split())


async def test_a_place_tells_what_is_set_there_and_what_is_inherited_from_where(
    administrator: httpx.AsyncClient, cast: Cast, unit: int
) -> None:
    tree = (await administrator.get(HERE)).text
    assert re.findall(r'id="place-(\d+)"', tree) == [str(each) for each in (cast.library, unit, cast.museum)]
    assert text_of(tree, f"place-{unit}") == "– Vaikų skyrius unit Messages a day: 2"
    page = (await administrator.get(f"{HERE}/{unit}")).text
    told = {name: text_of(page, f"held-{name}") for name in ("cap", "country", "zone", "opens", "domains")}
    assert told == {
        "cap": "Messages a day 2 Set here",
        "country": "Country Lithuania Set above: Library",
        "zone": "Time zone Europe/Vilnius Set above: Library",
        "opens": "Messages from 08:00 As long as nothing else is set",
        "domains": "E-mail domains – As long as nothing else is set",
    }
    assert f'href="{HERE}/{unit}"' in (await administrator.get(f"{HERE}/{cast.library}")).text


async def test_a_setting_is_changed_holds_below_and_stands_in_the_log(
    administrator: httpx.AsyncClient, database: Database, cast: Cast, unit: int
) -> None:
    same = await save(administrator, cast.library)
    assert (same.status_code, await rows(database, *DEED)) == (303, [])
    done = await save(
        administrator, cast.library, closes="16:30", cap="5", domains="@A.lt, b.lt", contact=" Ona  O. "
    )
    assert (done.status_code, done.headers["location"]) == (303, f"{HERE}/{cast.library}?done=set")
    assert "It is changed." in (await administrator.get(done.headers["location"])).text
    here, below = await found(database, cast.library), await found(database, unit)
    assert (here.closes.hour, here.cap, here.contact, below.closes.hour, below.cap) == (
        16,
        5,
        "Ona O.",
        16,
        2,
    )
    places = await database.read(organisations.places)
    assert places[cast.library].own.domains == ("a.lt", "b.lt")
    [(what, who, where, before, after)] = await rows(database, *DEED)
    assert (what, who, where) == ("organisation.set", cast.coordinator, cast.library)
    assert before == '{"cap":null,"closes":null,"contact":"…","domains":null}'
    assert after == '{"cap":5,"closes":"16:30","contact":"…","domains":["a.lt","b.lt"]}'
    back = await save(administrator, cast.library, cap="", closes="")
    assert (back.status_code, (await found(database, cast.library)).cap) == (303, 3)


async def test_what_holds_is_read_in_words_and_not_as_it_is_kept(
    administrator: httpx.AsyncClient, cast: Cast, unit: int
) -> None:
    """Sectors that have a name are chosen by it, in whatever letters; what nobody limits is all of it."""
    sectors = (
        ("Libraries", "libraries", "Libraries"),
        ("zoos",) * 3,
        ("libraries", "libraries", "Libraries"),
    )
    for sector, value, named in sectors:
        assert (await save(administrator, cast.library, sector=sector)).status_code == 303
        form = (await administrator.get(f"{HERE}/{cast.library}/edit")).text
        assert f'<option value="{value}" selected>{named}</option>' in form
        assert form.count(f">{named}</option>") == 1
    page = (await administrator.get(f"{HERE}/{unit}")).text
    names = ("sector", "languages", "messengers", "approver_above")
    approval = "An announcement needs approval when it is for more people than"
    assert [text_of(page, f"held-{name}") for name in names] == [
        "Sector Libraries Set above: Library",
        "Languages offered all As long as nothing else is set",
        "Messengers allowed all As long as nothing else is set",
        f"{approval} not needed As long as nothing else is set",
    ]
    set_here = {"days_off": "06-24, 12-27..12-31", "languages": "lt", "messengers": "web"}
    assert (await save(administrator, cast.library, **set_here)).status_code == 303
    log = (await administrator.get("/console/audit")).text
    told = (
        "sector: zoos → Libraries",
        "days off of its own: – → 24 June and 27 December – 31 December",
        "languages offered: – → Lithuanian",
        "messengers allowed: – → Web chat",
    )
    assert [each for each in told if each not in log] == []
    assert "Search by name" in (await administrator.get(HERE)).text


async def test_a_place_is_called_otherwise(
    administrator: httpx.AsyncClient, database: Database, unit: int
) -> None:
    assert (await save(administrator, unit, name="  Jaunimo \n skyrius\0")).status_code == 303
    assert (await found(database, unit)).name == "Jaunimo skyrius"
    assert await rows(database, *DEED[3:]) == [('{"name":"…"}', '{"name":"…"}')]
    log = (await administrator.get("/console/audit")).text
    assert "name: … → …" in log


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": " "}, "Write a name."),
        ({"name": "ž" * 201}, "at most 200 characters fit"),
        ({"cap": "many"}, "Write a whole number, such as 3."),
        ({"cap": "11"}, "Write a whole number from 1 to 10."),
        ({"cap": "9" * 40}, "Write a whole number, such as 3."),
        ({"keep": "0"}, "Write a whole number from 1 to 50."),
        ({"opens": "25:00"}, "Write a time, such as 9:00."),
        ({"closes": "07:00"}, "would end before they begin (Library)"),
        ({"zone": "Mars/Olympus"}, "There is no such time zone"),
        ({"zone": "../../etc/passwd"}, "There is no such time zone"),
        ({"country": "DE"}, "It cannot be set so"),
        ({"country": ""}, "Nothing above says this, so it cannot be left empty (Library)."),
        ({"contact": ""}, "Nothing above says this, so it cannot be left empty (Library)."),
        ({"sector": "ž" * 61}, "at most 60 characters fit"),
        ({"domains": "a b..lt"}, "is no domain of e-mail addresses"),
        ({"domains": "museum.lt"}, "The domain museum.lt belongs elsewhere already"),
        ({"domains": "example.org"}, "Somebody of another organisation has an address at example.org too"),
        ({"approver_above": "1000001"}, "Write a whole number from 0 to 1000000"),
        ({"days_off": "06-24, 13-01"}, "“13-01” is no day off: write 2026-12-24"),
        ({"days_off": "2026-01-01..2026-12-31"}, "This range is too long (at most 100 days)"),
        (
            {"days_off": ", ".join(f"03-{day:02}" for day in range(1, 32)) + ", 2026-04-0" * 9},
            "is no day off",
        ),
        ({"days_off": ",".join(f"{m:02}-{d:02}" for m in (1, 3) for d in range(1, 22))}, "(at most 40)"),
        (
            {"days_off": "01-01..03-31, 06-01..08-31, 12-01"},
            "At Library more than half of every year would be off",
        ),
        ({"days_off": "x" * 1_201}, "at most 1200 characters fit"),
    ],
)
async def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_lost(
    administrator: httpx.AsyncClient, database: Database, cast: Cast, changes: dict[str, str], told: str
) -> None:
    set_here: Any = partial(enlist.set_here, organisation=cast.museum, said={"domains": ("museum.lt",)})
    await database.write(partial(set_here, now=MONDAY))
    before = await database.read(organisations.places)
    answer = await save(administrator, cast.library, **changes, language="pl")
    [name] = changes
    assert (answer.status_code, told in answer.text) == (422, True)
    field = re.search(rf'id="set-{name}"[^>]*>', answer.text)
    assert field
    assert 'aria-describedby="wrong ' in field[0]
    assert 'value="pl" selected' in answer.text
    assert await database.read(organisations.places) == before


async def test_what_is_a_limit_above_is_shown_and_not_loosened(
    administrator: httpx.AsyncClient, database: Database, cast: Cast, unit: int
) -> None:
    """Days off come together; another limit is refused beside its field, as long as it is looser."""
    above = {"days_off": "06-24", "approver_above": "50", "messengers": "web"}
    assert (await save(administrator, cast.library, **above)).status_code == 303
    form = (await administrator.get(f"{HERE}/{unit}/edit")).text
    assert "Set above, and off here too: 24 June. Public holidays need not be written." in form
    assert (await save(administrator, unit, days_off="2026-12-21 – 2027-01-02")).status_code == 303
    page = (await administrator.get(f"{HERE}/{unit}")).text
    told = {name: text_of(page, f"held-{name}") for name in ("days_off", "approver_above", "messengers")}
    assert told == {
        "days_off": "Days off of its own 24 June and 21 December 2026 – 2 January 2027 Set here and above",
        "approver_above": "An announcement needs approval when it is for more people than 50 Set above: Library",
        "messengers": "Messengers allowed Web chat Set above: Library",
    }
    assert (await found(database, unit)).days_off == ("06-24", "2026-12-21..2027-01-02")
    before = await database.read(organisations.places)
    for name, value, problem in (
        ("approver_above", "51", "Above this place approval is needed for more than 50 people"),
        ("approver_above", "0", "Above this place approval is needed for more than 50 people"),
        ("messengers", "telegram", "Above this place only these are allowed: Web chat. Choose from them."),
    ):
        answer = await save(administrator, unit, **{name: value})
        marked = re.search(rf'aria-describedby="wrong set-{name}-above"', answer.text)
        assert (answer.status_code, problem in answer.text, marked is not None) == (422, True, True)
    assert await database.read(organisations.places) == before
    assert (await save(administrator, unit, approver_above="50", messengers="web")).status_code == 303
    assert (await save(administrator, cast.library, approver_above="20")).status_code == 303
    assert (await save(administrator, unit, cap="4")).status_code == 303, (
        "it is looser since, and nothing is said"
    )
    assert ((await found(database, unit)).approver_above, (await found(database, unit)).cap) == (20, 4)


async def test_who_only_looks_has_no_buttons_and_others_places_are_none(
    administrator: httpx.AsyncClient, door: Door, database: Database, cast: Cast
) -> None:
    before = await database.read(organisations.places)
    seen = await administrator.get(f"{HERE}/{cast.museum}")
    assert (seen.status_code, 'id="edit"' in seen.text) == (200, False)
    form = await form_of(administrator, cast.library)
    for place in (cast.museum, 999_999, 0):
        answers = [
            await administrator.get(f"{HERE}/{place}/edit"),
            await administrator.post(f"{HERE}/{place}/edit", data=form, headers=SAME_ORIGIN),
        ]
        assert [each.status_code for each in answers] == [404, 404]
    async with door.signed_in(cast.sector) as browser:
        page = await browser.get(f"{HERE}/{cast.library}")
        assert (page.status_code, 'id="edit"' in page.text) == (200, False)
        assert (await browser.get(f"{HERE}/{cast.library}/edit")).status_code == 403
        sent = await browser.post(f"{HERE}/{cast.library}/edit", data=form, headers=SAME_ORIGIN)
        assert sent.status_code == 403
    assert await database.read(organisations.places) == before


async def test_a_change_asks_for_a_proof_that_is_not_old(
    administrator: httpx.AsyncClient, database: Database, cast: Cast, clock: Clock
) -> None:
    form = await form_of(administrator, cast.library) | {"domains": "a.lt"}
    for _ in range(2):
        clock.move(minutes=16)
        assert (await administrator.get(HERE)).status_code == 200
    place = f"{HERE}/{cast.library}/edit"
    for answer in (
        await administrator.get(place),
        await administrator.post(place, data=form, headers=SAME_ORIGIN),
    ):
        assert (answer.status_code, answer.headers["location"]) == (303, f"/console/proof?next={place}")
    assert (await database.read(organisations.places))[cast.library].own.domains is None


async def send(browser: httpx.AsyncClient, place: int, deed: str, **form: str) -> httpx.Response:
    return await browser.post(f"{HERE}/{place}/{deed}", data=form, headers=SAME_ORIGIN)


async def test_a_unit_is_added_and_is_looked_after_at_once(
    administrator: httpx.AsyncClient, database: Database, cast: Cast, unit: int
) -> None:
    page = (await administrator.get(f"{HERE}/{cast.library}")).text
    assert f'href="{HERE}/{cast.library}/edit#adding"' in page
    done = await send(administrator, unit, "add", new=" Žaislų  kampas ", level="unit")
    new = unit + 1
    assert (done.status_code, done.headers["location"]) == (303, f"{HERE}/{new}?done=added")
    page = (await administrator.get(done.headers["location"])).text
    assert ("It is added." in page, "unit · Library › Vaikų skyrius" in page) == (True, True)
    here = await found(database, new)
    assert (here.name, here.cap, here.contact) == ("Žaislų kampas", 2, "Rasa")
    assert await rows(database, *DEED) == [
        ("organisation.added", cast.coordinator, new, "{}", f'{{"above":{unit}}}')
    ]
    assert "is under: – → Vaikų skyrius" in (await administrator.get("/console/audit")).text
    assert (await save(administrator, new, cap="4")).status_code == 303


@pytest.mark.parametrize(
    ("form", "field", "told"),
    [
        ({"new": " "}, "new", "Write a name."),
        ({"new": "ž" * 201}, "new", "at most 200 characters fit"),
        ({"new": "X", "level": "country"}, "level", "This level cannot be here"),
    ],
)
async def test_what_cannot_be_added_is_told_beside_its_field(
    administrator: httpx.AsyncClient,
    database: Database,
    unit: int,
    *,
    form: dict[str, str],
    field: str,
    told: str,
) -> None:
    before = await database.read(organisations.places)
    answer = await send(administrator, unit, "add", **form)
    marked = re.search(rf'id="{field}"[^>]*aria-describedby="wrong ', answer.text)
    assert (answer.status_code, told in answer.text, marked is not None) == (422, True, True)
    assert await database.read(organisations.places) == before


async def test_a_place_is_moved_within_what_somebody_manages(
    administrator: httpx.AsyncClient, database: Database, cast: Cast, unit: int
) -> None:
    add = partial(organisations.add_place, own=Own(), level="unit")
    inner = await database.write(lambda tx: add(tx, "Kampas", above=unit))
    other = await database.write(lambda tx: add(tx, "Archyvas", above=cast.library))
    page = (await administrator.get(f"{HERE}/{inner}/edit")).text
    offered = page.partition('<select id="above"')[2].partition("</select>")[0]
    assert re.findall(r'value="(\d+)"', offered) == [str(cast.library), str(other)]
    done = await send(administrator, inner, "move", above=str(other))
    assert (done.status_code, done.headers["location"]) == (303, f"{HERE}/{inner}?done=moved")
    assert ((await database.read(organisations.places))[inner].above, (await found(database, inner)).cap) == (
        other,
        3,
    )
    assert await rows(database, *DEED) == [
        ("organisation.moved", cast.coordinator, inner, f'{{"above":{unit}}}', f'{{"above":{other}}}')
    ]


async def test_a_place_is_moved_by_nobody_who_does_not_manage_all_of_it(
    administrator: httpx.AsyncClient, database: Database, cast: Cast, unit: int
) -> None:
    """The museum is only looked at; what the library is under, by nobody here."""
    country = await database.write(
        lambda tx: organisations.add_place(tx, "Lietuva", Own(country="LT", contact="R"), "country")
    )
    await database.write(lambda tx: enlist.move(tx, cast.library, country, MONDAY))
    before = await database.read(organisations.places)
    assert 'id="move"' not in (await administrator.get(f"{HERE}/{cast.library}/edit")).text
    answers = [
        await send(administrator, unit, "move", above=str(cast.museum)),
        await send(administrator, cast.museum, "move", above=str(cast.library)),
        await send(administrator, cast.museum, "add", new="X", level="unit"),
        await send(administrator, cast.library, "move", above=str(unit)),
        await send(administrator, unit, "move", above=str(unit)),
        await send(administrator, unit, "move", above="x"),
    ]
    assert [each.status_code for each in answers] == [404, 404, 404, 422, 422, 422]
    told = ["Only somebody who also manages", "cannot be moved under itself", "Choose where to move it"]
    assert [word in each.text for word, each in zip(told, answers[3:], strict=True)] == [True] * 3
    assert await database.read(organisations.places) == before
