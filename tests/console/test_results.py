"""Results as a file: whose, in which shape, and that it is kept who took it."""

import csv
import io
import re
from functools import partial

import httpx
import pytest

from domain.result import COLUMNS
from storage import people
from storage.audit import AUDIT
from storage.database import Database
from tests.console.conftest import Door
from tests.console.full import full
from tests.console.town import Cast, Clock
from tests.storage.samples import rows

HERE = "/console/results.csv"
TAKEN = (AUDIT.c.person_id, AUDIT.c.what, AUDIT.c.organisation_id)


def lines(answer: httpx.Response, separator: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline=""), delimiter=separator))


async def test_it_is_a_table_that_every_system_reads(coordinator: httpx.AsyncClient, cast: Cast) -> None:
    answer = await coordinator.get(HERE)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="results.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(",".join(COLUMNS).encode() + b"\r\n")
    found = lines(answer)
    assert [(each["person_id"], each["title"], each["state"]) for each in found] == [
        (str(cast.learner), "safe <en>", "learning"),
        (str(cast.invited), "safe <en>", "not_started"),
    ]
    assert answer.content.count(b"\n") == answer.content.count(b"\r\n") == 3


async def test_excel_gets_its_mark_and_the_separator_of_the_language(coordinator: httpx.AsyncClient) -> None:
    english = await coordinator.get(f"{HERE}?shape=excel")
    polish = await coordinator.get(f"{HERE}?shape=excel&language=pl")
    assert english.content.startswith(b"\xef\xbb\xbforganisation_id,")
    assert polish.content.startswith(b"\xef\xbb\xbforganisation_id;")
    assert lines(polish, ";")[0]["title"] == "safe <pl>"


async def test_no_cell_is_a_formula(coordinator: httpx.AsyncClient, database: Database, cast: Cast) -> None:
    evil = people.PERSON.update().where(people.PERSON.c.id == cast.learner)
    await database.write(lambda tx: tx.execute(evil.values(name='=1+1\n,"x"', number="\t@a")).rowcount)
    found = lines(await coordinator.get(HERE))[0]
    assert (found["name"], found["person_number"]) == ('\'=1+1 ,"x"', "'@a")


@pytest.mark.parametrize(
    ("query", "who"),
    [
        ("", ["learner", "invited", "elsewhere"]),
        ("?organisation={library}", ["learner", "invited"]),
        ("?organisation={museum}&programme={safe[0]}", ["elsewhere"]),
    ],
)
async def test_it_is_narrowed(door: Door, cast: Cast, query: str, who: list[str]) -> None:
    async with door.signed_in(cast.sector) as browser:
        found = lines(await browser.get(HERE + query.format(**vars_of(cast))))
    assert [int(each["person_id"]) for each in found] == [getattr(cast, name) for name in who]


def vars_of(cast: Cast) -> dict[str, object]:
    return {name: getattr(cast, name) for name in ("library", "museum", "safe")}


async def test_of_others_and_of_what_there_is_not_it_says_the_same(
    coordinator: httpx.AsyncClient, database: Database, cast: Cast
) -> None:
    queries = (f"organisation={cast.museum}", "organisation=999999", "programme=999999")
    answers = [await coordinator.get(f"{HERE}?{query}") for query in queries]
    assert [each.status_code for each in answers] == [404] * 3
    assert len({re.sub(r"nonce=\S+", "", each.text) for each in answers}) == 1
    assert await rows(database, *TAKEN) == []


async def test_it_is_kept_who_took_whose(door: Door, cast: Cast, database: Database, clock: Clock) -> None:
    grant = partial(people.grant, person=cast.coordinator, organisation=cast.library, role="auditor")
    await database.write(grant)
    async with door.signed_in(cast.sector) as browser:
        await browser.get(f"{HERE}?programme={cast.safe[0]}")
    kept = await rows(database, *TAKEN, AUDIT.c.after)
    assert kept == [
        (cast.sector, "results.given", house, f'{{"programme":{cast.safe[0]}}}')
        for house in (cast.library, cast.museum)
    ]
    async with door.signed_in(cast.coordinator) as browser:
        assert "A table of results taken" in (await browser.get("/console/audit")).text


async def test_nothing_is_given_while_that_cannot_be_kept(
    coordinator: httpx.AsyncClient, database: Database
) -> None:
    async with full(database, "audit"):
        answer = await coordinator.get(HERE)
        assert (answer.status_code, "Ona" in answer.text) == (500, False)


async def test_whoever_signed_in_long_ago_proves_it_again(
    coordinator: httpx.AsyncClient, cast: Cast, clock: Clock
) -> None:
    clock.move(minutes=20)
    await coordinator.get("/console")
    clock.move(minutes=11)
    answer = await coordinator.get(f"{HERE}?shape=excel&programme={cast.safe[0]}")
    assert answer.status_code == 303
    back = f"/console/proof?next=/console/results.csv%3Fshape%3Dexcel%26programme%3D{cast.safe[0]}"
    assert answer.headers["location"] == back


async def test_the_pages_lead_there(coordinator: httpx.AsyncClient, cast: Cast) -> None:
    for page, link in (
        ("/console/programmes", f"{HERE}?shape=excel"),
        ("/console/programmes", f'{HERE}"'),
        (f"/console/programmes/{cast.safe[0]}", f"{HERE}?shape=excel&amp;programme={cast.safe[0]}"),
    ):
        assert link in (await coordinator.get(page)).text
